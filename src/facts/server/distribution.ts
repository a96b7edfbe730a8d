/** Facts about the Linux distribution, as its release files tell. */

import { type Fact, fact } from "../../host/mod.ts";

/** A Linux distribution. */
export interface Distribution {
  /** Its usual name: `Debian`, `Ubuntu`, `CentOS`, `RedHat`, `Alpine`; `undefined` if nothing tells. */
  name: string | undefined;
  /** First part of its version; `undefined` for rolling releases. */
  major: number | undefined;
  /** Second part of its version. */
  minor: number | undefined;
  /** Everything in `/etc/os-release`, and `CODENAME`. */
  releaseMeta: Record<string, string>;
}

/** Prints each release file between its name and `---`; links to the same file print it again. */
const RELEASE_FILES_COMMAND = "cd /etc/ && for file in $(ls -pdL *-release | grep -v /); " +
  'do echo "/etc/${file}"; cat "/etc/${file}"; echo ---; done';

/** Names that people use for the `ID` of os-release. */
const NAMES: Readonly<Record<string, string>> = {
  alpine: "Alpine",
  centos: "CentOS",
  debian: "Debian",
  fedora: "Fedora",
  gentoo: "Gentoo",
  opensuse: "openSUSE",
  "opensuse-leap": "openSUSE",
  rhel: "RedHat",
  ubuntu: "Ubuntu",
};

/**
 * The Linux distribution: its name and version.
 *
 * @example
 * ```ts
 * const { name, major } = await host.getFact(facts.server.LinuxDistribution); // "Debian", 12
 * ```
 */
export const LinuxDistribution: Fact<Distribution> = fact<Distribution>({
  name: "server.LinuxDistribution",
  remember: {},
  command: () => RELEASE_FILES_COMMAND,
  process: readDistribution,
  default: () => ({ name: undefined, major: undefined, minor: undefined, releaseMeta: {} }),
});

/** The name of the Linux distribution: `Debian`. */
export const LinuxName: Fact<string | undefined> = fact<string | undefined>({
  name: "server.LinuxName",
  remember: {},
  command: () => RELEASE_FILES_COMMAND,
  process: (lines) => readDistribution(lines).name,
});

/** `/etc/os-release` with keys in lower case; empty where there is none. */
export const OsRelease: Fact<Record<string, string>> = fact<Record<string, string>>({
  name: "server.OsRelease",
  remember: {},
  command: () => "cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || true",
  process: (lines) =>
    Object.fromEntries(
      Object.entries(readAssignments(lines)).map(([key, value]) => [key.toLowerCase(), value]),
    ),
  default: () => ({}),
});

/** What `lsb_release` tells. */
export interface LsbInfo {
  /** Name of the distributor: `Debian`. */
  id?: string;
  /** Name and release for people. */
  description?: string;
  /** Number of the release: `12`. */
  release?: string;
  /** Name of the release: `bookworm`. */
  codename?: string;
}

/** What `lsb_release` tells; `undefined` where it is not installed. */
export const LsbRelease: Fact<LsbInfo | undefined> = fact<LsbInfo | undefined>({
  name: "server.LsbRelease",
  remember: {},
  requires: "lsb_release",
  command: () => "lsb_release -ca",
  process: readLsbRelease,
});

function readLsbRelease(lines: string[]): LsbInfo {
  const entries = lines.flatMap((line) => {
    const match = /^([^:]+):\s*(.*)$/.exec(line);
    if (match === null) return [];
    const key = match[1]!.trim().toLowerCase();
    return [[key === "distributor id" ? "id" : key.replaceAll(" ", "_"), match[2]!.trim()]];
  });
  return Object.fromEntries(entries) as LsbInfo;
}

function readDistribution(lines: string[]): Distribution {
  const files = splitFiles(lines);
  const osRelease = files.find(({ name }) => name === "/etc/os-release")?.lines ?? [];
  const releaseMeta = readAssignments(osRelease);
  const sentence = readSentence(files.filter(({ name }) => name !== "/etc/os-release"));
  const codename = codenameOf(releaseMeta);
  if (codename !== undefined) releaseMeta.CODENAME = codename;
  const version = releaseMeta.VERSION_ID ?? sentence?.version ?? "";
  const [, major, minor] = /(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return {
    name: NAMES[releaseMeta.ID ?? ""] ?? releaseMeta.NAME ?? sentence?.name,
    major: major === undefined ? undefined : Number(major),
    // 0 says nothing: "12.0" and "12" are the same release.
    minor: minor === undefined || Number(minor) === 0 ? undefined : Number(minor),
    releaseMeta,
  };
}

function splitFiles(lines: string[]): { name: string; lines: string[] }[] {
  const files: { name: string; lines: string[] }[] = [];
  let current: { name: string; lines: string[] } | undefined;
  for (const line of lines) {
    if (line === "---") current = undefined;
    else if (current === undefined) files.push(current = { name: line, lines: [] });
    else current.lines.push(line);
  }
  return files;
}

/** `KEY=value` lines, whose values are words of a shell: bare, or in either kind of quotes. */
function readAssignments(lines: string[]): Record<string, string> {
  const entries = lines.flatMap((line) => {
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    return match === null ? [] : [[match[1]!, unquote(match[2]!.trim())]];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

function unquote(text: string): string {
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  const inner = /^"(.*)"$/.exec(text)?.[1] ?? text;
  return inner.replaceAll(/\\(.)/g, "$1");
}

function codenameOf(meta: Record<string, string>): string | undefined {
  if (meta.VERSION_CODENAME !== undefined) return meta.VERSION_CODENAME;
  if (meta.UBUNTU_CODENAME !== undefined) return meta.UBUNTU_CODENAME;
  const match = /\((\D+)\)|,\s+(\D+)/.exec(meta.VERSION ?? "");
  return match?.[1] ?? match?.[2];
}

/** Systems older than os-release: `CentOS release 6.10 (Final)`, or lsb-release's own keys. */
function readSentence(files: { lines: string[] }[]): { name: string; version: string } | undefined {
  const lines = files.flatMap((file) => file.lines);
  const lsb = readAssignments(lines);
  if (lsb.DISTRIB_ID !== undefined) return { name: lsb.DISTRIB_ID, version: lsb.DISTRIB_RELEASE ?? "" };
  for (const line of lines) {
    const match = /^([A-Za-z][^=]*?)(?: Linux)?(?: Server| Workstation)? release (\d[\w.+-]*)/.exec(line);
    if (match === null) continue;
    const name = match[1]!.trim();
    return { name: /^Red Hat Enterprise/.test(name) ? "RedHat" : name, version: match[2]! };
  }
  return undefined;
}
