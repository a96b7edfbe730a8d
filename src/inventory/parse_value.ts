/** Reads values from the command line: `--data port=8080`. */

import { DroverError } from "../errors/mod.ts";

/**
 * The value that a word on the command line stands for: a boolean, a number, JSON, else the word itself.
 *
 * A number that would not survive stays text: `0644` is a mode and `00123` an identifier, and integers above
 * 2^53 would lose digits.
 *
 * @example
 * ```ts
 * parseValue("TRUE"); // true
 * parseValue("[80, 443]"); // [80, 443]
 * parseValue("0644"); // "0644"
 * ```
 */
export function parseValue(text: string): unknown {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false") return lower === "true";
  if (/^[+-]?\d+$/.test(text)) {
    const number = Number(text);
    const keepsDigits = /^[+-]?(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number);
    return keepsDigits ? number + 0 : text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * The pairs of `--data key=value` as data; a later pair wins.
 *
 * @throws {DroverError} `E_DATA_PAIR` for a word without `=`.
 */
export function parseDataPairs(pairs: readonly string[]): Record<string, unknown> {
  const entries = pairs.map((pair) => {
    const [, key, value] = /^([^=]+)=([\s\S]*)$/.exec(pair) ?? [];
    if (key === undefined) {
      throw new DroverError("E_DATA_PAIR", `--data must be given as key=value: it is "${pair}"`, {
        hint: `write --data ${pair.replace(/^=.*/s, "key")}=value`,
      });
    }
    return [key, parseValue(value!)];
  });
  return Object.fromEntries(entries);
}
