/** What package managers of operating systems do beside packages: fetching lists, and upgrading everything. */

import type { ShellCommand } from "../../command/mod.ts";
import {
  alters,
  host,
  type Operation,
  operation,
  restsOn,
  type Steps,
  type Subject,
  touches,
} from "../../host/mod.ts";
import {
  ensurePackages,
  type InstalledPackages,
  type PackageManager,
  type WantedPackages,
} from "./ensure.ts";

/** How a package manager keeps its lists and the whole system up to date. */
export interface Upkeep {
  /** What the manager is called: `apk`. */
  name: string;
  /** Fetches the lists of packages. */
  update: ShellCommand;
  /** Upgrades all packages; without it, that is not to be done. */
  upgrade?: ShellCommand;
  /**
   * Whether anything newer is to be had of all packages or of some, as far as the lists know that the host has;
   * `undefined` where the manager cannot tell. Without it, upgrades are always run.
   */
  isOutdated?(names?: readonly string[]): Promise<boolean | undefined>;
}

/** Which packages a host shall have, and what is to be done before. */
export interface WantedSystem extends WantedPackages {
  /** Fetches the lists before something is installed or upgraded, or by themselves without packages. */
  update?: boolean | undefined;
  /** Upgrades all packages first. */
  upgrade?: boolean | undefined;
}

/** The versions of the packages that are installed. */
const INSTALLED_VERSIONS: Subject = { kind: "package versions" };

/** What is installed, and how the manager deals with it. */
export interface Found {
  installed: InstalledPackages;
  manager: PackageManager;
}

/** The operation that fetches the lists of packages, each time. */
export function updateOperation(upkeep: Upkeep): Operation<Record<never, never>> {
  return operation(`${upkeep.name}.update`, async function* () {
    touches(listsOf(upkeep));
    yield upkeep.update;
  }, { parameters: {}, idempotent: false });
}

/** The operation that upgrades all packages, unless the manager says that there is nothing to upgrade. */
export function upgradeOperation(upkeep: Upkeep): Operation<Record<never, never>> {
  return operation(`${upkeep.name}.upgrade`, () => upgradeAll(upkeep), { parameters: {} });
}

/** Upgrades all packages, unless the manager says that there is nothing to upgrade. */
export async function* upgradeAll({ isOutdated, ...upkeep }: Upkeep): Steps {
  restsOn(listsOf(upkeep));
  touches(INSTALLED_VERSIONS);
  yield* upgradeUnless(await isOutdated?.() === false, upkeep);
}

/**
 * Installs, upgrades or removes packages as {@linkcode ensurePackages} does, and before that fetches lists and
 * upgrades everything if that is wanted. What new lists say cannot be known before they are there: together with
 * `update`, upgrades are always run.
 *
 * @param found It is read together with what an upgrade would do.
 * @example
 * ```ts
 * const found = async () => ({ installed: await host.getFact(facts.xbps.XbpsPackages), manager: XBPS });
 * yield* ensureSystemPackages({ packages: ["git"], upgrade: true }, found(), UPKEEP);
 * ```
 */
export async function* ensureSystemPackages(
  wanted: WantedSystem,
  found: Promise<Found>,
  upkeep: Upkeep,
): Steps {
  const { update = false, upgrade = false, latest = false } = wanted;
  if (update) alters(listsOf(upkeep));
  if (upgrade || latest) {
    restsOn(listsOf(upkeep), INSTALLED_VERSIONS);
    alters(INSTALLED_VERSIONS);
  }
  const [{ installed, manager }, outdated] = await Promise.all([
    found,
    upgrade && !update ? upkeep.isOutdated?.() : undefined,
  ]);
  const early = update && (upgrade || wanted.packages === undefined);
  if (early) yield upkeep.update;
  if (upgrade) yield* upgradeUnless(outdated === false, upkeep);
  yield* ensurePackages(wanted, installed, {
    ...manager,
    isOutdated: async (names) => update || await upkeep.isOutdated?.(names) !== false,
    ...(update && !early && {
      prepare: async function* () {
        yield upkeep.update;
      },
    }),
  });
}

/** Whether there is any, if that is known. */
export function isAny(found: readonly string[] | undefined): boolean | undefined {
  return found === undefined ? undefined : found.length > 0;
}

function* upgradeUnless(isCurrent: boolean, { upgrade }: Upkeep): Generator<ShellCommand, void, void> {
  if (upgrade === undefined) return;
  if (isCurrent) host.noop(`${upgrade} would change nothing`);
  else yield upgrade;
}

function listsOf({ name }: Upkeep): Subject {
  return { kind: `${name} lists` };
}
