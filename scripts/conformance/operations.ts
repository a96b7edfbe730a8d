/** Runs operation fixtures: given arguments, facts and local files, the commands that come out. */

import { Call, Download, type Step, StepWithOptions, Upload } from "../../src/command/mod.ts";
import { type AnyFact, type AnyOperation, definedOperations } from "../../src/host/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import "../../src/operations/mod.ts";
import { readCases } from "./cases.ts";
import { answerOwnFact, READ_AHEAD } from "./own_facts.ts";
import { camelCase, factKey, type Parameter, type Signatures, snakeCase } from "./names.ts";
import { type CaseResult, difference, sameJson } from "./result.ts";
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
  selected: (name: string) => boolean,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for await (const { folder, title, content } of readCases(`${directory}/operations`, selected)) {
    const fixture = content as OperationCase;
    if (fixture.require_platform !== undefined && !fixture.require_platform.includes("Linux")) continue;
    const [module = "", name = ""] = folder.split(".");
    const ours = `${module === "python" ? "func" : module}.${camelCase(name)}`;
    const operation = definedOperations().get(ours);
    const base = { name: `operations/${folder}/${title}`, module };
    if (operation === undefined) results.push({ ...base, outcome: "not implemented" });
    else results.push({ ...base, ...await runCase(operation, fixture, folder, signatures) });
  }
  return results;
}

const TEMPORARY = "_tempfile_";

/**
 * We give a downloaded file its owner and mode before it takes its place, pyinfra does so afterwards: the
 * same commands, with the temporary name instead of the final one.
 */
function afterMove(commands: unknown[]): unknown[] {
  const index = commands.findIndex((one) => typeof one === "string" && one.startsWith(`mv ${TEMPORARY} `));
  if (index === -1) return commands;
  const dest = String(commands[index]).slice(`mv ${TEMPORARY} `.length);
  const isEarly = (one: unknown) => typeof one === "string" && /^(chmod|chown|chgrp) .*_tempfile_$/.test(one);
  const early = commands.slice(0, index).filter(isEarly);
  return [
    ...commands.slice(0, index).filter((one) => !isEarly(one)),
    commands[index],
    ...commands.slice(index + 1),
    ...early.map((one) => String(one).replace(TEMPORARY, () => dest)),
  ];
}

type Verdict = Pick<CaseResult, "outcome" | "reason">;

async function runCase(
  operation: AnyOperation,
  fixture: OperationCase,
  folder: string,
  signatures: Signatures,
): Promise<Verdict> {
  const args = toArguments(fixture, signatures.operations[folder] ?? []);
  try {
    const { steps, notes } = await collectSteps(operation, args, {
      facts: (fact, factArgs) => lookUp(fixture, fact, factArgs, signatures),
      deployFile: "/deploy.ts",
      localFiles: virtualFiles(fixture.local_files ?? {}),
      freshNames: { timestamp: () => "a-timestamp", temporary: () => TEMPORARY, kept: () => TEMPORARY },
    });
    if (fixture.exception !== undefined) return failed("exception", fixture.exception, steps.map(String));
    const found = afterMove((await Promise.all(steps.map(spell))).flat());
    const wanted = fixture.commands ?? [];
    if (!sameJson(found, wanted)) return failed("commands", wanted, found);
    const noop = notes.some((note) => note.kind === "noop");
    if (fixture.noop_description !== undefined && !noop) {
      return failed("noop", fixture.noop_description, undefined);
    }
    return { outcome: "passed" };
  } catch (thrown) {
    const known = fixture.exception !== undefined && !String(thrown).includes("Missing test fact");
    return known ? { outcome: "passed" } : { outcome: "failed", reason: `  ${Deno.inspect(thrown)}` };
  }
}

function toArguments(fixture: OperationCase, parameters: Parameter[]): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  const rest = parameters.find((parameter) => parameter.rest);
  (fixture.args ?? []).forEach((value, index) => {
    args[camelCase(parameters[index]?.name ?? `arg${index}`)] = toValue(value);
  });
  for (const [key, value] of Object.entries(fixture.kwargs ?? {})) {
    const known = parameters.some((parameter) => parameter.name === key && !parameter.rest);
    if (known || rest === undefined) args[camelCase(key)] = toValue(value);
    else data[key] = toValue(value);
  }
  return Object.keys(data).length === 0 ? args : { ...args, data };
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
  if (given === undefined) throw new Error(`Missing test fact: ${fact.name}`);
  const parameters = signatures.facts[fact.name] ?? [];
  if (parameters.length === 0) return emptyLike(fact, args, given) ?? ours(given);
  const key = factKey(parameters, args);
  const table = given as Record<string, unknown>;
  if (!(key in table) && READ_AHEAD.has(fact.name)) return undefined;
  if (!(key in table)) throw new Error(`Missing test fact key: ${fact.name} -> ${key}`);
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

/** A step in the fixtures' form. An upload with owner and mode stands for several commands there. */
async function spell(step: Step): Promise<unknown[]> {
  if (step instanceof Upload) {
    const source = step.source.kind === "file"
      ? step.source.path
      : new TextDecoder().decode(step.source.bytes);
    const owner = step.group === undefined ? step.user : `${step.user ?? ""}:${step.group}`;
    const word = (text: string) => /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text}'`;
    return [
      ["upload", source, step.dest],
      ...(owner === undefined
        ? []
        : [`${step.user === undefined ? "chgrp" : "chown"} ${owner.replace(/^:/, "")} ${word(step.dest)}`]),
      ...(step.mode === undefined ? [] : [`chmod ${step.mode} ${word(step.dest)}`]),
    ];
  }
  if (step instanceof Download) return [["download", step.src, step.dest]];
  if (step instanceof Call) return [[step.label, [], {}]];
  if (step instanceof StepWithOptions) {
    const options = Object.entries(step.options).map(([key, value]) => [`_${snakeCase(key)}`, value]);
    const [command] = await spell(step.step);
    return [{ command, ...Object.fromEntries(options) }];
  }
  if (typeof step === "string") return [step.trim()];
  return step.raw === String(step) ? [step.raw] : [{ raw: step.raw, masked: String(step) }];
}

function failed(what: string, wanted: unknown, found: unknown): Verdict {
  return { outcome: "failed", reason: `  ${what}:\n${difference(wanted, found)}` };
}
