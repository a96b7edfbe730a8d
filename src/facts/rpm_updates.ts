/** Whether an update of dnf, yum or zypper would change anything, as they simulate it. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** The argument of the facts that simulate updates. */
export interface UpdateWouldChangeArgs {
  /** Names of installed packages. Default: all. */
  packages?: readonly string[] | undefined;
}

/** How a program simulates updates. */
export interface UpdateSimulation {
  /** The command before the names of packages. */
  simulate: ShellCommand;
  /** A line that it prints when there is something to do. */
  changes: RegExp;
  /** A line that it prints when there is not. */
  rests: RegExp;
}

/** A fact that simulates updates with a program. */
export function updateWouldChangeFact(
  name: string,
  program: string,
  { simulate, changes, rests }: UpdateSimulation,
): Fact<boolean | undefined, UpdateWouldChangeArgs> {
  return fact<boolean | undefined, UpdateWouldChangeArgs>({
    name,
    about: () => ({ kind: "package" }),
    remember: { packages: "lines" },
    // Repositories that have not been looked at for a while are fetched first.
    timeout: 300,
    parameters: { packages: "string[]?" },
    requires: program,
    command: ({ packages = [] }) => sh`LC_ALL=C ${simulate} ${packages} 2>&1 < /dev/null || true`,
    default: () => undefined,
    process: (lines) => {
      if (lines.some((line) => changes.test(line))) return true;
      return lines.some((line) => rests.test(line)) ? false : undefined;
    },
  });
}
