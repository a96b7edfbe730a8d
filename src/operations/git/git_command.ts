/** The git command lines that the operations of git share. */

import { pathWord, sh, ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import type { FileInfo } from "../../facts/files/mod.ts";
import { GIT_AS_OWNER } from "../../facts/as_owner.ts";
import type { Wanted } from "../files/ownership.ts";
import { accessTo } from "../files/place.ts";
import { joinPath } from "../files/remote_path.ts";

/** Runs git in a directory of the host. */
export type GitIn = (words: ShellCommand) => ShellCommand;

/**
 * Git in a directory, which may belong to another user. It runs hooks and programs that the repository's
 * configuration names: root is that user meanwhile.
 */
export async function gitIn(directory: string): Promise<GitIn> {
  const { exposed } = await accessTo(joinPath(gitDirectory(directory), "config"));
  return (words) => {
    const plain = sh`cd ${pathWord(directory)} && git ${words}`;
    return exposed
      ? ShellCommand.of(
        sh`${GIT_AS_OWNER}
${plain}`.raw,
        String(plain),
      )
      : plain;
  };
}

/**
 * The value of a fact that only saves work or trouble. Where it cannot be read, the operation does what it
 * would do without it, and git tells what is wrong.
 */
export async function ifKnown<T>(value: Promise<T>): Promise<T | undefined> {
  return await value.catch(() => undefined);
}

/** Whether a directory is known to belong to another user or group than is wanted. */
export function hasOtherOwner(found: Partial<FileInfo> | false | undefined, wanted: Wanted): boolean {
  if (!found) return false;
  const { user = wanted.user, group = wanted.group } = found;
  return (wanted.user !== undefined && user !== wanted.user) ||
    (wanted.group !== undefined && group !== wanted.group);
}

/**
 * Refuses values that git would take for options.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function refuseOptions(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (value !== "" && !value.startsWith("-"))) continue;
    throw new DroverError("E_ARGUMENT", `${name} cannot be "${value}"`);
  }
}

/** Where git keeps the repository of a working directory. */
export function gitDirectory(directory: string): string {
  return joinPath(directory, ".git");
}
