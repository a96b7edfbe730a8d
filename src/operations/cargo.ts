/** Rust programs with cargo. */

import { sh } from "../command/mod.ts";
import { CargoNewest, CargoPackages } from "../facts/cargo.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { ensurePackages } from "./packages/ensure.ts";
import { isInRange } from "./packages/semver_range.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names of crates, each perhaps with a version or a range: `ripgrep@14.1.0`, `bat@^0.24`. */
  packages?: string | string[] | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those that are installed and wanted in no certain version. Default: `false`. */
  latest?: boolean | undefined;
}

/**
 * Installs, upgrades or removes programs of crates for the user that it runs as. Changes something if a crate is
 * missing or has a version that is not wanted (or is there, with `present: false`); with `latest`, if the
 * registry has a newer version or does not tell.
 *
 * @example
 * ```ts
 * await cargo.packages({ packages: ["ripgrep", "bat@0.24.0"], _sudo: true, _sudoUser: "app" });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "cargo.packages",
  async function* (args) {
    const installed = await host.getFact(CargoPackages);
    yield* ensurePackages(args, installed, {
      kind: "crate",
      joiner: "@",
      install: sh`cargo install`,
      // It replaces what is older, and leaves alone what is not.
      upgrade: sh`cargo install`,
      uninstall: sh`cargo uninstall`,
      satisfies: (version, wanted) => version === wanted || isInRange(version, wanted) === true,
      isOutdated: async (names) => {
        const newest = await Promise.all(names.map((name) => host.getFact(CargoNewest, { package: name })));
        return names.some((name, index) => !installed[name]?.includes(newest[index] ?? ""));
      },
    });
  },
  { parameters: { packages: "string | string[]?", present: "boolean?", latest: "boolean?" } },
);
