/** Facts about apt: its sources, its keys and what an upgrade would do. */

import { raw, sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { aptGet } from "./apt_command.ts";
import { type AptSource, FILE_MARK, parseSources } from "./apt_sources.ts";
import { KEYRING_PLACES } from "./apt_keyrings.ts";
import { type GpgKeyMap, keyringsCommand, parseKeyrings } from "./gpg_keys.ts";

export type { AptSource } from "./apt_sources.ts";

/** What an apt-get command would do, in packages. */
export interface AptChanges {
  /** Packages that would get a newer version. */
  upgraded: number;
  /** Packages that would be installed. */
  newlyInstalled: number;
  /** Packages that would be removed. */
  removed: number;
  /** Packages with a newer version that would stay as they are. */
  notUpgraded: number;
}

/** The argument of {@linkcode AptKeys}. */
export interface AptKeysArgs {
  /** Directories with keyrings, or keyring files; by default all that apt and its sources use. */
  directories?: string | readonly string[];
}

/** The argument of {@linkcode SimulateOperationWillChange}. */
export interface SimulateArgs {
  /** Words after `apt-get`, as shell text: `upgrade`, `dist-upgrade --autoremove`. */
  command: string;
}

/**
 * All sources of apt, from `sources.list`, `*.list` and deb822 `*.sources` files. Disabled ones are left out.
 *
 * @example
 * ```ts
 * const sources = await host.getFact(facts.apt.AptSources);
 * const docker = sources.some((source) => source.url.includes("download.docker.com"));
 * ```
 */
export const AptSources: Fact<AptSource[]> = fact<AptSource[]>({
  name: "apt.AptSources",
  remember: {},
  requires: "apt",
  command: () =>
    sh`for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
  ! test -f "$file" || { printf '%s%s\\n' ${FILE_MARK} "$file" && cat "$file" && echo; }
done`,
  default: () => [],
  process: parseSources,
});

/**
 * The keys in apt's keyrings, by their long ids.
 *
 * @example
 * ```ts
 * const keys = await host.getFact(facts.apt.AptKeys);
 * if (keys["9DC858229FC7DD38"] === undefined) { … }
 * ```
 */
export const AptKeys: Fact<GpgKeyMap, AptKeysArgs> = fact<GpgKeyMap, AptKeysArgs>({
  name: "apt.AptKeys",
  remember: { directories: "paths" },
  parameters: { directories: "string | string[]?" },
  requires: "gpg",
  command: ({ directories = KEYRING_PLACES }) => keyringsCommand(directories),
  default: () => ({}),
  process: (lines) =>
    Object.assign({}, ...Object.values(parseKeyrings(lines)).map(({ keys }) => keys)) as GpgKeyMap,
});

/**
 * How many packages an apt-get command would install, upgrade and remove; it is only simulated.
 *
 * @example
 * ```ts
 * const changes = await host.getFact(facts.apt.SimulateOperationWillChange, { command: "dist-upgrade" });
 * if ((changes?.removed ?? 0) > 0) { … }
 * ```
 */
export const SimulateOperationWillChange: Fact<AptChanges | undefined, SimulateArgs> = fact<
  AptChanges | undefined,
  SimulateArgs
>({
  name: "apt.SimulateOperationWillChange",
  remember: false,
  parameters: { command: "string" },
  asWritten: ["command"],
  requires: "apt-get",
  command: ({ command }) => sh`LC_ALL=C ${aptGet(sh`${raw(command)} --dry-run`)}`,
  default: () => undefined,
  process: (lines) => {
    const summary = lines.map((line) =>
      /^(\d+) upgraded, (\d+) newly installed, (?:\d+ downgraded, )?(\d+) to remove and (\d+) not upgraded/
        .exec(line)
    ).find((match) => match !== null);
    if (summary === undefined) return undefined;
    const [upgraded = 0, newlyInstalled = 0, removed = 0, notUpgraded = 0] = summary.slice(1).map(Number);
    return { upgraded, newlyInstalled, removed, notUpgraded };
  },
});
