/** Facts about packages that XBPS manages: Void Linux. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { namesIn, type SatisfiedArgs, satisfiedFact, simulationFact } from "./package_questions.ts";
import { versionsByName } from "./package_versions.ts";

/** `ii curl-8.4.0_1  Client …`; `uu` is unpacked and not configured yet, other states are on their way out. */
const INSTALLED_REGEXP = /^(?:ii|uu) (?<name>\S+)-(?<version>[^\s-]+)(?:\s|$)/;

/** `curl-8.5.0_1 update x86_64 https://… 123 456`. */
const CHANGE_REGEXP = /^(?<name>\S+)-[^\s-]+ (?:install|update|configure|remove)/;

/**
 * All installed packages with their versions, with revision: `8.4.0_1`.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.xbps.XbpsPackages);
 * if (packages.curl === undefined) { … }
 * ```
 */
export const XbpsPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "xbps.XbpsPackages",
  about: () => ({ kind: "package" }),
  remember: {},
  requires: "xbps-query",
  command: () => "xbps-query -l",
  default: () => ({}),
  process: (lines) => versionsByName(lines, INSTALLED_REGEXP),
});

/**
 * Which of some names are satisfied by what is installed: packages, versions (`curl-8.4.0_1`, `curl>=8`) and
 * virtual packages. `undefined` where there is no XBPS.
 *
 * @example
 * ```ts
 * const satisfied = await host.getFact(facts.xbps.XbpsSatisfied, { packages: ["curl>=8"] });
 * ```
 */
export const XbpsSatisfied: Fact<string[] | undefined, SatisfiedArgs> = satisfiedFact(
  "xbps.XbpsSatisfied",
  "xbps-query",
  'xbps-query -p pkgver "$name"',
);

/**
 * Names of packages that a full upgrade would install, replace or remove, with the lists that the host has.
 * `undefined` where XBPS cannot tell.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.xbps.XbpsUpgrades);
 * ```
 */
export const XbpsUpgrades: Fact<string[] | undefined> = simulationFact<string[]>({
  name: "xbps.XbpsUpgrades",
  remember: {},
  parameters: {},
  requires: "xbps-install",
  simulate: () => sh`xbps-install -u -n`,
  read: (lines) => namesIn(lines, CHANGE_REGEXP),
});
