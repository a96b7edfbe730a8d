/** What the form of a command line means for the run: deploy files, one operation, exec, facts. */

import { deployFile, type DeployUnit, loadFact, loadRunnable } from "../deploy/mod.ts";
import { didYouMean, DroverError, namesHere } from "../errors/mod.ts";
import type { RunResult } from "../engine/mod.ts";
import {
  type AnyOperation,
  type AnyParameters,
  checkArguments,
  checkGlobals,
  definedOperations,
  factByName,
  host,
  splitArguments,
} from "../host/mod.ts";
import { parseExportName } from "../usage/export_name.ts";
import type { Form } from "../usage/form.ts";
import type { CliOptions } from "../usage/options.ts";
import { toArguments } from "./arguments.ts";
import type { Finished } from "./protocol.ts";
import { requireReadable } from "./readable.ts";

/** What a form means for the run. */
export interface Task {
  units: DeployUnit[];
  /** Whether remote output is reported while it arrives. */
  live: boolean;
  /** What the command gives back beside how it ended. */
  results?(result: RunResult): Partial<Finished>;
}

/** The forms that need hosts. */
export type RunForm = Exclude<Form, { kind: "debug-inventory" | "permissions" }>;

/**
 * The task of a form.
 *
 * @throws {DroverError} For names and arguments that are wrong, before any host is connected.
 */
export async function taskOf(form: RunForm, options: CliOptions): Promise<Task> {
  if (form.kind === "exec") return execTask(form.command);
  if (form.kind === "facts") return await factsTask(form.facts);
  const units = form.kind === "deploy"
    ? await deployUnits(form.files)
    : [await namedUnit(form.name, form.words)];
  const task: Task = { units, live: options.verbose >= 3 };
  return options.debugOperations ? { ...task, results: ({ plan }) => ({ plan }) } : task;
}

async function deployUnits(files: readonly string[]): Promise<DeployUnit[]> {
  const units = await Promise.all(files.map((file) => deployFile(file, Deno.cwd())));
  await requireReadable(units.map(({ file }) => file));
  return units;
}

function execTask(command: string): Task {
  const shell = operationNamed("server.shell");
  const run = async () => void await shell({ name: command, commands: [command] });
  return { units: [unit("exec", run)], live: true };
}

async function factsTask(wanted: readonly { name: string; words: string[] }[]): Promise<Task> {
  const values: Record<string, Record<string, unknown>> = {};
  const known = await Promise.all(wanted.map(async ({ name, words }) => {
    const exported = parseExportName(name);
    return { fact: exported === undefined ? factByName(name) : await loadFact(exported), words };
  }));
  const facts = known.map(({ fact, words }) => {
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
    live: false,
    results: () => ({ facts: plainValues(values) }),
  };
}

/** Values as JSON has them: dates and sets do not survive the way to the main thread otherwise. */
function plainValues(
  values: Record<string, Record<string, unknown>>,
): Record<string, Record<string, unknown>> {
  const replace = (_key: string, value: unknown) =>
    value instanceof Set ? [...value] : value instanceof Map ? Object.fromEntries(value) : value;
  return JSON.parse(JSON.stringify(values, replace)) as Record<string, Record<string, unknown>>;
}

/** An operation by its name, or what a file of the user exports. */
async function namedUnit(name: string, words: readonly string[]): Promise<DeployUnit> {
  const exported = parseExportName(name);
  if (exported === undefined) return operationUnit(operationNamed(name), words);
  const found = await loadRunnable(exported);
  // Templates and files are looked for beside the file, as in a deploy.
  if (found.kind === "operation") return { ...operationUnit(found.operation, words), name, file: found.file };
  const args = toArguments(name, words, undefined);
  checkGlobals(name, args, undefined);
  // Each host has arguments of its own to do with as it likes.
  return { name, file: found.file, run: async () => void await found.deploy(structuredClone(args)) };
}

function operationUnit(operation: AnyOperation, words: readonly string[]): DeployUnit {
  const args = checkedArguments(operation.operationName, words, operation.parameters);
  return unit(operation.operationName, async () => void await operation(args));
}

/** Wrong words are told before any host is connected. */
function checkedArguments(name: string, words: readonly string[], parameters: AnyParameters | undefined) {
  const args = toArguments(name, words, parameters);
  checkArguments(name, splitArguments(args).own, parameters, undefined);
  return args;
}

function operationNamed(name: string): AnyOperation {
  const operations = definedOperations();
  const known = [name, ...namesHere(name)].find((one) => operations.has(one));
  if (known !== undefined) return operations.get(known)!;
  throw new DroverError("E_OPERATION_NAME", `There is no operation "${name}"`, {
    hint: didYouMean(name, operations.keys()),
  });
}

function unit(name: string, body: () => Promise<void>): DeployUnit {
  return { name, file: `${Deno.cwd()}/${name}`, run: body };
}
