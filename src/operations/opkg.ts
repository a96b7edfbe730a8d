/** Packages with opkg: OpenWrt before 25.12. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { OpkgPackages, OpkgUpgradeablePackages } from "../facts/opkg.ts";
import { host, operation } from "../host/mod.ts";
import type { PackageManager } from "./packages/ensure.ts";
import { ensureSystemPackages, updateOperation, type Upkeep } from "./packages/upkeep.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names without versions: opkg installs what its lists have. */
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
export const packages = operation<PackagesArgs>(
  "opkg.packages",
  async function* (args) {
    const find = async () => ({ installed: await host.getFact(OpkgPackages), manager: OPKG });
    yield* ensureSystemPackages({ update: true, ...args }, find(), UPKEEP);
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
export const update = updateOperation(UPKEEP);
