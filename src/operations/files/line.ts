/** Single lines of text files: `files.line`. */

import { pathWord, raw, sh, type ShellCommand } from "../../command/mod.ts";
import { type EditTarget, EditTargetAt, FindInFile, SedChanges, SedPreview } from "../../facts/files/mod.ts";
import { effect, host, operation } from "../../host/mod.ts";
import { type BackupArgs, backupSuffix, copyToBackup, showEdit } from "./edit.ts";
import { checkPath } from "./remote_path.ts";
import {
  checkPattern,
  deletion,
  isHarmless,
  literalPattern,
  type PatternArgs,
  type SedFlags,
  sedInPlace,
  substitution,
  wholeLine,
} from "./sed.ts";

/** Arguments of {@linkcode line}. */
export interface LineArgs extends BackupArgs, PatternArgs {
  /** Path of the file on the host. */
  path: string;
  /**
   * The line, or a regular expression that matches a part of it. `^` and `$` bind it to the line's beginning
   * and end; without them, every line that it occurs in is meant, as a whole.
   */
  line: string;
  /** Whether the line should be in the file; `false` removes every line that matches. Default: `true`. */
  present?: boolean | undefined;
  /**
   * What matching lines become (`\1` to `\9` stand for groups), and what is appended if none matches and it
   * has no such references. Default: `line` itself is appended.
   */
  replace?: string | undefined;
  /** Flags of `sed`'s `s` command for `replace`, such as `"I"`. */
  flags?: SedFlags;
  /** Takes `line` literally, without any special characters. Default: `false`. */
  escapeRegexCharacters?: boolean | undefined;
  /**
   * Kept for deploys that were written for pyinfra: a line is never appended to a last line that has no end.
   */
  ensureNewline?: boolean | undefined;
}

/**
 * Makes sure that a line is in a file, or is not. A missing file is created. Links are followed.
 *
 * @example
 * ```ts
 * await files.line({
 *   path: "/etc/ssh/sshd_config",
 *   line: "^#?PermitRootLogin .*$",
 *   replace: "PermitRootLogin no",
 *   extendedRegex: true,
 * });
 * ```
 */
export const line = operation<LineArgs>("files.line", async function* (args) {
  const { present = true, replace, interpolateVariables = false, extendedRegex = false } = args;
  const path = checkPath("files.line", "path", args.path);
  const wanted = checkPattern("files.line", "line", args.line);
  if (replace !== undefined) checkPattern("files.line", "replace", replace);
  const backup = backupSuffix("files.line", args.backup);
  const options = { interpolateVariables, extendedRegex };
  const pattern = wholeLine(
    args.escapeRegexCharacters ? literalPattern(wanted, extendedRegex) : wanted,
    extendedRegex,
  );
  const script = present ? substitution(pattern, replace ?? "", args.flags) : deletion(pattern);
  const edit = { path, script, ...options };
  const [found, target, changes] = await Promise.all([
    host.getFact(FindInFile, { path, pattern, ...options }),
    host.getFact(EditTargetAt, { path }),
    present && replace !== undefined && isHarmless(args.flags) ? host.getFact(SedChanges, edit) : undefined,
  ]);
  const matches = found !== undefined && found.length > 0;

  if (matches) {
    const unchanged = replace === undefined || changes === false || found.every((one) => one === replace);
    if (present && unchanged) return host.noop(`line "${replace ?? wanted}" exists in ${path}`);
    await showEdit(path, target, () => host.getFact(SedPreview, edit));
    yield sedInPlace(edit, target, backup);
    return;
  }
  if (!present) return host.noop(`line "${wanted}" does not exist in ${path}`);
  if (replace !== undefined && await hasLine(path, replace, options)) {
    return host.noop(`line "${replace}" exists in ${path}`);
  }
  if (replace !== undefined && /\\[1-9]/.test(replace)) {
    return host.noop(
      `no line of ${path} matches "${wanted}", so that there is nothing for "${replace}" to refer to`,
    );
  }
  const text = replace ?? wanted;
  if (found === undefined) effect("create");
  if (!interpolateVariables) await showEdit(path, target, (before = []) => [...before, text]);
  const append = appendCommand(path, text, target, interpolateVariables);
  yield backup === undefined || found === undefined ? append : sh`${copyToBackup(path, backup)} && ${append}`;
}, {
  parameters: {
    path: "string",
    line: "string",
    present: "boolean?",
    replace: "string?",
    flags: "string | string[]?",
    backup: "boolean | string?",
    interpolateVariables: "boolean?",
    escapeRegexCharacters: "boolean?",
    ensureNewline: "boolean?",
    extendedRegex: "boolean?",
  },
});

/** Whether a line is in a file as it stands. */
async function hasLine(
  path: string,
  text: string,
  options: { interpolateVariables: boolean; extendedRegex: boolean },
): Promise<boolean> {
  // Variables would no longer be expanded if their `$` were escaped.
  const literal = options.interpolateVariables ? text : literalPattern(text, options.extendedRegex);
  const found = await host.getFact(FindInFile, { path, pattern: `^${literal}$`, ...options });
  return found !== undefined && found.length > 0;
}

function appendCommand(
  path: string,
  text: string,
  target: EditTarget | undefined,
  interpolate: boolean,
): ShellCommand {
  const word = interpolate ? raw(`"${text.replaceAll('"', '\\"')}"`) : text;
  // What `echo` does with backslashes and dashes differs from shell to shell.
  const print = /\\|^-/.test(text) ? sh`printf '%s\\n' ${word}` : sh`echo ${word}`;
  const unfinished = target !== undefined && !target.terminated;
  return unfinished ? sh`{ echo; ${print}; } >> ${pathWord(path)}` : sh`${print} >> ${pathWord(path)}`;
}
