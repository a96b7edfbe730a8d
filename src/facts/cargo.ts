/** Facts about Rust programs that cargo has installed. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { versionsByName } from "./package_versions.ts";

/** The argument of {@linkcode CargoNewest}. */
export interface CargoNewestArgs {
  /** Name of a crate. */
  package: string;
}

/**
 * Crates that the user has installed with `cargo install`, with their versions. Empty where there is no cargo.
 *
 * @example
 * ```ts
 * const crates = await host.getFact(facts.cargo.CargoPackages, { _sudo: true, _sudoUser: "app" });
 * if (crates.ripgrep === undefined) { … }
 * ```
 */
export const CargoPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "cargo.CargoPackages",
  about: () => ({ kind: "crate" }),
  remember: {},
  requires: "cargo",
  command: () => "cargo install --list",
  default: () => ({}),
  process: (lines) => versionsByName(lines, /^(?<name>[A-Za-z0-9_-]+) v(?<version>[^\s:]+)/),
});

/**
 * The newest version of a crate that its registry has; `undefined` where it cannot be asked or knows none.
 *
 * @example
 * ```ts
 * const newest = await host.getFact(facts.cargo.CargoNewest, { package: "ripgrep" });
 * ```
 */
export const CargoNewest: Fact<string | undefined, CargoNewestArgs> = fact<
  string | undefined,
  CargoNewestArgs
>({
  name: "cargo.CargoNewest",
  remember: { package: "line" },
  parameters: { package: "string" },
  requires: "cargo",
  command: ({ package: name }) => sh`cargo search --limit 1 -- ${name} 2>/dev/null || true`,
  default: () => undefined,
  process: (lines, { package: name }) => {
    const [, found, version] = lines.map((line) =>
      /^([A-Za-z0-9_-]+) = "([^"]+)"/.exec(line)
    ).find((one) => one !== null) ?? [];
    return found === name ? version : undefined;
  },
});
