/** Facts about packages that pkgin manages: NetBSD, SmartOS and others with pkgsrc. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { BSD_PACKAGE_REGEXP } from "./bsd_package_names.ts";
import { type SatisfiedArgs, satisfiedFact, simulationFact } from "./package_questions.ts";
import { versionsByName } from "./package_versions.ts";

/** The argument of {@linkcode PkginWouldChange}. */
export interface PkginWouldChangeArgs {
  /** Whether these would be installed or upgraded. Default: whether anything would be upgraded. */
  packages?: readonly string[];
}

/**
 * All installed packages with their versions: `8.4.0nb1`, with pkgsrc's revision.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.pkgin.PkginPackages);
 * if (packages.curl === undefined) { … }
 * ```
 */
export const PkginPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "pkgin.PkginPackages",
  about: () => ({ kind: "package" }),
  remember: {},
  requires: "pkgin",
  command: () => "pkgin list",
  default: () => ({}),
  process: (lines) => versionsByName(lines, BSD_PACKAGE_REGEXP),
});

/**
 * Which of some names are satisfied by what is installed: packages, versions (`curl-8.4.0`) and patterns
 * (`curl>=8`). `undefined` where there is no pkgsrc.
 *
 * @example
 * ```ts
 * const satisfied = await host.getFact(facts.pkgin.PkginSatisfied, { packages: ["curl>=8"] });
 * ```
 */
export const PkginSatisfied: Fact<string[] | undefined, SatisfiedArgs> = satisfiedFact(
  "pkgin.PkginSatisfied",
  "pkg_info",
  'pkg_info -e "$name"',
);

/**
 * Whether pkgin would install or upgrade anything; it is only simulated. `undefined` where pkgin cannot tell.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.pkgin.PkginWouldChange, { packages: ["curl"] });
 * ```
 */
export const PkginWouldChange: Fact<boolean | undefined, PkginWouldChangeArgs> = simulationFact<
  boolean,
  PkginWouldChangeArgs
>({
  name: "pkgin.PkginWouldChange",
  remember: { packages: "lines" },
  parameters: { packages: "string[]?" },
  requires: "pkgin",
  simulate: ({ packages }) =>
    packages === undefined ? sh`pkgin -n upgrade` : sh`pkgin -n install ${packages}`,
  read: (lines) => !lines.some((line) => /^nothing to do\b/i.test(line)),
});
