/** Words in quotes, as programs that print their own command lines write them. */

const WORD_REGEXP = /(?:[^\s"'\\]+|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/g;
const PART_REGEXP = /\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"/g;

/**
 * Takes a line apart into its words, without their quotes. Nothing is expanded.
 *
 * @example
 * ```ts
 * splitQuoted(`-m comment --comment "it\\'s"`); // ["-m", "comment", "--comment", "it's"]
 * ```
 */
export function splitQuoted(line: string): string[] {
  return (line.match(WORD_REGEXP) ?? []).map((word) =>
    word.replace(
      PART_REGEXP,
      (_, escaped?: string, single?: string, double?: string) =>
        escaped ?? single ?? double?.replace(/\\([\s\S])/g, "$1") ?? "",
    )
  );
}
