/** Blanks what is no code in a module's text, so that declarations and calls can be looked for in it. */

/** Characters that a regular expression, not a division, follows. */
const BEFORE_REGEXP = /(?:[(,=:[!&|?{};>+*%~^-]|\breturn|^)\s*$/;

/**
 * Blanks comments, and in `code` strings too; offsets are kept. Enough of a tokenizer to find declarations and
 * calls, not more.
 */
export function blankModule(text: string): { plain: string; code: string } {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[a-z]*/g;
  const plain: string[] = [];
  const code: string[] = [];
  let end = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    const isComment = found.startsWith("//") || found.startsWith("/*");
    if (!isComment && found.startsWith("/") && !BEFORE_REGEXP.test(text.slice(0, match.index).slice(-40))) {
      token.lastIndex = match.index + 1;
      continue;
    }
    const between = text.slice(end, match.index);
    const blank = found.replaceAll(/[^\n]/g, " ");
    plain.push(between, isComment ? blank : found);
    code.push(between, blank);
    end = match.index + found.length;
  }
  const rest = text.slice(end);
  return { plain: plain.join("") + rest, code: code.join("") + rest };
}
