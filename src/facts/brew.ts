/** Facts about Homebrew: its formulae, casks, taps and version. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { versionsByName } from "./package_versions.ts";

/** Arguments of {@linkcode BrewOutdated}. */
export interface BrewOutdatedArgs {
  /** What to ask about; without it, all formulae and casks. */
  kind?: "formula" | "cask" | undefined;
  /** Only these; casks that update themselves count too, once they are named. Default: all. */
  packages?: readonly string[] | undefined;
}

/** The argument of {@linkcode BrewTapRemote}. */
export interface BrewTapRemoteArgs {
  /** Name of the tap: `user/repository`. */
  tap: string;
}

/** Questions change nothing: brew would fetch its lists before some of them. */
const ASK_ONLY = sh`export HOMEBREW_NO_AUTO_UPDATE=1`;

/**
 * Installed formulae with their versions, by name. Those of taps have no tap in their names.
 *
 * @example
 * ```ts
 * const formulae = await host.getFact(facts.brew.BrewPackages);
 * if (formulae["python@3.12"] === undefined) { … }
 * ```
 */
export const BrewPackages: Fact<Record<string, string[]>> = versionsFact(
  "brew.BrewPackages",
  "package",
  // Before 2.6, this lists no casks, and there is no --formula.
  sh`brew list --formula --versions 2>/dev/null || brew list --versions`,
);

/**
 * Installed casks with their versions, by name. A cask without versions has `latest`.
 *
 * @example
 * ```ts
 * const casks = await host.getFact(facts.brew.BrewCasks);
 * ```
 */
export const BrewCasks: Fact<Record<string, string[]>> = versionsFact(
  "brew.BrewCasks",
  "cask",
  sh`case $(brew --version) in
'Homebrew 1.'*|'Homebrew 2.'[0-5].*) brew cask list --versions;;
*) brew list --cask --versions;;
esac`,
);

/**
 * Names of all taps, such as `homebrew/cask`.
 *
 * @example
 * ```ts
 * const taps = await host.getFact(facts.brew.BrewTaps);
 * if (!taps.includes("hashicorp/tap")) { … }
 * ```
 */
export const BrewTaps: Fact<string[]> = fact<string[]>({
  name: "brew.BrewTaps",
  about: () => ({ kind: "tap" }),
  remember: {},
  requires: "brew",
  setup: () => ASK_ONLY,
  command: () => "brew tap",
  default: () => [],
  process: (lines) => lines.map((line) => line.trim()).filter((line) => line !== ""),
});

/**
 * The URL that a tap is fetched from; `undefined` where there is no such tap.
 *
 * @example
 * ```ts
 * const url = await host.getFact(facts.brew.BrewTapRemote, { tap: "hashicorp/tap" });
 * ```
 */
export const BrewTapRemote: Fact<string | undefined, BrewTapRemoteArgs> = fact<
  string | undefined,
  BrewTapRemoteArgs
>({
  name: "brew.BrewTapRemote",
  about: ({ tap }) => ({ kind: "tap", name: tap }),
  remember: { tap: "line" },
  parameters: { tap: "string" },
  requires: "brew",
  command: ({ tap }) =>
    sh`directory=$(brew --repository ${tap}) && ! test -d "$directory" || git -C "$directory" config remote.origin.url || true`,
  default: () => undefined,
  process: ([line]) => line,
});

/**
 * The version of brew as `[major, minor, patch]`; zeros where there is no brew, or it tells none.
 *
 * @example
 * ```ts
 * const [major] = await host.getFact(facts.brew.BrewVersion);
 * ```
 */
export const BrewVersion: Fact<[number, number, number]> = fact<[number, number, number]>({
  name: "brew.BrewVersion",
  about: () => ({ kind: "package", name: "brew" }),
  remember: {},
  requires: "brew",
  command: () => "brew --version",
  default: () => [0, 0, 0],
  process: ([line = ""]) => {
    const [, major = 0, minor = 0, patch = 0] = /^Homebrew\s+(\d+)\.(\d+)\.(\d+)/.exec(line) ?? [];
    return [Number(major), Number(minor), Number(patch)];
  },
});

/**
 * Other names of installed formulae, with the names that {@linkcode BrewPackages} has: `python` is `python@3.12`.
 *
 * @example
 * ```ts
 * const { python = "python" } = await host.getFact(facts.brew.BrewAliases);
 * ```
 */
export const BrewAliases: Fact<Record<string, string>> = fact<Record<string, string>>({
  name: "brew.BrewAliases",
  about: () => ({ kind: "package" }),
  remember: {},
  requires: "brew",
  // Every name of an installed formula is a link to where it is.
  command: () =>
    sh`for link in "$(brew --prefix)"/opt/*; do printf '%s %s\\n' "\${link##*/}" "$(readlink "$link")"; done`,
  default: () => ({}),
  process: (lines) => {
    const links = lines.map((line) => /^(\S+) .*\/?Cellar\/([^/]+)\//.exec(line)).filter((match) =>
      match !== null
    );
    return Object.fromEntries(
      links.filter(([, alias, name]) => alias !== name).map(([, alias = "", name = ""]) => [alias, name]),
    );
  },
});

/**
 * Names of formulae and casks of which brew's lists have a newer version; pinned ones are left out. The lists are
 * not fetched. `undefined` where brew cannot tell, such as one before 2.5.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.brew.BrewOutdated, { kind: "formula" });
 * ```
 */
export const BrewOutdated: Fact<string[] | undefined, BrewOutdatedArgs> = fact<
  string[] | undefined,
  BrewOutdatedArgs
>({
  name: "brew.BrewOutdated",
  about: () => ({ kind: "brew lists" }),
  remember: { kind: "line", packages: "lines" },
  parameters: { kind: "'formula' | 'cask'?", packages: "string[]?" },
  requires: "brew",
  setup: () => ASK_ONLY,
  // It exits with 1 where something that was named is outdated, as it does after errors.
  command: ({ kind, packages = [] }) => {
    const greedy = kind === "cask" && packages.length > 0 && sh`--greedy`;
    return sh`brew outdated --json=v2 ${kind && `--${kind}`} ${greedy} ${packages} || true`;
  },
  default: () => undefined,
  process: (lines) => {
    const { formulae = [], casks = [] } = JSON.parse(lines.join("\n")) as BrewOutdatedJson;
    return [...formulae, ...casks].filter((one) => one.pinned !== true).map((one) => one.name);
  },
});

/** What `brew outdated --json=v2` prints, as far as it is read. */
interface BrewOutdatedJson {
  formulae?: { name: string; pinned?: boolean }[];
  casks?: { name: string; pinned?: boolean }[];
}

function versionsFact(name: string, kind: string, command: ShellCommand): Fact<Record<string, string[]>> {
  return fact<Record<string, string[]>>({
    name,
    about: () => ({ kind }),
    remember: {},
    requires: "brew",
    setup: () => ASK_ONLY,
    command: () => command,
    default: () => ({}),
    process: parseVersions,
  });
}

/** `openssl@3 3.2.0 3.2.1`: one line for each name, with all its versions. */
function parseVersions(lines: readonly string[]): Record<string, string[]> {
  const pairs = lines.flatMap((line) => {
    const [name = "", ...versions] = line.trim().split(/\s+/);
    return versions.map((version) => `${name} ${version}`);
  });
  return versionsByName(pairs, /^(?<name>[a-z0-9]\S*[^\s:]) (?<version>[a-z0-9]\S*)$/i);
}
