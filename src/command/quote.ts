/** Turns values into words that a POSIX shell reads back as exactly those values. */

const SAFE_REGEXP = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Quotes one word for a POSIX shell. A word of plain characters stays as it is.
 *
 * @throws {TypeError} If the word holds a NUL, which no shell word can carry.
 * @example
 * ```ts
 * quote("it's"); // 'it'"'"'s'
 * ```
 */
export function quote(word: string): string {
  if (word.includes("\0")) throw new TypeError("Cannot quote a word that holds a NUL character");
  if (SAFE_REGEXP.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
