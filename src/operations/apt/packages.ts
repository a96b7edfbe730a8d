/** apt.packages: installs, upgrades and removes packages. */

import { sh } from "../../command/mod.ts";
import { DebPackage, DebPackages } from "../../facts/deb.ts";
import { alters, host, operation, restsOn } from "../../host/mod.ts";
import { ensurePackages, type InstalledPackages, parsePackages } from "../packages/ensure.ts";
import { extraArguments } from "../packages/extra_arguments.ts";
import { APT_LISTS, changingAptGet, INSTALLED_VERSIONS, type WaitForLock, wouldChange } from "./apt_get.ts";
import { listsAreFresh, updateLists } from "./update.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs extends WaitForLock {
  /** Names, with a version (`nginx=1.22.1-9`), an architecture (`libc6:i386`) or a release (`git/sid`). */
  packages?: string | string[];
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean;
  /** Upgrades those that are installed and wanted in no certain version. Default: `false`. */
  latest?: boolean;
  /**
   * Fetches the lists of packages (`apt-get update`) before something is installed or upgraded, or by themselves
   * without `packages`. What `latest` and `upgrade` would find in new lists cannot be known without them: together
   * with these, or with `cacheTime`, the lists are fetched whenever they are too old. Default: `false`.
   */
  update?: boolean;
  /** With `update`: seconds for which lists that were fetched are good enough. Default: they are always too old. */
  cacheTime?: number;
  /** Upgrades all packages first (`apt-get upgrade`). Default: `false`. */
  upgrade?: boolean;
  /** Adds `--force-yes`, which installs what is not authenticated too. Default: `false`. */
  force?: boolean;
  /** Leaves out packages that are only recommended. Default: `false`. */
  noRecommends?: boolean;
  /** Lets a version that is wanted be older than the one that is installed. Default: `false`. */
  allowDowngrades?: boolean;
  /** With `present: false`: removes the configuration files too. Default: `false`. */
  purge?: boolean;
  /** More arguments for `apt-get install`: shell text or a list of words. */
  extraInstallArgs?: string | string[];
  /** More arguments for `apt-get remove`: shell text or a list of words. */
  extraUninstallArgs?: string | string[];
}

/**
 * Installs, upgrades or removes packages with apt. Changes something only if a package is missing (or is
 * there, with `present: false`), if an upgrade has something to do, or if `update` fetches lists.
 *
 * @example
 * ```ts
 * await apt.packages({
 *   name: "Install nginx",
 *   packages: ["nginx", "curl=7.88.1-10+deb12u5"],
 *   update: true,
 *   cacheTime: 3600,
 *   _sudo: true,
 * });
 * ```
 */
export const packages = operation<PackagesArgs>("apt.packages", async function* (args) {
  const { update = false, upgrade = false, latest = false, purge = false } = args;
  const [installed, fresh] = await Promise.all([
    findInstalled(args.packages),
    update ? listsAreFresh(args.cacheTime) : true,
  ]);
  if (update && fresh) host.noop("apt is already up to date");
  const isComplete = parsePackages(args.packages, "=").every(({ name }) =>
    name.replace(/\/.*/, "") in installed
  );
  // What has to be installed is installed whatever the lists say.
  if (isComplete && (upgrade || latest || update && args.cacheTime !== undefined)) restsOn(APT_LISTS);
  if (isComplete && (upgrade || latest)) restsOn(INSTALLED_VERSIONS);
  if (update && !fresh) alters(APT_LISTS);
  if (upgrade || latest) alters(INSTALLED_VERSIONS);
  const early = args.cacheTime !== undefined || upgrade || args.packages === undefined;
  if (!fresh && early) yield* updateLists(args);
  // A simulation knows nothing of lists that are yet to be fetched.
  if (upgrade && (!fresh || await wouldChange(sh`upgrade`))) yield changingAptGet(sh`upgrade`, args);

  const options = sh`${args.noRecommends && sh`--no-install-recommends`} ${
    args.allowDowngrades && sh`--allow-downgrades`
  }`;
  const install = sh`install ${options} ${extraArguments(args.extraInstallArgs)}`;
  const uninstall = sh`${purge ? sh`purge` : sh`remove`} ${extraArguments(args.extraUninstallArgs)}`;
  yield* ensurePackages({ packages: args.packages, present: args.present, latest }, installed, {
    kind: "package",
    joiner: "=",
    install: changingAptGet(install, args),
    upgrade: changingAptGet(sh`install ${options}`, args),
    uninstall: changingAptGet(uninstall, args),
    listedAs: (name) => name.replace(/\/.*/, ""),
    isOutdated: async (names) => !fresh || await wouldChange(sh`install ${options} ${names}`),
    ...(fresh || early ? {} : { prepare: () => updateLists(args) }),
  });
}, {
  parameters: {
    packages: "string | string[]?",
    present: "boolean?",
    latest: "boolean?",
    update: "boolean?",
    cacheTime: "number?",
    upgrade: "boolean?",
    force: "boolean?",
    noRecommends: "boolean?",
    allowDowngrades: "boolean?",
    purge: "boolean?",
    extraInstallArgs: "string | string[]?",
    extraUninstallArgs: "string | string[]?",
    waitForLock: "boolean | number?",
  },
  asWritten: ["extraInstallArgs", "extraUninstallArgs"],
});

/** What dpkg has installed; packages of a certain architecture are asked for one by one. */
async function findInstalled(wanted: string | string[] | undefined): Promise<InstalledPackages> {
  const withArchitecture = parsePackages(wanted, "=")
    .map(({ name }) => name.replace(/\/.*/, ""))
    .filter((name) => name.includes(":"));
  const [all, ...single] = await Promise.all([
    host.getFact(DebPackages),
    ...withArchitecture.map((name) => host.getFact(DebPackage, { package: name })),
  ]);
  const more = withArchitecture.flatMap((name, index) => {
    const version = single[index]?.version;
    return version === undefined ? [] : [[name, [version]] as const];
  });
  return { ...all, ...Object.fromEntries(more) };
}
