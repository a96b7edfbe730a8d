/** What the tests on the lab share: running Drover and asking hosts what they see. */

import { labHost } from "../../scripts/lab/hosts.ts";
import { KNOWN_HOSTS, LOGIN_KEY } from "../../scripts/lab/keys.ts";
import { capture, type Ended } from "../../scripts/process.ts";
import { LocalHost } from "../support/local_host.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** A host's part in a run, as its last event tells it. */
export interface Summary {
  host: string;
  changed: number;
  failed: number;
  state: string;
}

/** Runs Drover on the lab's inventory of the example. */
export async function drover(...flags: string[]): Promise<Ended & { hosts: Summary[] }> {
  const words = ["inventories/lab.ts", "deploy.ts", "--json", ...flags];
  const program = [Deno.execPath(), "run", "--allow-all", "../../main.ts"];
  const ended = await capture([...program, ...words], { cwd: `${ROOT}examples/web_app` });
  const events = ended.stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const last = events.findLast((event) => event.type === "run.finished");
  return { ...ended, hosts: last?.hosts ?? [] };
}

/** A host of the lab, as root, without a deploy around it. */
export function connect(name: string, env: Record<string, string> = {}): Promise<LocalHost> {
  const { address, user } = labHost(name);
  const data = {
    ssh_hostname: address,
    ssh_user: user,
    ssh_key: LOGIN_KEY,
    ssh_known_hosts_file: KNOWN_HOSTS,
    ssh_strict_host_key_checking: "yes",
  };
  return LocalHost.connect({ _sudo: true, _env: env }, {}, { name, data });
}

/** Runs a command on a host of the lab, without Drover; returns its output. */
export async function onHost(host: string, command: string): Promise<string> {
  const ended = await capture(["ssh", "-F", `${ROOT}.lab/ssh_config`, host, command]);
  return ended.stdout.trim();
}

/** Sends some bytes to a port and returns the first answer. */
export async function ask(hostname: string, port: number, question: string): Promise<string> {
  using connection = await Deno.connect({ hostname, port });
  await connection.write(new TextEncoder().encode(question));
  const buffer = new Uint8Array(4096);
  const length = await connection.read(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length));
}
