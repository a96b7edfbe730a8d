/** Takes a half-typed command line of bash apart, and writes words so that bash reads them back. */

/** A line's words. */
export interface SplitLine {
  /** The last one is being typed; it may be empty. */
  words: string[];
  /** Whether a quote is open in it. */
  isQuoted: boolean;
}

/** Splits as a shell does, with nothing expanded. */
export function splitLine(line: string): SplitLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let index = 0; index < line.length; index++) {
    const char = line[index]!;
    if (quote === "" && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === "" && (char === "'" || char === '"')) {
      quote = char;
      word ??= "";
    } else if (char === quote) {
      quote = "";
    } else if (char === "\\" && quote !== "'" && index + 1 < line.length) {
      word = (word ?? "") + line[++index]!;
    } else {
      word = (word ?? "") + char;
    }
  }
  words.push(word ?? "");
  return { words, isQuoted: quote !== "" };
}

/** A word with what bash would take for something else escaped. */
export function escapeForBash(word: string): string {
  return word.replaceAll(/[\s"'\\$`!&|;<>()*?[\]{}#~]/g, (char) => `\\${char}`);
}
