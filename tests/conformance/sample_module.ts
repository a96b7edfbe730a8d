/** A module of facts and operations with one example of everything that fixtures can describe. */

import { download, FunctionCall, raw, secret, sh, upload, withOptions } from "../../src/command/mod.ts";
import { DroverError } from "../../src/errors/mod.ts";
import { Directory, File, FindInFile } from "../../src/facts/files/mod.ts";
import { SecurityLimits } from "../../src/facts/server/mod.ts";
import { removingAtExit } from "../../src/operations/temporary.ts";
import { fact, freshNames, host, localFiles, operation, requireLocalPath } from "../../src/host/mod.ts";

interface SizeArgs {
  path: string;
  unit?: string;
  deep?: boolean;
  /** Of ours only. */
  exact?: boolean;
}

const Size = fact<number | undefined, SizeArgs>({
  name: "sample.Size",
  parameters: { path: "string", unit: "string?", deep: "boolean?", exact: "boolean?" },
  requires: "wc",
  command: ({ path, unit = "c" }) => sh`wc -${raw(unit)} ${path}`,
  process: ([line]) => Number.parseInt(line ?? ""),
  default: () => undefined,
});

fact<{ lastLogin: Date; userNames: Set<string> }>({
  name: "sample.Login",
  command: () => sh`login --token ${secret("hush")}`,
  process: ([time = "", ...names]) => ({ lastLogin: new Date(time), userNames: new Set(names) }),
});

interface FileArgs {
  path: string;
  maxSize?: number;
  since?: Date;
  names?: string[];
  userName?: string;
}

operation<FileArgs>(
  "sample.shrinkFile",
  async function* ({ path, maxSize = 0, since, names = [], userName }) {
    if (typeof path !== "string") throw new DroverError("E_ARGUMENT", "path must be text");
    if (maxSize < 0) throw new DroverError("E_REMOTE_PATH", "nothing is that small");
    if (maxSize > 1000) throw new RangeError("a bug");
    if (maxSize === 1000) throw new DroverError("E_FACT", "the host is gone");
    const size = await host.getFact(Size, { path, deep: true });
    if (path === "/managed") {
      throw new DroverError("E_SERVICE_MANAGER", "The files are managed by x, which this cannot use yet");
    }
    if (size === undefined) return void host.noop("there is no such file");
    if (size <= maxSize) return void (size === 0 ? undefined : host.noop("small enough"));
    yield sh`shrink ${since?.toISOString()} ${names} ${path}`;
    if (userName !== undefined) yield withOptions(sh`own ${path}`, { sudoUser: userName });
  },
  {
    parameters: {
      path: "string",
      maxSize: "number?",
      since: "Date?",
      names: "string[]?",
      userName: "string?",
    },
  },
);

interface EnterArgs {
  password: string;
}

operation<EnterArgs>("sample.enter", async function* ({ password }) {
  yield sh`enter --password ${secret(password)} ${"s/a/b/"}`;
}, { parameters: { password: "string" } });

operation("sample.rebuild", async function* () {
  const file = `/tmp/${freshNames().temporary()}`;
  const edit = sh`sed -i.old ${"s/ && /;/"} ${file} && rm -f ${`${file}.old`}`;
  yield sh`umask 077; ${removingAtExit(file, sh`list > ${file} && ${edit} && crontab ${file}`)}`;
});

operation<{ on?: boolean }>("sample.toggle", async function* ({ on = false }) {
  yield on ? "switch on" : "switch off";
}, { parameters: { on: "boolean?" } });

operation<{ sql: string; psqlUser?: string }>("postgres.sampleSql", async function* ({ sql, psqlUser }) {
  yield sh`psql ${psqlUser !== undefined && sh`-U ${psqlUser}`} -c ${sql}`;
}, { parameters: { sql: "string", psqlUser: "string?" } });

operation("sample.nested.rotateAll", async function* () {
  yield "rotate --all";
});

interface LimitArgs {
  pattern: string;
}

operation<LimitArgs>("sample.ask", async function* ({ pattern }) {
  const [lines, limits, directory, file, above, status] = await Promise.all([
    host.getFact(FindInFile, { path: "/etc/security/limits.conf", pattern }),
    host.getFact(SecurityLimits),
    host.getFact(Directory, { path: "/etc/x" }),
    host.getFact(File, { path: "/nowhere" }),
    host.getFact(Directory, { path: "/etc" }),
    host.getFact(Size, { path: "/x", exact: true }),
  ]);
  const kinds = [directory, file, above].map((info) =>
    info === undefined ? "none" : info ? "there" : "other"
  );
  yield sh`asked ${[lines?.join("|") ?? "nothing", limits.length, status ?? "nothing", ...kinds]}`;
}, { parameters: { pattern: "string" } });

operation<{ src: string; data?: Record<string, unknown> }>(
  "sample.send",
  async function* ({ src, data = {} }) {
    const path = await requireLocalPath(src);
    yield upload({ path }, freshNames().temporary(), { user: "me", group: "us", mode: "600" });
    yield upload({ content: new TextDecoder().decode(await localFiles().read(path)) }, "/copy");
    yield download("/remote", "/local");
    yield sh`login --token ${secret("hush")} ${
      Object.entries(data).map(([key, value]) => `${key}=${value}`)
    }`;
  },
  { parameters: { src: "string", data: "Record<string, unknown>?" } },
);

// deno-lint-ignore no-explicit-any -- whatever a fixture calls it with
operation<{ function: (...args: any[]) => unknown; args?: unknown[] }>(
  "func.sampleCall",
  async function* ({ function: run, args = [] }) {
    yield new FunctionCall(() => run(...args), run.name);
  },
  { parameters: { function: "function", args: "unknown[]?" } },
);

operation<{ otherKwargs?: Record<string, unknown> }>(
  "sample.forward",
  async function* ({ otherKwargs = {} }) {
    yield sh`other ${Object.entries(otherKwargs).map(([key, value]) => `${key}=${value}`)}`;
  },
  { parameters: { otherKwargs: "Record<string, unknown>?" } },
);
