/** Finds names in deploy code that nothing has: facts, operations and data. The code is read, not run. */

import { didYouMean, DroverError, renamedHint } from "../errors/mod.ts";
import { definedFacts, definedOperations, factByName } from "../host/mod.ts";
import type { WrittenModule } from "../deploy/mod.ts";

/** Reads of data: `host.data.port`, but no calls of its own methods and no assignments. */
const DATA_READ_REGEXP = /\bhost\.data\.([\w$]+)(?![\w$]|\s*(?:=(?![=>])|\(|\?\?=|\|\|=))/g;
const DATA_SET_REGEXP = /\bhost\.data\.([\w$]+)\s*(?:\?\?|\|\|)?=(?![=>])/g;
const FACT_METHOD_REGEXP = /\bhost\.fact\.([\w$]+)\s*\(/g;
const MEMBER_REGEXP = /(?<![\w$.])([a-z]\w*)\.([\w$]+)\s*\(/g;
const FACT_MEMBER_REGEXP = /^(facts\.)?([a-z]\w*)\.([\w$]+)$/;

/** Facts that are asked by a name that no fact has. `own` are the names of the project's facts. */
export function unknownFacts(module: WrittenModule, own: ReadonlySet<string>): DroverError[] {
  const asked = module.calls(/[\w$]+\.getFact/).flatMap(({ args: [which] }) => {
    if (which?.kind === "text") return [{ name: which.text, at: which.at }];
    const [, facts, kind, name] = which?.kind === "code" ? FACT_MEMBER_REGEXP.exec(which.code) ?? [] : [];
    const isBuiltIn = facts === undefined
      ? isModuleOf("facts", kind, module)
      : module.imports("facts") === "drover" && hasModule("facts", kind);
    return isBuiltIn ? [{ name: `${kind}.${name}`, at: which!.at }] : [];
  });
  const methods = [...module.live.matchAll(FACT_METHOD_REGEXP)].map(({ 0: found, 1: name, index }) => ({
    name: name!,
    at: index + found.indexOf(name!, "host.fact.".length),
  }));
  return [...asked, ...methods].filter(({ name }) => !own.has(name)).flatMap(({ name, at }) => {
    try {
      factByName(name);
      return [];
    } catch (error) {
      return error instanceof DroverError ? [error.with({ place: module.place(at) })] : [];
    }
  });
}

/** Names of the facts that the code itself defines, with and without their modules. */
export function ownFacts(module: WrittenModule): string[] {
  return module.calls(/fact(?:<[^()]*>)?/).flatMap(({ args: [given] }) => {
    const name = given?.kind === "object" ? given.entries.get("name") : undefined;
    if (name?.kind !== "text") return [];
    const bare = name.text.slice(name.text.lastIndexOf(".") + 1);
    return [name.text, bare, bare.charAt(0).toLowerCase() + bare.slice(1)];
  });
}

/** Operations that are called by a name that their module does not have. */
export function unknownOperations(module: WrittenModule): DroverError[] {
  const operations = [...definedOperations().keys()];
  return [...module.live.matchAll(MEMBER_REGEXP)].flatMap(({ 1: kind, 2: name, index }) => {
    if (!isModuleOf("operations", kind!, module) || operations.includes(`${kind}.${name}`)) return [];
    const siblings = operations.filter((one) => one.startsWith(`${kind}.`)).map((one) => one.split(".")[1]!);
    return [
      new DroverError("E_OPERATION_NAME", `There is no operation "${kind}.${name}"`, {
        hint: renamedHint(`${kind}.${name}`, definedOperations()) ?? didYouMean(name!, siblings),
        place: module.place(index + kind!.length + 1),
      }),
    ];
  });
}

/** Whether a name is, in this file, one of Drover's modules of facts or operations. */
function isModuleOf(kind: "facts" | "operations", name: string | undefined, module: WrittenModule): boolean {
  return name !== undefined && hasModule(kind, name) && module.imports(name) === `drover/${kind}`;
}

function hasModule(kind: "facts" | "operations", name: string | undefined): boolean {
  const defined = kind === "facts" ? definedFacts() : definedOperations();
  return [...defined.keys()].some((one) => one.startsWith(`${name}.`));
}

/** What the code knows of data: what it reads, and what it sets by itself. */
export interface DataUse {
  reads: { key: string; at: number }[];
  /** Keys that deploys set: by assignment, `dataDefaults` and the `data` of includes. */
  sets: string[];
  /** Whether it sets keys that are not written out. */
  isOpen: boolean;
}

/** What the code of a file reads of `host.data`, and sets. */
export function dataUse(module: WrittenModule): DataUse {
  const reads = [...module.live.matchAll(DATA_READ_REGEXP)].map(({ 0: found, 1: key, index }) => ({
    key: key!,
    at: index + found.length - key!.length,
  })).filter(({ key }) => key !== "get" && key !== "toObject");
  const assigned = [...module.live.matchAll(DATA_SET_REGEXP)].map((match) => match[1]!);
  const given = [
    ...module.calls(/(?:local\.)?include/).map(({ args: [, options] }) => ({ options, name: "data" })),
    ...module.calls(/deploy/).map(({ args: [, , options] }) => ({ options, name: "dataDefaults" })),
  ].filter(({ options }) => options !== undefined);
  const sets: string[] = [];
  let isOpen = false;
  for (const { options, name } of given) {
    const object = module.object(options!);
    const data = object?.entries.get(name);
    const written = data === undefined ? undefined : module.object(data);
    if (written !== undefined) sets.push(...written.entries.keys());
    isOpen ||= object === undefined || object.isOpen || (data !== undefined && (written?.isOpen ?? true));
  }
  return { reads, sets: [...assigned, ...sets], isOpen };
}

/** Reads of data that no host has and nothing sets. */
export function unknownData(
  module: WrittenModule,
  { reads }: DataUse,
  known: ReadonlySet<string>,
): DroverError[] {
  return reads.filter(({ key }) => !known.has(key)).map(({ key, at }) =>
    new DroverError("E_DATA_KEY", `No host has data "${key}"`, {
      hint: didYouMean(key, known) ?? `set it in the inventory or use host.data.get("${key}", fallback)`,
      place: module.place(at),
    })
  );
}
