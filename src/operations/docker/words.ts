/** Commands that are given as one text, as they are typed. */

import { DroverError } from "../../errors/mod.ts";

/**
 * The words of a command as a shell would split it. Nothing is expanded: `$HOME` stays as it is.
 *
 * @throws {DroverError} `E_ARGUMENT` for a quote without its partner.
 * @example
 * ```ts
 * splitWords("sh -c 'echo it'"); // ["sh", "-c", "echo it"]
 * ```
 */
export function splitWords(operation: string, text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece, space] of text.matchAll(/(\s+)|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]|[\s\S]/g)) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (piece === "'" || piece === '"' || piece === "\\") {
      throw new DroverError(
        "E_ARGUMENT",
        `${operation} cannot split ${Deno.inspect(text)}: ${piece} is left over`,
        {
          hint: "quote words as in a shell, such as sh -c 'echo \"it\"'",
        },
      );
    }
    word = (word ?? "") + unquote(piece);
  }
  return word === undefined ? words : [...words, word];
}

function unquote(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.startsWith('"')) {
    return piece.slice(1, -1).replaceAll(/\\(["\\$`])/g, "$1").replaceAll("\\\n", "");
  }
  if (piece === "\\\n") return "";
  return piece.startsWith("\\") ? piece.slice(1) : piece;
}
