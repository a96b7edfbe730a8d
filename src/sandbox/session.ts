/** One command line on the deploy's side: load, run, and tell how it ended. */

import { dirname, resolve } from "node:path";
import { type Interrupt, run, type RunResult } from "../engine/mod.ts";
import { debugInventory, type LoadedInventory, loadInventory } from "../inventory/mod.ts";
import { addressOf } from "./address.ts";
import type { Form } from "../usage/form.ts";
import type { Finished, ToWorker } from "./protocol.ts";
import type { CliOptions } from "../usage/options.ts";
import { missingWishes } from "./permissions.ts";
import { runConfig } from "./run_config.ts";
import type { Bridge } from "./bridge.ts";
import { taskOf } from "./task.ts";

/**
 * Runs a command line. It ends without a result when the configuration wishes for permissions that this
 * worker does not hold: the main thread then starts another one.
 */
export async function runSession(
  { inventory, form, options, granted, remembered }: ToWorker & { type: "start" },
  bridge: Bridge,
  interrupt: Interrupt,
): Promise<Finished | undefined> {
  const deployDirectories = directoriesOf(form);
  const inventoryDirectory = dirname(resolve(inventory.replace(/:\w+$/, "")));
  const config = await runConfig(options, [inventoryDirectory, ...deployDirectories]);
  const wishes = missingWishes(config.permissions, granted);
  if (wishes !== undefined) {
    bridge.tell({ type: "wishes", wishes });
    return undefined;
  }
  // Operations and facts register themselves; command lines name them by their names.
  await Promise.all([import("../operations/mod.ts"), import("../facts/mod.ts")]);
  const loaded = await load(inventory, options, deployDirectories, bridge);
  if (form.kind === "debug-inventory") return inventoryResult(loaded, bridge);
  if (form.kind === "permissions") {
    return {
      ...NOTHING,
      hosts: loaded.inventory.hosts.map(({ name }) => name),
    };
  }
  const task = await taskOf(form, options);
  await bridge.call("prepare", {
    addresses: loaded.inventory.hosts.map(addressOf),
    selected: loaded.selected.map((host) => host.name),
    connectTimeout: config.connectTimeout,
    sudoPerCommand: config.sudoPerCommand,
    sshBackend: config.sshBackend,
    diff: config.diff,
  });
  for (const warning of loaded.warnings) {
    bridge.tell({ type: "event", event: { type: "warning", ...warning } });
  }
  const result = await run({
    inventory: loaded.inventory,
    inventoryName: inventory,
    hosts: loaded.selected,
    address: addressOf,
    units: task.units,
    config,
    port: bridge.port(),
    emit: (event) => bridge.tell({ type: "event", event }),
    interrupt,
    strategy: options.serial ? "serial" : options.wait ? "together" : "no-wait",
    dry: task.dry,
    live: task.live,
    remembered,
    confirm: (plan) => task.asks ? bridge.call("confirm", sizeOf(plan)) : Promise.resolve(true),
  });
  return { ...finished(result), ...task.results?.(result) };
}

/** What a command that needs no hosts ends with. */
const NOTHING: Finished = { outcome: "planned", failures: [], changes: false };

function load(
  word: string,
  options: CliOptions,
  deployDirectories: readonly string[],
  bridge: Bridge,
): Promise<LoadedInventory> {
  return loadInventory({
    word,
    workingDirectory: Deno.cwd(),
    deployDirectories,
    limit: options.limit,
    exclude: options.exclude,
    data: options.data,
    groupData: options.groupData,
    overrides: sshOverrides(options),
    stdin: () => bridge.call("readStdin"),
  });
}

function inventoryResult(loaded: LoadedInventory, bridge: Bridge): Finished {
  for (const warning of loaded.warnings) {
    bridge.tell({ type: "event", event: { type: "warning", ...warning } });
  }
  return { ...NOTHING, inventory: debugInventory(loaded) };
}

function directoriesOf(form: Form): string[] {
  const files = "files" in form ? form.files : [];
  return [...new Set(files.map((file) => dirname(resolve(file))))];
}

function sshOverrides(options: CliOptions): Record<string, unknown> {
  const given: Record<string, unknown> = {
    ssh_user: options.sshUser ?? options.user,
    ssh_port: options.sshPort ?? options.port,
    ssh_key: options.sshKey ?? options.key,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function sizeOf(plan: RunResult["plan"]): { operations: number; hosts: number } {
  const pending = plan.operations.map(({ hosts }) => hosts.filter(({ state }) => state !== "none"));
  return {
    operations: pending.filter((hosts) => hosts.length > 0).length,
    hosts: new Set(pending.flat().map(({ host }) => host)).size,
  };
}

function finished({ outcome, runs, plan }: RunResult): Finished {
  const failures = runs.flatMap(({ problem, summary }) =>
    problem === undefined
      ? []
      : [{ phase: summary.state === "unreachable" ? "unreachable" as const : "failed" as const, problem }]
  );
  const planned = plan.operations.some(({ hosts }) => hosts.some(({ state }) => state !== "none"));
  const changed = runs.some(({ summary }) => summary.changed > 0);
  return {
    outcome,
    failures,
    changes: outcome === "planned" ? planned : changed,
    remembered: Object.fromEntries(runs.map(({ host, memory }) => [host.name, memory.facts])),
  };
}
