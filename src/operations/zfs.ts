/** ZFS: file systems, volumes and snapshots. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { ZfsDatasets, type ZfsProperties, ZfsSnapshots } from "../facts/zfs.ts";
import { effect, host, type Operation, operation, type Steps, touches } from "../host/mod.ts";
import { parseSize } from "./storage_size.ts";

/** Properties as they are written: `{ compression: "lz4", "com.sun:auto_snapshot": false }`. */
export type WantedProperties = Readonly<Record<string, string | number | boolean>>;

/** What all operations on datasets have in common. */
interface CommonArgs {
  /** Whether it shall exist; `false` destroys it with all its data. Default: `true`. */
  present?: boolean | undefined;
  /** Properties that it shall have; `true` and `false` are written as `on` and `off`. Default: none. */
  properties?: WantedProperties | undefined;
  /** More properties, such as pyinfra takes them as further arguments. Default: none. */
  data?: WantedProperties | undefined;
}

/** Arguments of {@linkcode dataset}. */
export interface DatasetArgs extends CommonArgs {
  /** Name of the file system or volume, from its pool on: `tank/home`. */
  datasetName: string;
  /** Creates the datasets above it too; with `present: false`, destroys those below it. Default: `false`. */
  recursive?: boolean | undefined;
  /** With `volumeSize`: reserves no space. Default: `false`. */
  sparse?: boolean | undefined;
  /** Makes a volume of this size, such as `10G`; one that is smaller is grown. Default: a file system. */
  volumeSize?: string | undefined;
}

/** Arguments of {@linkcode filesystem}. */
export interface FilesystemArgs extends CommonArgs {
  /** Name of the file system, from its pool on: `tank/home`. */
  fsName: string;
  /** Creates the datasets above it too; with `present: false`, destroys those below it. Default: `false`. */
  recursive?: boolean | undefined;
}

/** Arguments of {@linkcode volume}. */
export interface VolumeArgs extends CommonArgs {
  /** Name of the volume, from its pool on: `tank/disks/www`. */
  volumeName: string;
  /** Its size, such as `10G`; one that is smaller is grown. */
  size: string;
  /** Reserves no space. Default: `false`. */
  sparse?: boolean | undefined;
  /** Creates the datasets above it too; with `present: false`, destroys those below it. Default: `false`. */
  recursive?: boolean | undefined;
}

/** Arguments of {@linkcode snapshot}. */
export interface SnapshotArgs extends CommonArgs {
  /** Name of the snapshot: `tank/home@monday`. */
  snapshotName: string;
  /** Takes (or destroys) the snapshots of all datasets below too. Default: `false`. */
  recursive?: boolean | undefined;
}

/**
 * Creates or destroys a file system or a volume, and sets its properties. Changes something if it does not exist
 * (or does, with `present: false`), or a property has another value.
 *
 * @example
 * ```ts
 * await zfs.dataset({ datasetName: "tank/home", properties: { compression: "lz4" }, _sudo: true });
 * ```
 */
export const dataset: Operation<DatasetArgs> = operation<DatasetArgs>("zfs.dataset", async function* (args) {
  const { datasetName: name, present = true, recursive, sparse, volumeSize } = args;
  checkName("zfs.dataset", name, false);
  touches({ kind: "zfs", name });
  const found = (await host.getFact(ZfsDatasets))[name];
  if (!present) return yield* destroy(name, found, recursive);
  const wanted = merged(args);
  if (found !== undefined) {
    const size = volumeSize === undefined ? {} : grownSize(name, found, volumeSize);
    return yield* setProperties(name, found, { ...wanted, ...size });
  }
  effect("create");
  const properties = optionsOf(wanted).map((one) => sh`-o ${one}`);
  yield sh`zfs create ${volumeSize && sh`-V ${volumeSize}`} ${properties} ${recursive && sh`-p`} ${
    sparse && sh`-s`
  } ${name}`;
}, {
  parameters: {
    datasetName: "string",
    present: "boolean?",
    recursive: "boolean?",
    sparse: "boolean?",
    volumeSize: "string?",
    properties: "Record<string, string | number | boolean>?",
    data: "Record<string, string | number | boolean>?",
  },
});

/**
 * Creates or destroys a file system, and sets its properties. Changes something if it does not exist (or does,
 * with `present: false`), or a property has another value.
 *
 * @example
 * ```ts
 * await zfs.filesystem({ fsName: "tank/home", properties: { mountpoint: "/home", atime: false }, _sudo: true });
 * ```
 */
export const filesystem: Operation<FilesystemArgs> = operation<FilesystemArgs>(
  "zfs.filesystem",
  async function* ({ fsName, ...args }) {
    yield* dataset.steps({ datasetName: fsName, ...args });
  },
  {
    parameters: {
      fsName: "string",
      present: "boolean?",
      recursive: "boolean?",
      properties: "Record<string, string | number | boolean>?",
      data: "Record<string, string | number | boolean>?",
    },
  },
);

/**
 * Creates or destroys a volume, and sets its size and properties. Changes something if it does not exist (or
 * does, with `present: false`), is smaller, or a property has another value. A volume is never made smaller.
 *
 * @example
 * ```ts
 * await zfs.volume({ volumeName: "tank/disks/www", size: "10G", sparse: true, _sudo: true });
 * ```
 */
export const volume: Operation<VolumeArgs> = operation<VolumeArgs>(
  "zfs.volume",
  async function* ({ volumeName, size, ...args }) {
    yield* dataset.steps({ datasetName: volumeName, volumeSize: size, ...args });
  },
  {
    parameters: {
      volumeName: "string",
      size: "string",
      sparse: "boolean?",
      present: "boolean?",
      recursive: "boolean?",
      properties: "Record<string, string | number | boolean>?",
      data: "Record<string, string | number | boolean>?",
    },
  },
);

/**
 * Takes or destroys a snapshot, and sets its properties. Changes something if it does not exist (or does, with
 * `present: false`), or a property has another value.
 *
 * @example
 * ```ts
 * await zfs.snapshot({ snapshotName: "tank/home@before-upgrade", recursive: true, _sudo: true });
 * ```
 */
export const snapshot: Operation<SnapshotArgs> = operation<SnapshotArgs>(
  "zfs.snapshot",
  async function* (args) {
    const { snapshotName: name, present = true, recursive } = args;
    checkName("zfs.snapshot", name, true);
    touches({ kind: "zfs", name });
    const found = (await host.getFact(ZfsSnapshots))[name];
    if (!present) return yield* destroy(name, found, recursive);
    const wanted = merged(args);
    if (found !== undefined) return yield* setProperties(name, found, wanted);
    effect("create");
    yield sh`zfs snapshot ${optionsOf(wanted).map((one) => sh`-o ${one}`)} ${recursive && sh`-r`} ${name}`;
  },
  {
    parameters: {
      snapshotName: "string",
      present: "boolean?",
      recursive: "boolean?",
      properties: "Record<string, string | number | boolean>?",
      data: "Record<string, string | number | boolean>?",
    },
  },
);

async function* destroy(name: string, found: ZfsProperties | undefined, recursive = false): Steps {
  if (found === undefined) return host.noop(`${name} does not exist`);
  effect("remove");
  yield sh`zfs destroy ${recursive && sh`-r`} ${name}`;
}

async function* setProperties(name: string, found: ZfsProperties, wanted: Record<string, string>): Steps {
  const different = Object.entries(wanted).filter(([key, value]) => !isSame(found[key], value));
  if (different.length === 0) return host.noop(`${name} exists`);
  yield sh`zfs set ${optionsOf(Object.fromEntries(different))} ${name}`;
}

/** `10240M` is shown as `10G`, and a size of 0 as `none`. */
function isSame(found: string | undefined, wanted: string): boolean {
  if (found === undefined || found === wanted) return found !== undefined;
  if (found === "none") return /^0[BKMGTPE]?$/i.test(wanted);
  const [one, other] = [parseSize(found), parseSize(wanted)];
  return one !== undefined && one === other;
}

/** The size that a volume has to be given: none if it is large enough as far as its rounded size shows. */
function grownSize(name: string, { volsize }: ZfsProperties, wanted: string): Record<string, string> {
  if (volsize === undefined) {
    throw new DroverError("E_STORAGE", `${name} is a file system, not a volume`, {
      hint: "give the volume another name, or remove the file system first",
    });
  }
  const [present, size] = [parseSize(volsize), parseSize(wanted)];
  if (size === undefined) {
    throw new DroverError("E_ARGUMENT", `${JSON.stringify(wanted)} is not the size of a volume`, {
      hint: 'write "10G" or "512M"',
    });
  }
  if (present === undefined || size === present) return {};
  if (size > present) return { volsize: wanted };
  throw new DroverError("E_STORAGE", `${name} has ${volsize}, and would lose what is behind ${wanted}`, {
    hint: "volumes are not made smaller: make a new one and move the data",
  });
}

function merged({ properties, data }: CommonArgs): Record<string, string> {
  const entries = Object.entries({ ...properties, ...data });
  return Object.fromEntries(entries.map(([key, value]) => [key, spellValue(value)]));
}

function spellValue(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}

function optionsOf(properties: Readonly<Record<string, string>>): string[] {
  return Object.entries(properties).map(([key, value]) => `${key}=${value}`).sort();
}

/** A dataset is never what a snapshot is called, and the other way round: `zfs destroy` would take either. */
function checkName(operation: string, name: string, isSnapshot: boolean): void {
  const isName = isSnapshot
    ? /^[^-@#/\s][^@#]*@[^@#/]+$/.test(name)
    : /^[^-@#/\s][^@#]*[^@#/]$|^[^-@#/\s]$/.test(name);
  if (isName && !/\/\/|[\0\n\t,]/.test(name)) return;
  throw new DroverError(
    "E_ARGUMENT",
    `${operation} needs the name of a ${isSnapshot ? "snapshot" : "dataset"}`,
    {
      hint: isSnapshot
        ? `${JSON.stringify(name)} is none; write it as tank/home@monday`
        : `${JSON.stringify(name)} is none; write it as tank/home${
          name.includes("@") ? ", or use zfs.snapshot" : ""
        }`,
    },
  );
}
