/** Packages with pacman: Arch Linux and its relatives. */

import { sh } from "../command/mod.ts";
import { PacmanPackages, PacmanSatisfied, PacmanUnpackGroup, PacmanUpgrades } from "../facts/pacman.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import type { PackageName } from "./packages/ensure.ts";
import { askSatisfied, parseDependency } from "./packages/satisfied.ts";
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
  /**
   * Names, with a version (`curl=8.5.0-1`, `curl>=8`), of a repository (`extra/nginx`), of groups, or what packages
   * provide (`java-runtime`). The repositories have one version of each only.
   */
  packages?: string | string[];
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean;
  /**
   * Fetches the lists of packages (`pacman -Sy`) before something is installed, or by themselves without `packages`.
   * Arch supports no system of which only a part is new: give `upgrade` as well, with which it acts each time.
   * Default: `false`.
   */
  update?: boolean;
  /** Upgrades all packages first (`pacman -Su`). Default: `false`. */
  upgrade?: boolean;
}

const UPKEEP: Upkeep = {
  name: "pacman",
  update: sh`pacman -Sy`,
  upgrade: sh`pacman --noconfirm -Su`,
  isOutdated: async () => isAny(await host.getFact(PacmanUpgrades)),
};

/**
 * Installs or removes packages with pacman. Changes something only if a package is missing (or is there, with
 * `present: false`), if an upgrade has something to do, or if `update` fetches lists. A group is installed when all of
 * its members are, and is removed when any of them is there; a name that packages provide is installed when one of
 * them is, and is never removed.
 *
 * @example
 * ```ts
 * await pacman.packages({ packages: ["nginx", "xorg-fonts"], update: true, upgrade: true, _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "pacman.packages",
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
 * Fetches the lists of packages (`pacman -Sy`), each time. What is installed after that without `pacman.upgrade` may
 * need newer libraries than the host has.
 *
 * @example
 * ```ts
 * await pacman.update({ _sudo: true });
 * await pacman.upgrade({ _sudo: true });
 * ```
 */
export const update: Operation<Record<never, never>> = updateOperation(UPKEEP);

/**
 * Upgrades all packages (`pacman -Su`). Does nothing when a simulation finds nothing to do.
 *
 * @example
 * ```ts
 * await pacman.upgrade({ _sudo: true });
 * ```
 */
export const upgrade: Operation<Record<never, never>> = upgradeOperation(UPKEEP);

async function find(args: PackagesArgs): Promise<Found> {
  const parse = (text: string) => parseTarget(text, args.present);
  const list = await host.getFact(PacmanPackages);
  const { installed, satisfies, unknown } = await askSatisfied(args, list, PacmanSatisfied, { parse });
  const manager = {
    kind: "package",
    // Members of a group that are there would be installed again.
    install: sh`pacman --noconfirm -S --needed`,
    uninstall: sh`pacman --noconfirm -R`,
    parse,
    satisfies,
    // What is installed in another version, or provides a name, is no member of a group.
    expand: async (name: string) => {
      if (!unknown.has(name)) return undefined;
      const members = await host.getFact(PacmanUnpackGroup, { package: name });
      return members.map((member) => ({ name: member }));
    },
  };
  return { installed, manager };
}

/** `extra/nginx>=1.25`: the repository is no part of the name. */
function parseTarget(text: string, present: boolean | undefined): PackageName {
  const parsed = parseDependency(text, present);
  const name = parsed.name.replace(/^[^/]+\/(?=.)/s, "");
  if (name === parsed.name) return parsed;
  const version = parsed.version?.slice(parsed.name.length - name.length);
  return { name, ...(version !== undefined && { version }), spelled: present === false ? name : text };
}
