/** String literals: what Python means by them, and how TypeScript writes the same. */

import { SIMPLE_ESCAPES } from "../template/jinja/escapes.ts";

const LITERAL_REGEXP = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/;

/** A literal taken apart. */
export interface ReadString {
  /** What stands between the quotes. */
  content: string;
  /** How far from the literal's beginning the content starts. */
  start: number;
  bytes: boolean;
  isTriple: boolean;
  /** The text that a piece of the content stands for. */
  decode(raw: string): string;
}

const ESCAPE_REGEXP = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;

/** Takes a literal apart. */
export function readString(literal: string): ReadString {
  const [, prefix = "", quote = "", content = ""] = LITERAL_REGEXP.exec(literal) ?? [];
  const kinds = prefix.toLowerCase();
  const decode = (raw: string) =>
    kinds.includes("r") ? raw : raw.replaceAll(
      ESCAPE_REGEXP,
      (all, octal?: string, hex?: string, short?: string, long?: string, one?: string) => {
        if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
        const code = hex ?? short ?? long;
        if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
        // An escape that Python does not know stays as it is.
        return SIMPLE_ESCAPES[one!] ?? all;
      },
    );
  return {
    content,
    start: prefix.length + quote.length,
    bytes: kinds.includes("b"),
    isTriple: quote.length === 3,
    decode,
  };
}

/** A text as a literal of TypeScript: between double quotes, or with its lines as they are. */
export function quoteText(text: string, asLines = false): string {
  if (asLines && /\n./.test(text)) return `\`${escapeTemplate(text)}\``;
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029]/g, unicodeEscape);
}

/** A text as a part of a template literal. */
export function escapeTemplate(text: string, asLines = true): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("`", "\\`")
    .replaceAll("${", "\\${")
    // deno-lint-ignore no-control-regex -- these are what has to be escaped
    .replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g, unicodeEscape)
    .replaceAll("\t", "\\t");
  return asLines ? escaped : escaped.replaceAll("\n", "\\n");
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Without the white space that all lines begin with, as `textwrap.dedent` has it. */
export function dedent(text: string): string {
  const plain = text.replaceAll(/^[ \t]+$/gm, "");
  const margins = [...plain.matchAll(/^([ \t]*)(?:[^ \t\n])/gm)].map(([, margin = ""]) => margin);
  const shared = margins.reduce((one, other) => {
    let length = 0;
    while (length < one.length && one[length] === other[length]) length++;
    return one.slice(0, length);
  }, margins[0] ?? "");
  return plain.replaceAll(new RegExp(`^${shared}`, "gm"), "");
}
