/** Facts about packages of the BSDs: `pkg` of FreeBSD, `pkg_info` of OpenBSD and NetBSD. */

import { type Fact, fact } from "../host/mod.ts";
import { BSD_PACKAGE_REGEXP } from "./bsd_package_names.ts";
import { type SatisfiedArgs, satisfiedFact } from "./package_questions.ts";
import { versionsByName } from "./package_versions.ts";

/**
 * All installed packages with their versions. Flavors of OpenBSD are left out: `vim-9.0.1-no_x11` is `vim` in the
 * version `9.0.1`.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.pkg.PkgPackages);
 * if (packages.nano === undefined) { … }
 * ```
 */
export const PkgPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "pkg.PkgPackages",
  about: () => ({ kind: "package" }),
  remember: {},
  command: () => "pkg info || pkg_info || true",
  default: () => ({}),
  process: (lines) => versionsByName(lines, BSD_PACKAGE_REGEXP),
});

/**
 * Which of some names are satisfied by what is installed: packages, versions (`bash-5.2.15`), origins of FreeBSD
 * (`devel/git`) and patterns of OpenBSD and NetBSD. Empty where there are no such packages.
 *
 * @example
 * ```ts
 * const satisfied = await host.getFact(facts.pkg.PkgSatisfied, { packages: ["devel/git"] });
 * ```
 */
export const PkgSatisfied: Fact<string[] | undefined, SatisfiedArgs> = satisfiedFact(
  "pkg.PkgSatisfied",
  undefined,
  '{ pkg info -e "$name" || pkg_info -e "$name"; }',
);
