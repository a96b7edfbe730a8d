/** Facts about packages that apk manages: Alpine, and OpenWrt since 25.12. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { namesIn, type SatisfiedArgs, satisfiedFact, simulationFact } from "./package_questions.ts";
import { versionsByName } from "./package_versions.ts";

/** Arguments of {@linkcode ApkUpgrades}. */
export interface ApkUpgradesArgs {
  /** Only these, and what they depend on. Default: all that is installed. */
  packages?: readonly string[];
  /** Counts packages that the repositories have in an older version only, too. Default: `false`. */
  available?: boolean;
}

/** `musl-1.2.4-r2 x86_64 {musl} (MIT) [installed]`; virtual packages have no revision. */
const INSTALLED_REGEXP = /^(?<name>\S+)-(?<version>\d[^\s-]*(?:-r\d+)?)\s/;

/** `(1/3) Upgrading musl (1.2.4-r0 -> 1.2.4-r2)`; packages of tagged repositories have a tag. */
const CHANGE_REGEXP = /^\(\s*\d+\/\d+\) \S+ (?<name>[^\s@]+)(?:@\S+)? \(/;

/**
 * All installed packages with their versions; virtual packages (`apk add --virtual`) are among them.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.apk.ApkPackages);
 * if (packages.musl?.includes("1.2.4-r2")) { … }
 * ```
 */
export const ApkPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "apk.ApkPackages",
  about: () => ({ kind: "package" }),
  remember: {},
  requires: "apk",
  command: () => "apk list --installed",
  default: () => ({}),
  process: (lines) => versionsByName(lines, INSTALLED_REGEXP),
});

/**
 * Which of some names are satisfied by what is installed: packages, versions (`curl>8`, `musl~1.2`) and what
 * packages provide (`cmd:bash`, `so:libz.so.1`). `undefined` where there is no apk.
 *
 * @example
 * ```ts
 * const satisfied = await host.getFact(facts.apk.ApkSatisfied, { packages: ["curl>8", "cmd:bash"] });
 * ```
 */
export const ApkSatisfied: Fact<string[] | undefined, SatisfiedArgs> = satisfiedFact(
  "apk.ApkSatisfied",
  "apk",
  'apk info -e "$name"',
);

/**
 * Names of packages that an upgrade would install, replace or remove; it is only simulated, with the lists that
 * the host has. `undefined` where apk cannot tell.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.apk.ApkUpgrades, { packages: ["curl"] });
 * ```
 */
export const ApkUpgrades: Fact<string[] | undefined, ApkUpgradesArgs> = simulationFact<
  string[],
  ApkUpgradesArgs
>({
  name: "apk.ApkUpgrades",
  remember: { packages: "lines", available: "boolean" },
  parameters: { packages: "string[]?", available: "boolean?" },
  requires: "apk",
  simulate: ({ packages, available }) =>
    packages === undefined
      ? sh`apk --simulate upgrade ${available && sh`--available`}`
      : sh`apk --simulate add --upgrade ${available && sh`--available`} ${packages}`,
  read: (lines) => namesIn(lines, CHANGE_REGEXP),
});
