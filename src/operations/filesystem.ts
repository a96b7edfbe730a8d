/** File systems on block devices. */

import { pathWord, sh, ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { BLANK, Content, type DeviceContent, probe } from "../facts/filesystem.ts";
import { effect, host, type Operation, operation, touches } from "../host/mod.ts";
import { checkPath } from "./files/remote_path.ts";
import { extraArguments } from "./packages/extra_arguments.ts";

/** Arguments of {@linkcode create}. */
export interface CreateArgs {
  /** Path of the block device on the host, such as `/dev/sdb1`, or of an image file. */
  device: string;
  /** Type of the file system; `swap` for swap space. */
  type: string;
  /** Its label. Only for a new one. Default: none. */
  label?: string | undefined;
  /** Its UUID, or a volume ID for `vfat`. Only for a new one. Default: a random one. */
  uuid?: string | undefined;
  /**
   * Makes it even though the device holds something else, which is lost. A file system of the same type stays as
   * it is, and what is mounted is never touched. Default: `false`.
   */
  force?: boolean | undefined;
  /** More arguments for the program that makes it: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
}

/** How one type of file system is made. */
interface Maker {
  program: string;
  label: string;
  /** The option, or its beginning where the UUID follows without a space. */
  uuid?: string;
  /** What it needs to be told to go on where something was before. */
  force?: string;
  always?: string;
}

const EXT: Omit<Maker, "program"> = { label: "-L", uuid: "-U", force: "-F", always: "-q" };

const MAKERS: Readonly<Record<string, Maker>> = {
  btrfs: { program: "mkfs.btrfs", label: "-L", uuid: "-U", force: "-f", always: "-q" },
  exfat: { program: "mkfs.exfat", label: "-L" },
  ext2: { program: "mkfs.ext2", ...EXT },
  ext3: { program: "mkfs.ext3", ...EXT },
  ext4: { program: "mkfs.ext4", ...EXT },
  f2fs: { program: "mkfs.f2fs", label: "-l", uuid: "-U", force: "-f", always: "-q" },
  swap: { program: "mkswap", label: "-L", uuid: "-U", force: "-f" },
  // It refuses whole disks otherwise; what they hold has been looked at.
  vfat: { program: "mkfs.vfat", label: "-n", uuid: "-i", always: "-I" },
  xfs: { program: "mkfs.xfs", label: "-L", uuid: "-m uuid=", force: "-f", always: "-q" },
};

/**
 * Makes a file system on a device that is blank. Changes something if the device holds none of this type. A device
 * that holds anything else is refused, also when that comes only while the deploy runs: another file system, a
 * partition table, a member of a volume group or RAID, or data that nothing knows in its first MiB. `force` makes
 * the file system nevertheless.
 *
 * @example
 * ```ts
 * await filesystem.create({ device: "/dev/sdb1", type: "ext4", label: "data", _sudo: true });
 * await server.mount({ path: "/srv/data", device: "/dev/sdb1", fsType: "ext4", _sudo: true });
 * ```
 */
export const create: Operation<CreateArgs> = operation<CreateArgs>(
  "filesystem.create",
  async function* (args) {
    const { type, label, uuid, force = false } = args;
    const device = checkPath("filesystem.create", "device", args.device);
    const maker = Object.hasOwn(MAKERS, type) ? MAKERS[type] : undefined;
    if (maker === undefined) {
      throw new DroverError("E_ARGUMENT", `filesystem.create cannot make ${JSON.stringify(type)}`, {
        hint: `it makes ${Object.keys(MAKERS).join(", ")}`,
      });
    }
    touches({ kind: "device", name: device });
    const found = await host.getFact(Content, { device });
    if (found?.type === type) return host.noop(`${device} holds ${type}`);
    if (found !== undefined && !found.isBlank && !force) throw notBlank(device, found);
    effect("create");
    const path = pathWord(device);
    const make = sh`${maker.program} ${maker.always} ${force && maker.force} ${
      label !== undefined && [maker.label, label]
    } ${uuidOption(maker, type, uuid)} ${extraArguments(args.extraArgs)} ${path}`;
    if (force) yield sh`wipefs --all --quiet ${path} && ${make}`;
    else yield ShellCommand.of(sh`${onlyIfBlank(device)} && ${make}`.raw, String(make));
  },
  {
    parameters: {
      device: "string",
      type: "string",
      label: "string?",
      uuid: "string?",
      force: "boolean?",
      extraArgs: "string | string[]?",
    },
    asWritten: ["extraArgs"],
  },
);

/** What the plan saw may be another device by now, or have been written to: programs such as `mkfs.ext4` do not look. */
function onlyIfBlank(device: string): ShellCommand {
  return sh`if (${
    probe(device)
  }) | grep -q ^${BLANK}=; then :; else echo ${`drover: ${device} is not blank, or is not there`} >&2; false; fi`;
}

function uuidOption(maker: Maker, type: string, uuid: string | undefined): string[] {
  if (uuid === undefined) return [];
  if (maker.uuid === undefined) {
    throw new DroverError("E_ARGUMENT", `filesystem.create cannot give ${type} a UUID`, {
      hint: "leave out uuid",
    });
  }
  const [option = "", prefix = ""] = maker.uuid.split(" ");
  return [option, `${prefix}${type === "vfat" ? uuid.replaceAll("-", "") : uuid}`];
}

function notBlank(device: string, { type, partitionTable, label }: DeviceContent): DroverError {
  const held = type ?? (partitionTable === undefined ? undefined : `a partition table (${partitionTable})`);
  const what = held === undefined ? "data that is no file system that is known" : held;
  return new DroverError("E_STORAGE", `${device} holds ${what}${label === undefined ? "" : ` (${label})`}`, {
    hint: "see what it is with: blkid, lsblk; force: true gives it up",
  });
}
