/** The operation on packages of whatever manages them. */

import { DroverError } from "../../errors/mod.ts";
import { Os, OsRelease, Which } from "../../facts/server/mod.ts";
import { host, operation, type Steps } from "../../host/mod.ts";
import { packages as apkPackages } from "../apk.ts";
import { packages as aptPackages } from "../apt/packages.ts";
import { packages as brewPackages } from "../brew.ts";
import { packages as dnfPackages } from "../dnf.ts";
import { packages as opkgPackages } from "../opkg.ts";
import { packages as pacmanPackages } from "../pacman.ts";
import { packages as pkgPackages } from "../pkg.ts";
import { packages as pkginPackages } from "../pkgin.ts";
import { packages as xbpsPackages } from "../xbps.ts";
import { packages as yumPackages } from "../yum.ts";
import { packages as zypperPackages } from "../zypper.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names of packages, as the host's package manager knows them. */
  packages: string | string[];
  /** Whether they should be installed: `true` by default. */
  present?: boolean;
}

/**
 * Programs of package managers in the order of preference, and the systems that they came with: the `ID` or
 * `ID_LIKE` of `/etc/os-release`, or what `uname -s` prints, in small letters.
 */
const SYSTEMS = {
  zypper: ["suse"],
  apk: ["alpine", "openwrt"],
  apt: ["debian"],
  brew: ["darwin"],
  dnf: ["fedora", "rhel"],
  pacman: ["arch"],
  "xbps-install": ["void"],
  yum: ["fedora", "rhel"],
  opkg: ["openwrt"],
  pkg: ["freebsd", "dragonfly"],
  pkgin: ["netbsd", "sunos"],
  pkg_add: ["openbsd", "netbsd"],
} as const satisfies Record<string, readonly string[]>;

type Program = keyof typeof SYSTEMS;

const PROGRAMS = Object.keys(SYSTEMS) as Program[];

const OPERATIONS: Readonly<Record<Program, (args: PackagesArgs) => Steps>> = {
  zypper: zypperPackages.steps,
  apk: apkPackages.steps,
  apt: aptPackages.steps,
  brew: brewPackages.steps,
  dnf: dnfPackages.steps,
  pacman: pacmanPackages.steps,
  "xbps-install": xbpsPackages.steps,
  yum: yumPackages.steps,
  opkg: opkgPackages.steps,
  pkg: pkgPackages.steps,
  pkgin: pkginPackages.steps,
  pkg_add: pkgPackages.steps,
};

/**
 * Installs or removes packages with the package manager that the host has: zypper, apk, apt, brew, dnf, pacman,
 * XBPS, yum, opkg, pkg, pkgin or pkg_add. It changes something if one is missing, or still there. Where there are
 * several managers, the one wins that the system came with, as `/etc/os-release` or `uname` tell of it: apt on a Debian
 * that has dnf as well, dnf on a Fedora that has apt. On a system that came with none of them, the first of the list.
 *
 * @example
 * ```ts
 * await server.packages({ packages: ["git", "curl"], _sudo: true });
 * ```
 */
export const packages = operation<PackagesArgs>("server.packages", async function* (args) {
  const program = await findManager();
  if (program === undefined) {
    throw new DroverError("E_PACKAGE_MANAGER", `Nothing on ${host.name} manages packages`, {
      hint: `looked for ${PROGRAMS.join(", ")} in PATH`,
    });
  }
  yield* OPERATIONS[program](args);
}, { parameters: { packages: "string | string[]", present: "boolean?" } });

/** The program to use: of several, the first that the system came with; failing that, the first of all. */
async function findManager(): Promise<Program | undefined> {
  const places = await Promise.all(PROGRAMS.map((command) => host.getFact(Which, { command })));
  const found = PROGRAMS.filter((_, index) => Boolean(places[index]));
  if (found.length < 2) return found[0];
  const [release, kernel] = await Promise.all([host.getFact(OsRelease), host.getFact(Os)]);
  const systems = [release.id, ...(release.id_like ?? "").split(/\s+/), kernel].map((one) =>
    one?.toLowerCase()
  );
  for (const system of systems) {
    const own = found.find((program) => (SYSTEMS[program] as readonly unknown[]).includes(system));
    if (own !== undefined) return own;
  }
  return found[0];
}
