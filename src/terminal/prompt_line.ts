/** A line that is being typed: what keys do to it, without a terminal. */

/** A line while it is typed. */
export interface PromptLine {
  text: string;
  state: "typing" | "done" | "cancelled";
}

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_H = "\b";
const CTRL_U = "\x15";
const CTRL_W = "\x17";
const DELETE = "\x7f";
// deno-lint-ignore no-control-regex -- what arrow and function keys send
const ESCAPE_REGEXP = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?/g;

/** A line before its first key. */
export const EMPTY_LINE: PromptLine = { text: "", state: "typing" };

/** The line after some keys; what comes after Enter is dropped. */
export function typeKeys(line: PromptLine, keys: string): PromptLine {
  let current = line;
  for (const key of keys.replaceAll(ESCAPE_REGEXP, "")) {
    if (current.state !== "typing") break;
    current = typeKey(current, key);
  }
  return current;
}

function typeKey({ text }: PromptLine, key: string): PromptLine {
  switch (key) {
    case "\r":
    case "\n":
      return { text, state: "done" };
    case CTRL_C:
      return { text: "", state: "cancelled" };
    case CTRL_D:
      return text === "" ? { text, state: "cancelled" } : { text, state: "typing" };
    case CTRL_H:
    case DELETE:
      return { text: [...text].slice(0, -1).join(""), state: "typing" };
    case CTRL_U:
      return { text: "", state: "typing" };
    case CTRL_W:
      return { text: text.replace(/\S*\s*$/, ""), state: "typing" };
    default:
      return { text: key < " " ? text : text + key, state: "typing" };
  }
}

/** What to write so that a terminal that shows the old text shows the new one. */
export function echoOf(before: string, after: string): string {
  const common = commonStart(before, after);
  return "\b \b".repeat([...before.slice(common.length)].length) + after.slice(common.length);
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, length);
}
