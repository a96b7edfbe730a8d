/** The operation on mounted file systems. */

import { sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type MountInfo, Mounts } from "../../facts/server/mod.ts";
import { effect, host, operation, touches } from "../../host/mod.ts";

/** Arguments of {@linkcode mount}. */
export interface MountArgs {
  /** Absolute path of the directory to mount on. */
  path: string;
  /** Whether something should be mounted there: `true` by default. */
  mounted?: boolean;
  /** Options such as `"noatime"`; a file system that lacks one is remounted with all of them. */
  options?: readonly string[];
  /** What to mount; by default what `/etc/fstab` says, or what is mounted there already. */
  device?: string;
  /** Type of the file system; by default `mount` finds out. */
  fsType?: string;
}

/**
 * Mounts, remounts or unmounts a file system, until the next boot: `/etc/fstab` is left alone. It changes
 * something if the file system is not mounted, or lacks an option.
 *
 * @example
 * ```ts
 * await server.mount({ path: "/data", device: "/dev/sdb1", fsType: "xfs", options: ["noatime"], _sudo: true });
 * ```
 */
export const mount = operation<MountArgs>("server.mount", async function* (args) {
  const { mounted = true, options = [], device, fsType } = args;
  const path = checkPath(args.path);
  for (const option of options) {
    if (/^[^\s,]+$/.test(option)) continue;
    throw new DroverError("E_ARGUMENT", `server.mount cannot use the option ${Deno.inspect(option)}`);
  }
  touches({ kind: "mount", name: path });
  const present = (await host.getFact(Mounts))[path];
  if (!mounted) {
    if (present === undefined) return host.noop(`filesystem ${path} is not mounted`);
    effect("remove");
    yield sh`umount ${path}`;
  } else if (present === undefined) {
    effect("create");
    const words = [fsType && ["-t", fsType], options.length > 0 && ["-o", options.join(",")], device];
    yield sh`mount ${words} ${path}`;
  } else if (!options.every((option) => optionHolds(option, present))) {
    yield remountCommand(path, args, present);
  } else {
    host.noop(`filesystem ${path} is mounted`);
  }
}, {
  parameters: {
    path: "string",
    mounted: "boolean?",
    options: "string[]?",
    device: "string?",
    fsType: "string?",
  },
});

/** Where there is no `remount`, `mount -u` changes what it is told of: the entry in `/etc/fstab` may be of something else. */
function remountCommand(path: string, { options = [], device }: MountArgs, present: MountInfo): ShellCommand {
  if (!isBsd(present)) return sh`mount -o ${["remount", ...options].join(",")} ${path}`;
  return sh`mount -uo ${options.join(",")} -t ${present.type} ${device ?? present.device} ${path}`;
}

/** Linux tells of every file system whether it is `ro` or `rw`, the BSDs and macOS of none. */
function isBsd({ options }: MountInfo): boolean {
  return !options.includes("rw") && !options.includes("ro");
}

/** The kernel lists directories without a slash at their end. */
function checkPath(path: string): string {
  if (path.startsWith("/")) return path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
  throw new DroverError("E_ARGUMENT", `server.mount needs an absolute path: ${Deno.inspect(path)} is none`);
}

/** Options that are for `mount` and those who read `/etc/fstab`: the kernel never shows them. */
const UNSEEN_REGEXP =
  /^(?:defaults|auto|noauto|users?|nousers?|owner|noowner|group|nogroup|nofail|_netdev|r?bind|loop(?:=.*)?|comment=.*|late|failok|[xX]-.*)$/;

/** What the kernel shows in other words, or only where it is not so. */
const OPPOSITES: Readonly<Record<string, readonly string[]>> = {
  exec: ["noexec"],
  suid: ["nosuid"],
  dev: ["nodev"],
  async: ["sync"],
  nomand: ["mand"],
  diratime: ["nodiratime"],
  norelatime: ["relatime"],
  nostrictatime: ["strictatime"],
  atime: ["noatime"],
  nolazytime: ["lazytime"],
};

/** What the BSDs and macOS call otherwise in their lists. */
const BSD_WORDS: Readonly<Record<string, string>> = {
  ro: "read-only",
  rdonly: "read-only",
  sync: "synchronous",
  async: "asynchronous",
  softdep: "soft-updates",
};

/** Options of the BSDs and macOS that are in force where their opposite is not told of. */
const BSD_OPPOSITES: Readonly<Record<string, string>> = {
  rw: "read-only",
  noro: "read-only",
  noasync: "asynchronous",
  nosync: "synchronous",
  atime: "noatime",
  exec: "noexec",
  suid: "nosuid",
  dev: "nodev",
};

/** Whether a mounted file system has an option, as far as its own list can tell. */
function optionHolds(option: string, present: MountInfo): boolean {
  const shown = present.options;
  if (UNSEEN_REGEXP.test(option)) return true;
  if (isBsd(present)) {
    const opposite = BSD_OPPOSITES[option];
    return opposite === undefined ? shown.includes(BSD_WORDS[option] ?? option) : !shown.includes(opposite);
  }
  const opposites = OPPOSITES[option];
  if (opposites !== undefined) return !opposites.some((one) => shown.includes(one));
  const wanted = plainOption(option);
  return shown.some((one) => plainOption(one) === wanted);
}

/** The kernel shows sizes in KiB, and modes without zeros in front. */
function plainOption(option: string): string {
  const [, name, digits, unit] = /^(\w+)=0*(\d+)([kmg]?)$/i.exec(option) ?? [];
  if (name === undefined) return option;
  const factor = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit!.toLowerCase()] ?? 1;
  return `${name}=${Number(digits) * factor}`;
}
