/** Facts about packages that pacman manages: Arch Linux and its relatives. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { type SatisfiedArgs, satisfiedFact, simulationFact } from "./package_questions.ts";
import { versionsByName } from "./package_versions.ts";

/** The argument of {@linkcode PacmanUnpackGroup}. */
export interface PacmanUnpackGroupArgs {
  /** Name of a package, a group, or something that packages provide. */
  package: string;
}

/**
 * All installed packages with their versions: `1:1.9.2-1`, with epoch and release.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.pacman.PacmanPackages);
 * if (packages.openssl === undefined) { … }
 * ```
 */
export const PacmanPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "pacman.PacmanPackages",
  about: () => ({ kind: "package" }),
  remember: {},
  requires: "pacman",
  command: () => "pacman -Q",
  default: () => ({}),
  process: (lines) => versionsByName(lines, /^(?<name>\S+) (?<version>\S+)/),
});

/**
 * Names of the packages that a name stands for in the repositories: the members of a group, the first package that
 * provides it, or itself. Empty if nothing is known of it.
 *
 * @example
 * ```ts
 * const members = await host.getFact(facts.pacman.PacmanUnpackGroup, { package: "xorg-fonts" });
 * ```
 */
export const PacmanUnpackGroup: Fact<string[], PacmanUnpackGroupArgs> = fact<
  string[],
  PacmanUnpackGroupArgs
>({
  name: "pacman.PacmanUnpackGroup",
  about: (args) => ({ kind: "package", name: args.package }),
  remember: { package: "line" },
  parameters: { package: "string" },
  requires: "pacman",
  // Without -dd, whatever they depend on and the host lacks would be among them.
  command: ({ package: name }) => sh`pacman -Sdd --print-format %n -- ${name} 2>/dev/null || true`,
  default: () => [],
  process: (lines) => lines.map((line) => line.trim()).filter((line) => line !== ""),
});

/**
 * Which of some names are satisfied by what is installed: packages, versions (`curl>=8`) and what packages provide
 * (`java-runtime`). `undefined` where there is no pacman.
 *
 * @example
 * ```ts
 * const satisfied = await host.getFact(facts.pacman.PacmanSatisfied, { packages: ["curl>=8", "java-runtime"] });
 * ```
 */
export const PacmanSatisfied: Fact<string[] | undefined, SatisfiedArgs> = satisfiedFact(
  "pacman.PacmanSatisfied",
  "pacman",
  'pacman -T -- "$name"',
);

/**
 * Names of packages that a full upgrade would install, with the lists that the host has. `undefined` where pacman
 * cannot tell.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.pacman.PacmanUpgrades);
 * ```
 */
export const PacmanUpgrades: Fact<string[] | undefined> = simulationFact<string[]>({
  name: "pacman.PacmanUpgrades",
  remember: {},
  parameters: {},
  requires: "pacman",
  simulate: () => sh`pacman --noconfirm -Su --print-format %n`,
  read: (lines) => lines.filter((line) => /^[\w@.+-]+$/.test(line)),
});
