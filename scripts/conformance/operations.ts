/** Runs operation fixtures: given arguments, facts and local files, the commands that come out. */

import { DroverError } from "../../src/errors/mod.ts";
import { type AnyFact, type AnyOperation, definedOperations } from "../../src/host/mod.ts";
import { type Collected, collectSteps } from "../../src/testing/mod.ts";
import "../../src/operations/mod.ts";
import { FixtureFunctions } from "./calls.ts";
import { type Filter, readCases } from "./cases.ts";
import { answerOwnFact, READ_AHEAD } from "./own_facts.ts";
import { camelCase, factKey, type Parameter, type Signatures } from "./names.ts";
import { type CaseResult, compare, MissingFact, unexpected, type Verdict, verdict } from "./result.ts";
import { spellSteps, TEMPORARY } from "./spelling.ts";
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
    const [module = "", name = ""] = folder.split(".");
    const ours = `${module === "python" ? "func" : module}.${camelCase(name)}`;
    const operation = definedOperations().get(ours);
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
  let collected: Collected;
  try {
    const args = functions.give(folder, toArguments(fixture, signatures.operations[folder] ?? []));
    checkArguments(operation, args);
    collected = await collectSteps(operation, args, {
      facts: (fact, factArgs) => lookUp(fixture, fact, factArgs, signatures),
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
    return verdict([compare("commands", fixture.commands ?? [], found), judgeNoop(fixture, collected)]);
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
  if (exception === undefined) return verdict([unexpected(thrown)]);
  const names = exception.names ?? [exception.name ?? ""];
  if (names.some((name) => hasMeaning(thrown, name))) return verdict([]);
  return verdict([compare("exception", names.join(" or "), `${thrown.code}: ${thrown.message}`)]);
}

/** Classes of errors over there are codes here. An `OperationError` can be about anything. */
function hasMeaning({ code }: DroverError, name: string): boolean {
  if (/^(OS|IO)Error$/.test(name)) return code === "E_LOCAL_FILE";
  if (/^(Operation)?(Type|Value)Error$/.test(name)) return code === "E_ARGUMENT";
  return name === "OperationError";
}

/** An argument that has another name here must not pass for the error that a fixture expects. */
function checkArguments(operation: AnyOperation, args: Record<string, unknown>): void {
  const known = operation.parameters;
  const unknown = known === undefined ? [] : Object.keys(args).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) throw new Error(`The operation has no argument ${unknown.join(", ")}`);
}

/** Arguments by their names here. What is too many goes to `args`, what has no parameter of its own to `data`. */
function toArguments(fixture: OperationCase, parameters: Parameter[]): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  const rest = parameters.find((parameter) => parameter.rest);
  const positional = parameters.filter((parameter) => !parameter.rest);
  const more: unknown[] = [];
  (fixture.args ?? []).forEach((value, index) => {
    const name = positional[index]?.name;
    if (name === undefined) more.push(toValue(value));
    else args[camelCase(name)] = toArgument(name, value);
  });
  for (const [key, value] of Object.entries(fixture.kwargs ?? {})) {
    const known = parameters.some((parameter) => parameter.name === key && !parameter.rest);
    if (known || rest === undefined) args[camelCase(key)] = toArgument(key, value);
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

function toValue(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value === "string" && value.startsWith("datetime:")) return new Date(`${value.slice(9)}Z`);
  if (typeof value === "string" && value.startsWith("path:")) return value.slice(5);
  if (typeof value === "string" && value.startsWith("io:")) return new TextEncoder().encode(value.slice(3));
  if (Array.isArray(value) && value[0] === "set:") return value.slice(1);
  return value;
}

function lookUp(
  fixture: OperationCase,
  fact: AnyFact,
  args: Record<string, unknown>,
  signatures: Signatures,
): unknown {
  const given = fixture.facts?.[fact.name];
  if (signatures.facts[fact.name] === undefined) return answerOwnFact(fact.name, args, fixture.facts ?? {});
  if (given === undefined && READ_AHEAD.has(fact.name)) return undefined;
  if (given === undefined) throw new MissingFact(`does not tell of ${fact.name}`);
  const parameters = signatures.facts[fact.name] ?? [];
  if (parameters.length === 0) return emptyLike(fact, args, given) ?? ours(given);
  const key = factKey(parameters, args);
  const table = given as Record<string, unknown>;
  if (!(key in table) && READ_AHEAD.has(fact.name)) return undefined;
  if (!(key in table)) throw new MissingFact(`does not tell of ${fact.name} with ${key}`);
  return ours(table[key]);
}

/** `{}` stands for any empty collection in the fixtures: the fact knows what kind of it it gives. */
function emptyLike(fact: AnyFact, args: Record<string, unknown>, given: unknown): unknown {
  const isEmpty = typeof given === "object" && given !== null && Object.keys(given).length === 0;
  return isEmpty && Array.isArray(fact.default?.(args)) ? [] : undefined;
}

/** A fact's value in our spelling: nothing is `undefined`, keys of records are camelCase. */
function ours(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value === "string") return toValue(value);
  if (Array.isArray(value)) return value[0] === "set:" ? value.slice(1) : value.map(ours);
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map((
      [key, inner],
    ) => [/^[a-z]+_[a-z_]+$/.test(key) ? camelCase(key) : key, ours(inner)]),
  );
}
