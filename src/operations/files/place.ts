/** Commands for places that other users may change: they go where the plain ones go, but through no link of others. */

import { pathWord, raw, sh, ShellCommand } from "../../command/mod.ts";
import { REACH_SETUP, SELF_SETUP, WRITE_SETUP, type Writing, writingText } from "../../command/writing.ts";
import { Exposed } from "../../facts/files/mod.ts";
import { host } from "../../host/mod.ts";

/** The argument of operations that write at a path. */
export interface FollowArgs {
  /**
   * Goes through symbolic links that another user than root and the writer may change. By default they are
   * refused: they could lead root into any file. Default: `false`.
   */
  follow?: boolean | undefined;
}

/** How commands get to what they change. */
export interface Access {
  /** Whether other users may change what the path stands for. */
  exposed: boolean;
  follow: boolean;
}

/** What is known of the way to a path. */
export async function accessTo(path: string, { follow = false }: FollowArgs = {}): Promise<Access> {
  // Whoever follows all links needs none of the care.
  return { exposed: !follow && await host.getFact(Exposed, { path }) === true, follow };
}

/** How a careful command gets to its path. */
export interface Reaching {
  /** The last part of the path stands for itself, be it a link. */
  itself?: boolean;
  /** Makes the directories that are missing. */
  makes?: boolean;
}

/** Where a careful command is: what the path leads to is `./NAME`, seen from its directory. */
export const HERE = raw('"./$b"');

/**
 * The plain command; where others may change the path, a careful one, which is shown as the plain one.
 *
 * @param careful What runs in the directory of the path, on {@linkcode HERE}.
 */
export function reaching(
  path: string,
  access: Access | undefined,
  plain: ShellCommand,
  careful: ShellCommand,
  { itself = false, makes = false }: Reaching = {},
): ShellCommand {
  if (!access?.exposed) return plain;
  const flags = raw(`W=;F=;S=${itself ? 1 : ""};M=${makes ? 1 : ""}`);
  const command = sh`${flags};reach ${pathWord(path)};${careful}`;
  return ShellCommand.of(`${REACH_SETUP}${SELF_SETUP}${command.raw}`, String(plain));
}

/** A command that makes a directory and its parents, with or without care. */
export function makeDirectory(path: string, access: Access | undefined): ShellCommand {
  return reaching(path, access, sh`mkdir -p ${pathWord(path)}`, sh`M=1;enter "$d/."`, { makes: true });
}

/**
 * A command that writes a file whole or not at all; where others may change the path, in place of the plain one,
 * which it is shown as.
 */
export function writing(
  { path, content, shown, ...wanted }: Omit<Writing, "content" | "path"> & {
    path: string;
    content: ShellCommand;
    shown: ShellCommand;
  },
): ShellCommand {
  const text = writingText({ path, content: content.raw, ...wanted });
  return ShellCommand.of(`${REACH_SETUP}${WRITE_SETUP}${text}`, String(shown));
}
