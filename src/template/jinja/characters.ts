/** What Python takes for space, letters, digits and lines. */

/** Python's whitespace, as the inside of a character class. */
export const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const LEADING_SPACE_REGEXP = new RegExp(`^[${SPACE}]+`);
const TRAILING_SPACE_REGEXP = new RegExp(`[${SPACE}]+$`);

/** A text without what is in `chars` at its sides; without whitespace where no characters are given. */
export function strip(text: string, chars: string | undefined, sides: "left" | "right" | "both"): string {
  const leading = chars === undefined ? LEADING_SPACE_REGEXP : sideOf(chars, "left");
  const trailing = chars === undefined ? TRAILING_SPACE_REGEXP : sideOf(chars, "right");
  const left = sides === "right" || chars === "" ? text : text.replace(leading, "");
  return sides === "left" || chars === "" ? left : left.replace(trailing, "");
}

function sideOf(chars: string, side: "left" | "right"): RegExp {
  const group = `(?:${[...chars].map((char) => RegExp.escape(char)).join("|")})+`;
  return new RegExp(side === "left" ? `^${group}` : `${group}$`, "u");
}

const LINE_END = "(?:\\r\\n|[\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029])";
const LINES_REGEXP = new RegExp(`.*?(?:${LINE_END}|$)`, "gs");
const LINE_END_REGEXP = new RegExp(`${LINE_END}$`);

/** A text's lines, without their ends unless these are kept. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines = text.match(LINES_REGEXP) ?? [];
  const full = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return keepEnds ? full : full.map((line) => line.replace(LINE_END_REGEXP, ""));
}

/** A text with its first letter large and the rest small. */
export function capitalize(text: string): string {
  const [first = "", ...rest] = text;
  return titleCase(first) + rest.join("").toLowerCase();
}

/** Python's `str.title`: each run of letters starts large. */
export function titleWords(text: string): string {
  return text.replaceAll(/\p{L}+/gu, (word) => capitalize(word));
}

function titleCase(char: string): string {
  // The few letters that have a third case, of which JavaScript knows nothing.
  const upper = char.toUpperCase();
  return [...upper].length > 1 ? upper[0] + upper.slice(1).toLowerCase() : upper;
}

const EVERY = (pattern: string) => new RegExp(`^(?:${pattern})+$`, "u");

/** Python's tests on all characters of a text. */
export const CHARACTER_TESTS: Readonly<Record<string, (text: string) => boolean>> = {
  isalnum: (text) => EVERY("[\\p{L}\\p{N}]").test(text),
  isalpha: (text) => EVERY("\\p{L}").test(text),
  isascii: (text) => !/[\x80-\uffff]/.test(text),
  isdecimal: (text) => EVERY("\\p{Nd}").test(text),
  isdigit: (text) => EVERY("[\\p{Nd}²³¹⁰⁴-⁹₀-₉]").test(text),
  isidentifier: (text) => /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{M}_]*$/u.test(text),
  islower: (text) => /\p{Ll}/u.test(text) && !/[\p{Lu}\p{Lt}]/u.test(text),
  isnumeric: (text) => EVERY("\\p{N}").test(text),
  isprintable: (text) => !/(?! )[\p{C}\p{Z}]/u.test(text),
  isspace: (text) => EVERY(`[${SPACE}]`).test(text),
  istitle: (text) => /\p{L}/u.test(text) && titleWords(text) === text,
  isupper: (text) => /\p{Lu}/u.test(text) && !/[\p{Ll}\p{Lt}]/u.test(text),
};
