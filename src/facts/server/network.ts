/** Facts about the network: what listens on which port, and the names in /etc/hosts. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";

/** A protocol that has ports. */
export type Protocol = "tcp" | "udp";

/** A port that something listens on. */
export interface ListeningPort {
  /** Number of the port. */
  port: number;
  /** What is spoken on it. */
  protocol: Protocol;
  /** The address it listens on: `0.0.0.0`, `::`, `*`, `127.0.0.1`. */
  address: string;
  /** Name of the program; `undefined` if the host does not tell, which it does only to root. */
  process: string | undefined;
  /** Number of the process. */
  pid: number | undefined;
}

// Many a BusyBox has a netstat that does not know `-p`.
/** Prints the name of the tool that was found, then what it says; without any, the kernel's own tables. */
const LISTENING_COMMAND = "if command -v ss >/dev/null 2>&1; then echo ss; ss -lntup; " +
  "elif command -v sockstat >/dev/null 2>&1; then echo sockstat; sockstat -46l; " +
  "elif command -v netstat >/dev/null 2>&1 && [ -e /proc/net/tcp ] && netstat -lntup >/dev/null 2>&1; " +
  "then echo netstat; netstat -lntup 2>/dev/null; " +
  "else for table in tcp tcp6 udp udp6; do [ ! -r /proc/net/$table ] || { echo $table; cat /proc/net/$table; }; " +
  "done; fi";

/** Every port that something listens on. */
export const Ports: Fact<ListeningPort[]> = fact<ListeningPort[]>({
  name: "server.Ports",
  remember: {},
  command: () => LISTENING_COMMAND,
  process: readPorts,
  default: () => [],
});

/** The arguments of {@linkcode Port}. */
export interface PortArgs {
  /** Number of the port. */
  port: number;
  /** What is spoken on it. Default: `tcp`. */
  protocol?: Protocol;
}

/**
 * What listens on a port; `undefined` if nothing does.
 *
 * @example
 * ```ts
 * const web = await host.getFact(facts.server.Port, { port: 80 });
 * if (web?.process === "apache2") …
 * ```
 */
export const Port: Fact<ListeningPort | undefined, PortArgs> = fact<ListeningPort | undefined, PortArgs>({
  name: "server.Port",
  remember: { port: "number", protocol: "line" },
  parameters: { port: "number", protocol: "'tcp' | 'udp'?" },
  command: ({ port, protocol = "tcp" }) => {
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new DroverError("E_ARGUMENT", `fact server.Port needs a port from 1 to 65535: ${port} is none`);
    }
    if (protocol !== "tcp" && protocol !== "udp") {
      throw new DroverError("E_ARGUMENT", `fact server.Port knows "tcp" and "udp", not "${protocol}"`);
    }
    return LISTENING_COMMAND;
  },
  process: (lines, { port, protocol = "tcp" }) => {
    const found = readPorts(lines).filter((one) => one.port === port && one.protocol === protocol);
    return found.find((one) => one.pid !== undefined) ?? found[0];
  },
});

/** The argument of {@linkcode EtcHosts}. */
export interface EtcHostsArgs {
  /** Path of the file. Default: `/etc/hosts`. */
  path?: string;
}

/** The names that `/etc/hosts` gives to each address. */
export const EtcHosts: Fact<Record<string, string[]>, EtcHostsArgs> = fact<
  Record<string, string[]>,
  EtcHostsArgs
>({
  name: "server.EtcHosts",
  remember: { path: "path" },
  parameters: { path: "string?" },
  command: ({ path = "/etc/hosts" }) => sh`! test -e ${pathWord(path)} || cat ${pathWord(path)}`,
  process: (lines) => {
    const table: Record<string, string[]> = {};
    for (const line of lines) {
      const [ip, ...names] = line.replace(/#.*$/, "").trim().split(/\s+/);
      if (ip) table[ip] = [...new Set([...table[ip] ?? [], ...names])];
    }
    return table;
  },
  default: () => ({}),
});

type Reader = (line: string) => ListeningPort | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  ss: readSs,
  netstat: readNetstat,
  sockstat: readSockstat,
  tcp: (line) => readKernelTable(line, "tcp"),
  tcp6: (line) => readKernelTable(line, "tcp"),
  udp: (line) => readKernelTable(line, "udp"),
  udp6: (line) => readKernelTable(line, "udp"),
};

function readPorts(lines: string[]): ListeningPort[] {
  let reader: Reader | undefined;
  const ports = new Map<string, ListeningPort>();
  for (const line of lines) {
    if (Object.hasOwn(READERS, line)) {
      reader = READERS[line];
      continue;
    }
    const port = reader?.(line);
    if (port === undefined) continue;
    const key = `${port.protocol} ${port.address} ${port.port}`;
    if (!ports.has(key)) ports.set(key, port);
  }
  return [...ports.values()].sort((a, b) => a.port - b.port);
}

/** `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))` */
function readSs(line: string): ListeningPort | undefined {
  const [protocol, , , , local = "", , ...rest] = line.split(/\s+/);
  const owner = /\(\("((?:[^"\\]|\\.)*)",pid=(\d+)/.exec(rest.join(" "));
  return listening(protocol, local, owner?.[1], owner?.[2]);
}

/** `tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 123/sshd: /usr/sbin`; lines of udp have no state. */
function readNetstat(line: string): ListeningPort | undefined {
  const [protocol, , , local = ""] = line.split(/\s+/);
  const owner = /\s(\d+)\/(\S+?):?(?:\s.*)?$/.exec(line);
  return listening(protocol, local, owner?.[2], owner?.[1]);
}

/** `root sshd 1234 4 tcp4 *:22 *:*` */
function readSockstat(line: string): ListeningPort | undefined {
  const [, process, pid, , protocol, local = ""] = line.trim().split(/\s+/);
  return listening(protocol, local, process, pid);
}

/** `0: 0100007F:1F90 00000000:0000 0A …`: hexadecimal; 0A is a listening TCP socket, 07 an open UDP one. */
function readKernelTable(line: string, protocol: Protocol): ListeningPort | undefined {
  const match = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} (0A|07) /.exec(line);
  if (match === null || (match[3] === "0A") !== (protocol === "tcp")) return undefined;
  const port = Number.parseInt(match[2]!, 16);
  return { port, protocol, address: kernelAddress(match[1]!), process: undefined, pid: undefined };
}

/** The kernel writes addresses as 32-bit words, whose bytes are the wrong way round on every common machine. */
function kernelAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => word.match(/../g)!.reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
  const words = Array.from({ length: 8 }, (_, index) => `${bytes[2 * index]}${bytes[2 * index + 1]}`);
  return new URL(`http://[${words.join(":")}]/`).hostname.slice(1, -1);
}

function listening(
  protocol: string | undefined,
  local: string,
  process: string | undefined,
  pid: string | undefined,
): ListeningPort | undefined {
  const kind = /^(tcp|udp)/.exec(protocol ?? "")?.[1];
  const match = /^(.*)[:.](\d+)$/.exec(local);
  if (kind === undefined || match === null) return undefined;
  const address = match[1]!.replace(/^\[(.*)\]/, "$1").replace(/%.*$/, "");
  const number = pid === undefined || !/^\d+$/.test(pid) ? undefined : Number(pid);
  return { port: Number(match[2]), protocol: kind as Protocol, address, process, pid: number };
}
