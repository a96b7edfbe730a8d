/** Runs fact fixtures: the command that is sent, and the value made of its output. */

import { camelCase, type Parameter, type Signatures } from "./names.ts";
import { type CaseResult, difference, sameJson } from "./result.ts";
import { type AnyFact, definedFacts } from "../../src/host/mod.ts";
import "../../src/facts/mod.ts";
import { readCases } from "./cases.ts";

interface FactCase {
  arg?: unknown;
  command?: string | { raw: string };
  requires_command?: string;
  output?: string[] | string;
  fact?: unknown;
}

export async function runFacts(
  directory: string,
  signatures: Signatures,
  selected: (name: string) => boolean,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for await (const { folder, title, content } of readCases(`${directory}/facts`, selected)) {
    const module = folder.slice(0, folder.indexOf("."));
    const one = definedFacts().get(folder);
    const base = { name: `facts/${folder}/${title}`, module };
    if (one === undefined) results.push({ ...base, outcome: "not implemented" });
    else results.push({ ...base, ...runCase(one, content as FactCase, signatures.facts[folder] ?? []) });
  }
  return results;
}

function runCase(
  one: AnyFact,
  wanted: FactCase,
  parameters: Parameter[],
): Pick<CaseResult, "outcome" | "reason"> {
  try {
    const args = toArguments(wanted.arg, parameters);
    const command = typeof wanted.command === "object" ? wanted.command.raw : wanted.command;
    const made = one.command(args);
    const text = typeof made === "string" ? made : made.raw;
    if (command !== undefined && text !== command) return failed("command", command, text);
    const requires = typeof one.requires === "function" ? one.requires(args) : one.requires;
    if (wanted.requires_command !== undefined && requires !== wanted.requires_command) {
      return failed("requires", wanted.requires_command, requires);
    }
    const lines = typeof wanted.output === "string" ? wanted.output.split("\n") : wanted.output ?? [];
    const value = plain(one.process(lines, args));
    return sameJson(value, wanted.fact ?? null) ? { outcome: "passed" } : failed("value", wanted.fact, value);
  } catch (thrown) {
    return { outcome: "failed", reason: `  ${thrown instanceof Error ? thrown.stack : thrown}` };
  }
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

/** The value after a trip through JSON, in the fixtures' spelling: snake_case keys, naive ISO dates. */
function plain(value: unknown): unknown {
  const spelled = JSON.parse(JSON.stringify(value ?? null, (_key, inner) => {
    if (inner instanceof Set) return [...inner].sort();
    if (inner instanceof Map) return Object.fromEntries(inner);
    return inner;
  })) as unknown;
  return respell(spelled);
}

function respell(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z$/, "$1");
  if (Array.isArray(value)) return value.map(respell);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      /^[a-z]+([A-Z][a-z]+)+$/.test(key) ? key.replaceAll(/[A-Z]/g, (one) => `_${one.toLowerCase()}`) : key,
      respell(inner),
    ]),
  );
}

function failed(what: string, wanted: unknown, found: unknown): Pick<CaseResult, "outcome" | "reason"> {
  return { outcome: "failed", reason: `  ${what}:\n${difference(wanted, found)}` };
}
