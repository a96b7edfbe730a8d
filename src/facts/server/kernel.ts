/** Facts about the kernel's modules and settings. */

import { sh } from "../../command/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";

/** A module of the Linux kernel that is loaded. */
export interface KernelModule {
  /** Bytes. */
  size: number;
  /** How many use it. */
  instances: number;
  /** `Live`, `Loading`, `Unloading`. */
  state: string;
}

/** The loaded modules of the Linux kernel, by name (with underscores, as the kernel writes them). */
export const KernelModules: Fact<Record<string, KernelModule>> = fact({
  name: "server.KernelModules",
  command: () => "! test -f /proc/modules || cat /proc/modules",
  process: (lines) =>
    Object.fromEntries(lines.map((line) => {
      const [name = "", size, instances, , state = ""] = line.split(" ");
      return [name, { size: Number(size), instances: Number(instances), state }];
    })),
  default: () => ({}),
});

/** A kernel setting: whole numbers are numbers, several values are a list. */
export type SysctlValue = number | string | (number | string)[];

/** The argument of {@linkcode Sysctl}. */
export interface SysctlArgs {
  /** Names of the wanted settings; all by default. */
  keys?: readonly string[];
}

/**
 * Kernel settings by name.
 *
 * @example
 * ```ts
 * const settings = await host.getFact(facts.server.Sysctl, { keys: ["vm.swappiness"] });
 * ```
 */
export const Sysctl: Fact<Record<string, SysctlValue>, SysctlArgs> = fact({
  name: "server.Sysctl",
  parameters: ["keys?"],
  // Some settings cannot be read by anybody, which makes BusyBox's sysctl exit with 1 after all the others.
  command: ({ keys }) =>
    keys === undefined || keys.length === 0 ? "sysctl -a 2>/dev/null || [ $? -eq 1 ]" : sh`sysctl ${keys}`,
  process: (lines) => Object.fromEntries(lines.flatMap(readSetting)),
  default: () => ({}),
});

/** Linux writes `key = value`, macOS and OpenBSD `key: value` or `key=value`. */
function readSetting(line: string): [string, SysctlValue][] {
  const match = /^([^\s:=]+)\s*[=:](?:\s+(.*)|(\S.*))?$/.exec(line);
  return match === null ? [] : [[match[1]!, readSysctlValue(match[2] ?? match[3] ?? "")]];
}

/** A setting's text as a value, the way the fact {@linkcode Sysctl} gives it. */
export function readSysctlValue(text: string): SysctlValue {
  const words = text.trim().split(/\s+/).map((word) => /^-?\d{1,15}$/.test(word) ? Number(word) : word);
  // Sentences such as the kernel's version stay texts: only numbers make a list.
  if (words.length > 1) return words.every((word) => typeof word === "number") ? words : text.trim();
  return words[0] ?? "";
}
