/** Facts about ZFS: pools, and the datasets in them. */

import { type Fact, fact } from "../host/mod.ts";

/** Properties by their names, those of users such as `com.sun:auto_snapshot` included. */
export type ZfsProperties = Record<string, string>;

/**
 * All datasets (file systems, volumes, snapshots, bookmarks) with their properties as `zfs get` shows them. Empty
 * where there is no ZFS.
 *
 * @example
 * ```ts
 * const datasets = await host.getFact(facts.zfs.ZfsDatasets);
 * const { mountpoint } = datasets["tank/home"] ?? {};
 * ```
 */
export const ZfsDatasets: Fact<Record<string, ZfsProperties>> = properties("zfs.ZfsDatasets", "zfs");

/**
 * File systems with their properties.
 *
 * @example
 * ```ts
 * const filesystems = await host.getFact(facts.zfs.ZfsFilesystems);
 * ```
 */
export const ZfsFilesystems: Fact<Record<string, ZfsProperties>> = properties(
  "zfs.ZfsFilesystems",
  "zfs",
  "filesystem",
);

/**
 * Snapshots with their properties.
 *
 * @example
 * ```ts
 * const snapshots = Object.keys(await host.getFact(facts.zfs.ZfsSnapshots));
 * ```
 */
export const ZfsSnapshots: Fact<Record<string, ZfsProperties>> = properties(
  "zfs.ZfsSnapshots",
  "zfs",
  "snapshot",
);

/**
 * Volumes with their properties.
 *
 * @example
 * ```ts
 * const volumes = await host.getFact(facts.zfs.ZfsVolumes);
 * ```
 */
export const ZfsVolumes: Fact<Record<string, ZfsProperties>> = properties("zfs.ZfsVolumes", "zfs", "volume");

/**
 * Pools with their properties. Empty where there is no ZFS.
 *
 * @example
 * ```ts
 * const { health } = (await host.getFact(facts.zfs.ZfsPools)).tank ?? {};
 * ```
 */
export const ZfsPools: Fact<Record<string, ZfsProperties>> = properties("zfs.ZfsPools", "zpool");

/** What a program tells of everything that it knows, or of everything of one type. */
function properties(
  name: string,
  program: "zfs" | "zpool",
  type?: string,
): Fact<Record<string, ZfsProperties>> {
  return fact<Record<string, ZfsProperties>>({
    name,
    about: () => ({ kind: "zfs" }),
    remember: {},
    requires: program,
    command: () => `${program} get -H all`,
    default: () => ({}),
    process: (lines) => {
      const all = parseProperties(lines);
      if (type === undefined) return all;
      return Object.fromEntries(Object.entries(all).filter(([, one]) => one.type === type));
    },
  });
}

/** Name, property, value and source, with tabs between them; names may have spaces, values anything but tabs. */
function parseProperties(lines: readonly string[]): Record<string, ZfsProperties> {
  const found = new Map<string, ZfsProperties>();
  for (const line of lines) {
    const [name = "", property, ...rest] = line.split("\t");
    if (property === undefined || rest.length < 2) continue;
    const known = found.get(name) ?? {};
    known[property] = rest.slice(0, -1).join("\t");
    found.set(name, known);
  }
  return Object.fromEntries(found);
}
