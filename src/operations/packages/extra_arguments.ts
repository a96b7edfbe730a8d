/** Arguments that a deploy adds to the commands of a package manager. */

import { raw, sh, type ShellCommand } from "../../command/mod.ts";

/** Arguments that a deploy's author adds to a command: shell text, or a list of words. */
export function extraArguments(given: string | readonly string[] | undefined): ShellCommand | undefined {
  if (given === undefined) return undefined;
  return typeof given === "string" ? raw(given.trim()) : sh`${given}`;
}
