/** What package managers answer themselves: whether something satisfies a name, and what an upgrade would do. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact, type FactParts, type ParameterKinds } from "../host/mod.ts";

/** The argument of facts about names that installed packages satisfy. */
export interface SatisfiedArgs {
  /** Names, perhaps with versions, as the package manager reads them. */
  packages: readonly string[];
}

/**
 * A fact that tells which names are satisfied by what is installed; `undefined` where the manager is missing.
 *
 * @param check Shell text that succeeds where something installed satisfies `"$name"`.
 */
export function satisfiedFact(
  name: string,
  requires: string | undefined,
  check: string,
): Fact<string[] | undefined, SatisfiedArgs> {
  return fact<string[] | undefined, SatisfiedArgs>({
    name,
    about: () => ({ kind: "package" }),
    remember: { packages: "lines" },
    parameters: { packages: "string[]" },
    ...(requires === undefined ? {} : { requires }),
    command: ({ packages }) =>
      packages.length === 0
        ? "true"
        : `for name in ${sh`${packages}`.raw}; do ! ${check} >/dev/null 2>&1 || printf '%s\\n' "$name"; done`,
    process: (lines) => lines,
  });
}

/** What a simulated upgrade consists of. */
export interface Simulation<T, A extends object> extends Pick<FactParts<T | undefined, A>, "remember"> {
  name: string;
  requires: string;
  parameters: ParameterKinds<A>;
  /** Prints what an upgrade would do, and changes nothing. */
  simulate(args: A): ShellCommand;
  /** Reads that. */
  read(lines: readonly string[]): T;
}

/** The last line of a simulation that succeeded; one that would do nothing need not print any other. */
const SUCCESS = "done";

/** A fact that tells what an upgrade would do; `undefined` where the manager is missing or cannot tell. */
export function simulationFact<T, A extends object = Record<never, never>>(
  { name, requires, parameters, remember, simulate, read }: Simulation<T, A>,
): Fact<T | undefined, A> {
  return fact<T | undefined, A>({
    name,
    about: () => ({ kind: "package versions" }),
    ...(remember === undefined ? {} : { remember }),
    parameters,
    requires,
    // Refreshing a cache takes as long as the network does.
    timeout: 600,
    command: (args) => sh`${simulate(args)} 2>/dev/null && echo ${SUCCESS} || true`,
    default: () => undefined,
    process: (lines) => lines.at(-1) === SUCCESS ? read(lines.slice(0, -1)) : undefined,
  });
}

/** The group `name` of each line that fits, each name once. */
export function namesIn(lines: readonly string[], pattern: RegExp): string[] {
  return [...new Set(lines.flatMap((line) => pattern.exec(line)?.groups?.name ?? []))];
}
