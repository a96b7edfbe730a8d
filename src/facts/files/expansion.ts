/** Text of the deploy in which the host's shell may expand variables. */

import { raw, type Word } from "../../command/mod.ts";

/**
 * A text as one word of a command.
 *
 * @param expanded Whether the shell expands `$NAME` and `$(…)` in it: it then stands in double quotes.
 */
export function textWord(text: string, expanded: boolean | undefined): Word {
  if (!expanded) return text;
  // What is escaped already stays so, but for a backslash that would escape the closing quote.
  return raw(`"${text.replaceAll(/\\[\s\S]|["\\]/g, (piece) => piece.length === 1 ? `\\${piece}` : piece)}"`);
}
