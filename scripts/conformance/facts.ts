/** Runs fact fixtures: the command that is sent, and the value made of its output. */

import { compareCommand } from "./commands.ts";
import { type Parameter, type Signatures, snakeCase } from "./names.ts";
import { type CaseResult, compare, unexpected, type Verdict, verdict } from "./result.ts";
import { camelCase, namesHere } from "../../src/errors/mod.ts";
import { type AnyFact, definedFacts } from "../../src/host/mod.ts";
import "../../src/facts/mod.ts";
import { type Filter, readCases } from "./cases.ts";

interface FactCase {
  arg?: unknown;
  command?: string | { raw: string; masked?: string };
  requires_command?: string;
  output?: string[] | string;
  fact?: unknown;
}

export async function runFacts(
  directory: string,
  signatures: Signatures,
  selected: Filter,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for await (const { folder, title, content } of readCases(`${directory}/facts`, selected)) {
    const module = folder.slice(0, folder.indexOf("."));
    const one = namesHere(folder).map((name) => definedFacts().get(name)).find((found) =>
      found !== undefined
    );
    const base = { name: `facts/${folder}/${title}`, module };
    if (one === undefined) results.push({ ...base, outcome: "not implemented", differences: [] });
    else results.push({ ...base, ...runCase(one, content as FactCase, signatures.facts[folder] ?? []) });
  }
  return results;
}

/** The command, the program that it needs, and the value. What a fixture does not tell is not compared. */
function runCase(one: AnyFact, wanted: FactCase, parameters: Parameter[]): Verdict {
  try {
    const args = toArguments(wanted.arg, parameters);
    checkArguments(one, args);
    const requires = typeof one.requires === "function" ? one.requires(args) : one.requires;
    const { command, requires_command: program } = wanted;
    return verdict([
      command === undefined ? undefined : compareCommand("command", command, spell(one.command(args))),
      program === undefined ? undefined : compare("requires", program, requires),
      compare("value", wanted.fact ?? null, plain(read(one, wanted.output, args), wanted.fact)),
    ]);
  } catch (thrown) {
    return verdict([unexpected(thrown)]);
  }
}

function spell(made: ReturnType<AnyFact["command"]>): { raw: string; masked: string } {
  return typeof made === "string" ? { raw: made, masked: made } : { raw: made.raw, masked: String(made) };
}

/** As in a run, where nothing that was printed means the default. */
function read(one: AnyFact, output: FactCase["output"], args: Record<string, unknown>): unknown {
  const lines = typeof output === "string" ? output.split("\n") : output ?? [];
  return lines.length === 0 && one.default !== undefined ? one.default(args) : one.process(lines, args);
}

function toArguments(arg: unknown, parameters: Parameter[]): Record<string, unknown> {
  if (arg === undefined) return {};
  if (arg !== null && typeof arg === "object" && !Array.isArray(arg)) {
    return Object.fromEntries(
      Object.entries(arg).map(([key, value]) => [camelCase(key), value ?? undefined]),
    );
  }
  const list = Array.isArray(arg) ? arg : [arg];
  return Object.fromEntries(
    list.map((value, index) => [camelCase(parameters[index]?.name ?? `arg${index}`), value ?? undefined]),
  );
}

/** An argument that has another name here would go unnoticed. */
function checkArguments(one: AnyFact, args: Record<string, unknown>): void {
  const known = one.parameters ?? {};
  const unknown = Object.keys(args).filter((name) => args[name] !== undefined && !Object.hasOwn(known, name));
  if (unknown.length > 0) throw new Error(`The fact has no argument ${unknown.join(", ")}`);
}

/** The value after a trip through JSON, spelled as the wanted one: snake_case keys, naive ISO dates. */
function plain(value: unknown, wanted: unknown): unknown {
  const spelled = JSON.parse(JSON.stringify(value ?? null, (_key, inner) => {
    if (inner instanceof Set) return [...inner].sort();
    if (inner instanceof Map) return Object.fromEntries(inner);
    return inner;
  })) as unknown;
  return respell(spelled, wanted);
}

function respell(value: unknown, wanted: unknown): unknown {
  if (typeof value === "string") return value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z$/, "$1");
  if (Array.isArray(value)) {
    return value.map((one, index) => respell(one, Array.isArray(wanted) ? wanted[index] : undefined));
  }
  if (value === null || typeof value !== "object") return value;
  const theirs = isRecord(wanted) ? wanted : {};
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const spelled = theirKey(key, theirs);
      return [spelled, respell(inner, theirs[spelled])];
    }),
  );
}

/** A field of a record in their spelling; names that hosts and programs have given stay. */
function theirKey(key: string, theirs: Record<string, unknown>): string {
  if (Object.hasOwn(theirs, key)) return key;
  const spelled = Object.keys(theirs).find((one) => camelCase(one) === key);
  if (spelled !== undefined) return spelled;
  return /^[a-z]+([A-Z][a-z]+)+$/.test(key) ? snakeCase(key) : key;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
