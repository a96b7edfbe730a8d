/** The operation on packages of whatever manages them. */

import { DroverError } from "../../errors/mod.ts";
import { host, operation, type Steps } from "../../host/mod.ts";
import { packages as aptPackages } from "../apt/packages.ts";
import { packages as brewPackages } from "../brew.ts";
import { firstProgram } from "../detection.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names of packages, as the host's package manager knows them. */
  packages: string | string[];
  /** Whether they should be installed: `true` by default. */
  present?: boolean;
}

/** Programs of package managers, in the order of preference. */
const PROGRAMS = ["zypper", "apk", "apt", "brew", "dnf", "pacman", "xbps-install", "yum", "pkg"] as const;

/** The operations of the modules that exist. New ones join here. */
const OPERATIONS: Readonly<Partial<Record<typeof PROGRAMS[number], (args: PackagesArgs) => Steps>>> = {
  apt: aptPackages.steps,
  brew: brewPackages.steps,
};

/**
 * Installs or removes packages with the package manager that the host has. It changes something if one is
 * missing, or still there.
 *
 * @example
 * ```ts
 * await server.packages({ packages: ["git", "curl"], _sudo: true });
 * ```
 */
export const packages = operation<PackagesArgs>("server.packages", async function* (args) {
  const program = await firstProgram(PROGRAMS);
  if (program === undefined) {
    throw new DroverError("E_PACKAGE_MANAGER", `Nothing on ${host.name} manages packages`, {
      hint: `looked for ${PROGRAMS.join(", ")}`,
    });
  }
  const steps = OPERATIONS[program];
  if (steps !== undefined) return yield* steps(args);
  throw new DroverError(
    "E_PACKAGE_MANAGER",
    `The packages of ${host.name} are managed by ${program}, which server.packages cannot use yet`,
    {
      hint: `server.packages can use ${Object.keys(OPERATIONS).join(", ")}; ` +
        "for others there is server.shell with the manager's own commands",
    },
  );
}, { parameters: { packages: "string | string[]", present: "boolean?" } });
