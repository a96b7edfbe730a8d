/** Facts about mounted file systems. */

import { type Fact, fact } from "../../host/mod.ts";

/** A mounted file system. */
export interface MountInfo {
  /** What is mounted: `/dev/sda1`, `tmpfs`, `nas:/backup`. */
  device: string;
  /** `ext4`, `tmpfs`, `nfs4`. */
  type: string;
  /** Options that are in force: `rw`, `noexec`. */
  options: string[];
}

/** Mounted file systems by the directory that they are mounted on; of several on one, the uppermost. */
export const Mounts: Fact<Record<string, MountInfo>> = fact<Record<string, MountInfo>>({
  name: "server.Mounts",
  about: () => ({ kind: "mount" }),
  remember: {},
  command: () => "mount",
  process: (lines) => Object.fromEntries(lines.flatMap(readMount)),
  default: () => ({}),
});

/** Linux writes `device on path type ext4 (options)`, BSD and macOS `device on path (ext4, options)`. */
function readMount(line: string): [string, MountInfo][] {
  const linux = /^(.*?) on (\/.*) type (\S+) \((.*)\)(?: \[.*\])?$/.exec(line);
  if (linux !== null) {
    const [, device = "", path = "", type = "", options = ""] = linux;
    return [[path, { device, type, options: options.split(",") }]];
  }
  const bsd = /^(.*?) on (\/.*) \(([^()]*)\)$/.exec(line);
  if (bsd === null) return [];
  const [type = "", ...options] = bsd[3]!.split(",").map((one) => one.trim());
  return [[bsd[2]!, { device: bsd[1]!, type, options }]];
}
