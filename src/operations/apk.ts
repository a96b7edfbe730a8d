/** Packages with apk: Alpine, and OpenWrt since 25.12. */

import { sh } from "../command/mod.ts";
import { ApkPackages, ApkSatisfied, ApkUpgrades } from "../facts/apk.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import type { PackageName } from "./packages/ensure.ts";
import { askSatisfied, parseDependency } from "./packages/satisfied.ts";
import {
  ensureSystemPackages,
  type Found,
  isAny,
  updateOperation,
  upgradeAll,
  type Upkeep,
} from "./packages/upkeep.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /**
   * Names, with a version (`curl=8.5.0-r0`, `musl~1.2`, `curl>8`), of a tagged repository (`nginx@edge`), or what
   * packages provide (`cmd:bash`).
   */
  packages?: string | string[];
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean;
  /**
   * Upgrades those that are installed and wanted in no certain version. One that an earlier run has tied to a version
   * is set free. Default: `false`.
   */
  latest?: boolean;
  /**
   * Fetches the lists of packages (`apk update`) before something is installed or upgraded, or by themselves without
   * `packages`. Together with `latest` or `upgrade`, it acts each time. Default: `false`.
   */
  update?: boolean;
  /** Upgrades all packages first (`apk upgrade`). Default: `false`. */
  upgrade?: boolean;
}

/** Arguments of {@linkcode upgrade}. */
export interface UpgradeArgs {
  /**
   * Takes each package in the version that the repositories have, older ones too: for the change to another release
   * of Alpine. Default: `false`.
   */
  available?: boolean;
}

const UPKEEP: Upkeep = {
  name: "apk",
  update: sh`apk update`,
  upgrade: sh`apk upgrade`,
  isOutdated: async (packages) => isAny(await host.getFact(ApkUpgrades, packages && { packages })),
};

/**
 * Installs, upgrades or removes packages with apk. Changes something only if a package is missing (or is there,
 * with `present: false`), if an upgrade has something to do, or if `update` fetches lists. A package that others
 * need stays when it is removed: apk only forgets that it was wanted.
 *
 * @example
 * ```ts
 * await apk.packages({ packages: ["nginx", "curl=8.5.0-r0"], update: true, _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "apk.packages",
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
 * Fetches the lists of packages (`apk update`), each time.
 *
 * @example
 * ```ts
 * await apk.update({ _sudo: true });
 * ```
 */
export const update: Operation<Record<never, never>> = updateOperation(UPKEEP);

/**
 * Upgrades all packages (`apk upgrade`). Does nothing when a simulation finds nothing to do.
 *
 * @example
 * ```ts
 * await apk.upgrade({ available: true, _sudo: true });
 * ```
 */
export const upgrade: Operation<UpgradeArgs> = operation<UpgradeArgs>(
  "apk.upgrade",
  async function* ({ available = false }) {
    if (!available) return yield* upgradeAll(UPKEEP);
    yield* upgradeAll({
      ...UPKEEP,
      upgrade: sh`apk upgrade --available`,
      isOutdated: async () => isAny(await host.getFact(ApkUpgrades, { available })),
    });
  },
  { parameters: { available: "boolean?" } },
);

async function find(args: PackagesArgs): Promise<Found> {
  const parse = (text: string) => parseTagged(text, args.present);
  const list = await host.getFact(ApkPackages);
  const { installed, satisfies } = await askSatisfied(args, list, ApkSatisfied, { parse });
  const manager = {
    kind: "package",
    install: sh`apk add`,
    // Unlike `apk upgrade`, it also lets go of the version that a package was once wanted in.
    upgrade: sh`apk add --upgrade`,
    uninstall: sh`apk del`,
    parse,
    satisfies,
  };
  return { installed, manager };
}

/** `nginx@edge>1.25`: the tag tells where a package is from, and is no part of its name. */
function parseTagged(text: string, present: boolean | undefined): PackageName {
  const parsed = parseDependency(text, present);
  const name = parsed.name.replace(/(?<=.)@.*$/s, "");
  if (name === parsed.name) return parsed;
  return { ...parsed, name, spelled: present === false ? name : text };
}
