/** What the reference tells of operations and facts: read from their types and comments. */

import ts from "typescript";
import * as facts from "../../src/facts/mod.ts";
import type { AnyParameters } from "../../src/host/mod.ts";
import * as operations from "../../src/operations/mod.ts";
import { openSources, type Sources } from "./sources.ts";

/** An argument of an operation or a fact, or a field of a value. */
export interface Field {
  name: string;
  type: string;
  required: boolean;
  default: string | undefined;
  description: string;
}

/** A type that arguments or values consist of. */
export interface NamedType {
  name: string;
  description: string;
  /** The fields of a record; nothing if it is another type. */
  fields: Field[];
  /** Its definition, if it is not a record. */
  definition: string | undefined;
}

/** An operation or a fact. */
export interface Entry {
  /** `files.line`, `server.Users`. */
  name: string;
  kind: "operation" | "fact";
  description: string;
  example: string | undefined;
  fields: Field[];
  /** Whether its arguments are checked. */
  described: boolean;
  /** The type of a fact's value. */
  value: string | undefined;
  idempotent: boolean;
  /** The program on the host that a fact needs. */
  requires: string | undefined;
}

/** All operations or all facts of a module. */
export interface Module {
  name: string;
  kind: Entry["kind"];
  description: string;
  entries: Entry[];
  types: NamedType[];
  /** Facts that its operations read. */
  reads: string[];
}

/** Reads all modules. */
export async function readModules(): Promise<Module[]> {
  const sources = await openSources(["src/operations/mod.ts", "src/facts/mod.ts"]);
  const modules = [
    ...sources.namespaces("src/facts/mod.ts").map((one) => readModule(sources, one, "fact")),
    ...sources.namespaces("src/operations/mod.ts").map((one) => readModule(sources, one, "operation")),
  ];
  // A module of other names for what another one has is told of there.
  return modules.filter(({ name, entries }) => entries.some((entry) => entry.name.startsWith(`${name}.`)));
}

/** What a reader would miss: arguments without a description, operations and facts without one or an example. */
export function gaps(modules: readonly Module[]): string[] {
  return modules.flatMap((module) => [
    ...(module.description === "" ? [`the ${module.kind}s of ${module.name} have no description`] : []),
    ...module.entries.flatMap((entry) => [
      ...(entry.fields.length > 0 && !entry.described
        ? [`${entry.name} does not describe its parameters`]
        : []),
      ...(entry.description === "" ? [`${entry.name} has no description`] : []),
      ...(entry.example === undefined ? [`${entry.name} has no example`] : []),
      ...undescribed(entry.name, entry.fields),
    ]),
    ...module.types.flatMap((type) => [
      ...(type.description === "" ? [`the type ${type.name} of ${module.name} has no description`] : []),
      ...undescribed(`${type.name} of ${module.name}`, type.fields),
    ]),
  ]);
}

function undescribed(name: string, fields: readonly Field[]): string[] {
  return fields.filter((field) => field.description === "")
    .map((field) => `${name} does not describe ${field.name}`);
}

/** What is known of an operation or a fact when the program runs. */
interface Live {
  operationName?: string;
  name?: string;
  idempotent?: boolean;
  parameters?: AnyParameters | undefined;
  requires?: string | ((args: object) => string);
}

function readModule(sources: Sources, namespace: ts.Symbol, kind: Entry["kind"]): Module {
  const name = namespace.name;
  const live = (kind === "fact" ? facts : operations) as unknown as Record<string, Record<string, Live>>;
  const types = new Map<string, NamedType>();
  const entries = sources.exportsOf(namespace).flatMap((symbol) => {
    const found = live[name]?.[symbol.name];
    const args = sources.argumentsOf(symbol, kind === "fact" ? "Fact" : "Operation");
    if (found === undefined || args === undefined) return [];
    const [value, own] = kind === "fact" ? args : [undefined, args[0]];
    collectTypes(sources, value, types);
    const fields = own === undefined ? [] : readFields(sources, own, types, found.parameters);
    const { requires } = found;
    const called = `facts.${name}.${symbol.name}`;
    const plain = kind === "fact" && fields.every((one) => !one.required)
      ? `const value = await host.getFact(${called});`
      : undefined;
    return [{
      name: kind === "fact" ? found.name! : found.operationName!,
      kind,
      description: sources.comment(symbol),
      example: sources.example(symbol) ?? plain,
      fields,
      described: found.parameters !== undefined,
      value: value === undefined ? undefined : sources.typeText(value),
      idempotent: found.idempotent ?? true,
      requires: typeof requires === "string" ? requires : undefined,
    }];
  });
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  const description = sources.fileComment(namespace);
  const reads = kind === "fact" ? [] : sources.importedFacts(namespace);
  return { name, kind, description, entries, types: [...types.values()], reads };
}

function readFields(
  sources: Sources,
  type: ts.Type,
  types: Map<string, NamedType>,
  order: AnyParameters = {},
): Field[] {
  const names = Object.keys(order);
  const rank = (name: string) => (names.indexOf(name) + 1) || names.length + 1;
  return sources.propertiesOf(type).toSorted((a, b) => rank(a.name) - rank(b.name)).map((property) => {
    collectTypes(sources, sources.typeOf(property), types);
    return field(
      property.name,
      sources.declaredType(property),
      sources.isOptional(property),
      sources.comment(property),
    );
  });
}

const DEFAULT_REGEXPS = [
  /\s*Default: ((?:`[^`]*`|[^`.]|\.(?=\S))+)\.?/,
  /(?:^|[:;,] )((?:`[^`]+`|[^:;,.`])+) by default(?=[.;]|$)/,
];

function field(name: string, type: string, optional: boolean, comment: string): Field {
  const text = comment.replace(/\s+/g, " ").trim();
  const found = optional ? DEFAULT_REGEXPS.find((one) => one.test(text)) : undefined;
  const given = found?.exec(text)?.[1];
  const description = found === undefined ? text : text.replace(found, "").replace(/^[.;] */, "").trim()
    .replace(/^[a-z]/, (letter) => letter.toUpperCase());
  return { name, type, required: !optional, default: given, description };
}

/** Gathers the types of Drover's that a type consists of, and theirs. */
function collectTypes(sources: Sources, type: ts.Type | undefined, types: Map<string, NamedType>): void {
  for (const found of type === undefined ? [] : sources.namedTypes(type)) {
    const { name } = found;
    if (types.has(name)) continue;
    const record: NamedType = { name, description: found.comment, fields: [], definition: found.definition };
    types.set(name, record);
    if (found.definition === undefined) record.fields = readFields(sources, found.type, types);
    else for (const part of found.parts) collectTypes(sources, part, types);
  }
}
