/** Volume groups and logical volumes. */

import { pathWord, sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { Content } from "../facts/filesystem.ts";
import { DeviceGroup, type LogicalVolume, LogicalVolumes, VolumeGroups } from "../facts/lvm.ts";
import { effect, host, type Operation, operation, restsOn, type Steps, touches } from "../host/mod.ts";
import { checkPath } from "./files/remote_path.ts";
import { extraArguments } from "./packages/extra_arguments.ts";
import { parseSize } from "./storage_size.ts";

/** Arguments of {@linkcode vg}. */
export interface VgArgs {
  /** Name of the group. */
  vg: string;
  /** Paths of the devices that shall belong to it; others that do stay. */
  devices?: string | string[] | undefined;
  /** Whether it shall exist. Default: `true`. */
  present?: boolean | undefined;
  /** Size of its extents, such as `8M`, for a new one. Default: what LVM chooses. */
  extentSize?: string | undefined;
  /**
   * Takes devices that hold something, which is lost; with `present: false`, removes the logical volumes too. A
   * device of another group is never taken. Default: `false`.
   */
  force?: boolean | undefined;
  /** More arguments for `vgcreate`: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
}

/** Arguments of {@linkcode lv}. */
export interface LvArgs {
  /** Name of the volume. */
  lv: string;
  /** Name of its group. */
  vg: string;
  /**
   * Its size: `10G`, `512M` (units are powers of 1024; a number alone is MiB), or a share such as `100%FREE`, `50%VG`,
   * which only a new one gets.
   */
  size?: string | undefined;
  /** Whether it shall exist; `false` removes it with all its data. Default: `true`. */
  present?: boolean | undefined;
  /** Resizes the file system on it as well. Default: `false`. */
  resizeFilesystem?: boolean | undefined;
  /** Makes it smaller too, which loses what is behind its new end. Default: `false`. */
  force?: boolean | undefined;
  /** More arguments for `lvcreate`, such as `["--type", "raid1"]`: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
}

const NAME_REGEXP = /^(?!-|\.{1,2}$)[A-Za-z0-9+_.-]+$/;

/**
 * Creates, extends or removes a volume group. Changes something if there is none, or a device is not in it (or
 * there is one, with `present: false`).
 *
 * @example
 * ```ts
 * await lvm.vg({ vg: "data", devices: ["/dev/sdb", "/dev/sdc"], _sudo: true });
 * ```
 */
export const vg: Operation<VgArgs> = operation<VgArgs>("lvm.vg", async function* (args) {
  const { vg: group, present = true, extentSize, force = false } = args;
  checkName("lvm.vg", "vg", group);
  const devices = [args.devices ?? []].flat().map((device) => checkPath("lvm.vg", "devices", device));
  touches({ kind: "lvm", name: group }, ...devices.map((name) => ({ kind: "device", name })));
  if (!present) return yield* removeGroup(group, force);

  const [groups, owners, contents] = await Promise.all([
    host.getFact(VolumeGroups),
    Promise.all(devices.map((device) => host.getFact(DeviceGroup, { device }))),
    Promise.all(devices.map((device) => host.getFact(Content, { device }))),
  ]);
  const missing = devices.filter((_, index) => owners[index] !== group);
  devices.forEach((device, index) => {
    const [owner, content] = [owners[index], contents[index]];
    if (owner === group) return;
    if (owner !== undefined && owner !== "") throw inUse(device, `is in the group ${owner}`);
    if (owner === undefined && content !== undefined && !content.isBlank && !force) {
      throw inUse(device, `holds ${content.type ?? content.partitionTable ?? "data"}`);
    }
  });
  const exists = Object.hasOwn(groups, group);
  if (exists && missing.length === 0) return host.noop(`the group ${group} exists`);
  if (missing.length === 0) {
    throw new DroverError("E_ARGUMENT", `lvm.vg needs devices for the new group ${group}`);
  }
  const paths = missing.map((device) => pathWord(device));
  if (exists) {
    yield sh`vgextend ${force && "--yes"} ${group} ${paths}`;
    return;
  }
  effect("create");
  yield sh`vgcreate ${force && "--yes"} ${extentSize !== undefined && ["--physicalextentsize", extentSize]} ${
    extraArguments(args.extraArgs)
  } ${group} ${paths}`;
}, {
  parameters: {
    vg: "string",
    devices: "string | string[]?",
    present: "boolean?",
    extentSize: "string?",
    force: "boolean?",
    extraArgs: "string | string[]?",
  },
  asWritten: ["extraArgs"],
});

/**
 * Creates, grows, shrinks or removes a logical volume. Changes something if there is none or its size is another
 * (or there is one, with `present: false`).
 *
 * @example
 * ```ts
 * await lvm.lv({ lv: "www", vg: "data", size: "20G", resizeFilesystem: true, _sudo: true });
 * await filesystem.create({ device: "/dev/data/www", type: "ext4", _sudo: true });
 * ```
 */
export const lv: Operation<LvArgs> = operation<LvArgs>("lvm.lv", async function* (args) {
  const { lv: name, vg: group, size, present = true } = args;
  checkName("lvm.lv", "lv", name);
  checkName("lvm.lv", "vg", group);
  const volume = `${group}/${name}`;
  touches({ kind: "device", name: `/dev/${volume}` });
  restsOn({ kind: "lvm", name: group });
  const [volumes, groups] = await Promise.all([host.getFact(LogicalVolumes), host.getFact(VolumeGroups)]);
  const found = Object.hasOwn(volumes, volume) ? volumes[volume] : undefined;
  if (!present) {
    if (found === undefined) return host.noop(`the volume ${volume} does not exist`);
    effect("remove");
    // It refuses what is mounted, also so.
    yield sh`lvremove --yes ${volume}`;
    return;
  }
  if (size === undefined) {
    if (found !== undefined) return host.noop(`the volume ${volume} exists`);
    throw new DroverError("E_ARGUMENT", `lvm.lv needs the size of the new volume ${volume}`);
  }
  const option = sizeOption(size);
  if (found !== undefined) return yield* resize(volume, found, args, groups[group]?.extentSize ?? 1);
  effect("create");
  // Yes: what freed space still holds is nobody's.
  yield sh`lvcreate --yes --name ${name} ${option} ${size} ${extraArguments(args.extraArgs)} ${group}`;
}, {
  parameters: {
    lv: "string",
    vg: "string",
    size: "string?",
    present: "boolean?",
    resizeFilesystem: "boolean?",
    force: "boolean?",
    extraArgs: "string | string[]?",
  },
  asWritten: ["extraArgs"],
});

async function* removeGroup(group: string, force: boolean): Steps {
  const groups = await host.getFact(VolumeGroups);
  const found = Object.hasOwn(groups, group) ? groups[group] : undefined;
  if (found === undefined) return host.noop(`the group ${group} does not exist`);
  if (found.logicalVolumes > 0 && !force) {
    throw new DroverError("E_STORAGE", `the group ${group} has ${found.logicalVolumes} logical volumes`, {
      hint: "remove them first with lvm.lv; force: true removes them with all their data",
    });
  }
  effect("remove");
  yield sh`vgremove ${force && "--yes"} ${group}`;
}

async function* resize(
  volume: string,
  found: LogicalVolume,
  { size = "", resizeFilesystem, force }: LvArgs,
  extentSize: number,
): Steps {
  const wanted = parseSize(size, "M");
  const rounded = wanted === undefined ? found.size : Math.ceil(wanted / extentSize) * extentSize;
  if (rounded === found.size) return host.noop(`the volume ${volume} exists`);
  const resizefs = resizeFilesystem && "--resizefs";
  if (rounded > found.size) {
    yield sh`lvextend ${resizefs} --size ${size} ${volume}`;
    return;
  }
  if (!force) {
    throw new DroverError("E_STORAGE", `the volume ${volume} has ${found.size} bytes, more than ${size}`, {
      hint: "force: true makes it smaller, with resizeFilesystem: true for the file system on it",
    });
  }
  yield sh`lvreduce --yes ${resizefs} --size ${size} ${volume}`;
}

function sizeOption(size: string): string {
  if (/^\d+%(FREE|VG|PVS|ORIGIN)$/.test(size)) return "--extents";
  if (parseSize(size, "M") !== undefined) return "--size";
  throw new DroverError("E_ARGUMENT", `lvm.lv: ${JSON.stringify(size)} is no size`, {
    hint: 'write "10G", "512M" or "100%FREE"',
  });
}

function checkName(operation: string, argument: string, name: string): void {
  if (NAME_REGEXP.test(name)) return;
  throw new DroverError("E_ARGUMENT", `${operation}: ${argument} cannot be ${JSON.stringify(name)}`, {
    hint: "LVM's names have letters, digits and + _ . -, and do not begin with a hyphen",
  });
}

function inUse(device: string, what: string): DroverError {
  return new DroverError("E_STORAGE", `${device} ${what}`, {
    hint: what.startsWith("holds")
      ? "see what it is with: blkid, lsblk; force: true gives it up"
      : "take it out of that group first: vgreduce, pvremove",
  });
}
