/** `sed` scripts that edit files: their escaping, and the command that runs them on a file. */

import { pathWord, resolveWith, sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type EditTarget, type SedArgs, SedEffect, type SedEffectKind } from "../../facts/files/mod.ts";
import { sedWords } from "../../facts/files/sed.ts";
import { freshNames, host } from "../../host/mod.ts";
import { withSuffix } from "./remote_path.ts";
import { editExposed, type EditManner, rewrite } from "./edit.ts";

/** How patterns and replacements are read. */
export interface PatternArgs {
  /** Lets the host's shell expand `$NAME` and `$(…)` in pattern and replacement. Default: `false`. */
  interpolateVariables?: boolean | undefined;
  /** Extended regular expressions: `+`, `?`, `|` and groups need no backslash. Default: `false`. */
  extendedRegex?: boolean | undefined;
}

/** Flags of `sed`'s `s` command: text, or one flag each. */
export type SedFlags = string | readonly string[] | undefined;

/**
 * A script that replaces what a pattern matches. In the replacement `\1` to `\9` stand for groups and `&` is
 * an ampersand.
 */
export function substitution(
  pattern: string,
  replacement: string,
  { flags, interpolateVariables }: { flags: SedFlags; interpolateVariables: boolean },
): string {
  const mark = delimiter(`${pattern}${replacement}`, interpolateVariables);
  return `s${mark}${escapeSlashes(pattern)}${mark}${escapeReplacement(replacement)}${mark}${
    joinFlags(flags)
  }`;
}

/** A script that deletes the lines that a pattern matches. */
export function deletion(
  pattern: string,
  { flags, interpolateVariables }: { flags: SedFlags; interpolateVariables: boolean },
): string {
  const mark = delimiter(pattern, interpolateVariables);
  const escaped = escapeSlashes(pattern);
  // Not every sed has the flag for addresses: a substitution that keeps the line tells whether it matches.
  if (ignoresCase(flags)) return `s${mark}${escaped}${mark}&${mark}I\nt gone\nb\n:gone\nd`;
  return `${mark === "/" ? "" : "\\"}${mark}${escaped}${mark}d`;
}

/**
 * What sets the parts of a script apart. Values of variables are often paths, whose slashes would end a part.
 * None of the others means anything to the shell behind a `$`.
 */
function delimiter(text: string, interpolateVariables: boolean): string {
  const expands = interpolateVariables && /\$[\w{(]|`/.test(text);
  return expands ? [...",%;~"].find((one) => !text.includes(one)) ?? "/" : "/";
}

/** Whether a script may be tried out: some flags write files or run programs. */
function isHarmless(flags: SedFlags): boolean {
  return /^[gpiIM0-9]*$/.test(joinFlags(flags));
}

/** Whether lower and upper case letters are the same to a script. */
export function ignoresCase(flags: SedFlags): boolean {
  return /i/i.test(joinFlags(flags));
}

/** What a script would do to a file, if it may be tried out. */
export async function effectOf(edit: SedArgs, flags: SedFlags): Promise<SedEffectKind | undefined> {
  return isHarmless(flags) ? await host.getFact(SedEffect, edit) : undefined;
}

/** The error of a script that would change a file in each run. */
export function unsettled(operation: string, edit: SedArgs, flags: SedFlags): DroverError {
  return new DroverError("E_UNSETTLED", `${operation} would change ${edit.path} again in each run`, {
    host: host.name,
    detail: `sed ${Deno.inspect(edit.script)} finds something to replace in what it has left`,
    hint: joinFlags(flags).includes("g")
      ? MATCH_RESULT_HINT
      : `if a line has several matches, flags: ["g"] replaces all of them at once; otherwise ${MATCH_RESULT_HINT}`,
  });
}

const MATCH_RESULT_HINT =
  'bind the pattern with ^ or $, or let it match what it becomes, too, as in text: "aa*", replace: "aa"';

/** A command that runs a script on a file. */
export function sedInPlace(
  edit: SedArgs,
  target: EditTarget | undefined,
  { backup, access }: EditManner,
): ShellCommand {
  const path = target?.path ?? edit.path;
  if (target?.mounted) return rewrite(path, sh`sed ${sedWords(edit)}`, { mounted: true, backup, access });
  const suffix = backup ?? freshNames().timestamp();
  const filter = sh`sed ${sedWords(edit)}`;
  if (withSuffix(path, suffix) !== `${path}.${suffix}`) {
    return rewrite(access.exposed ? edit.path : path, filter, { mounted: false, backup, access });
  }
  const { extendedRegex, ...script } = edit;
  const command = sh`sed ${extendedRegex && "-E"} ${`-i.${suffix}`} ${sedWords(script)} ${pathWord(path)}`;
  const plain = backup === undefined ? sh`${command} && rm -f ${pathWord(`${path}.${suffix}`)}` : command;
  return access.exposed ? editExposed(edit.path, filter, backup, plain) : plain;
}

/**
 * A pattern that matches a text literally. Characters that are special in extended regular expressions only
 * must not be escaped in basic ones: there the backslash would make them special.
 */
export function literalPattern(text: string, extendedRegex = false): string {
  return text.replaceAll(extendedRegex ? /[\\.[\]*^$+?(){}|]/g : /[\\.[\]*^$]/g, "\\$&");
}

/** Whether a text has nothing special to a regular expression, but for dots: a dot matches itself, too. */
export function matchesItself(text: string, extendedRegex = false): boolean {
  return !(extendedRegex ? /[\\[\]*^$+?(){}|]/ : /[\\[\]*^$]/).test(text);
}

/** A pattern without the signs that bind it to the line's beginning and end. */
export function withoutAnchors(pattern: string): string {
  const { begins, ends } = anchorsOf(pattern);
  return pattern.slice(begins ? 1 : 0, ends ? -1 : undefined);
}

/** A pattern for the whole of a line that it matches a part of, unless it says where the line begins and ends. */
export function wholeLine(pattern: string, extendedRegex = false): string {
  const { begins, ends } = anchorsOf(pattern);
  // Otherwise the ends would belong to the first and the last alternative only.
  const [open, close] = extendedRegex ? ["(", ")"] : ["\\(", "\\)"];
  const whole = hasAlternatives(pattern, extendedRegex)
    ? `${begins ? "^" : ""}${open}${shiftReferences(withoutAnchors(pattern))}${close}${ends ? "$" : ""}`
    : pattern;
  return `${begins ? "" : "^.*"}${whole}${ends ? "" : ".*$"}`;
}

/** Whether a pattern is a choice between several, which {@linkcode wholeLine} puts into a group of their own. */
export function hasAlternatives(pattern: string, extendedRegex = false): boolean {
  const [open, close, or] = extendedRegex ? ["(", ")", "|"] : ["\\(", "\\)", "\\|"];
  let depth = 0;
  for (const [piece] of pattern.matchAll(PATTERN_PIECE)) {
    if (piece === or && depth === 0) return true;
    if (piece === open) depth++;
    if (piece === close) depth--;
  }
  return false;
}

/** Something escaped, a bracket expression, or a character. */
const PATTERN_PIECE = /\\[\s\S]|\[\^?\]?(?:\[([:.=])[\s\S]*?\1\]|[^\]])*\]|[\s\S]/g;

/** A pattern or a replacement that refers to groups, once another group stands around them. */
export function shiftReferences(text: string): string {
  return text.replaceAll(/\\[\s\S]/g, (piece) => /[1-8]/.test(piece) ? `\\${Number(piece[1]) + 1}` : piece);
}

function anchorsOf(pattern: string): { begins: boolean; ends: boolean } {
  return { begins: pattern.startsWith("^"), ends: /(?<!\\)(?:\\\\)*\$$/.test(pattern) };
}

/**
 * A pattern that an operation was given.
 *
 * @throws {DroverError} `E_ARGUMENT` if it is empty or spans lines, which `grep` and `sed` cannot match.
 */
export function checkPattern(operation: string, argument: string, pattern: string): string {
  const problem = typeof pattern !== "string"
    ? `must be text: it is ${Deno.inspect(pattern)}`
    : pattern === ""
    ? "is empty"
    : /[\n\0]/.test(pattern)
    ? "spans several lines"
    : undefined;
  if (problem === undefined) return pattern;
  throw new DroverError("E_ARGUMENT", `${operation}: ${argument} ${problem}`, {
    hint: problem.startsWith("spans") ? "files.block manages several lines at once" : undefined,
  });
}

/**
 * A pattern or a replacement with the values of the secrets that it was made with.
 *
 * @param special Characters that would mean something else than themselves.
 * @throws {DroverError} `E_SECRET` for a value with one of them.
 */
function resolvePart(
  operation: string,
  argument: string,
  part: string,
  special: RegExp,
  hint: string,
): string {
  return resolveWith(String(part), ({ written }) => {
    if (!special.test(written)) return written;
    throw new DroverError(
      "E_SECRET",
      `${operation}: ${argument} holds a secret with characters that mean something else there`,
      { hint },
    );
  });
}

/** A pattern of the deploy's author; in one that is taken literally, secrets may hold anything. */
export function resolvePattern(
  operation: string,
  argument: string,
  pattern: string,
  { literal = false, interpolateVariables = false }: { literal?: boolean; interpolateVariables?: boolean },
): string {
  const special = interpolateVariables ? EXPANDED_REGEXP : literal ? /\n/ : /[\n\\.[\]*^$+?(){}|]/;
  const hint = `${
    operation === "files.replace" ? "" : "set escapeRegexCharacters to take it literally, or "
  }write the file as a whole with files.put or files.template`;
  return resolvePart(operation, argument, pattern, special, hint);
}

/** A replacement of the deploy's author. */
export function resolveReplacement(
  operation: string,
  replacement: string,
  { interpolateVariables = false }: { interpolateVariables?: boolean | undefined },
): string {
  const hint = "write the file as a whole with files.put or files.template";
  const special = interpolateVariables ? EXPANDED_REGEXP : /[\n\\]/;
  return resolvePart(operation, "replace", replacement, special, hint);
}

/** What the host's shell expands between double quotes. */
const EXPANDED_REGEXP = /[\n$`\\]/;

function joinFlags(flags: SedFlags): string {
  const text = typeof flags === "string" ? flags : (flags ?? []).join("");
  if (/^[A-Za-z0-9]*$/.test(text)) return text;
  throw new DroverError("E_ARGUMENT", `${Deno.inspect(text)} are no flags of sed's s command`, {
    hint: 'flags are letters and numbers, such as "g" or "I"',
  });
}

/** Slashes end a pattern; those that are escaped already stay. */
function escapeSlashes(pattern: string): string {
  return pattern.replaceAll(/\\[\s\S]|\//g, (piece) => piece === "/" ? "\\/" : piece);
}

function escapeReplacement(text: string): string {
  return text.replaceAll(
    /\\[\s\S]|[\\/&\n]/g,
    (piece) => piece.length === 2 ? piece : `\\${piece}`,
  );
}
