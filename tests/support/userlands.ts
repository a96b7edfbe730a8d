/** Runs one test with the programs of this machine and dash, with bash, and with BusyBox. */

import assert from "node:assert/strict";
import type { AnyOperation } from "../../src/host/mod.ts";
import { busyboxPath, LocalHost } from "./local_host.ts";
import { requirement } from "./skip.ts";

/** What a test works with. */
export interface Machine {
  host: LocalHost;
  /** A fresh directory, removed afterwards. Its name holds a space and a quote. */
  dir: string;
  userland: "system" | "bash" | "busybox";
}

/** Defines the test once for each userland. */
export function onEachUserland(
  name: string,
  test: (machine: Machine) => Promise<void>,
  config: { diff?: boolean } = {},
): void {
  Deno.test(`${name} (system, dash)`, () => withMachine("system", config, test));
  Deno.test({
    name: `${name} (bash)`,
    ignore: requirement("bash"),
    fn: () => withMachine("bash", config, test),
  });
  Deno.test({
    name: `${name} (BusyBox)`,
    ignore: requirement("busybox"),
    fn: () => withMachine("busybox", config, test),
  });
}

/** Runs a test with one userland. */
export async function withMachine(
  userland: Machine["userland"],
  config: { diff?: boolean },
  test: (machine: Machine) => Promise<void>,
): Promise<void> {
  await using busybox = userland === "busybox" ? await busyboxPath() : undefined;
  const bash = userland === "bash" ? { _shellExecutable: "bash" } : {};
  await using host = await LocalHost.connect(busybox?.connector ?? bash, config);
  const dir = await Deno.makeTempDir({ prefix: "drover it's " });
  try {
    await test({ host, dir, userland });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Applies an operation twice: the second time there must be nothing to do, and it must say why. */
export async function settle(
  { host }: Pick<Machine, "host">,
  operation: AnyOperation,
  args: Record<string, unknown>,
): Promise<string[]> {
  const { commands } = await host.apply(operation, args);
  const again = await host.apply(operation, args);
  assert.deepEqual(again.commands, [], "the second run finds nothing to do");
  assert.ok(again.notes.some((note) => note.kind === "noop"), "it says why");
  return commands;
}
