/** What the operations of apt share: waiting for locks, and changes only where apt sees any. */

import { sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type AptChanges, SimulateOperationWillChange } from "../../facts/apt.ts";
import { aptGet } from "../../facts/apt_command.ts";
import { host, type Subject } from "../../host/mod.ts";

/** The lists of packages that can be had. */
export const APT_LISTS: Subject = { kind: "apt lists" };

/** The versions of the packages that are installed. */
export const INSTALLED_VERSIONS: Subject = { kind: "package versions" };

/** How long an operation waits while another process uses dpkg. */
export interface WaitForLock {
  /**
   * How many seconds apt waits for another apt or dpkg to finish before it fails: `true` for 60, `false` for none,
   * -1 for as long as it takes. Apt says what it waits for; `-vvv` shows it. Default: 60 seconds.
   */
  waitForLock?: boolean | number;
}

/** Options of {@linkcode changingAptGet}. */
export interface AptGetOptions extends WaitForLock {
  /** Adds `--force-yes`. */
  force?: boolean;
}

/** An apt-get command that changes packages and never asks. */
export function changingAptGet(command: ShellCommand, options: AptGetOptions): ShellCommand {
  const { force, waitForLock } = options;
  return aptGet(command, [force && sh`--force-yes`, lockOption(waitForLock)]);
}

/** The option that makes apt wait for its locks, or nothing. Machines that have just booted often hold them. */
export function lockOption(waitForLock: boolean | number | undefined): ShellCommand | undefined {
  if (waitForLock === false) return undefined;
  return sh`-o ${`DPkg::Lock::Timeout=${secondsToWait(waitForLock)}`}`;
}

/**
 * How long to wait for a lock; below 0 there is no end.
 *
 * @throws {DroverError} `E_ARGUMENT` for what is no number of seconds.
 */
export function secondsToWait(waitForLock: boolean | number | undefined): number {
  const seconds = waitForLock === undefined || waitForLock === true ? 60 : Number(waitForLock);
  if (Number.isInteger(seconds) && seconds >= -1) return seconds;
  throw new DroverError("E_ARGUMENT", `waitForLock cannot be ${seconds}`, {
    hint: "give whole seconds, true for 60, or -1 to wait without an end",
  });
}

/**
 * Whether an apt-get command would change any package. What apt cannot simulate counts as a change, so that
 * the command itself runs and tells what is wrong.
 *
 * @param command Words after `apt-get`.
 */
export async function wouldChange(command: ShellCommand): Promise<boolean> {
  const changes = await host.getFact(SimulateOperationWillChange, { command: command.raw })
    .catch((): AptChanges | undefined => undefined);
  if (changes === undefined) return true;
  const { upgraded = 1, newlyInstalled = 0, removed = 0 } = changes;
  return upgraded + newlyInstalled + removed > 0;
}
