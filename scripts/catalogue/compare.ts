/** Finds which names of pyinfra's operations, facts and arguments Drover lacks or spells otherwise. */

import {
  argumentHint,
  camelCase,
  isNoFact,
  namesHere,
  renamedArgument,
  takesData,
} from "../../src/errors/mod.ts";
import { type AnyParameters, readParameters } from "../../src/host/mod.ts";
import type { Parameter, Signatures } from "../conformance/names.ts";

/** Operations or facts by their names; arguments are unknown where they take anything. */
export type Defined = ReadonlyMap<string, { parameters?: AnyParameters | undefined }>;

/** What a comparison finds, in pyinfra's order. */
export interface Catalogue {
  /** `operation apt.packages`, `argument files.put: mode`. */
  missing: string[];
  /** `operation python.call is func.call`. */
  renamed: string[];
  /** What was looked for, and how much of it is there. */
  counts: { kind: "operations" | "facts" | "arguments"; wanted: number; found: number }[];
}

/** Compares signatures with what is defined. Names in camelCase are the same names. */
export function compareCatalogue(
  theirs: Signatures,
  ours: { operations: Defined; facts: Defined },
): Catalogue {
  const facts = Object.fromEntries(Object.entries(theirs.facts).filter(([name]) => !isNoFact(name)));
  const found = [
    ...Object.entries(theirs.operations).map((one) => look("operation", one, ours.operations)),
    ...Object.entries(facts).map((one) => look("fact", one, ours.facts)),
  ];
  const count = (kind: Found["kind"]) => {
    const some = found.filter((one) => one.kind === kind);
    return { wanted: some.length, found: some.filter(({ isThere }) => isThere).length };
  };
  const parameters = found.flatMap((one) => one.arguments);
  const lacking = parameters.filter((one) => one.missing);
  return {
    missing: found.flatMap((one) => one.missing),
    renamed: found.flatMap((one) => one.renamed),
    counts: [
      { kind: "operations", ...count("operation") },
      { kind: "facts", ...count("fact") },
      { kind: "arguments", wanted: parameters.length, found: parameters.length - lacking.length },
    ],
  };
}

/** What a comparison tells, line by line; the counts come last. */
export function catalogueLines({ missing, renamed, counts }: Catalogue): string[] {
  const total = counts.map(({ kind, wanted, found }) => `${found} of ${wanted} ${kind}`).join(", ");
  return [...renamed, ...missing.map((one) => `missing: ${one}`), `${total} are there`];
}

/** What became of one operation or fact. */
interface Found {
  kind: "operation" | "fact";
  isThere: boolean;
  missing: string[];
  renamed: string[];
  arguments: { missing: boolean }[];
}

function look(kind: Found["kind"], [theirs, parameters]: [string, Parameter[]], defined: Defined): Found {
  const name = namesHere(theirs).find((one) => defined.has(one));
  if (name === undefined) {
    return { kind, isThere: false, missing: [`${kind} ${theirs}`], renamed: [], arguments: [] };
  }
  const isRenamed = name !== theirs.split(".").map(camelCase).join(".");
  // What begins with an underscore is pyinfra's own affair: one of its operations hands it to another.
  const told = parameters.filter((one) => !one.name.startsWith("_"));
  // An alias over there takes whatever that takes for which it stands.
  const isAlias = isRenamed && parameters.every(({ rest }) => rest === true);
  const known = defined.get(name)!.parameters;
  const args = isAlias ? [] : told.map((one) => ({ theirs: one.name, ours: argumentHere(name, one, known) }));
  const missing = args.filter(({ ours }) => ours === undefined);
  const renamed = args.filter((one) => one.ours !== undefined && one.ours !== camelCase(one.theirs));
  return {
    kind,
    isThere: true,
    missing: missing.map((one) => `argument ${theirs}: ${one.theirs}`),
    renamed: [
      ...(isRenamed ? [`${kind} ${theirs} is ${name}`] : []),
      ...renamed.map((one) => `argument ${theirs}: ${one.theirs} is ${one.ours}`),
    ],
    arguments: args.map(({ ours }) => ({ missing: ours === undefined })),
  };
}

/** What an argument is called here; nothing if there is none like it. */
function argumentHere(
  operation: string,
  { name, rest }: Parameter,
  known: AnyParameters | undefined,
): string | undefined {
  if (known === undefined) return camelCase(name);
  const names = readParameters(known);
  const own = renamedArgument(operation, name) ?? camelCase(name);
  // What a function takes beyond its parameters is a list or a record here.
  const here = [own, ...(rest === true ? ["data", "args"] : [])].find((one) => names.has(one));
  return here ?? droppedHere(operation, name);
}

/** What is said of an argument that nobody needs here. */
function droppedHere(operation: string, name: string): string | undefined {
  const hint = takesData(operation) ? undefined : argumentHint(operation, name);
  return hint === undefined ? undefined : `not needed: ${hint}`;
}
