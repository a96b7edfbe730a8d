/** Packages with pkgin: NetBSD, SmartOS and others with pkgsrc. */

import { sh } from "../command/mod.ts";
import { PkginPackages, PkginSatisfied, PkginWouldChange } from "../facts/pkgin.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { askSatisfied } from "./packages/satisfied.ts";
import {
  ensureSystemPackages,
  type Found,
  updateOperation,
  upgradeOperation,
  type Upkeep,
} from "./packages/upkeep.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names, also with a version (`curl-8.5.0`) or a pattern (`curl>=8`). */
  packages?: string | string[];
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean;
  /** Upgrades those that are installed. Default: `false`. */
  latest?: boolean;
  /**
   * Fetches the lists of packages (`pkgin update`) before something is installed or upgraded, or by themselves without
   * `packages`. Together with `latest` or `upgrade`, it acts each time. Default: `false`.
   */
  update?: boolean;
  /** Upgrades all packages first (`pkgin upgrade`). Default: `false`. */
  upgrade?: boolean;
}

const UPKEEP: Upkeep = {
  name: "pkgin",
  update: sh`pkgin -y update`,
  upgrade: sh`pkgin -y upgrade`,
  isOutdated: async (packages) => await host.getFact(PkginWouldChange, packages && { packages }),
};

/**
 * Installs, upgrades or removes packages with pkgin. Changes something only if a package is missing (or is there,
 * with `present: false`), if an upgrade has something to do, or if `update` fetches lists.
 *
 * @example
 * ```ts
 * await pkgin.packages({ packages: ["git-base", "nginx"], update: true, _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "pkgin.packages",
  async function* (args) {
    yield* ensureSystemPackages(args, find(args), UPKEEP);
  },
  {
    parameters: {
      packages: "string | string[]?",
      present: "boolean?",
      latest: "boolean?",
      update: "boolean?",
      upgrade: "boolean?",
    },
  },
);

/**
 * Fetches the lists of packages (`pkgin update`), each time.
 *
 * @example
 * ```ts
 * await pkgin.update({ _sudo: true });
 * ```
 */
export const update: Operation<Record<never, never>> = updateOperation(UPKEEP);

/**
 * Upgrades all packages (`pkgin upgrade`). Does nothing when a simulation finds nothing to do.
 *
 * @example
 * ```ts
 * await pkgin.upgrade({ _sudo: true });
 * ```
 */
export const upgrade: Operation<Record<never, never>> = upgradeOperation(UPKEEP);

async function find(args: PackagesArgs): Promise<Found> {
  const list = await host.getFact(PkginPackages);
  const { installed } = await askSatisfied(args, list, PkginSatisfied, { countsAll: true });
  const install = sh`pkgin -y install`;
  // `pkgin upgrade` takes no names; `install` upgrades what is there.
  const manager = { kind: "package", install, upgrade: install, uninstall: sh`pkgin -y remove` };
  return { installed, manager };
}
