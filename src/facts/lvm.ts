/** Facts about the logical volume manager: physical volumes, groups and logical volumes. */

import { pathWord, sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** A device that belongs, or may belong, to a group. */
export interface PhysicalVolume {
  /** Name of its group; not there if it is in none. */
  group?: string;
  /** Bytes. */
  size: number;
  /** Bytes that no logical volume uses. */
  free: number;
}

/** A volume group. */
export interface VolumeGroup {
  /** Bytes. */
  size: number;
  /** Bytes that no logical volume uses. */
  free: number;
  /** Bytes of an extent: sizes of logical volumes are multiples of it. */
  extentSize: number;
  /** How many logical volumes there are. */
  logicalVolumes: number;
}

/** A logical volume. */
export interface LogicalVolume {
  /** Bytes. */
  size: number;
  /** Its attributes as `lvs` prints them: `-wi-ao----`. */
  attributes: string;
  /** The thin pool that it is in; not there if it is in none. */
  pool?: string;
}

/** The argument of {@linkcode DeviceGroup}. */
export interface DeviceGroupArgs {
  /** Path of a device; links such as those in `/dev/disk/by-id` will do. */
  device: string;
}

/**
 * Devices that belong, or may belong, to groups, by their paths. Empty where there is no LVM. Needs root.
 *
 * @example
 * ```ts
 * const { group } = (await host.getFact(facts.lvm.PhysicalVolumes))["/dev/sdb"] ?? {};
 * ```
 */
export const PhysicalVolumes: Fact<Record<string, PhysicalVolume>> = reportFact(
  "lvm.PhysicalVolumes",
  "pv",
  ["pv_name", "vg_name", "pv_size", "pv_free"],
  ({ pv_name: name, vg_name: group, pv_size, pv_free }) => [name!, {
    ...(group === "" ? {} : { group: group! }),
    size: Number(pv_size),
    free: Number(pv_free),
  }],
);

/**
 * Volume groups by name. Empty where there is no LVM. Needs root.
 *
 * @example
 * ```ts
 * const { free } = (await host.getFact(facts.lvm.VolumeGroups)).data ?? { free: 0 };
 * ```
 */
export const VolumeGroups: Fact<Record<string, VolumeGroup>> = reportFact(
  "lvm.VolumeGroups",
  "vg",
  ["vg_name", "vg_size", "vg_free", "vg_extent_size", "lv_count"],
  ({ vg_name: name, vg_size, vg_free, vg_extent_size, lv_count }) => [name!, {
    size: Number(vg_size),
    free: Number(vg_free),
    extentSize: Number(vg_extent_size),
    logicalVolumes: Number(lv_count),
  }],
);

/**
 * Logical volumes by group and name. Empty where there is no LVM. Needs root.
 *
 * @example
 * ```ts
 * const { size } = (await host.getFact(facts.lvm.LogicalVolumes))["data/www"] ?? {};
 * ```
 */
export const LogicalVolumes: Fact<Record<string, LogicalVolume>> = reportFact(
  "lvm.LogicalVolumes",
  "lv",
  ["vg_name", "lv_name", "lv_size", "lv_attr", "pool_lv"],
  ({ vg_name, lv_name, lv_size, lv_attr, pool_lv: pool }) => [`${vg_name}/${lv_name}`, {
    size: Number(lv_size),
    attributes: lv_attr!,
    ...(pool === "" ? {} : { pool: pool! }),
  }],
);

/**
 * The group that a device is in, whatever its path is: empty if it may be in one and is in none, `undefined` if it
 * is no physical volume.
 *
 * @example
 * ```ts
 * const group = await host.getFact(facts.lvm.DeviceGroup, { device: "/dev/disk/by-id/ata-x" });
 * ```
 */
export const DeviceGroup: Fact<string | undefined, DeviceGroupArgs> = fact<
  string | undefined,
  DeviceGroupArgs
>({
  name: "lvm.DeviceGroup",
  about: ({ device }) => ({ kind: "device", name: device }),
  remember: { device: "unset" },
  parameters: { device: "string" },
  requires: "pvs",
  command: ({ device }) =>
    sh`LVM_SUPPRESS_FD_WARNINGS=1 pvs --noheadings -o vg_name ${
      pathWord(device)
    } 2>/dev/null && echo found || true`,
  default: () => undefined,
  process: (lines) => lines.at(-1) === "found" ? (lines[0] ?? "").trim() : undefined,
});

/** What `pvs`, `vgs` or `lvs` tell; sizes in bytes. */
function reportFact<T>(
  name: string,
  what: "pv" | "vg" | "lv",
  columns: readonly string[],
  view: (row: Record<string, string | undefined>) => [string, T],
): Fact<Record<string, T>> {
  return fact<Record<string, T>>({
    name,
    about: () => ({ kind: "lvm" }),
    remember: {},
    requires: `${what}s`,
    command: () =>
      sh`LVM_SUPPRESS_FD_WARNINGS=1 ${what + "s"} --reportformat json --units b --nosuffix -o ${
        columns.join(",")
      }`,
    default: () => ({}),
    process: (lines) => {
      const { report = [] } = JSON.parse(lines.join("\n")) as {
        report?: Record<string, Record<string, string>[]>[];
      };
      return Object.fromEntries(report.flatMap((one) => one[what] ?? []).map(view));
    },
  });
}
