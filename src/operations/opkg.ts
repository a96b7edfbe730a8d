/** Packages with opkg: OpenWrt before 25.12. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { OpkgPackages, OpkgSatisfied, OpkgUpgradeablePackages } from "../facts/opkg.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import type { PackageManager } from "./packages/ensure.ts";
import { askSatisfied } from "./packages/satisfied.ts";
import { ensureSystemPackages, type Found, updateOperation, type Upkeep } from "./packages/upkeep.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names of packages, or of what they provide (`iptables`), without versions: opkg installs what its lists have. */
  packages?: string | string[];
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean;
  /** Upgrades those that are installed. Default: `false`. */
  latest?: boolean;
  /**
   * Fetches the lists of packages (`opkg update`) before something is installed or upgraded, or by themselves without
   * `packages`: most devices lose them with a reboot. Together with `latest`, it acts each time. Default: `true`.
   */
  update?: boolean;
}

const OPKG: PackageManager = {
  kind: "package",
  install: sh`opkg install`,
  upgrade: sh`opkg upgrade`,
  uninstall: sh`opkg remove`,
  parse: (text) => {
    if (!text.includes("=")) return { name: text };
    throw new DroverError(
      "E_ARGUMENT",
      `opkg installs no certain versions, such as ${JSON.stringify(text)}`,
      {
        hint: "name the package alone",
      },
    );
  },
};

/** OpenWrt advises against upgrading everything: a device can be left unable to boot. */
const UPKEEP: Upkeep = {
  name: "opkg",
  update: sh`opkg update`,
  isOutdated: async (names = []) => {
    const upgrades = await host.getFact(OpkgUpgradeablePackages);
    return names.some((name) => Object.hasOwn(upgrades, name));
  },
};

/**
 * Installs, upgrades or removes packages with opkg. Changes something only if a package is missing (or is there,
 * with `present: false`), or if `latest` has something to do. There is no operation that upgrades everything: OpenWrt
 * advises against it.
 *
 * @example
 * ```ts
 * await opkg.packages({ packages: ["luci", "tcpdump-mini"] });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "opkg.packages",
  async function* (args) {
    yield* ensureSystemPackages({ update: true, ...args }, find(args), UPKEEP);
  },
  {
    parameters: {
      packages: "string | string[]?",
      present: "boolean?",
      latest: "boolean?",
      update: "boolean?",
    },
  },
);

/**
 * Fetches the lists of packages (`opkg update`), each time.
 *
 * @example
 * ```ts
 * await opkg.update({});
 * ```
 */
export const update: Operation<Record<never, never>> = updateOperation(UPKEEP);

async function find(args: PackagesArgs): Promise<Found> {
  const list = await host.getFact(OpkgPackages);
  const { installed } = await askSatisfied(args, list, OpkgSatisfied, OPKG);
  return { installed, manager: OPKG };
}
