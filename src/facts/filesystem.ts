/** Facts about what block devices hold. */

import { pathWord, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** The argument of {@linkcode Content}. */
export interface ContentArgs {
  /** Path of a block device, such as `/dev/sdb1`, or of an image file. */
  device: string;
}

/** What a device holds. */
export interface DeviceContent {
  /** `ext4`, `xfs`, `vfat`, `swap`, `LVM2_member`, `linux_raid_member`, `crypto_LUKS`, …; not there if none is known. */
  type?: string;
  /** Kind of a partition table: `gpt`, `dos`. */
  partitionTable?: string;
  /** Not there if it has none. */
  label?: string;
  /** Not there if it has none; `vfat` has a volume ID such as `8F0E-8F62`. */
  uuid?: string;
  /**
   * Whether there is nothing to lose as far as can be seen: nothing that is known, and the first MiB holds zeros
   * only. What holds several known things at once is not blank.
   */
  isBlank: boolean;
}

/**
 * What a device holds, read from the device itself and not from a cache; `undefined` if there is no such device.
 * Needs root.
 *
 * @example
 * ```ts
 * const content = await host.getFact(facts.filesystem.Content, { device: "/dev/sdb" });
 * if (content?.isBlank) { … }
 * ```
 */
export const Content: Fact<DeviceContent | undefined, ContentArgs> = fact<
  DeviceContent | undefined,
  ContentArgs
>({
  name: "filesystem.Content",
  about: ({ device }) => ({ kind: "device", name: device }),
  remember: { device: "unset" },
  parameters: { device: "string" },
  command: ({ device }) => sh`! test -e ${pathWord(device)} || { echo exists; ${probe(device)}; }`,
  default: () => undefined,
  process: (lines) => {
    const values = new Map(
      lines.filter((line) => line.includes("=")).map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1).replaceAll(/\\(.)/g, "$1")];
      }),
    );
    const [type, partitionTable, label, uuid] = ["TYPE", "PTTYPE", "LABEL", "UUID"].map((key) =>
      values.get(key)
    );
    return {
      ...(type === undefined ? {} : { type }),
      ...(partitionTable === undefined ? {} : { partitionTable }),
      ...(label === undefined ? {} : { label }),
      ...(uuid === undefined ? {} : { uuid }),
      isBlank: values.has(BLANK),
    };
  },
});

/** What {@linkcode probe} prints where there is nothing to lose. */
export const BLANK = "drover_blank";

/**
 * Prints what a device holds; fails where it cannot be read. `blkid` exits with 2 for what it does not know, be it
 * blank or not, and with 8 for what could be several things.
 */
export function probe(device: string): ShellCommand {
  return sh`(LC_ALL=C; export LC_ALL; d=${
    pathWord(device)
  }; head -c 1 "$d" >/dev/null || exit; blkid -p -o export "$d"
case $? in 0|8) ;; 2) test "$(head -c 1048576 "$d" | tr -d '\\000' | head -c 1 | wc -c)" -ne 0 || echo ${BLANK}=1;; *) exit 1;; esac)`;
}
