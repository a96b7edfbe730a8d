/** One command line on the deploy's side: load, run, and tell how it ended. */

import { dirname, resolve } from "node:path";
import { type Interrupt, run, type RunEvent, type RunResult } from "../engine/mod.ts";
import { wantsSudoPassword } from "../host/mod.ts";
import { debugInventory, type LoadedInventory, loadInventory, requireHosts } from "../inventory/mod.ts";
import { addressOf } from "./address.ts";
import { AskedQuestions, questionsFor } from "./asked.ts";
import { policyOf } from "./conversation.ts";
import type { DeployPort } from "./port.ts";
import type { DeployEvent, Finished, ToDeploy } from "./protocol.ts";
import type { Form } from "../usage/form.ts";
import type { CliOptions } from "../usage/options.ts";
import { runConfig } from "./run_config.ts";
import { taskOf } from "./task.ts";

/**
 * Operations and facts register themselves: command lines, questions that earlier runs remember and hints name them. Who
 * asks built-in facts, or looks at the inventory, names no operation.
 */
async function registered(form: Form): Promise<void> {
  await import("../facts/mod.ts");
  const isReading = form.kind === "facts" && form.files.length === 0;
  if (!isReading && form.kind !== "debug-inventory") await import("../operations/mod.ts");
}

/** Runs a command line and tells how it ended. */
export async function runSession(
  { inventory, form, options, config: files }: ToDeploy & { type: "start" },
  port: DeployPort,
  interrupt: Interrupt,
): Promise<Finished> {
  const config = runConfig(files, options);
  await registered(form);
  const loaded = await load(inventory, options, directoriesOf(form), port);
  if (form.kind === "debug-inventory") return inventoryResult(loaded, port);
  requireHosts(loaded);
  if (form.kind === "permissions") {
    return { ...NOTHING, hosts: loaded.inventory.hosts.map(({ name }) => name) };
  }
  const task = await taskOf(form, options);
  const remembered = await port.call("prepare", {
    addresses: loaded.inventory.hosts.map(addressOf),
    selected: loaded.selected.map((host) => host.name),
    useSudoPassword: loaded.selected.some((host) => wantsSudoPassword(host, config)),
  });
  warn(loaded, port);
  const asked = new AskedQuestions();
  const result = await run({
    inventory: loaded.inventory,
    inventoryName: inventory,
    hosts: loaded.selected,
    address: addressOf,
    units: task.units,
    config,
    port: port.hosts(),
    emit: (event) => {
      asked.watch(event);
      port.tell({ type: "event", event: plainEvent(event) });
    },
    interrupt,
    strategy: options.serial ? "serial" : options.wait ? "together" : "no-wait",
    dry: policyOf(form, options).dry,
    live: task.live,
    remembered: questionsFor(remembered),
    confirm: () => port.call("confirm"),
  });
  const table = form.kind === "deploy" ? { asked: asked.table(loaded.inventory, result.runs) } : {};
  return { ...finished(result), ...table, ...task.results?.(result) };
}

/** Arguments of facts may be anything; what is told of them is text. */
function plainEvent(event: RunEvent): DeployEvent {
  if (event.type === "host.backend") throw new Error("Only the main thread knows what carries a host");
  if (event.type !== "fact.read") return event;
  return { ...event, args: JSON.parse(JSON.stringify(event.args)) as Record<string, unknown> };
}

/** What a command that needs no hosts ends with. */
const NOTHING: Finished = { outcome: "planned", failures: [], changes: false };

function load(
  word: string,
  options: CliOptions,
  deployDirectories: readonly string[],
  port: DeployPort,
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
    stdin: () => port.call("readStdin"),
  });
}

function warn(loaded: LoadedInventory, port: DeployPort): void {
  for (const warning of loaded.warnings) port.tell({ type: "event", event: { type: "warning", ...warning } });
}

function inventoryResult(loaded: LoadedInventory, port: DeployPort): Finished {
  warn(loaded, port);
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
    ssh_proxy_jump: options.sshProxyJump,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function finished({ outcome, runs, plan }: RunResult): Finished {
  const failures = runs.flatMap(({ problem, summary }) =>
    problem === undefined
      ? []
      : [{ phase: summary.state === "unreachable" ? "unreachable" as const : "failed" as const, problem }]
  );
  const planned = plan.operations.some(({ hosts }) => hosts.some(({ state }) => state !== "none"));
  const changed = runs.some(({ summary }) => summary.changed + summary.incomplete > 0);
  return {
    outcome,
    failures,
    changes: outcome === "planned" ? planned : changed,
  };
}
