/** Shows a command with how it becomes another user, so that it can be pasted into a shell. */

import { quote } from "./quote.ts";

/** Words that only a shell knows: no program of these names can be started by sudo. */
const SHELL_WORDS: ReadonlySet<string> = new Set([
  ...["if", "for", "while", "until", "case", "select", "function", "{", "!", "[["],
  ...[".", ":", "alias", "cd", "command", "eval", "exec", "exit", "export", "read", "readonly", "return"],
  ...["set", "shift", "source", "trap", "type", "ulimit", "umask", "unset", "wait"],
]);

/** Plain words and those in single quotes, which mean the same to every program that hands them on. */
const PLAIN_REGEXP = /^(?:[A-Za-z0-9_@%+=:,./-]|'[^'\n]*'|"[^"$`\\!\n]*"| )+$/;

/** Whether shell text is one program with its words, without anything for a shell to do. */
export function isPlainCommand(text: string): boolean {
  const [first = ""] = text.split(" ");
  return PLAIN_REGEXP.test(text) && !SHELL_WORDS.has(first) && !first.includes("=");
}

/**
 * A command as another user, as a person would type it. What only a shell can do, such as writing to a file, is handed
 * to one that runs as that user.
 *
 * @param privilege Such as `sudo -u app`; empty for the login user.
 * @example
 * ```ts
 * asUser("sudo", "echo 1 > /etc/x"); // sudo sh -c 'echo 1 > /etc/x'
 * ```
 */
export function asUser(privilege: string, command: string): string {
  if (privilege === "") return command;
  // su takes a command in no other way.
  if (/(^| )su( -\w+)* \S+$/.test(privilege)) return `${privilege} -c ${quote(command)}`;
  return isPlainCommand(command) ? `${privilege} ${command}` : `${privilege} sh -c ${quote(command)}`;
}
