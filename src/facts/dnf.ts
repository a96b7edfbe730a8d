/** Facts about dnf: its repositories, its modules and groups, and what an update would do. */

import { sh } from "../command/mod.ts";
import { type Fact, fact, type Subject } from "../host/mod.ts";
import { parseRepositoryFile } from "./repository_file.ts";
import { repositoriesFact, type RpmRepository } from "./rpm_repositories.ts";
import { installedGroupsFact } from "./rpm_groups.ts";
import { type UpdateWouldChangeArgs, updateWouldChangeFact } from "./rpm_updates.ts";

export type { RpmRepository } from "./rpm_repositories.ts";
export type { UpdateWouldChangeArgs } from "./rpm_updates.ts";

/** What dnf was told of a module. */
export interface DnfModule {
  /** The stream that is enabled; empty if none is. */
  stream: string;
  /** `enabled`, `disabled`, or empty where it has the state that its repository gives it. */
  state: string;
  /** The profiles that are installed, such as `common`. */
  profiles: string[];
}

/** The modules whose packages can be installed. */
export const DNF_MODULES: Subject = { kind: "dnf module" };

/**
 * The repositories in `/etc/yum.repos.d` and the other places that dnf reads.
 *
 * @example
 * ```ts
 * const repositories = await host.getFact(facts.dnf.DnfRepositories);
 * const epel = repositories.find(({ repoid }) => repoid === "epel");
 * if (epel?.enabled !== "1") { … }
 * ```
 */
export const DnfRepositories: Fact<RpmRepository[]> = repositoriesFact("dnf.DnfRepositories", "dnf", [
  "/etc/dnf/dnf.conf",
  "/etc/yum.repos.d",
  "/etc/distro.repos.d",
]);

/**
 * The modules of which dnf was told something, by name.
 *
 * @example
 * ```ts
 * const { nodejs } = await host.getFact(facts.dnf.DnfModules);
 * if (nodejs?.profiles.includes("common")) { … }
 * ```
 */
export const DnfModules: Fact<Record<string, DnfModule>> = modulesFact(
  "dnf.DnfModules",
  (modules) => modules,
);

/**
 * The streams of enabled modules, by the name of the module.
 *
 * @example
 * ```ts
 * const modules = await host.getFact(facts.dnf.DnfEnabledModules); // { postgresql: "16" }
 * ```
 */
export const DnfEnabledModules: Fact<Record<string, string>> = modulesFact(
  "dnf.DnfEnabledModules",
  (modules) =>
    Object.fromEntries(
      Object.entries(modules).flatMap(([name, { state, stream }]) =>
        state === "enabled" ? [[name, stream]] : []
      ),
    ),
);

/**
 * The names of modules that are disabled, sorted.
 *
 * @example
 * ```ts
 * const disabled = await host.getFact(facts.dnf.DnfDisabledModules); // ["php", "ruby"]
 * ```
 */
export const DnfDisabledModules: Fact<string[]> = modulesFact(
  "dnf.DnfDisabledModules",
  (modules) => Object.keys(modules).filter((name) => modules[name]!.state === "disabled").sort(),
);

/**
 * The groups that are installed: their names by their ids, which begin with `^` where they are environments.
 *
 * @example
 * ```ts
 * const groups = await host.getFact(facts.dnf.DnfGroups); // { development: "Development Tools" }
 * ```
 */
export const DnfGroups: Fact<Record<string, string>> = installedGroupsFact("dnf.DnfGroups", "dnf");

/**
 * Whether `dnf update` would change anything, of some packages or at all; nothing is changed. `undefined` where dnf
 * cannot tell.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.dnf.DnfUpdateWouldChange, { packages: ["openssl"] });
 * ```
 */
export const DnfUpdateWouldChange: Fact<boolean | undefined, UpdateWouldChangeArgs> = updateWouldChangeFact(
  "dnf.DnfUpdateWouldChange",
  "dnf",
  {
    simulate: sh`dnf update --assumeno`,
    changes: /^Operation aborted/,
    // Packages that no repository has, or that are excluded, are an error if they are all there is.
    rests: /^(Nothing to do\.|Error: No packages marked for upgrade\.)$/,
  },
);

/** A fact that reads the files in which dnf keeps what it was told of modules. */
function modulesFact<T>(name: string, valueOf: (modules: Record<string, DnfModule>) => T): Fact<T> {
  return fact<T>({
    name,
    about: () => DNF_MODULES,
    remember: {},
    requires: "dnf",
    command: () => "cat /etc/dnf/modules.d/*.module 2> /dev/null || true",
    default: () => valueOf({}),
    process: (lines) => valueOf(parseModules(lines)),
  });
}

function parseModules(lines: readonly string[]): Record<string, DnfModule> {
  return Object.fromEntries(
    parseRepositoryFile(lines).map(({ id, options }) => {
      const { stream = "", state = "", profiles = "" } = Object.fromEntries(
        options.map(({ name, value }) => [name, value]),
      );
      return [id, { stream, state, profiles: profiles.split(/[\s,]+/).filter(Boolean) }];
    }),
  );
}
