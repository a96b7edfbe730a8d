/** Facts about processors, memory and block devices. */

import { type Fact, fact } from "../../host/mod.ts";

/** How full a mounted device is. */
export interface BlockDevice {
  /** Where it is mounted. */
  mount: string;
  /** Its size in blocks of 1024 bytes. */
  blocks: string;
  /** Blocks that are used. */
  used: string;
  /** Blocks that ordinary users may still use. */
  available: string;
  /** Used blocks in per cent of those that ordinary users may use. */
  usedPercent: string;
}

/** The number of processors that are online. */
export const Cpus: Fact<number> = fact<number>({
  name: "hardware.Cpus",
  remember: {},
  command: () => "getconf NPROCESSORS_ONLN 2> /dev/null || getconf _NPROCESSORS_ONLN",
  process: ([line]) => Number(line),
});

/**
 * What `lscpu` tells: texts by their English names, and `Flags` as a list. `undefined` where there is no `lscpu`.
 *
 * @example
 * ```ts
 * const cpu = await host.getFact(facts.hardware.CpuInfo);
 * if (!cpu?.Flags?.includes("aes")) { … }
 * ```
 */
export const CpuInfo: Fact<Record<string, string | string[]> | undefined> = fact<
  Record<string, string | string[]> | undefined
>({
  name: "hardware.CpuInfo",
  remember: {},
  requires: "lscpu",
  command: () => "LC_ALL=C lscpu",
  default: () => undefined,
  process: (lines) => {
    const found = lines.flatMap((line) => {
      const [, name, value] = /^\s*([^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, name === "Flags" ? value!.split(/\s+/) : value!] as const];
    });
    return found.length === 0 ? undefined : Object.fromEntries(found);
  },
});

/**
 * The memory that the operating system manages, in MiB; `undefined` where nothing tells.
 *
 * @example
 * ```ts
 * const memory = await host.getFact(facts.hardware.Memory) ?? 0;
 * ```
 */
export const Memory: Fact<number | undefined> = fact<number | undefined>({
  name: "hardware.Memory",
  remember: {},
  // Linux, the BSDs, macOS.
  command: () =>
    "grep ^MemTotal: /proc/meminfo 2>/dev/null || LC_ALL=C vmstat -s 2>/dev/null || " +
    "sysctl -n hw.memsize 2>/dev/null || true",
  default: () => undefined,
  process: (lines) => {
    const kibibytes = numberBefore(lines, /^MemTotal:\s+(\d+) kB/) ??
      numberBefore(lines, /^\s*(\d+)\s+(?:K )?total memory/);
    if (kibibytes !== undefined) return Math.round(kibibytes / 1024);
    const bytes = numberBefore(lines, /^(\d+)$/) ?? managedBytes(lines);
    return bytes === undefined ? undefined : Math.round(bytes / 1024 ** 2);
  },
});

/**
 * Mounted block devices with what is used of them, by device; sizes are texts of digits.
 *
 * @example
 * ```ts
 * const devices = await host.getFact(facts.hardware.BlockDevices);
 * const root = Object.values(devices).find(({ mount }) => mount === "/");
 * ```
 */
export const BlockDevices: Fact<Record<string, BlockDevice>> = fact<Record<string, BlockDevice>>({
  name: "hardware.BlockDevices",
  remember: {},
  // It fails for what the user may not look at, and tells of the rest.
  command: () => "LC_ALL=C df -P -k 2>/dev/null || true",
  default: () => ({}),
  process: (lines) => {
    const devices = lines.flatMap((line) => {
      const found = /^(\/.*?)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\d+)%\s+(\/.*)$/.exec(line);
      if (found === null) return [];
      const [device, blocks, used, available, usedPercent, mount] = found.slice(1) as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      return [[device, { mount, blocks, used, available, usedPercent }] as const];
    });
    return Object.fromEntries(devices);
  },
});

/** Pages that a BSD manages: told as such, or the sum of what they are used for. */
function managedBytes(lines: readonly string[]): number | undefined {
  const pageSize = numberBefore(lines, /^\s*(\d+) bytes per page/);
  if (pageSize === undefined) return undefined;
  const managed = numberBefore(lines, /^\s*(\d+) pages managed/);
  if (managed !== undefined) return managed * pageSize;
  const uses = ["active", "inactive", "in the laundry queue", "wired down", "free"].map((use) =>
    numberBefore(lines, new RegExp(`^\\s*(\\d+) pages ${use}$`)) ?? 0
  );
  return uses.reduce((sum, pages) => sum + pages, 0) * pageSize;
}

function numberBefore(lines: readonly string[], pattern: RegExp): number | undefined {
  for (const line of lines) {
    const text = pattern.exec(line)?.[1];
    if (text !== undefined) return Number(text);
  }
  return undefined;
}
