/** Commands that leave no temporary file behind, however they end. */

import { quoteCommand, raw, sh, type ShellCommand, type Word } from "../command/mod.ts";

/**
 * A command that removes a file when it has ended: done, failed, or stopped by a signal that can be caught.
 *
 * @param file Its path, as commands name it.
 */
export function removingAtExit(file: Word, command: ShellCommand): ShellCommand {
  const remove = quoteCommand(sh`rm -f ${file}`);
  const signals = raw("trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM");
  return sh`trap ${remove} EXIT; ${signals}; ${command}; exit $?`;
}
