/** Operations, facts and their arguments as words. */

import {
  type AnyParameters,
  CONNECTOR_PARAMETERS,
  definedFacts,
  definedOperations,
  GLOBAL_PARAMETERS,
  type Kind,
  membersOf,
  readParameters,
} from "../host/mod.ts";
import type { Candidate } from "./candidate.ts";

/** The operation's name first, then its arguments; `words` are those before the one that is typed. */
export async function operationWords(words: readonly string[], typed: string): Promise<Candidate[]> {
  await import("../operations/mod.ts");
  const [name, ...given] = words;
  const operations = definedOperations();
  if (name === undefined) return dottedNames([...operations.keys()], typed);
  const operation = operations.get(name);
  return operation === undefined ? [] : parameters(operation.parameters, GLOBAL_PARAMETERS, given, typed);
}

/** Facts, and the arguments of the last one that is named. */
export async function factWords(words: readonly string[], typed: string): Promise<Candidate[]> {
  await import("../facts/mod.ts");
  const facts = definedFacts();
  const names = dottedNames([...facts.keys()], typed);
  const last = words.findLastIndex((word) => facts.has(word));
  if (last < 0) return names;
  const given = words.slice(last + 1);
  return [...parameters(facts.get(words[last]!)!.parameters, CONNECTOR_PARAMETERS, given, typed), ...names];
}

/** Modules until a dot is typed, then what is in the module: there are too many names for one list. */
function dottedNames(names: readonly string[], typed: string): Candidate[] {
  if (typed.includes(".")) return names.toSorted().map((word) => ({ word }));
  const modules = new Set(names.map((name) => name.slice(0, name.indexOf(".") + 1)));
  return [...modules].sort().map((word) => ({ word }));
}

/** `path=`, `mode=` … without those that are given; the global ones once their `_` is typed; then the values. */
function parameters(
  own: AnyParameters | undefined,
  globals: AnyParameters,
  given: readonly string[],
  typed: string,
): Candidate[] {
  const [name, isNamed] = [typed.split("=")[0]!, typed.includes("=")];
  if (isNamed) return values(name, readParameters({ ...globals, ...own }).get(name)?.kind);
  const used = new Set(given.map((word) => word.split("=")[0]));
  const ownWords = [...readParameters(own ?? {}).values()].map((one) => ({
    word: `${one.name}=`,
    note: one.optional ? undefined : "required",
  }));
  const globalWords = typed.startsWith("_")
    ? Object.keys(globals).filter((one) => one.startsWith("_")).map((one) => ({ word: `${one}=` }))
    : [];
  return [...ownWords, ...globalWords].filter(({ word }) => !used.has(word.slice(0, -1)));
}

/** What an argument may be, where it is one of a few words. */
function values(name: string, kind: Kind | undefined): Candidate[] {
  const words = (kind === undefined ? [] : membersOf(kind)).flatMap((one) => {
    if (one.is === "boolean") return ["true", "false"];
    return one.is === "literal" ? [String(one.value)] : [];
  });
  return words.map((word) => ({ word: `${name}=${word}` }));
}
