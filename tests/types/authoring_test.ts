/** What the editor says of deploys: this file is checked, not run. Each expected error must be one. */

import { deploy, fact, host, include, inventory, operation, secret, sh } from "drover";
import type { Hosts, OperationResult, ResultCallback, Secret, ShellCommand } from "drover";
import * as facts from "drover/facts";
import { apt, files, func, server } from "drover/operations";

declare module "drover" {
  interface DataTypes {
    typed_port: number;
  }
}

export const web_servers: Hosts = ["web-01", ["web-02", { ssh_user: "deploy", anything: [1, 2] }]];
// @ts-expect-error a host is a name or a name with data
export const wrong_hosts: Hosts = [5];

export async function operations(): Promise<void> {
  const result: OperationResult = await files.file({ path: "/x", mode: 644, _sudo: true, name: "Make x" });
  await files.file({ path: "/x", _if: result });
  await files.file({ path: "/x", _if: files.file({ path: "/y" }) });
  await apt.update();
  await server.shell({ commands: ["true", sh`echo ${secret("x")}`], _env: { A: "b" }, _timeout: 5 });
  const tell: ResultCallback = ({ stdoutLines, didError }) => void [stdoutLines.length, didError()];
  await files.file({
    path: "/x",
    _precondition: ["test -d /srv", sh`test -f ${"/a b"}`],
    _postcondition: "systemctl is-active app",
    _onSuccess: tell,
    _onError: (failed) => host.log(failed.stderr),
    _useSudoPassword: true,
  });
  // @ts-expect-error a condition is a command
  await files.file({ path: "/x", _precondition: () => true });
  // @ts-expect-error path is missing
  await files.file({});
  // @ts-expect-error there is no such argument
  await files.file({ path: "/x", moode: 644 });
  // @ts-expect-error _timeout is a number
  await files.file({ path: "/x", _timeout: "5" });
  // @ts-expect-error there is no such operation
  await files.fiel({ path: "/x" });
  await func.call({ function: (text: string) => text, args: ["hello"] });
  // @ts-expect-error arguments of a function are a list
  await func.call({ function: (text: string) => text, args: "hello" });
  // @ts-expect-error objects are no words
  sh`echo ${{}}`;
}

export async function reading(): Promise<void> {
  const file = await host.getFact(facts.files.File, { path: "/x", _sudo: true });
  if (file) file.mode.toFixed();
  const name: string = (await host.getFact("server.LinuxName")) ?? "";
  const kernel: string = await host.fact.kernel();
  const kernelToo: string = await host.fact.kernel_version();
  const sum: string | undefined = await host.fact.sha256_file({ path: "/x" });
  // @ts-expect-error there is no such fact
  await host.fact.linux_nam();
  const lenient = await host.getFact(facts.server.Kernel, { _ignoreErrors: true });
  // @ts-expect-error what may fail may be undefined
  const strict: string = lenient;
  // @ts-expect-error the same by name
  const named: string = await host.getFact("server.Kernel", { _ignoreErrors: true, _sudo: true });
  // @ts-expect-error the same as a method
  const method: string = await host.fact.kernel({ _ignoreErrors: true });
  const directory = await host.fact.directory("/srv");
  if (directory) directory.user.trim();
  const port: number = host.data.typed_port;
  // @ts-expect-error a declared key has its type
  const text: string = host.data.typed_port;
  // @ts-expect-error the fact needs a path
  await host.getFact(facts.files.File);
  // @ts-expect-error there is no such fact
  await host.getFact("server.LinuxNam");
  void [name, kernel, port, text, kernelToo, sum, strict, named, method];
}

export const Kernel = fact<string, { long?: boolean }>({
  name: "types.Kernel",
  command: ({ long }) => sh`uname ${long && "-a"}`,
});

export const motd = operation<{ text: string; path?: string }>("types.motd", async function* ({ text }) {
  if (await host.getFact(Kernel) === "") return host.noop("there is no kernel");
  yield sh`echo ${text} > /etc/motd`;
}, { parameters: { text: "string", path: "string?" } });

interface EveryKind {
  text: string;
  number?: number | undefined;
  flag?: boolean | null;
  mode?: string | number | boolean;
  level: "low" | "high";
  names?: readonly string[];
  numbers: (string | number)[];
  pair?: readonly [remote: string, branch: string];
  headers?: Readonly<Record<string, string | Secret>>;
  data?: Record<string, unknown>;
  time?: Date | string;
  commands: string | ShellCommand | readonly (string | ShellCommand)[];
  content?: Uint8Array | { readonly path: string };
  file?: string | false;
  act: (count: number) => unknown;
  anything?: unknown;
  day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
}

export const everyKind = operation<EveryKind>("types.everyKind", async function* () {}, {
  parameters: {
    text: "string",
    number: "number?",
    flag: "boolean | null?",
    mode: "string | number | boolean?",
    level: "'low' | 'high'",
    names: "string[]?",
    numbers: "(number | string)[]",
    pair: "[string, string]?",
    headers: "Record<string, string | Secret>?",
    data: "Record<string, unknown>?",
    time: "Date | string?",
    commands: "string | ShellCommand | (string | ShellCommand)[]",
    content: "Uint8Array | object?",
    file: "false | string?",
    act: "function",
    anything: "unknown?",
    day: "string",
  },
});

// deno-fmt-ignore -- each expected error is at one line
export const wrong = [
  // @ts-expect-error an argument is forgotten
  operation<{ text: string; path?: string }>("types.forgotten", async function* () {}, { parameters: { text: "string" } }),
  // @ts-expect-error there is no such argument
  operation<{ text: string }>("types.surplus", async function* () {}, { parameters: { text: "string", path: "string" } }),
  // @ts-expect-error an optional argument ends in a question mark
  operation<{ text?: string }>("types.optional", async function* () {}, { parameters: { text: "string" } }),
  // @ts-expect-error an argument that is needed does not
  operation<{ text: string }>("types.needed", async function* () {}, { parameters: { text: "string?" } }),
  // @ts-expect-error the kind is another one
  operation<{ text: string }>("types.kind", async function* () {}, { parameters: { text: "number" } }),
  // @ts-expect-error the argument takes more than that
  operation<{ mode: string | number }>("types.narrow", async function* () {}, { parameters: { mode: "string" } }),
  // @ts-expect-error the argument takes less than that
  operation<{ mode: number }>("types.wide", async function* () {}, { parameters: { mode: "string | number" } }),
  // @ts-expect-error a member is forgotten
  operation<{ level: "low" | "high" }>("types.members", async function* () {}, { parameters: { level: "'low'" } }),
  // @ts-expect-error the list holds texts
  operation<{ names: string[] }>("types.list", async function* () {}, { parameters: { names: "number[]" } }),
  // @ts-expect-error an argument of the fact is forgotten
  fact<string, { text: string; path?: string }>({ name: "types.Forgotten", command: () => "true", parameters: { text: "string" } }),
];

export const install = deploy("Install", async ({ version }: { version: string }) => {
  await motd({ text: version });
  return version.length;
});

export async function deploys(): Promise<void> {
  const length: number = await install({ version: "1", _sudo: true });
  // @ts-expect-error version is missing
  await install({ _sudo: true });
  const inside: number = await host.when(() => true, () => 5);
  await host.arguments({ _sudo: true }, async () => void await motd({ text: "x" }));
  // @ts-expect-error _sudo is a boolean
  await host.arguments({ _sudo: "yes" }, () => {});
  for (const one of inventory.iterActiveHosts()) one.log(one.name);
  for (const path of host.loop(["/a", "/b"])) await files.file({ path });
  void inside;
  await include("tasks/x.ts", { _sudo: true, data: { a: 1 } });
  void length;
}

Deno.test("deploys are typed from end to end: this file passes the type check", () => {});
