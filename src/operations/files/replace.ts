/** Parts of the text of files: `files.replace`. */

import { DroverError } from "../../errors/mod.ts";
import { EditTargetAt, FindInFile, SedPreview } from "../../facts/files/mod.ts";
import { alters, host, operation, pathSubject, restsOn } from "../../host/mod.ts";
import { type BackupArgs, backupSuffix, showEdit } from "./edit.ts";
import { accessTo, type FollowArgs } from "./place.ts";
import { checkPath } from "./remote_path.ts";
import {
  checkPattern,
  effectOf,
  ignoresCase,
  type PatternArgs,
  resolvePattern,
  resolveReplacement,
  type SedFlags,
  sedInPlace,
  substitution,
  unsettled,
} from "./sed.ts";

/** Arguments of {@linkcode replace}. */
export interface ReplaceArgs extends BackupArgs, PatternArgs, FollowArgs {
  /** Path of the file on the host. */
  path: string;
  /** Regular expression of the text to replace, within one line. */
  text?: string | undefined;
  /** What to put in its place; `\1` to `\9` stand for groups. */
  replace?: string | undefined;
  /** Flags of `sed`'s `s` command: `"g"` for every match of a line, not just the first. */
  flags?: SedFlags;
  /** Older name of `text`. */
  match?: string | undefined;
}

/**
 * Replaces text in a file. Nothing is done where the text does not occur, or where replacing it would leave
 * the file as it is. Links are followed.
 *
 * @throws {DroverError} `E_UNSETTLED` for a replacement that the next run would replace again, as of `a` by `aa`, or
 *   of the first of several matches in a line.
 * @example
 * ```ts
 * await files.replace({ path: "/etc/app.conf", text: "port=[0-9]*", replace: "port=8080", flags: ["g"] });
 * ```
 */
export const replace = operation<ReplaceArgs>("files.replace", async function* (args) {
  const path = checkPath("files.replace", "path", args.path);
  const { flags, interpolateVariables = false, extendedRegex = false } = args;
  const text = required("text", args.text ?? args.match);
  const pattern = checkPattern(
    "files.replace",
    "text",
    resolvePattern("files.replace", "text", text, { interpolateVariables }),
  );
  const replacement = resolveReplacement("files.replace", required("replace", args.replace), {
    interpolateVariables,
  });
  const backup = backupSuffix("files.replace", args.backup);
  const options = { interpolateVariables, extendedRegex };
  const parts = [`text ${pattern}`, `text ${replacement}`];
  restsOn(pathSubject(path, { parts: ["content", ...parts] }));
  alters(pathSubject(path, { parts }));
  const edit = {
    path,
    script: substitution(pattern, replacement, { flags, interpolateVariables }),
    ...options,
  };
  const matching = { ...options, ...(ignoresCase(flags) ? { ignoreCase: true } : {}) };
  const [found, target, effect, access] = await Promise.all([
    host.getFact(FindInFile, { path, pattern, ...matching }),
    host.getFact(EditTargetAt, { path }),
    effectOf(edit, flags),
    accessTo(path, args),
  ]);
  // Without a file, the command says so: it may still come to be before this operation's turn.
  if (found?.length === 0) return host.noop(`string "${pattern}" does not exist in ${path}`);
  if (effect === "none") return host.noop(`string "${pattern}" is already "${replacement}" in ${path}`);
  if (effect === "repeating") throw unsettled("files.replace", edit, flags);
  await showEdit(path, target, () => host.getFact(SedPreview, edit));
  yield sedInPlace(edit, target, { backup, access });
}, {
  parameters: {
    path: "string",
    text: "string?",
    replace: "string?",
    flags: "string | string[]?",
    backup: "boolean | string?",
    interpolateVariables: "boolean?",
    extendedRegex: "boolean?",
    match: "string?",
    follow: "boolean?",
  },
  asWritten: ["text", "replace", "match"],
});

function required(argument: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new DroverError("E_ARGUMENT", `files.replace needs the argument "${argument}"`);
}
