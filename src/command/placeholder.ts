/** What stands for a secret inside of another text until the text leaves for a host. */

/** Noncharacters of Unicode: a string may hold them, but no text does. */
const OPEN = "\uFDD0";
const CLOSE = "\uFDD1";
const GLUE = "\uFDD2";

/** Random, so that nothing a host prints can be taken for a placeholder. */
const ID = randomLetters(16);
const HEAD = `${OPEN}${[...ID].join(GLUE)}${GLUE}`;
/**
 * Characters that functions change which escape, quote or convert a text: a placeholder that went through one of
 * them is told by it. Letters of both cases, and what languages from SQL to regular expressions escape.
 */
const TAIL = `${GLUE}aZ"'\\<&$.%\`\u0001${CLOSE}`;

/** How a placeholder may be spelled: as it is, or by functions that encode a value just as well as what stands for it. */
const FORMS: readonly ((text: string) => string)[] = [
  (text) => text,
  toJson,
  (text) => toJson(toJson(text)),
  (text) => toJson(text).replaceAll(/\\u00([0-9a-f]{2})/g, "\\x$1"),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => new URLSearchParams({ "": text }).toString().slice(1),
];

const PLACEHOLDER_REGEXP = new RegExp(
  FORMS.map((form) => `${literal(form(HEAD))}(\\d+)${literal(form(TAIL))}`).join("|"),
  "g",
);

/** What is left of a placeholder that was cut, or changed by a function that no form stands for. */
const PIECE_REGEXP = new RegExp(
  `[${OPEN}-${GLUE}]|${[ID, "%EF%B7%9[0-2]", "\\\\uFDD[0-2]", "%uFDD[0-2]", "&#6497[678];"].join("|")}`,
  "i",
);
const ENCODED_PIECES = [...base64Pieces(HEAD), hexOf(HEAD.slice(0, 12))];

/** Shown text: a placeholder, or what is left of one. */
const SHOWN_REGEXP = new RegExp(
  `${OPEN}[^${CLOSE}\\n]*${CLOSE}|[${OPEN}-${GLUE}](?:.{0,2}[${OPEN}-${GLUE}])*`,
  "g",
);

/** What each placeholder and each piece of one holds, in whatever form it is shown. */
const MARK_REGEXP = new RegExp(`[${OPEN}-${GLUE}]|%EF%B7%9`, "i");

const values: string[] = [];
const numbers = new Map<string, number>();

/** The placeholder of a value; the same for the same value. */
export function placeholderOf(value: string): string {
  if (value === "") return "";
  let number = numbers.get(value);
  if (number === undefined) {
    number = values.push(value) - 1;
    numbers.set(value, number);
  }
  return `${HEAD}${number}${TAIL}`;
}

/** Whether any text can hold a placeholder at all. */
export function hasPlaceholders(): boolean {
  return values.length > 0;
}

/** A placeholder in a text. */
export interface Found {
  /** Where it begins. */
  readonly start: number;
  readonly end: number;
  /** The whole value that it stands for. */
  readonly value: string;
  /** The value as it is to be written there: as JSON if the placeholder was written as JSON. */
  readonly written: string;
}

/** The placeholders of a text, in their order. */
export function placeholdersIn(text: string): Found[] {
  if (values.length === 0) return [];
  return [...text.matchAll(PLACEHOLDER_REGEXP)].flatMap((match) => {
    const form = match.slice(1).findIndex((number) => number !== undefined);
    const value = values[Number(match[form + 1])];
    if (value === undefined) return [];
    const start = match.index;
    return [{ start, end: start + match[0].length, value, written: FORMS[form]!(value) }];
  });
}

/** Whether a text without its placeholders still holds a piece of one. */
export function holdsPiece(text: string): boolean {
  if (values.length === 0) return false;
  return PIECE_REGEXP.test(text) || ENCODED_PIECES.some((piece) => text.includes(piece));
}

/** The text with `***` for placeholders and their pieces, and nothing else changed. */
export function maskPlaceholders(text: string): string {
  if (!MARK_REGEXP.test(text)) return text;
  return text.replaceAll(SHOWN_REGEXP, "***").replaceAll(PLACEHOLDER_REGEXP, "***");
}

function toJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Parts of the base64 of a text that do not depend on what stands around it; lines may break in one of them. */
function base64Pieces(text: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const stable = base64At(text, shift);
    return [stable.slice(0, 20), stable.slice(24, 44)];
  });
}

/** The part of a text's base64 that is the same whatever follows, behind `shift` bytes more than a multiple of three. */
export function base64At(text: string, shift: number): string {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(shift + bytes.length);
  padded.set(bytes, shift);
  const whole = padded.subarray(shift === 0 ? 0 : 3, padded.length - padded.length % 3);
  return whole.toBase64();
}

function hexOf(text: string): string {
  return new TextEncoder().encode(text).toHex();
}

function randomLetters(count: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const numbers = crypto.getRandomValues(new Uint32Array(count));
  return [...numbers].map((number) => letters[number % letters.length]).join("");
}
