/** The forms of the command line: deploy files, one operation, exec, facts, debug-inventory. */

import { deployFile, type DeployUnit } from "../deploy/mod.ts";
import { didYouMean, DroverError } from "../errors/mod.ts";
import { type Plan, run, type RunEvent, type RunResult } from "../engine/mod.ts";
import {
  type AnyOperation,
  checkArguments,
  definedOperations,
  factByName,
  host,
  splitArguments,
} from "../host/mod.ts";
import { debugInventory, type LoadedInventory } from "../inventory/mod.ts";
import {
  combineReports,
  createHumanReport,
  createJsonReport,
  createPlainReport,
  type Report,
} from "../report/mod.ts";
import { renderTable, sanitiseLine, type Terminal } from "../terminal/mod.ts";
import { addressOf } from "./address.ts";
import { toArguments } from "./arguments.ts";
import type { Session } from "./dispatch.ts";
import { EXIT, exitStatus } from "./exit_status.ts";
import type { Form } from "./form.ts";
import type { CliOptions } from "./options.ts";
import { writeJson, writeOut } from "./output.ts";
import { VERSION } from "./version.ts";

const DATA_COLUMNS = [{ title: "  KEY" }, { title: "VALUE" }, { title: "FROM" }];

/** What a form means for the run. */
interface Task {
  units: DeployUnit[];
  /** Whether a person is asked before anything changes. */
  asks: boolean;
  /** Whether the run ends after the plan. */
  dry: boolean;
  live: boolean;
  report: Report;
  /** Called when the run has ended without a failure of its own. */
  after?(result: RunResult): Promise<void> | void;
}

/** Runs every form that needs hosts. */
export async function runOnHosts(session: Session): Promise<number> {
  const { options, loaded, config, interrupt } = session;
  const task = await taskOf(session, session.form);
  const emit = (event: RunEvent) => task.report.handle(event);
  for (const warning of loaded.warnings) emit({ type: "warning", ...warning });
  try {
    const result = await run({
      inventory: loaded.inventory,
      inventoryName: session.inventoryWord,
      hosts: loaded.selected,
      address: addressOf,
      units: task.units,
      config,
      port: await session.openPort(emit),
      emit,
      interrupt,
      strategy: options.serial ? "serial" : options.wait ? "together" : "no-wait",
      dry: task.dry,
      live: task.live,
      confirm: (plan) => task.asks ? confirm(session, plan) : Promise.resolve(true),
    });
    await task.report.close();
    await task.after?.(result);
    return statusOf(result, options);
  } finally {
    await task.report.close();
  }
}

/** `debug-inventory`: hosts, groups, data and where each value comes from. */
export function showInventory(loaded: LoadedInventory, options: CliOptions, terminal: Terminal): number {
  const hosts = debugInventory(loaded);
  for (const { text, hint } of loaded.warnings) {
    terminal.write(`warning: ${text}${hint === undefined ? "" : ` (${hint})`}\n`);
  }
  if (options.json) {
    writeJson(hosts.map(({ name, groups, data }) => ({ name, groups, data })));
    return EXIT.ok;
  }
  for (const { name, groups, selected, data, sources } of hosts) {
    writeOut(`${sanitiseLine(name)}${selected ? "" : " (not selected)"}\n  groups: ${groups.join(", ")}\n`);
    const rows = Object.entries(data).map(([key, value]) => [
      `  ${key}`,
      sanitiseLine(JSON.stringify(value)),
      sources[key] ?? "",
    ]);
    if (rows.length > 0) writeOut(`${renderTable(DATA_COLUMNS, rows, Infinity).join("\n")}\n`);
  }
  return EXIT.ok;
}

async function taskOf(session: Session, form: Form): Promise<Task> {
  const { options } = session;
  const human = createHumanReport({
    terminal: session.terminal,
    verbosity: options.verbose,
    diff: session.config.diff,
    debug: options.debug ?? false,
  });
  const report = options.json ? combineReports([human, jsonReport(options)]) : human;
  const common = {
    asks: !options.yes,
    dry: options.dry === true || options.debugOperations === true || (options.json === true && !options.yes),
    live: options.verbose >= 3,
    report,
    ...(options.debugOperations ? { after: (result: RunResult) => writeJson(result.plan) } : {}),
  };
  if (form.kind === "deploy") {
    return { ...common, units: await Promise.all(form.files.map((file) => deployFile(file, Deno.cwd()))) };
  }
  if (form.kind === "operation") return { ...common, units: [operationUnit(form.name, form.words)] };
  if (form.kind === "exec") return execTask(session, form.command);
  if (form.kind === "facts") return factsTask(session, form.facts);
  throw new DroverError("E_BUG", `No task for ${form.kind}`);
}

function execTask(session: Session, command: string): Task {
  const shell = operationNamed("server.shell");
  return {
    units: [unit("exec", async () => void await shell({ name: command, commands: [command] }))],
    asks: false,
    dry: false,
    live: true,
    report: session.options.json ? jsonReport(session.options) : plainReport(session),
  };
}

/** Facts go to standard output as `{ fact: { host: value } }`; what failed is reported on standard error. */
function factsTask(session: Session, wanted: { name: string; words: string[] }[]): Task {
  const values: Record<string, Record<string, unknown>> = {};
  const facts = wanted.map(({ name, words }) => {
    const fact = factByName(name);
    const args = checkedArguments(`fact ${fact.name}`, words, fact.parameters);
    const label = words.length === 0 ? fact.name : `${fact.name} ${words.join(" ")}`;
    values[label] = {};
    return { fact, args, label };
  });
  const read = async () => {
    const name = host.name;
    // Asked in one turn, the facts travel together.
    await Promise.all(facts.map(async ({ fact, args, label }) => {
      values[label]![name] = await host.getFact(fact, args) ?? null;
    }));
  };
  return {
    units: [unit("fact", read)],
    asks: false,
    dry: true,
    live: false,
    report: plainReport(session),
    after: () => writeJson(values),
  };
}

function plainReport(session: Session): Report {
  return createPlainReport({
    terminal: session.terminal,
    out: { write: writeOut },
    outIsTerminal: Deno.stdout.isTerminal(),
    hosts: session.loaded.selected.map((one) => one.name),
    verbosity: session.options.verbose,
  });
}

function jsonReport(options: CliOptions): Report {
  return createJsonReport({
    sink: { write: writeOut },
    version: VERSION,
    run: crypto.randomUUID(),
    output: options.verbose >= 3,
  });
}

function operationUnit(name: string, words: readonly string[]): DeployUnit {
  const operation = operationNamed(name);
  const args = checkedArguments(operation.operationName, words, operation.parameters);
  return unit(operation.operationName, async () => void await operation(args));
}

/** Wrong words are told before any host is connected. */
function checkedArguments(name: string, words: readonly string[], parameters: readonly string[] | undefined) {
  const args = toArguments(name, words, parameters);
  checkArguments(name, splitArguments(args).own, parameters, undefined);
  return args;
}

function operationNamed(name: string): AnyOperation {
  const operations = definedOperations();
  const camel = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const found = operations.get(camel) ?? operations.get(camel.replace(/^python\./, "func."));
  if (found !== undefined) return found;
  throw new DroverError("E_OPERATION_NAME", `There is no operation "${name}"`, {
    hint: didYouMean(name, operations.keys()),
  });
}

function unit(name: string, body: () => Promise<void>): DeployUnit {
  return { name, file: `${Deno.cwd()}/${name}`, run: body };
}

/** Asks before changes are made. */
async function confirm(session: Session, plan: Plan): Promise<boolean> {
  const pending = plan.operations.flatMap((operation) =>
    operation.hosts.filter((one) => one.state !== "none").map((one) => ({ operation, one }))
  );
  const hosts = new Set(pending.map(({ one }) => one.host)).size;
  const operations = new Set(pending.map(({ operation }) => operation.id)).size;
  try {
    return await session.prompter.confirm(
      `Apply ${plural(operations, "operation")} on ${plural(hosts, "host")}?`,
      {
        purpose: "whether to apply",
        hint: "use --yes to apply without asking, or --dry to end after the plan",
      },
    );
  } catch (error) {
    if (error instanceof DroverError && error.code === "E_CANCELLED") {
      session.interrupt.press();
      return false;
    }
    throw error;
  }
}

function statusOf(result: RunResult, options: CliOptions): number {
  const failures = result.runs.flatMap(({ problem, summary }) =>
    problem === undefined
      ? []
      : [{ phase: summary.state === "unreachable" ? "unreachable" as const : "failed" as const, problem }]
  );
  const planned = result.plan.operations.some(({ hosts }) => hosts.some(({ state }) => state !== "none"));
  const changed = result.runs.some(({ summary }) => summary.changed > 0);
  return exitStatus({
    outcome: result.outcome,
    failures,
    changes: result.outcome === "planned" ? planned : changed,
    detailed: options.detailedExitcode ?? false,
  });
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
