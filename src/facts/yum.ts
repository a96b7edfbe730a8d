/** Facts about yum: its repositories and groups, and what an update would do. */

import { sh } from "../command/mod.ts";
import type { Fact } from "../host/mod.ts";
import { installedGroupsFact } from "./rpm_groups.ts";
import { repositoriesFact, type RpmRepository } from "./rpm_repositories.ts";
import { type UpdateWouldChangeArgs, updateWouldChangeFact } from "./rpm_updates.ts";

export type { RpmRepository } from "./rpm_repositories.ts";
export type { UpdateWouldChangeArgs } from "./rpm_updates.ts";

/**
 * The repositories in `/etc/yum.repos.d` and in `/etc/yum.conf`.
 *
 * @example
 * ```ts
 * const repositories = await host.getFact(facts.yum.YumRepositories);
 * const epel = repositories.find(({ repoid }) => repoid === "epel");
 * if (epel?.enabled !== "1") { … }
 * ```
 */
export const YumRepositories: Fact<RpmRepository[]> = repositoriesFact("yum.YumRepositories", "yum", [
  "/etc/yum.conf",
  "/etc/yum.repos.d",
]);

/**
 * The groups that are installed: their names by their ids, which begin with `^` where they are environments. Yum
 * tells them where it is dnf under its old name.
 *
 * @example
 * ```ts
 * const groups = await host.getFact(facts.yum.YumGroups); // { development: "Development Tools" }
 * ```
 */
export const YumGroups: Fact<Record<string, string>> = installedGroupsFact("yum.YumGroups", "yum");

/**
 * Whether `yum update` would change anything, of some packages or at all; nothing is changed. `undefined` where yum
 * cannot tell.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.yum.YumUpdateWouldChange, { packages: ["openssl"] });
 * ```
 */
export const YumUpdateWouldChange: Fact<boolean | undefined, UpdateWouldChangeArgs> = updateWouldChangeFact(
  "yum.YumUpdateWouldChange",
  "yum",
  {
    simulate: sh`yum update --assumeno`,
    changes: /^(Operation aborted|Exiting on user command)/,
    rests: /^(Nothing to do\.|(Error: )?No packages marked for (update|upgrade\.))$/i,
  },
);
