/** Facts about Chocolatey and its packages. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { versionsByName } from "./package_versions.ts";

/**
 * Installed packages with their versions, by name in small letters.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.choco.ChocoPackages);
 * ```
 */
export const ChocoPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "choco.ChocoPackages",
  about: () => ({ kind: "choco package" }),
  remember: {},
  requires: "choco",
  // Before 2.0, a plain list is of what could be installed; from then on there is no --local-only.
  command: () =>
    sh`case $(choco --version) in
0.*|1.*) choco list --local-only;;
*) choco list;;
esac`,
  default: () => ({}),
  process: (lines) =>
    versionsByName(lines, /^(?<name>[A-Za-z0-9][\w.-]*) (?<version>\d[\w.+-]*)\s*$/, chocoName),
});

/** The version of Chocolatey; `undefined` where it is not installed. */
export const ChocoVersion: Fact<string | undefined> = fact<string | undefined>({
  name: "choco.ChocoVersion",
  about: () => ({ kind: "choco package", name: "chocolatey" }),
  remember: {},
  requires: "choco",
  command: () => "choco --version",
  default: () => undefined,
  process: (lines) => lines.map((line) => line.trim()).findLast((line) => /^\d/.test(line)),
});

/**
 * Names, in small letters, of the packages with a newer version; pinned ones are left out. `undefined` where
 * Chocolatey cannot tell.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.choco.ChocoOutdated);
 * ```
 */
export const ChocoOutdated: Fact<string[] | undefined> = fact<string[] | undefined>({
  name: "choco.ChocoOutdated",
  about: () => ({ kind: "choco package" }),
  remember: {},
  requires: "choco",
  timeout: 300,
  // 2 means that there are some, where exit codes are enhanced.
  command: () => sh`choco outdated --limit-output && echo known || { test $? -eq 2 && echo known; } || true`,
  default: () => undefined,
  process: (lines) => {
    if (lines.at(-1) !== "known") return undefined;
    const rows = lines.map((line) => line.trim().split("|")).filter((row) => row.length === 4);
    return rows.filter(([, , , pinned]) => pinned !== "true").map(([name = ""]) => chocoName(name));
  },
});

/** Names of packages are compared without regard to case. */
export function chocoName(name: string): string {
  return name.toLowerCase();
}
