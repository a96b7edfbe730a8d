/** What the hosts of an inventory do on this machine: programs that are started to reach them. */

import { basename, isAbsolute, resolve } from "node:path";
import { homedir } from "node:os";
import { type ConnectorKind, parseHostName } from "../connectors/names.ts";
import { DroverError } from "../errors/mod.ts";
import type { HostAddress } from "../shell/port.ts";
import type { CliOptions } from "../usage/options.ts";
import { flagOf } from "./grants.ts";

/** Something that a host needs and that a person must know of. */
export interface Demand {
  host: string;
  /** As a line of a request: `run sh for the host @local`. */
  line: string;
}

/** What a person has typed about hosts. */
export interface Named {
  /** The INVENTORY word. */
  inventory: string;
  options: CliOptions;
  /** What standard input held, where the inventory is `-`. */
  stdin?: string | undefined;
}

/** Programs that hosts on this machine are entered with. */
const LOCAL_PROGRAMS: Readonly<Record<Exclude<ConnectorKind, "ssh">, string>> = {
  local: "sh",
  docker: "docker",
  podman: "podman",
  chroot: "chroot",
  kubectl: "kubectl",
  lxc: "lxc-attach",
  lxd: "lxc",
  incus: "incus",
  nspawn: "sh",
};

/** Directives of OpenSSH that start no program and read no other file of directives. */
const INERT: ReadonlySet<string> = new Set([
  ..."host hostname port user identityfile identitiesonly stricthostkeychecking userknownhostsfile".split(
    " ",
  ),
  ..."globalknownhostsfile hostkeyalias hashknownhosts checkhostip addressfamily bindaddress".split(" "),
  ..."connecttimeout connectionattempts serveraliveinterval serveralivecountmax tcpkeepalive".split(" "),
  ..."compression loglevel ciphers macs kexalgorithms hostkeyalgorithms pubkeyacceptedalgorithms".split(" "),
  ..."pubkeyacceptedkeytypes casignaturealgorithms passwordauthentication pubkeyauthentication".split(" "),
  ..."kbdinteractiveauthentication preferredauthentications numberofpasswordprompts batchmode".split(" "),
  ..."controlmaster controlpath controlpersist requesttty addkeystoagent forwardagent proxyjump".split(" "),
  ..."gssapiauthentication visualhostkey ignoreunknown sendenv setenv rekeylimit ipqos".split(" "),
]);

/**
 * What the hosts need beyond what was named on the command line or allowed there. A connection by SSH needs
 * nothing; a host on this machine, or a configuration of SSH that starts programs, does.
 *
 * @throws {DroverError} `E_PERMISSION` for what nobody can agree to.
 */
export async function demandsOf(addresses: readonly HostAddress[], named: Named): Promise<Demand[]> {
  const words = new Set([
    ...named.inventory.split(",").map((word) => word.trim()),
    ...named.options.limit,
    ...(named.stdin ?? "").split(/\s+/),
  ]);
  const run = flagOf(named.options, "run");
  const isAllowed = (program: string) => run === true || (run?.includes(program) ?? false);
  const files = new Map<string, Promise<string | undefined>>();
  const demands: Demand[] = [];
  for (const { name, data } of addresses) {
    const [first, ...more] = parseHostName(name).hops;
    if (first!.kind !== "ssh") {
      const programs = [first!, ...more].map(({ kind }) => kind === "ssh" ? "ssh" : LOCAL_PROGRAMS[kind]);
      const missing = [...new Set(programs)].filter((program) => !isAllowed(program));
      if (missing.length > 0 && !words.has(name)) {
        demands.push({ host: name, line: `run ${missing.join(", ")} for the host ${name}` });
      }
      continue;
    }
    checkKnownHosts(name, data);
    const file = data["ssh_config_file"];
    if (file === undefined || isAllowed("ssh") || isTyped(named.options, file)) continue;
    const path = expanded(String(file));
    const line = await (files.get(path) ?? files.set(path, configDemand(path)).get(path)!);
    if (line !== undefined) demands.push({ host: name, line });
  }
  return demands;
}

function isTyped({ data }: CliOptions, file: unknown): boolean {
  return data.some((pair) => pair === `ssh_config_file=${file}`);
}

/** ssh adds lines to this file: no other file may be taken for it. */
function checkKnownHosts(host: string, data: HostAddress["data"]): void {
  const file = data["ssh_known_hosts_file"];
  if (file === undefined || isForKnownHosts(String(file))) return;
  throw new DroverError(
    "E_PERMISSION",
    `ssh_known_hosts_file of ${host} is no name for such a file: "${file}"`,
    {
      hint: 'ssh writes into it; its name must hold "known_hosts"',
    },
  );
}

function isForKnownHosts(file: string): boolean {
  return file === "/dev/null" || /known_?hosts/i.test(basename(file));
}

/** What a configuration of SSH may start or write, as a line; nothing if it can do neither. */
async function configDemand(path: string): Promise<string | undefined> {
  if (path === resolve(homedir(), ".ssh/config")) return undefined;
  const text = await Deno.readTextFile(path).catch(() => undefined);
  // What is not there is told when the host is connected.
  if (text === undefined) return undefined;
  const active = text.split(/\r?\n/).map(activeWord).filter((word) => word !== undefined);
  if (active.length === 0) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `run ssh with ${[...new Set(active)].join(", ")} of ${path} (SHA-256 ${digest.slice(0, 8).toHex()})`;
}

/** The directive of a line, if it may start a program or write where it should not. */
function activeWord(line: string): string | undefined {
  const [, name = "", rest = ""] = /^\s*([^\s=#]+)[\s=]*(.*?)\s*$/.exec(line) ?? [];
  const word = name.toLowerCase();
  if (word === "") return undefined;
  // ssh adds lines to the first of these files.
  const writes = word === "userknownhostsfile" && rest.toLowerCase() !== "none" &&
    !rest.replace(/\s#.*$/, "").replaceAll('"', "").split(/\s+/).every(isForKnownHosts);
  return writes || !INERT.has(word) ? word : undefined;
}

function expanded(path: string): string {
  if (path === "~" || path.startsWith("~/")) return resolve(homedir(), path.slice(2));
  return isAbsolute(path) ? path : resolve(path);
}
