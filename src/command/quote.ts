/** Turns values into words that a POSIX shell reads back as exactly those values. */

import { resolveSecrets } from "./resolve.ts";

const SAFE_REGEXP = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Quotes one word for a POSIX shell. A word of plain characters stays as it is; secrets that it was made with are
 * quoted with it.
 *
 * @throws {TypeError} If the word holds a NUL, which no shell word can carry.
 * @throws {DroverError} `E_SECRET` if a part of a secret was cut off or changed.
 * @example
 * ```ts
 * quote("it's"); // 'it'"'"'s'
 * ```
 */
export function quote(given: string): string {
  const word = resolveSecrets(given);
  if (word.includes("\0")) throw new TypeError("Cannot quote a word that holds a NUL character");
  if (SAFE_REGEXP.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

const HOME_REGEXP = /^~([A-Za-z_][A-Za-z0-9_.-]*)?(?=\/|$)/;

/**
 * Quotes a path on a host. `~` and `~user` at its start keep their meaning, and a leading dash cannot be taken
 * for an option.
 *
 * @example
 * ```ts
 * quotePath("~/My Documents"); // ~/'My Documents'
 * ```
 */
export function quotePath(given: string): string {
  const path = resolveSecrets(given);
  const home = HOME_REGEXP.exec(path)?.[0];
  if (home === undefined) return quote(path.startsWith("-") ? `./${path}` : path);
  // The slash stays outside the quotes: a quoted one would be taken as part of the user's name.
  const rest = path.slice(home.length + 1);
  return home + path.slice(home.length, home.length + 1) + (rest === "" ? "" : quote(rest));
}

/** The same inside double quotes, for words that people are used to see quoted: `"Jane Doe"`. */
export function doubleQuote(given: string): string {
  const word = resolveSecrets(given);
  if (word.includes("\0")) throw new TypeError("Cannot quote a word that holds a NUL character");
  return `"${word.replaceAll(/[\\"$`]/g, "\\$&")}"`;
}
