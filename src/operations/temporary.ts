/** Temporary files on hosts: where they are, and commands that leave none behind, however they end. */

import { quoteCommand, raw, sh, type ShellCommand, type Word } from "../command/mod.ts";
import { connectorDefaultsOf, requireScope } from "../host/mod.ts";

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

/** The directory of the host for temporary files that cannot stand beside their target: `_tempDir`, or `/tmp`. */
export function temporaryDirectory(): string {
  return givenTempDir() ?? "/tmp";
}

/** The directory for temporary files that the deploy or the configuration names. */
export function givenTempDir(): string | undefined {
  const { host, config, operation } = requireScope("a temporary file");
  return operation?.connector._tempDir ?? connectorDefaultsOf(host, config)._tempDir;
}
