/** Runs operation fixtures: given arguments, facts and local files, the commands that come out. */

import { camelCase, DroverError, renamedArgument } from "../../src/errors/mod.ts";
import { type AnyOperation, definedOperations } from "../../src/host/mod.ts";
import { type Collected, collectSteps } from "../../src/testing/mod.ts";
import "../../src/operations/mod.ts";
import { FixtureFunctions } from "./calls.ts";
import { type Filter, readCases } from "./cases.ts";
import { compareCommands } from "./commands.ts";
import { GivenAnswers } from "./given_answers.ts";
import { operationNames, type Parameter, type Signatures, snakeCase } from "./names.ts";
import { type CaseResult, compare, unexpected, type Verdict, verdict } from "./result.ts";
import { ownErrorCodes } from "./own_errors.ts";
import { spellSteps, TEMPORARY } from "./spelling.ts";
import { toValue } from "./values.ts";
import { virtualFiles, type VirtualTree } from "./virtual_files.ts";

interface OperationCase {
  args?: unknown[];
  kwargs?: Record<string, unknown>;
  facts?: Record<string, unknown>;
  commands?: unknown[];
  exception?: { name?: string; names?: string[]; message?: string };
  noop_description?: string;
  local_files?: VirtualTree;
  require_platform?: string[];
}

export async function runOperations(
  directory: string,
  signatures: Signatures,
  selected: Filter,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for await (const { folder, title, content } of readCases(`${directory}/operations`, selected)) {
    const fixture = content as OperationCase;
    const [module = ""] = folder.split(".");
    const operation = operationNames(folder).map((name) => definedOperations().get(name))
      .find((one) => one !== undefined);
    const base = { name: `operations/${folder}/${title}`, module };
    if (fixture.require_platform !== undefined && !fixture.require_platform.includes("Linux")) {
      results.push({ ...base, outcome: "skipped", differences: [] });
    } else if (operation === undefined) {
      results.push({ ...base, outcome: "not implemented", differences: [] });
    } else results.push({ ...base, ...await runCase(operation, fixture, folder, signatures) });
  }
  return results;
}

async function runCase(
  operation: AnyOperation,
  fixture: OperationCase,
  folder: string,
  signatures: Signatures,
): Promise<Verdict> {
  const functions = new FixtureFunctions();
  const answers = new GivenAnswers(fixture.facts ?? {}, signatures.facts);
  let collected: Collected;
  try {
    const parameters = parametersOf(folder, operation, signatures);
    const args = byTruth(
      operation,
      functions.give(folder, toArguments(fixture, parameters, operation.operationName)),
    );
    checkArguments(operation, args);
    collected = await collectSteps(operation, args, {
      facts: (fact, factArgs) => answers.answer(fact, factArgs),
      deployFile: "/deploy.ts",
      localFiles: virtualFiles(fixture.local_files ?? {}),
      freshNames: { timestamp: () => "a-timestamp", temporary: () => TEMPORARY, kept: () => TEMPORARY },
    });
  } catch (thrown) {
    return judgeError(thrown, fixture);
  }
  try {
    const found = await spellSteps(collected.steps, functions);
    if (fixture.exception !== undefined) {
      return verdict([compare("exception", [JSON.stringify(fixture.exception)], found)]);
    }
    const commands = compareCommands("commands", fixture.commands ?? [], found);
    commands?.lines.push(...answers.untold);
    return verdict([commands, judgeNoop(fixture, collected)]);
  } catch (thrown) {
    return verdict([unexpected(thrown)]);
  }
}

/** Doing nothing needs a reason that people can read; its words are our own. */
function judgeNoop({ noop_description: wanted }: OperationCase, { steps, notes }: Collected) {
  const noops = notes.filter((note) => note.kind === "noop");
  if (noops.length > 0 || (wanted === undefined && steps.length > 0)) return undefined;
  return compare("noop", wanted ?? "(a reason)", undefined);
}

const MISSING_MANAGER_CODES = ["E_PACKAGE_MANAGER", "E_SERVICE_MANAGER"];

function judgeError(thrown: unknown, { exception }: OperationCase): Verdict {
  if (!(thrown instanceof DroverError)) return verdict([unexpected(thrown)]);
  if (MISSING_MANAGER_CODES.includes(thrown.code) && thrown.message.endsWith("cannot use yet")) {
    return { outcome: "not implemented", differences: [], reason: thrown.message };
  }
  if (exception === undefined) {
    // What we refuse and they accept may be so on purpose; all else is not.
    const isRefusal = ownErrorCodes().has(thrown.code);
    const found = `${thrown.code}: ${thrown.message}`;
    return verdict([isRefusal ? compare("exception", undefined, found) : unexpected(thrown)]);
  }
  const names = exception.names ?? [exception.name ?? ""];
  if (names.some((name) => hasMeaning(thrown, name))) return verdict([]);
  return verdict([compare("exception", names.join(" or "), `${thrown.code}: ${thrown.message}`)]);
}

/** Classes of errors over there are codes here. An `OperationError` is about arguments, or about what the host has. */
function hasMeaning({ code }: DroverError, name: string): boolean {
  if (/^(?:(?:OS|IO)Error|FileNotFoundError)$/.test(name)) return code === "E_LOCAL_FILE";
  if (/^(?:Operation)?(?:Type|Value)Error$/.test(name)) return code === "E_ARGUMENT";
  return name === "OperationError" && ownErrorCodes().has(code);
}

/** An argument that has another name here must not pass for the error that a fixture expects. */
function checkArguments(operation: AnyOperation, args: Record<string, unknown>): void {
  const known = operation.parameters;
  const unknown = known === undefined ? [] : Object.keys(args).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) throw new Error(`The operation has no argument ${unknown.join(", ")}`);
}

/** The parameters over there. An alias takes whatever the operation takes that it stands for, which has them here. */
function parametersOf(folder: string, operation: AnyOperation, signatures: Signatures): Parameter[] {
  const told = signatures.operations[folder] ?? [];
  const isAlias = told.length > 0 && told.every(({ rest }) => rest === true) &&
    operation.operationName !== folder && !folder.startsWith("python.");
  if (!isAlias) return told;
  return Object.keys(operation.parameters ?? {}).map((name) => ({ name: snakeCase(name) }));
}

/** Python takes any value for a truth: `present="true"` is a text that is not empty. */
function byTruth(operation: AnyOperation, args: Record<string, unknown>): Record<string, unknown> {
  const isTruth = (name: string) => operation.parameters?.[name] === "boolean?";
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === "string" && isTruth(name) ? value !== "" : value,
    ]),
  );
}

/** Arguments by their names here. What is too many goes to `args`, what has no parameter of its own to `data`. */
function toArguments(
  fixture: OperationCase,
  parameters: Parameter[],
  operation: string,
): Record<string, unknown> {
  const ours = (name: string) => renamedArgument(operation, name) ?? camelCase(name);
  const args: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  const rest = parameters.find((parameter) => parameter.rest);
  const positional = parameters.filter((parameter) => !parameter.rest);
  const more: unknown[] = [];
  (fixture.args ?? []).forEach((value, index) => {
    const name = positional[index]?.name;
    if (name === undefined) more.push(toValue(value));
    else args[ours(name)] = toArgument(name, value);
  });
  for (const [key, value] of Object.entries(fixture.kwargs ?? {})) {
    const known = parameters.some((parameter) => parameter.name === key && !parameter.rest);
    if (known || rest === undefined) args[ours(key)] = toArgument(key, value);
    else data[key] = toValue(value);
  }
  if (more.length > 0) args.args = more;
  return Object.keys(data).length === 0 ? args : { ...args, data };
}

/** Arguments of another operation are translated too; those of Jinja2 have their names there. */
function toArgument(name: string, value: unknown): unknown {
  if (!name.endsWith("_kwargs") || name.startsWith("jinja_") || value === null) return toValue(value);
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, inner]) => [camelCase(key), toValue(inner)]));
}
