/** Measures and cuts text by the columns that it takes in a terminal. */

import stringWidth from "fast-string-width";

const PLAIN_REGEXP = /^[\x20-\x7e]*$/;
// deno-lint-ignore no-control-regex -- colour sequences, as our own styles write them
const COLOR_REGEXP = /\x1b\[[0-9;]*m/y;
/** Made when a text is cut: it loads tables for some milliseconds. */
let graphemes: Intl.Segmenter | undefined;

/** The number of columns that a text takes; colours take none. */
export function textWidth(text: string): number {
  return PLAIN_REGEXP.test(text) ? text.length : stringWidth(text);
}

/** Cuts a line to a number of columns, the last of which tell that it was cut. Colours are closed. */
export function truncate(text: string, columns: number, ellipsis = "…"): string {
  if (textWidth(text) <= columns) return text;
  const mark = textWidth(ellipsis) <= columns ? ellipsis : "";
  const room = columns - textWidth(mark);
  let taken = 0;
  let result = "";
  let colored = false;
  for (const { part, color } of parts(text)) {
    if (color) {
      result += part;
      colored = true;
      continue;
    }
    taken += textWidth(part);
    if (taken > room) break;
    result += part;
  }
  return result + mark + (colored ? "\x1b[0m" : "");
}

/** Fills a text with spaces at its end. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

/** Fills a text with spaces at its start. */
export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - textWidth(text))) + text;
}

/** Breaks words separated by spaces into lines of at most so many columns. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function* parts(text: string): Generator<{ part: string; color: boolean }> {
  const segmenter = graphemes ??= new Intl.Segmenter();
  let at = 0;
  while (at < text.length) {
    COLOR_REGEXP.lastIndex = at;
    const color = COLOR_REGEXP.exec(text)?.[0];
    if (color !== undefined) {
      yield { part: color, color: true };
      at += color.length;
      continue;
    }
    const next = text.indexOf("\x1b[", at + 1);
    const plain = text.slice(at, next < 0 ? undefined : next);
    for (const { segment } of segmenter.segment(plain)) yield { part: segment, color: false };
    at += plain.length;
  }
}
