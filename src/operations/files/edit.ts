/** What the operations that edit a text file where it stands have in common. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type EditTarget, FileContents } from "../../facts/files/mod.ts";
import { currentScope, freshNames, host, showDiff } from "../../host/mod.ts";
import { givenTempDir } from "../temporary.ts";
import { type Access, writing } from "./place.ts";
import { baseName, joinPath, parentOf, withSuffix } from "./remote_path.ts";

/** Keeping a copy of a file before it is edited. */
export interface BackupArgs {
  /**
   * Keeps a copy beside the file before changing it: `true` appends the time to its name, text is what to
   * append instead. Default: `false`.
   */
  backup?: boolean | string | undefined;
}

/** Larger files are changed without showing the difference. Bytes. */
export const DIFF_SIZE = 256 * 1024;

/** Whether the run shows differences of files. */
export function wantsDiff(): boolean {
  return currentScope()?.config.diff ?? false;
}

/** The whole text of lines. */
export function toText(lines: readonly string[] | undefined): string | undefined {
  if (lines === undefined) return undefined;
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Shows what an edit changes, if differences are wanted and the file is not too large. */
export async function showEdit(
  path: string,
  target: EditTarget | undefined,
  preview: (before: string[] | undefined) => string[] | undefined | Promise<string[] | undefined>,
): Promise<void> {
  if (!wantsDiff() || (target !== undefined && target.size > DIFF_SIZE)) return;
  const before = host.getFact(FileContents, { path });
  const after = Promise.resolve(before).then(preview);
  showDiff({ path, before: toText(await before), after: toText(await after) });
}

/**
 * What is appended to the name of a backup.
 *
 * @throws {DroverError} `E_ARGUMENT` for text that would lead to another directory, or is too long.
 */
export function backupSuffix(operation: string, backup: boolean | string | undefined): string | undefined {
  if (backup === undefined || backup === false || backup === "") return undefined;
  if (backup === true) return freshNames().timestamp();
  if (new TextEncoder().encode(backup).length > MAX_SUFFIX) {
    throw new DroverError("E_ARGUMENT", `${operation}: backup is too long for an extension`, {
      hint: `give at most ${MAX_SUFFIX} bytes`,
    });
  }
  if (!/[/*\0\n]/.test(backup)) return backup.replace(/^\./, "");
  throw new DroverError("E_ARGUMENT", `${operation}: backup cannot be ${Deno.inspect(backup)}`, {
    hint: 'give true, or an extension such as "old"',
  });
}

/** Bytes of an extension, so that something of a file's name stays in front of it. */
const MAX_SUFFIX = 200;

/** How an edit is made. */
export interface EditManner {
  /** What is appended to the name of the copy that is kept. */
  backup: string | undefined;
  access: Access;
}

/**
 * A command that edits a file where others may change its path: the new text takes the file's place whole, made by
 * a filter from the file itself. It is shown as the plain command.
 */
export function editExposed(
  path: string,
  filter: ShellCommand,
  backup: string | undefined,
  shown: ShellCommand,
): ShellCommand {
  const copy = sh`"\${j%/*}"/${baseName(withSuffix(path, backup ?? ""))}`;
  const kept = sh`rm -f ${copy};(set -C;cat "$O" >${copy})||fail "cannot keep a copy of $d";`;
  return writing({
    path,
    content: sh`{ ${backup === undefined ? undefined : kept} ${filter};}`,
    edits: true,
    shown,
  });
}

/** A command that copies a file to its backup. */
export function copyToBackup(path: string, suffix: string): ShellCommand {
  return sh`cp ${pathWord(path)} ${pathWord(withSuffix(path, suffix))}`;
}

/**
 * A command that replaces a file by what a filter makes of it. The new text is made beside the file with its
 * owner and mode, and takes its place in one step; a mount point, which cannot be replaced, is written over.
 */
export function rewrite(
  path: string,
  filter: ShellCommand,
  { mounted, backup, access }: EditManner & { mounted: boolean },
): ShellCommand {
  const word = pathWord(path);
  const beside = pathWord(joinPath(parentOf(path) ?? ".", ".drover.XXXXXX"));
  // Nothing can stand beside a file that is a mount point by itself.
  const elsewhere = mounted ? givenTempDir() : undefined;
  const template = elsewhere === undefined ? undefined : pathWord(joinPath(elsewhere, ".drover.XXXXXX"));
  const made = sh`mktemp ${mounted ? template : beside}`;
  const copied = mounted ? undefined : sh`cp -p ${word} "$OUT" && `;
  const placed = mounted ? sh`cat "$OUT" > ${word} && rm -f "$OUT"` : sh`mv -f "$OUT" ${word}`;
  const kept = backup === undefined ? undefined : sh`${copyToBackup(path, backup)} && `;
  const plain =
    sh`${kept}OUT="$(${made})" && { ${copied}${filter} < ${word} > "$OUT" && ${placed}; } || { rm -f "$OUT"; false; }`;
  return access.exposed ? editExposed(path, filter, backup, plain) : plain;
}
