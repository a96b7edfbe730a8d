/** What `stat` tells about a path: files, directories, links and sockets. */

import { pathWord, sh } from "../../command/mod.ts";
import { fact, pathSubject } from "../../host/mod.ts";
import {
  ownerCommand,
  sharedOwner,
  sharedStat,
  sharedTarget,
  statCommand,
  targetCommand,
} from "./stat_command.ts";
import { STAT } from "../stat_function.ts";

/** What is known of a file or directory. */
export interface FileInfo {
  /** Name of the owner, or the number of one without a name. */
  user: string;
  /** Name of the group, or its number. */
  group: string;
  /** Octal digits as a number, the way people write modes: 644, 1777. */
  mode: number;
  /** Bytes. */
  size: number;
  /** When it was last read, to the second. */
  atime: Date;
  /** When its content last changed. */
  mtime: Date;
  /** When its content, owner or mode last changed. */
  ctime: Date;
}

/** What is known of a symbolic link. */
export interface LinkInfo extends FileInfo {
  /** Where it points to, as written in the link. */
  linkTarget: string;
}

/** The argument of facts about one path. */
export interface PathArgs {
  /** Path on the host; `~` at its start is the home directory. */
  path: string;
}

const STAT_REGEXP =
  /^user=(.*?) group=(.*?) mode=(\S+) atime=(-?\d+) mtime=(-?\d+) ctime=(-?\d+) size=(\d+) ([\s\S]*)$/;

/** What moves in a directory although it was not changed itself: a plan that looks at one of these rests on all. */
const ALL_TIMES = ["atime", "mtime", "ctime", "size"];

/**
 * A regular file: owner, mode, size and times. `undefined` if nothing is at the path, `false` if something
 * else is, a symbolic link included.
 *
 * @example
 * ```ts
 * const motd = await host.getFact(facts.files.File, { path: "/etc/motd" });
 * if (motd) host.log(`${motd.size} bytes`);
 * ```
 */
export const File = fact<FileInfo | false | undefined, PathArgs>({
  name: "files.File",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path" },
  parameters: { path: "string" },
  setup: () => STAT,
  command: ({ path }) => statCommand(path),
  shared: { ...sharedStat, passing: ["atime", "ctime"] },
  process: (lines) => ofType(lines, "-"),
});

/**
 * A directory: owner, mode and times. `undefined` if nothing is at the path, `false` if something else is,
 * a symbolic link to a directory included.
 *
 * @example
 * ```ts
 * const directory = await host.getFact(facts.files.Directory, { path: "/srv/app" });
 * if (directory && directory.user !== "app") { … }
 * ```
 */
export const Directory = fact<FileInfo | false | undefined, PathArgs>({
  name: "files.Directory",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path" },
  parameters: { path: "string" },
  setup: () => STAT,
  command: ({ path }) => statCommand(path),
  shared: { ...sharedStat, passing: ALL_TIMES },
  process: (lines) => ofType(lines, "d"),
});

/**
 * A symbolic link: owner and where it points to. `undefined` if nothing is at the path, `false` if
 * something else is.
 *
 * @example
 * ```ts
 * const current = await host.getFact(facts.files.Link, { path: "/srv/app/current" });
 * if (current) console.log(current.linkTarget);
 * ```
 */
export const Link = fact<LinkInfo | false | undefined, PathArgs>({
  name: "files.Link",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path" },
  parameters: { path: "string" },
  setup: () => STAT,
  command: ({ path }) => statCommand(path),
  shared: { ...sharedStat, passing: ["atime", "ctime"] },
  process(lines, { path }) {
    const stat = parseStat(lines);
    if (stat === undefined) return undefined;
    return stat.type === "l" ? { ...stat.info, linkTarget: linkTarget(stat.name, path) } : false;
  },
});

/**
 * A socket: owner and mode. `undefined` if nothing is at the path, `false` if something else is.
 *
 * @example
 * ```ts
 * const socket = await host.getFact(facts.files.Socket, { path: "/run/docker.sock" });
 * if (socket) { … }
 * ```
 */
export const Socket = fact<FileInfo | false | undefined, PathArgs>({
  name: "files.Socket",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path" },
  parameters: { path: "string" },
  setup: () => STAT,
  command: ({ path }) => statCommand(path),
  shared: { ...sharedStat, passing: ALL_TIMES },
  process: (lines) => ofType(lines, "s"),
});

/** What stands at the end of a symbolic link. */
export interface LinkTargetInfo {
  /** What it is. */
  kind: "file" | "directory" | "other";
  /** Its owner, mode, size and times. */
  info: FileInfo;
}

/**
 * What a path leads to once all links are followed; `undefined` if that is nothing.
 *
 * @example
 * ```ts
 * const release = await host.getFact(facts.files.LinkTarget, { path: "/srv/app/current" });
 * if (release?.kind !== "directory") { … }
 * ```
 */
export const LinkTarget = fact<LinkTargetInfo | undefined, PathArgs>({
  name: "files.LinkTarget",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path" },
  setup: () => STAT,
  command: ({ path }) => targetCommand(path),
  shared: { ...sharedTarget, passing: ALL_TIMES },
  parameters: { path: "string" },
  process(lines) {
    const stat = parseStat(lines);
    if (stat === undefined) return undefined;
    const kind = stat.type === "-" ? "file" : stat.type === "d" ? "directory" : "other";
    return { kind, info: stat.info };
  },
});

/**
 * Numbers of the user and the group that own a path, links not followed; `undefined` if nothing is there.
 *
 * @example
 * ```ts
 * const owner = await host.getFact(facts.files.NumericOwner, { path: "/srv/app" });
 * ```
 */
export const NumericOwner = fact<{ user: string; group: string } | undefined, PathArgs>({
  name: "files.NumericOwner",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path" },
  setup: () => STAT,
  command: ({ path }) => ownerCommand(path),
  shared: sharedOwner,
  parameters: { path: "string" },
  process([line]) {
    const match = /^(\d+) (\d+)$/.exec(line ?? "");
    return match === null ? undefined : { user: match[1]!, group: match[2]! };
  },
});

/**
 * The bits of modes that are left out where nothing says for whom: `0o22` mostly; `undefined` if that cannot be told.
 *
 * @example
 * ```ts
 * const umask = await host.getFact(facts.files.Umask);
 * ```
 */
export const Umask = fact<number | undefined>({
  name: "files.Umask",
  remember: {},
  command: () => "umask",
  process: ([line = ""]) => /^[0-7]+$/.test(line) ? parseInt(line, 8) : undefined,
});

/** Two paths to compare. */
export interface TwoPathsArgs {
  /** Path on the host; `~` at its start is the home directory. */
  path: string;
  /** The other path. */
  other: string;
}

/**
 * Whether two paths are one file: the same device and inode.
 *
 * @example
 * ```ts
 * const same = await host.getFact(facts.files.SameFile, { path: "/bin/sh", other: "/bin/dash" });
 * ```
 */
export const SameFile = fact<boolean, TwoPathsArgs>({
  name: "files.SameFile",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path", other: "path" },
  parameters: { path: "string", other: "string" },
  command: ({ path, other }) => sh`if test ${pathWord(path)} -ef ${pathWord(other)}; then echo same; fi`,
  process: ([line]) => line === "same",
});

function ofType(lines: string[], type: string): FileInfo | false | undefined {
  const stat = parseStat(lines);
  if (stat === undefined) return undefined;
  return stat.type === type ? stat.info : false;
}

function parseStat(lines: string[]): { type: string; info: FileInfo; name: string } | undefined {
  // A name may hold newlines, so all lines belong to the one entry.
  const match = STAT_REGEXP.exec(lines.join("\n"));
  if (match === null) return undefined;
  const [, user = "", group = "", mode = "", atime = "", mtime = "", ctime = "", size = "", name = ""] =
    match;
  return {
    type: mode.slice(0, 1),
    name,
    info: {
      user,
      group,
      mode: parseMode(mode.slice(1)),
      size: Number(size),
      atime: toDate(atime),
      mtime: toDate(mtime),
      ctime: toDate(ctime),
    },
  };
}

/** `rwsr-xr-t` → 5755. */
export function parseMode(letters: string): number {
  const digit = (start: number) => {
    const execute = letters[start + 2] ?? "-";
    return (letters[start] === "r" ? 4 : 0) + (letters[start + 1] === "w" ? 2 : 0) +
      ("xst".includes(execute) ? 1 : 0);
  };
  const special = (/[sS]/.test(letters[2] ?? "") ? 4 : 0) + (/[sS]/.test(letters[5] ?? "") ? 2 : 0) +
    (/[tT]/.test(letters[8] ?? "") ? 1 : 0);
  return special * 1000 + digit(0) * 100 + digit(3) * 10 + digit(6);
}

function toDate(seconds: string): Date {
  return new Date(Number(seconds) * 1000);
}

/** Both names as GNU quoted them before coreutils 8.25: `` `link' -> `target' ``, or ‘so’ with UTF-8. */
const LOCALE_QUOTED =
  /^(?:`(?:[^'\\]|\\.)*'|‘(?:[^’\\]|\\.)*’) -> (?:`((?:[^'\\]|\\.)*)'|‘((?:[^’\\]|\\.)*)’)$/;

/**
 * The target in `'link' -> 'target'`. GNU quotes as a shell would, or once did as people would, BusyBox puts
 * plain quotes around whatever there is, the BSDs quote nothing.
 */
function linkTarget(text: string, path: string): string {
  const old = LOCALE_QUOTED.exec(text);
  if (old !== null) return unescapeControls(old[1] ?? old[2]!);
  const quoted = /^(?:'[^']*'|"[^"]*"|\$'(?:[^'\\]|\\.)*'|\\.)+ -> ([\s\S]*)$/.exec(text)?.[1];
  const target = quoted ?? afterName(text, path);
  return unquoteShell(target) ?? target.replace(/^'([\s\S]*)'$/, "$1");
}

function afterName(text: string, path: string): string {
  const plain = [`'${path}' -> `, `${path} -> `].find((start) => text.startsWith(start));
  return text.slice(plain?.length ?? text.indexOf(" -> ") + 4);
}

const QUOTED_PIECE = /'([^']*)'|"([^"]*)"|\$'((?:[^'\\]|\\.)*)'|\\(.)/y;

/** What a shell makes of a word that consists of quoted pieces only; nothing if it is no such word. */
function unquoteShell(word: string): string | undefined {
  let value = "";
  let position = 0;
  while (position < word.length) {
    QUOTED_PIECE.lastIndex = position;
    const piece = QUOTED_PIECE.exec(word);
    if (piece === null) return undefined;
    value += piece[1] ?? piece[2] ?? piece[4] ?? unescapeControls(piece[3]!);
    position += piece[0].length;
  }
  return position === 0 ? undefined : value;
}

const CONTROLS: Record<string, string> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function unescapeControls(text: string): string {
  return text.replaceAll(
    /((?:\\[0-7]{1,3})+)|\\(.)/g,
    (_, octal: string | undefined, code: string) =>
      octal === undefined ? CONTROLS[code] ?? code : decodeOctal(octal),
  );
}

/** Octal escapes stand for bytes of UTF-8. */
function decodeOctal(escapes: string): string {
  const bytes = escapes.slice(1).split("\\").map((digits) => parseInt(digits, 8));
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
