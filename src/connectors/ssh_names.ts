/**
 * Names of hosts and users for ssh: none that a shell would read as more than a name.
 *
 * OpenSSH puts them into commands for a shell: those of ProxyCommand, `Match exec` and, unquoted, the one that it
 * makes of ProxyJump. Since 9.6 it refuses such characters on its command line, but not in its configuration.
 */

import { ConfigSyntaxError, splitWords } from "./ssh2/config_lines.ts";

/** A name of a configuration that ssh is not given. */
export interface WrongName {
  /** As people write the directive, such as `ProxyJump`. */
  directive: string;
  value: string;
  /** Counted from 1. */
  line: number;
}

/** Whether ssh may be given it as the name of a host. */
export function isHostName(name: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return name !== "" && !name.startsWith("-") && !/['`"$\\;&<>|(){}\s\x00-\x1f\x7f]/.test(name);
}

/** Whether ssh may be given it as the name of a user. */
export function isUserName(name: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return !name.startsWith("-") && !/['`";&<>|(){}$\x00-\x1f\x7f]|\s-|\\$/.test(name);
}

/** Whether ssh may be given it as the value of ProxyJump: hosts with users and ports, by commas. */
export function isJumpList(value: string): boolean {
  return value.toLowerCase() === "none" || value.split(",").every((jump) => isJump(jump.trim()));
}

function isJump(jump: string): boolean {
  const plain = jump.replace(/^ssh:\/\//, "").replace(/\/$/, "");
  // What is escaped in an address is another character once ssh has read it; the rest means something to a shell.
  if (plain !== jump && plain.includes("%")) return false;
  if (/[\s\\*?~!#=]/.test(plain)) return false;
  const at = plain.lastIndexOf("@");
  return isHostName(plain.slice(at + 1)) && isUserName(plain.slice(0, Math.max(0, at)));
}

/** The rules for the directives whose values are names. */
const RULES: Readonly<Record<string, { directive: string; isRight: (value: string) => boolean }>> = {
  hostname: { directive: "HostName", isRight: (value) => isRightWord(value, isHostName) },
  user: { directive: "User", isRight: (value) => isRightWord(value, isUserName) },
  // ssh takes the rest of the line as it stands, quotes and blanks included.
  proxyjump: {
    directive: "ProxyJump",
    isRight: (value) => isJumpList(value.replace(/(^|\s)#.*$/, "").trim()),
  },
};

/** The first name in a configuration's text that ssh must not be given, whichever host it is for. */
export function wrongNameIn(config: string): WrongName | undefined {
  for (const [index, line] of config.split("\n").entries()) {
    const [, name = "", rest = ""] = /^\s*"?([a-z]+)"?(?:\s*=\s*|\s+|$)([\s\S]*?)\s*$/i.exec(line) ?? [];
    const rule = RULES[name.toLowerCase()];
    if (rule === undefined || rest === "" || rule.isRight(rest)) continue;
    return { directive: rule.directive, value: rest, line: index + 1 };
  }
  return undefined;
}

function isRightWord(value: string, isRight: (word: string) => boolean): boolean {
  try {
    const [word] = splitWords(value);
    return word === undefined || isRight(word);
  } catch (error) {
    if (error instanceof ConfigSyntaxError) return false;
    throw error;
  }
}
