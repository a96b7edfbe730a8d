/** Facts about packages that opkg manages, and its configuration: OpenWrt before 25.12. */

import { type Fact, fact } from "../host/mod.ts";
import type { SatisfiedArgs } from "./package_questions.ts";
import { versionsByName } from "./package_versions.ts";

/** opkg's configuration. */
export interface OpkgConfiguration {
  /** Where packages can be installed to, by name: `{ root: "/", ram: "/tmp" }`. */
  paths: Record<string, string>;
  /** The directory of the lists of packages; `undefined` if none is set. */
  listDir: string | undefined;
  /** Options with their values; `true` where an option has none. */
  options: Record<string, string | true>;
  /** Architectures that may be installed, with their priorities. */
  archCfg: Record<string, number>;
}

/** A source of packages. */
export interface OpkgFeed {
  /** Where its packages are. */
  url: string;
  /** How its list is kept: `src/gz` or `src`. */
  fmt: string;
  /** Whether it came with the system or was added. */
  kind: "distribution" | "custom";
}

/** The versions of a package that can be upgraded. */
export interface OpkgUpgrade {
  /** The version that is installed. */
  installed: string;
  /** The version that is to be had. */
  available: string;
}

/** Stands between the files of feeds. */
const CUSTOM_MARK = "CUSTOM";

/**
 * All installed packages with their versions.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.opkg.OpkgPackages);
 * if (packages.luci === undefined) { … }
 * ```
 */
export const OpkgPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "opkg.OpkgPackages",
  about: () => ({ kind: "package" }),
  remember: {},
  requires: "opkg",
  command: () => "opkg list-installed",
  default: () => ({}),
  process: (lines) => versionsByName(lines, /^(?<name>\S+) - (?<version>\S+)/),
});

/**
 * Which of some names installed packages provide, such as `iptables`, which is no package but comes with either of
 * two. `undefined` where there is no opkg.
 *
 * @example
 * ```ts
 * const provided = await host.getFact(facts.opkg.OpkgSatisfied, { packages: ["iptables"] });
 * ```
 */
export const OpkgSatisfied: Fact<string[] | undefined, SatisfiedArgs> = fact<
  string[] | undefined,
  SatisfiedArgs
>({
  name: "opkg.OpkgSatisfied",
  about: () => ({ kind: "package" }),
  remember: { packages: "lines" },
  parameters: { packages: "string[]" },
  requires: "opkg",
  // `opkg whatprovides` tells of packages that are not installed, too.
  command: () => "opkg status",
  process: (lines, { packages }) => {
    const provided = new Set(lines.flatMap((line) => {
      const [, list] = /^Provides:(.*)/.exec(line) ?? [];
      return list === undefined ? [] : list.split(",").map((one) => one.trim().replace(/[\s=(].*$/, ""));
    }));
    return packages.filter((name) => provided.has(name));
  },
});

/**
 * Packages that can be upgraded, with both versions. Lists are lost with a reboot on most devices: without them,
 * this is empty.
 *
 * @example
 * ```ts
 * const { luci } = await host.getFact(facts.opkg.OpkgUpgradeablePackages);
 * if (luci !== undefined) console.log(`${luci.installed} -> ${luci.available}`);
 * ```
 */
export const OpkgUpgradeablePackages: Fact<Record<string, OpkgUpgrade>> = fact<Record<string, OpkgUpgrade>>({
  name: "opkg.OpkgUpgradeablePackages",
  about: () => ({ kind: "package versions" }),
  remember: {},
  requires: "opkg",
  command: () => "opkg list-upgradable",
  default: () => ({}),
  process: (lines) =>
    Object.fromEntries(lines.flatMap((line) => {
      const [, name, installed, available] = /^(\S+) - (\S+) - (\S+)/.exec(line) ?? [];
      return name === undefined ? [] : [[name, { installed: installed!, available: available! }]];
    })),
});

/**
 * Architectures that may be installed, with their priorities: `{ all: 1, noarch: 1, i386_pentium: 10 }`.
 *
 * @example
 * ```ts
 * const architectures = await host.getFact(facts.opkg.OpkgInstallableArchitectures);
 * ```
 */
export const OpkgInstallableArchitectures: Fact<Record<string, number>> = fact<Record<string, number>>({
  name: "opkg.OpkgInstallableArchitectures",
  remember: {},
  requires: "opkg",
  command: () => "opkg print-architecture",
  default: () => ({}),
  process: (lines) => architectures(lines.map(wordsOf)),
});

/**
 * What `/etc/opkg.conf` says.
 *
 * @example
 * ```ts
 * const { options } = await host.getFact(facts.opkg.OpkgConf);
 * if (options.check_signature !== true) { … }
 * ```
 */
export const OpkgConf: Fact<OpkgConfiguration> = fact<OpkgConfiguration>({
  name: "opkg.OpkgConf",
  about: () => ({ kind: "file", name: "/etc/opkg.conf" }),
  remember: {},
  requires: "opkg",
  command: () => "cat /etc/opkg.conf 2>/dev/null || true",
  default: () => readConfiguration([]),
  process: (lines) => readConfiguration(lines.map(wordsOf)),
});

/**
 * Sources of packages by their names, those that came with the system and those that were added.
 *
 * @example
 * ```ts
 * const feeds = await host.getFact(facts.opkg.OpkgFeeds);
 * const added = Object.values(feeds).filter(({ kind }) => kind === "custom");
 * ```
 */
export const OpkgFeeds: Fact<Record<string, OpkgFeed>> = fact<Record<string, OpkgFeed>>({
  name: "opkg.OpkgFeeds",
  remember: {},
  requires: "opkg",
  command: () =>
    `cat /etc/opkg/distfeeds.conf 2>/dev/null; echo ${CUSTOM_MARK}; cat /etc/opkg/customfeeds.conf 2>/dev/null || true`,
  default: () => ({}),
  process: (lines) => {
    const mark = lines.indexOf(CUSTOM_MARK);
    return Object.fromEntries(
      lines.map(wordsOf).flatMap(([fmt, name, url], index) => {
        if (url === undefined || !/^src(?:\/|$)/.test(fmt!)) return [];
        const kind = mark >= 0 && index > mark ? "custom" as const : "distribution" as const;
        return [[name!, { url, fmt: fmt!, kind }]];
      }),
    );
  },
});

function readConfiguration(entries: readonly string[][]): OpkgConfiguration {
  const named = (keyword: string) => entries.filter(([word, name]) => word === keyword && name !== undefined);
  const paths = named("dest").flatMap(([, name, path]) => path === undefined ? [] : [[name!, path]]);
  const options = named("option").map(([, name, ...value]) => [name!, value.join(" ") || true]);
  return {
    paths: Object.fromEntries(paths) as Record<string, string>,
    listDir: named("lists_dir").at(-1)?.[2],
    options: Object.fromEntries(options) as Record<string, string | true>,
    archCfg: architectures(entries),
  };
}

/** `arch i386_pentium 10`; what has no number is none. */
function architectures(entries: readonly string[][]): Record<string, number> {
  return Object.fromEntries(entries.flatMap(([word, name, priority]) => {
    return word === "arch" && /^\d+$/.test(priority ?? "") ? [[name!, Number(priority)]] : [];
  }));
}

/** A line without its comment, as words. */
function wordsOf(line: string): string[] {
  return line.replace(/(^|\s)#.*$/, "").trim().split(/\s+/).filter((word) => word !== "");
}
