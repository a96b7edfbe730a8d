/** Makes text of hosts harmless: whatever could steer the terminal or mislead its reader becomes visible. */

/**
 * Control characters (C0, DEL, C1), which make up every escape sequence; marks that change the direction of
 * text; line separators that only some programs honour; invisible characters that text can be hidden in;
 * halves of surrogate pairs.
 */
const UNSAFE_REGEXP =
  // deno-lint-ignore no-control-regex -- these are what must not pass
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

const TAB_STOP = 8;

/**
 * A text of several lines, safe to print. Line ends stay (`\r\n` counts as one), tabs become spaces, every
 * other control character becomes a visible escape.
 *
 * @example
 * ```ts
 * sanitise("\x1b[2Jgone"); // "\\x1b[2Jgone"
 * ```
 */
export function sanitise(text: string): string {
  return text.split(/\r*\n/).map(sanitiseOne).join("\n");
}

/** A text made safe to print as a single line: line ends become visible too. */
export function sanitiseLine(text: string): string {
  return text.split("\n").map(sanitiseOne).join("\\n");
}

function sanitiseOne(line: string): string {
  return expandTabs(line).replaceAll(UNSAFE_REGEXP, visible);
}

function expandTabs(line: string): string {
  if (!line.includes("\t")) return line;
  return line.split("\t").reduce((before, part) =>
    before + " ".repeat(TAB_STOP - ([...before].length % TAB_STOP)) + part
  );
}

function visible(char: string): string {
  if (char === "\r") return "\\r";
  const code = char.codePointAt(0)!;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\u{${code.toString(16)}}`;
}
