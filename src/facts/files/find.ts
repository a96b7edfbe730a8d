/** What `find` finds: files, directories and links under a path. */

import { pathWord, raw, sh, type ShellCommand } from "../../command/mod.ts";
import { bytesOf, type Fact, fact, isLine, pathSubject } from "../../host/mod.ts";
import { READING_TIME } from "./reading_time.ts";

/** What to look for, and where. */
export interface FindArgs {
  /** Where to start. */
  path: string;
  /** Exact size: bytes, or text such as `"10KB"` (1000 bytes) or `"10KiB"` (1024 bytes). */
  size?: number | string;
  /** Smallest size, itself included. */
  minSize?: number | string;
  /** Largest size, itself included. */
  maxSize?: number | string;
  /** How many levels to descend; 0 looks at `path` itself only. */
  maxdepth?: number;
  /** Pattern (`*.conf`) of the last part of the path. */
  fname?: string;
  /** The same, upper and lower case being one. */
  iname?: string;
  /** Regular expression of the whole path, in the dialect of the host's `find`. */
  regex?: string;
  /** More words for `find`, each quoted. */
  args?: readonly string[];
  /** `false` lets the host's shell expand patterns and variables in `path`. Default: `true`. */
  quotePath?: boolean;
  /** Pattern of the whole path, such as `/srv/app/*.d/x.conf`; its `*` stands for slashes, too. */
  pathMatch?: string;
}

/**
 * Paths of the files under a path; an empty list if there is no such path.
 *
 * @example
 * ```ts
 * const logs = await host.getFact(facts.files.FindFiles, { path: "/var/log", fname: "*.log", minSize: "100MiB" });
 * ```
 */
export const FindFiles = findFact("files.FindFiles", "f");

/**
 * Paths of the directories under a path, itself included.
 *
 * @example
 * ```ts
 * const releases = await host.getFact(facts.files.FindDirectories, { path: "/srv/app/releases", maxdepth: 1 });
 * ```
 */
export const FindDirectories = findFact("files.FindDirectories", "d");

/**
 * Paths of the symbolic links under a path.
 *
 * @example
 * ```ts
 * const sites = await host.getFact(facts.files.FindLinks, { path: "/etc/nginx/sites-enabled" });
 * ```
 */
export const FindLinks = findFact("files.FindLinks", "l");

function findFact(name: string, type: string): Fact<string[], FindArgs> {
  return fact<string[], FindArgs>({
    name,
    timeout: READING_TIME,
    about: ({ path }) => pathSubject(path, { below: true }),
    remember: {
      path: "path",
      size: isSize,
      minSize: isSize,
      maxSize: isSize,
      maxdepth: "number",
      fname: "line",
      iname: "line",
      regex: "line",
      // `-exec` and `-delete` are words for `find`, too.
      args: "unset",
      quotePath: (value) => value === undefined || value === true,
      pathMatch: "line",
    },
    parameters: {
      path: "string",
      size: "string | number?",
      minSize: "string | number?",
      maxSize: "string | number?",
      maxdepth: "number?",
      fname: "string?",
      iname: "string?",
      regex: "string?",
      args: "string[]?",
      quotePath: "boolean?",
      pathMatch: "string?",
    },
    asWritten: ["path"],
    command: (args) => findCommand(type, args),
    process: (lines) => lines,
  });
}

function isSize(value: unknown): boolean {
  return value === undefined || typeof value === "number" || isLine(value);
}

function findCommand(type: string, args: FindArgs): ShellCommand {
  const start = args.quotePath === false ? raw(args.path) : pathWord(args.path);
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [name, value];
  const size = (sign: string, value: number | string | undefined, shift: number) =>
    // Nothing is smaller than 0 bytes.
    value === undefined || bytesOf(value) + shift < 0 ? [] : ["-size", `${sign}${bytesOf(value) + shift}c`];
  return sh`find ${start} -type ${type} ${[
    ...option("-maxdepth", args.maxdepth),
    ...size("", args.size, 0),
    // `find` takes + and - to mean more and less than.
    ...size("+", args.minSize, -1),
    ...size("-", args.maxSize, 1),
    ...option("-name", args.fname),
    ...option("-iname", args.iname),
    ...option("-regex", args.regex),
    ...option("-path", args.pathMatch),
    ...args.args ?? [],
  ]} || true`;
}
