/** Facts about Ruby gems. */

import { type Fact, fact } from "../host/mod.ts";
import { versionsByName } from "./package_versions.ts";

/**
 * Installed gems with all their versions, those that came with Ruby included. Empty where there is no gem.
 *
 * @example
 * ```ts
 * const gems = await host.getFact(facts.gem.GemPackages);
 * if (!gems.rake?.includes("13.0.6")) { … }
 * ```
 */
export const GemPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "gem.GemPackages",
  about: () => ({ kind: "gem" }),
  remember: {},
  requires: "gem",
  command: () => "gem list --local",
  default: () => ({}),
  process: (lines) => versionsByName(lines.flatMap(oneVersionEach), /^(?<name>\S+) (?<version>\S+)$/),
});

/**
 * The versions of gems that are a part of Ruby, and cannot be removed. Empty where there is no gem.
 *
 * @example
 * ```ts
 * const isPartOfRuby = "json" in await host.getFact(facts.gem.GemDefaults);
 * ```
 */
export const GemDefaults: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "gem.GemDefaults",
  about: () => ({ kind: "gem" }),
  remember: {},
  requires: "gem",
  command: () => "gem list --local",
  default: () => ({}),
  process: (lines) => versionsByName(lines, /^(?<name>\S+) \(.*default: (?<version>[^\s,)]+)/),
});

/**
 * Gems of which their source has a newer version, with that version; `undefined` where no source can be asked.
 *
 * @example
 * ```ts
 * const newer = await host.getFact(facts.gem.GemOutdated);
 * ```
 */
export const GemOutdated: Fact<Record<string, string> | undefined> = fact<Record<string, string> | undefined>(
  {
    name: "gem.GemOutdated",
    about: () => ({ kind: "gem" }),
    remember: {},
    requires: "gem",
    command: () => "gem outdated 2>/dev/null && echo asked || true",
    default: () => undefined,
    process: (lines) => {
      if (lines.at(-1) !== "asked") return undefined;
      const found = lines.flatMap((line) => {
        const [, name, version] = /^(\S+) \(\S+ < ([^\s)]+)\)$/.exec(line) ?? [];
        return name === undefined || version === undefined ? [] : [[name, version] as const];
      });
      return Object.fromEntries(found);
    },
  },
);

/** `json (default: 2.6.1, 2.3.0 ruby java)` as `json 2.6.1` and `json 2.3.0`. */
function oneVersionEach(line: string): string[] {
  const [, name, versions = ""] = /^(\S+) \((.+)\)$/.exec(line.trim()) ?? [];
  if (name === undefined) return [];
  return versions.split(",").map((one) => `${name} ${one.replace("default:", "").trim().split(/\s+/)[0]}`);
}
