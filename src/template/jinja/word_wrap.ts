/** Wraps lines as Python's `textwrap` does. */

import { strip } from "./characters.ts";
import { Fault, lengthOf, sliceText } from "./values.ts";

const SPACE = "[\\t\\n\\v\\f\\r ]";
const WORD = "[\\p{L}\\p{N}_]";
const PUNCTUATED = "[\\p{L}\\p{N}_!\"'&.,?]";
const LETTER = "[\\p{L}_]";

const SPACE_REGEXP = new RegExp(`(${SPACE}+)`, "u");
/** Between words, and behind the hyphens in them. */
const HYPHEN_REGEXP = new RegExp(
  `(${SPACE}+|(?<=${PUNCTUATED})-{2,}(?=${WORD})|[^\\t\\n\\v\\f\\r ]+?(?:` +
    `-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})` +
    `|(?=${SPACE}|$)|(?<=${PUNCTUATED})(?=-{2,}${WORD})))`,
  "u",
);

/** A line's parts of at most `width` characters. */
export function wordWrap(text: string, width: number, breakWords: boolean, breakHyphens: boolean): string[] {
  if (width <= 0) throw new Fault("the width must be above zero");
  const chunks = text.split(breakHyphens ? HYPHEN_REGEXP : SPACE_REGEXP).filter((chunk) => chunk !== "");
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (isBlank(chunks[0]!) && lines.length > 0) chunks.shift();
    const line = takeLine(chunks, width, breakWords, breakHyphens);
    if (line.length > 0 && isBlank(line.at(-1)!)) line.pop();
    if (line.length > 0) lines.push(line.join(""));
  }
  return lines;
}

function takeLine(chunks: string[], width: number, breakWords: boolean, breakHyphens: boolean): string[] {
  const line: string[] = [];
  let length = 0;
  while (chunks.length > 0 && length + lengthOf(chunks[0]!) <= width) {
    length += lengthOf(chunks[0]!);
    line.push(chunks.shift()!);
  }
  if (chunks.length === 0 || lengthOf(chunks[0]!) <= width) return line;
  if (breakWords) {
    const end = breakingPoint(chunks[0]!, width - length, breakHyphens);
    line.push(sliceText(chunks[0]!, 0, end));
    chunks[0] = sliceText(chunks[0]!, end);
    if (chunks[0] === "") chunks.shift();
  } else if (line.length === 0) {
    line.push(chunks.shift()!);
  }
  return line;
}

function breakingPoint(chunk: string, space: number, breakHyphens: boolean): number {
  if (!breakHyphens || lengthOf(chunk) <= space) return space;
  const hyphen = sliceText(chunk, 0, space).lastIndexOf("-");
  return hyphen > 0 && /[^-]/.test(chunk.slice(0, hyphen)) ? lengthOf(chunk.slice(0, hyphen)) + 1 : space;
}

function isBlank(chunk: string): boolean {
  return strip(chunk, undefined, "both") === "";
}
