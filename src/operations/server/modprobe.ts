/** The operation on modules of the Linux kernel. */

import { sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { KernelModules } from "../../facts/server/mod.ts";
import { host, operation, touches } from "../../host/mod.ts";

/** Arguments of {@linkcode modprobe}. */
export interface ModprobeArgs {
  /** Name of a module, or several. */
  module: string | readonly string[];
  /** Whether they should be loaded: `true` by default. */
  present?: boolean;
  /** Loads a module that does not fit the kernel, or unloads one in use: `false` by default. Dangerous. */
  force?: boolean;
}

/**
 * Loads or unloads kernel modules, until the next boot. It changes something if one is not in the wanted state.
 *
 * @example
 * ```ts
 * await server.modprobe({ module: ["br_netfilter", "overlay"], _sudo: true });
 * ```
 */
export const modprobe = operation<ModprobeArgs>("server.modprobe", async function* (args) {
  const { present = true, force } = args;
  const names = typeof args.module === "string" ? [args.module] : args.module;
  for (const name of names) checkModule(name);
  touches(...names.map((name) => ({ kind: "kernel module", name: name.replaceAll("-", "_") })));
  const loaded = await host.getFact(KernelModules);
  const differing = names.filter((name) => isLoaded(loaded, name) !== present);
  if (differing.length > 0) {
    yield sh`modprobe ${force && "-f"} ${!present && "-r"} -a ${differing}`;
    return;
  }
  const subject = names.length === 1 ? `module ${names[0]} is` : `modules ${names.join("/")} are`;
  host.noop(`${subject} ${present ? "loaded" : "not loaded"}`);
}, {
  parameters: {
    module: "string | string[]",
    present: "boolean?",
    force: "boolean?",
  },
});

/** The kernel takes dashes for underscores and always writes the latter. */
function isLoaded(loaded: Record<string, unknown>, name: string): boolean {
  return Object.hasOwn(loaded, name) || Object.hasOwn(loaded, name.replaceAll("-", "_"));
}

function checkModule(name: string): void {
  if (/^[A-Za-z0-9_][\w-]*$/.test(name)) return;
  throw new DroverError("E_ARGUMENT", `${Deno.inspect(name)} cannot be the name of a kernel module`);
}
