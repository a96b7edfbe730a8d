/** Moves or removes what stands where something of another kind is wanted. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { freshNames } from "../../host/mod.ts";
import { baseName, joinPath, withoutSlash, withSuffix } from "./remote_path.ts";

/** What may be done with something of another kind at the path. */
export interface ForceArgs {
  /** Moves away what is at the path and is something else, instead of failing. Default: `false`. */
  force?: boolean | undefined;
  /** With `force`: keeps it under a name with the time appended; `false` removes it. Default: `true`. */
  forceBackup?: boolean | undefined;
  /** With `force`: the directory that it is kept in. Default: the one that it is in. */
  forceBackupDir?: string | undefined;
}

/**
 * The command that makes way at a path where something of another kind is.
 *
 * @throws {DroverError} `E_REMOTE_PATH` without `force`.
 */
export function displace(kind: "file" | "directory" | "link", path: string, args: ForceArgs): ShellCommand {
  const { force = false, forceBackup = true, forceBackupDir } = args;
  if (!force) {
    throw new DroverError("E_REMOTE_PATH", `${path} exists and is not a ${kind}`, {
      hint: "force: true moves it away; add forceBackup: false to remove it",
    });
  }
  const bare = withoutSlash(path);
  if (!forceBackup) return sh`rm -rf ${pathWord(bare)}`;
  const stem = forceBackupDir === undefined ? bare : joinPath(forceBackupDir, baseName(bare));
  return sh`mv ${pathWord(bare)} ${pathWord(withSuffix(stem, freshNames().timestamp()))}`;
}
