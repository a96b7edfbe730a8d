/** Hands passwords to programs that read them from a file, without a file that anything could find or leave behind. */

import { type Secret, sh, ShellCommand } from "../command/mod.ts";

/** Where a program finds the lines that {@linkcode withPrivateFile} gave it. */
export const PRIVATE_FILE = "/dev/fd/3";

/**
 * A command that may read lines from {@linkcode PRIVATE_FILE}: a file of the user's alone that loses its name before
 * anything is written to it. It is shown as the command itself.
 *
 * Pipes would not do: libpq refuses them, and programs may read their file twice. The shells' own `printf` writes it,
 * so that no argument holds a line either.
 */
export function withPrivateFile(lines: readonly Secret[], command: ShellCommand): ShellCommand {
  const made =
    sh`(f=$(umask 077; mktemp "\${TMPDIR:-/tmp}/drover.XXXXXX") && exec 3<"$f" 4>"$f" && rm -f "$f" && printf '%s\\n' ${lines} >&4 && exec 4>&- && ${command})`;
  return ShellCommand.of(made.raw, String(command));
}
