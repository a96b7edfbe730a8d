/** Reads the lines, words and patterns of OpenSSH's configuration files as OpenSSH does. */

/** One directive. */
export interface Directive {
  /** Its name in lower case. */
  name: string;
  args: string[];
}

/** A line that OpenSSH would refuse. */
export class ConfigSyntaxError extends Error {
  override readonly name = "ConfigSyntaxError";
}

/**
 * Reads one line; nothing for blank lines and comments.
 *
 * @throws {ConfigSyntaxError} If a quote is not closed or a value is missing.
 * @example
 * ```ts
 * readDirective('  IdentityFile="~/my key" # work'); // { name: "identityfile", args: ["~/my key"] }
 * ```
 */
export function readDirective(line: string): Directive | undefined {
  const text = line.replace(/^[ \t\r\f\v]+|[ \t\r\n\f\v]+$/g, "");
  if (text === "" || text.startsWith("#")) return undefined;
  const [, name = "", rest = ""] = /^"?([^\s="]*)"?[ \t]*(?:=[ \t]*)?([\s\S]*)$/.exec(text) ?? [];
  const args = splitWords(rest);
  if (args.length === 0) throw new ConfigSyntaxError(`${name} has no value`);
  return { name: name.toLowerCase(), args };
}

/** Splits words at blanks; quotes group, a backslash escapes quotes, and a `#` word ends the line. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/[ \t]/.test(text[at]!)) {
      at++;
      continue;
    }
    if (text[at] === "#") break;
    const [word, end] = readWord(text, at);
    words.push(word);
    at = end;
  }
  return words;
}

function readWord(text: string, start: number): [string, number] {
  let word = "";
  let quote = "";
  let at = start;
  for (; at < text.length; at++) {
    const letter = text[at]!;
    const next = text[at + 1] ?? "";
    if (letter === "\\" && (/['"\\]/.test(next) || (quote === "" && next === " "))) {
      word += next;
      at++;
    } else if (quote === "" && /[ \t]/.test(letter)) break;
    else if (quote === "" && /["']/.test(letter)) quote = letter;
    else if (letter === quote) quote = "";
    else word += letter;
  }
  if (quote !== "") throw new ConfigSyntaxError("a quote is not closed");
  return [word, at];
}

/** Whether a text matches a pattern of `*` and `?`. */
export function matchesPattern(text: string, pattern: string): boolean {
  // Backtracking to the last star only: the time stays within the product of both lengths.
  let star = -1;
  let mark = 0;
  let at = 0;
  let p = 0;
  while (at < text.length) {
    if (p < pattern.length && pattern[p] !== "*" && (pattern[p] === "?" || pattern[p] === text[at])) {
      at++;
      p++;
    } else if (pattern[p] === "*") {
      star = p++;
      mark = at;
    } else if (star >= 0) {
      p = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Whether a text matches a list of patterns; one negated with `!` that matches rules it out. */
export function matchesAny(text: string, patterns: readonly string[]): boolean {
  let found = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    if (!matchesPattern(text, negated ? pattern.slice(1) : pattern)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

/** Whether a host's name matches a comma-separated list, whatever its case. */
export function matchesHostList(host: string, list: string): boolean {
  return matchesAny(host.toLowerCase(), list.toLowerCase().split(","));
}

/** A span of time as OpenSSH writes it (`90`, `1m30s`), in seconds; `undefined` if it is none. */
export function readSeconds(text: string): number | undefined {
  if (!/^(\d+[smhdw]?)+$/i.test(text)) return undefined;
  const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
  let seconds = 0;
  for (const [, count, unit = "s"] of text.matchAll(/(\d+)([smhdw]?)/gi)) {
    seconds += Number(count) * (units[unit.toLowerCase()] ?? 1);
  }
  return seconds;
}
