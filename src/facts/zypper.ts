/** Facts about zypper: its repositories, and what an update would do. */

import { sh } from "../command/mod.ts";
import type { Fact } from "../host/mod.ts";
import { repositoriesFact, type RpmRepository } from "./rpm_repositories.ts";
import { type UpdateWouldChangeArgs, updateWouldChangeFact } from "./rpm_updates.ts";

export type { RpmRepository } from "./rpm_repositories.ts";
export type { UpdateWouldChangeArgs } from "./rpm_updates.ts";

/**
 * The repositories in `/etc/zypp/repos.d`.
 *
 * @example
 * ```ts
 * const repositories = await host.getFact(facts.zypper.ZypperRepositories);
 * const oss = repositories.find(({ repoid }) => repoid === "repo-oss");
 * if (oss?.enabled !== "1") { … }
 * ```
 */
export const ZypperRepositories: Fact<RpmRepository[]> = repositoriesFact(
  "zypper.ZypperRepositories",
  "zypper",
  ["/etc/zypp/repos.d"],
);

/**
 * Whether `zypper update` would change anything, of some packages or at all; nothing is changed. `undefined` where
 * zypper cannot tell.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.zypper.ZypperUpdateWouldChange, { packages: ["openssl"] });
 * ```
 */
export const ZypperUpdateWouldChange: Fact<boolean | undefined, UpdateWouldChangeArgs> =
  updateWouldChangeFact(
    "zypper.ZypperUpdateWouldChange",
    "zypper",
    {
      simulate: sh`zypper --non-interactive update --dry-run`,
      changes: /^(Continue\?|\d+ packages? to )/,
      rests: /^Nothing to do\.$/,
    },
  );
