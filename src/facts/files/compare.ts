/** Tells whether a filter would change a file. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";

/**
 * A command that prints `same` or `different`, or nothing where there is no file or no `cmp`. `filter` reads
 * the file on stdin and writes what it would become.
 */
export function compareCommand(filter: ShellCommand, path: string): ShellCommand {
  const word = pathWord(path);
  return sh`if test -f ${word}; then ${filter} < ${word} | cmp -s - ${word}; case $? in 0) echo same;; 1) echo different;; esac; fi`;
}
