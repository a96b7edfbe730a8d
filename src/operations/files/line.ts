/** Single lines of text files: `files.line`. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { textWord } from "../../facts/files/expansion.ts";
import {
  type EditTarget,
  EditTargetAt,
  FindInFile,
  PatternMatches,
  SedPreview,
} from "../../facts/files/mod.ts";
import { alters, effect, host, operation, pathSubject, restsOn } from "../../host/mod.ts";
import { type BackupArgs, backupSuffix, copyToBackup, editExposed, showEdit } from "./edit.ts";
import { type Access, accessTo, type FollowArgs, writing } from "./place.ts";
import { checkPath } from "./remote_path.ts";
import {
  checkPattern,
  deletion,
  effectOf,
  hasAlternatives,
  ignoresCase,
  literalPattern,
  matchesItself,
  type PatternArgs,
  resolvePattern,
  resolveReplacement,
  type SedFlags,
  sedInPlace,
  shiftReferences,
  substitution,
  unsettled,
  wholeLine,
  withoutAnchors,
} from "./sed.ts";

/** Arguments of {@linkcode line}. */
export interface LineArgs extends BackupArgs, PatternArgs, FollowArgs {
  /** Path of the file on the host. */
  path: string;
  /**
   * The line, or a regular expression that matches a part of it. `^` and `$` bind it to the line's beginning
   * and end; without them, every line that it occurs in is meant, as a whole. What more than the line itself
   * has to be matched needs `replace`, or `present: false`.
   */
  line: string;
  /** Whether the line should be in the file; `false` removes every line that matches. Default: `true`. */
  present?: boolean | undefined;
  /**
   * What matching lines become (`\1` to `\9` stand for groups), and what is appended if none matches and it
   * has no such references. Default: `line` itself, without `^` and `$`, is appended.
   */
  replace?: string | undefined;
  /** Flags of `sed`'s `s` command for `replace`; with `"I"`, `line` matches lower and upper case letters alike. */
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
 * @throws {DroverError} `E_ARGUMENT` for a `line` that would be appended again and again, because its special
 *   characters keep it from matching its own text: `escapeRegexCharacters` or `replace` says what is meant.
 *   `E_UNSETTLED` for a `replace` that the next run would replace again, as of `^(.*)x` by `\1xx`.
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
  const { present = true, flags, interpolateVariables = false, extendedRegex = false } = args;
  const { escapeRegexCharacters: literal = false } = args;
  const path = checkPath("files.line", "path", args.path);
  const line = resolvePattern("files.line", "line", args.line, { literal, interpolateVariables });
  const wanted = checkPattern("files.line", "line", line);
  const replace = args.replace && resolveReplacement("files.line", args.replace, { interpolateVariables });
  if (replace !== undefined) checkPattern("files.line", "replace", readLineBreaks(replace));
  const backup = backupSuffix("files.line", args.backup);
  const options = { interpolateVariables, extendedRegex };
  const pattern = wholeLine(literal ? literalPattern(wanted, extendedRegex) : wanted, extendedRegex);
  const written = replace === undefined || interpolateVariables ? replace : readEscapes(replace);
  const text = written ?? (literal ? wanted : withoutAnchors(wanted));
  const parts = [`text ${wanted}`, `text ${text}`];
  restsOn(pathSubject(path, { parts: ["content", ...parts] }));
  // Only the host knows how its grep reads special characters, and what variables stand for.
  const isDoubtful = interpolateVariables || !literal && !matchesItself(text, extendedRegex);
  const replacement = !literal && hasAlternatives(wanted, extendedRegex)
    ? shiftReferences(replace ?? "")
    : replace ?? "";
  const script = present
    ? substitution(pattern, replacement, { flags, interpolateVariables })
    : deletion(pattern, { flags, interpolateVariables });
  const edit = { path, script, ...options };
  const matching = { ...options, ...(ignoresCase(flags) ? { ignoreCase: true } : {}) };
  const [found, target, outcome, settles, access] = await Promise.all([
    host.getFact(FindInFile, { path, pattern, ...matching }),
    host.getFact(EditTargetAt, { path }),
    present && replace !== undefined ? effectOf(edit, flags) : undefined,
    present && replace === undefined && isDoubtful
      ? host.getFact(PatternMatches, { text, pattern, ...matching })
      : true,
    accessTo(path, args),
  ]);
  if (settles === false) throw neverThere(wanted);
  if (found === undefined && target !== undefined) throw notText(path);
  const matches = found !== undefined && found.length > 0;

  if (matches) {
    const unchanged = replace === undefined || outcome === "none" || found.every((one) => one === written);
    if (present && unchanged) return host.noop(`line "${replace ?? wanted}" exists in ${path}`);
    if (outcome === "repeating") throw unsettled("files.line", edit, flags);
    await showEdit(path, target, () => host.getFact(SedPreview, edit));
    alters(pathSubject(path, { parts }));
    yield sedInPlace(edit, target, { backup, access });
    return;
  }
  if (!present) return host.noop(`line "${wanted}" does not exist in ${path}`);
  if (written !== undefined && await hasLine(path, written, target, options)) {
    return host.noop(`line "${written}" exists in ${path}`);
  }
  if (replace !== undefined && /\\[1-9]/.test(replace)) {
    return host.noop(
      `no line of ${path} matches "${wanted}", so that there is nothing for "${replace}" to refer to`,
    );
  }
  if (found === undefined) effect("create");
  alters(pathSubject(path, { parts: found === undefined ? ["itself", ...parts] : parts }));
  if (!interpolateVariables) await showEdit(path, target, (before = []) => [...before, text]);
  const kept = found === undefined ? undefined : backup;
  yield appendCommand(path, text, { target, interpolate: interpolateVariables, backup: kept, access });
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
    follow: "boolean?",
  },
  asWritten: ["line", "replace"],
});

/** Whether a line is in a file as it stands. */
async function hasLine(
  path: string,
  text: string,
  target: EditTarget | undefined,
  options: { interpolateVariables: boolean; extendedRegex: boolean },
): Promise<boolean> {
  // Escaped as a pattern, variables would no longer be expanded.
  const wanted = options.interpolateVariables
    ? { pattern: text, interpolateVariables: true, literal: true }
    : { pattern: `^${literalPattern(text, options.extendedRegex)}$`, ...options };
  const found = await host.getFact(FindInFile, { path, ...wanted });
  if (found === undefined && target !== undefined) throw notText(path);
  return found !== undefined && found.length > 0;
}

/** What `sed` writes for a replacement without references: a line that is appended is the same as one that is replaced. */
function readEscapes(replacement: string): string {
  return replacement.replaceAll(/\\([^A-Za-z0-9])|\\t/g, (_, escaped?: string) => escaped ?? "\t");
}

/** What `sed` makes a line break of in a replacement becomes one. */
function readLineBreaks(replacement: string): string {
  return replacement.replaceAll(/\\[\s\S]/g, (piece) => piece === "\\n" ? "\n" : piece);
}

/** Of a file that it takes for binary, `grep` shows no lines, so that it seems not to exist. */
function notText(path: string): DroverError {
  return new DroverError("E_REMOTE_PATH", `${path} is no text in the language of the host`, {
    hint: 'files in another encoding can be edited with _env: { LC_ALL: "C" }',
  });
}

function neverThere(line: string): DroverError {
  return new DroverError(
    "E_ARGUMENT",
    `files.line: line "${line}" would not match itself once it is appended`,
    {
      hint: "set escapeRegexCharacters to take it literally, or give the line to write with replace",
    },
  );
}

interface Appending {
  target: EditTarget | undefined;
  interpolate: boolean;
  backup: string | undefined;
  access: Access;
}

function appendCommand(
  path: string,
  text: string,
  { target, interpolate, backup, access }: Appending,
): ShellCommand {
  const word = textWord(text, interpolate);
  // What `echo` does with backslashes and dashes differs from shell to shell.
  const print = /\\|^-/.test(text) ? sh`printf '%s\\n' ${word}` : sh`echo ${word}`;
  const unfinished = target !== undefined && !target.terminated;
  const all = unfinished ? sh`{ echo; ${print}; }` : print;
  const append = sh`${all} >> ${pathWord(path)}`;
  const shown = backup === undefined ? append : sh`${copyToBackup(path, backup)} && ${append}`;
  if (!access.exposed) return shown;
  if (target === undefined) return writing({ path, content: all, shown });
  return editExposed(path, sh`{ cat; ${all}; }`, backup, shown);
}
