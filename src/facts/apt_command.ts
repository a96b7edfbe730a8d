/** The apt-get command that the facts and operations of apt share. */

import { raw, sh, type ShellCommand, type Word } from "../command/mod.ts";

/**
 * apt-get that never asks: packages keep changed configuration files, and the maintainers' scripts take
 * the defaults. Facts simulate with the very command that operations run.
 *
 * @param command What apt-get shall do, such as `install nginx`.
 * @param options Options of apt-get that stand before it.
 */
export function aptGet(command: ShellCommand, options: readonly Word[] = []): ShellCommand {
  const keepFiles = raw('-o Dpkg::Options::="--force-confdef" -o Dpkg::Options::="--force-confold"');
  return sh`DEBIAN_FRONTEND=noninteractive apt-get -y ${options} ${keepFiles} ${command}`;
}
