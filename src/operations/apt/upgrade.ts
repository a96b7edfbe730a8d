/** apt.upgrade and apt.distUpgrade: bring all packages up to date. */

import { sh, type ShellCommand } from "../../command/mod.ts";
import { host, operation, restsOn, type Steps, touches } from "../../host/mod.ts";
import { APT_LISTS, changingAptGet, INSTALLED_VERSIONS, type WaitForLock, wouldChange } from "./apt_get.ts";

/** Arguments of {@linkcode upgrade} and {@linkcode distUpgrade}. */
export interface UpgradeArgs extends WaitForLock {
  /** Also removes packages that were installed for others and that none needs any more. Default: `false`. */
  autoRemove?: boolean;
}

/**
 * Upgrades all packages for which that needs no removal of others (`apt-get upgrade`). Does nothing when a
 * simulation finds nothing to do; packages that are kept back do not count.
 *
 * @example
 * ```ts
 * await apt.upgrade({ autoRemove: true, _sudo: true });
 * ```
 */
export const upgrade = operation<UpgradeArgs>("apt.upgrade", async function* (args) {
  yield* upgradeIfNeeded(sh`upgrade ${args.autoRemove && sh`--autoremove`}`, args);
}, { parameters: { autoRemove: "boolean?", waitForLock: "boolean | number?" } });

/**
 * Upgrades all packages, installing and removing others where that is needed (`apt-get dist-upgrade`). Does
 * nothing when a simulation finds nothing to do.
 *
 * @example
 * ```ts
 * await apt.distUpgrade({ autoRemove: true, _sudo: true });
 * ```
 */
export const distUpgrade = operation<UpgradeArgs>("apt.distUpgrade", async function* (args) {
  yield* upgradeIfNeeded(sh`dist-upgrade ${args.autoRemove && sh`--autoremove`}`, args);
}, { parameters: { autoRemove: "boolean?", waitForLock: "boolean | number?" } });

async function* upgradeIfNeeded(command: ShellCommand, options: WaitForLock): Steps {
  restsOn(APT_LISTS);
  touches(INSTALLED_VERSIONS);
  if (await wouldChange(command)) yield changingAptGet(command, options);
  else host.noop(`apt-get ${command} would change nothing`);
}
