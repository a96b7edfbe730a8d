/** Packages with XBPS: Void Linux. Names distinguish capital letters. */

import { sh } from "../command/mod.ts";
import { XbpsPackages, XbpsSatisfied, XbpsUpgrades } from "../facts/xbps.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { askSatisfied } from "./packages/satisfied.ts";
import {
  ensureSystemPackages,
  type Found,
  isAny,
  updateOperation,
  upgradeOperation,
  type Upkeep,
} from "./packages/upkeep.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names, also with a version (`curl-8.5.0_1`, `curl>=8`). */
  packages?: string | string[];
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean;
  /**
   * Fetches the lists of packages (`xbps-install -S`) before something is installed, or by themselves without
   * `packages`. Together with `upgrade`, it acts each time. Default: `false`.
   */
  update?: boolean;
  /** Upgrades all packages first (`xbps-install -u`). Default: `false`. */
  upgrade?: boolean;
}

const UPKEEP: Upkeep = {
  name: "xbps",
  update: sh`xbps-install -S`,
  upgrade: sh`xbps-install -y -u`,
  isOutdated: async () => isAny(await host.getFact(XbpsUpgrades)),
};

/**
 * Installs or removes packages with XBPS. Changes something only if a package is missing (or is there, with
 * `present: false`), if an upgrade has something to do, or if `update` fetches lists.
 *
 * @example
 * ```ts
 * await xbps.packages({ packages: ["git", "vim"], update: true, _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "xbps.packages",
  async function* (args) {
    yield* ensureSystemPackages(args, find(args), UPKEEP);
  },
  {
    parameters: {
      packages: "string | string[]?",
      present: "boolean?",
      update: "boolean?",
      upgrade: "boolean?",
    },
  },
);

/**
 * Fetches the lists of packages (`xbps-install -S`), each time.
 *
 * @example
 * ```ts
 * await xbps.update({ _sudo: true });
 * ```
 */
export const update: Operation<Record<never, never>> = updateOperation(UPKEEP);

/**
 * Upgrades all packages (`xbps-install -u`). Does nothing when a simulation finds nothing to do. XBPS upgrades
 * nothing while itself is out of date, and says so.
 *
 * @example
 * ```ts
 * await xbps.upgrade({ _sudo: true });
 * ```
 */
export const upgrade: Operation<Record<never, never>> = upgradeOperation(UPKEEP);

async function find(args: PackagesArgs): Promise<Found> {
  const { installed } = await askSatisfied(args, await host.getFact(XbpsPackages), XbpsSatisfied);
  const manager = {
    kind: "package",
    // With -u, what has become known in a newer version since is taken in that one.
    install: sh`xbps-install -y -u`,
    uninstall: sh`xbps-remove -y`,
  };
  return { installed, manager };
}
