/** Facts about the kernel's modules and settings. */

import { sh } from "../../command/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";

/** A module of the Linux kernel that is loaded. */
export interface KernelModule {
  /** Bytes. */
  size: number;
  /** How many use it. */
  instances: number;
  /** Modules that depend on it, as `lsmod` lists them under "Used by"; left out where there are none. */
  depends?: string[];
  /** `Live`, `Loading`, `Unloading`. */
  state: string;
}

/** The loaded modules of the Linux kernel, by name (with underscores, as the kernel writes them). */
export const KernelModules: Fact<Record<string, KernelModule>> = fact<Record<string, KernelModule>>({
  name: "server.KernelModules",
  about: () => ({ kind: "kernel module" }),
  remember: {},
  command: () => "! test -f /proc/modules || cat /proc/modules",
  process: (lines) => Object.fromEntries(lines.map(readModule)),
  default: () => ({}),
});

function readModule(line: string): [string, KernelModule] {
  const [name = "", size, instances, users = "", state = ""] = line.split(" ");
  // A dash stands for none, and [permanent] for a module that cannot be unloaded.
  const depends = users.split(",").filter((user) => /^\w/.test(user));
  const module = { size: Number(size), instances: Number(instances), state };
  return [name, depends.length === 0 ? module : { ...module, depends }];
}

/** Names and nothing else: `sysctl` sets what is followed by `=`. */
function areKeys(keys: unknown): boolean {
  return keys === undefined || (Array.isArray(keys) && keys.every((key) => /^\w[\w./-]*$/.test(String(key))));
}

/** A kernel setting: whole numbers are numbers, several values are a list. */
export type SysctlValue = number | string | (number | string)[];

/** The argument of {@linkcode Sysctl}. */
export interface SysctlArgs {
  /** Names of the wanted settings, of which those that the kernel does not know are left out; all by default. */
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
export const Sysctl: Fact<Record<string, SysctlValue>, SysctlArgs> = fact<
  Record<string, SysctlValue>,
  SysctlArgs
>({
  name: "server.Sysctl",
  about: ({ keys }) => ({ kind: "sysctl", name: keys?.length === 1 ? keys[0] : undefined }),
  remember: { keys: areKeys },
  parameters: { keys: "string[]?" },
  // A setting that is unknown, or that nobody can read, makes sysctl exit with 1 after it has shown the others.
  command: ({ keys }) =>
    keys === undefined || keys.length === 0
      ? "sysctl -a 2>/dev/null || [ $? -eq 1 ]"
      : sh`sysctl ${keys} || [ $? -eq 1 ]`,
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
