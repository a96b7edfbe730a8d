/** What a mistyped import was probably meant to be. */

import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { didYouMean, type ModuleError, renamedHint, renamedModule, renamedParts } from "../errors/mod.ts";
import { definedFacts } from "./fact.ts";
import { definedOperations } from "./operation.ts";

/** What `"drover"` exports beside types. */
export const PUBLIC_NAMES: readonly string[] = (
  "Download,DroverError,FunctionCall,Secret,ShellCommand,Upload,allChanged,alters,anyChanged,config,deploy,download," +
  "effect,fact,facts,host,include,inventory,joinCommands,local,operation,pathWord,quote,raw,restsOn,secret,sh," +
  "showDiff,state,touches,upload,withOptions"
).split(",");

const MODULES = { operations: definedOperations, facts: definedFacts };

const EXPORT_REGEXP =
  /^\s*export\s+(?:default\s+)?(?:async\s+)?(?:const|let|var|class|enum|function\s*\*?|type|interface)\s+([\w$]+)/gm;

/** A hint for an import of what is not there, if something like it is. */
export function moduleHint({ missing, place, hint }: ModuleError): string | undefined {
  switch (missing?.kind) {
    case "file":
      return meantFile(missing.path);
    case "module": {
      if (!/^drover\b/.test(missing.specifier)) return didYouMean(missing.specifier, publicModules()) ?? hint;
      return renamedSpecifier(missing.specifier) ?? didYouMean(missing.specifier, publicModules()) ??
        `the modules are ${publicModules().join(", ")}`;
    }
    case "export":
      return meantExport(missing.name, missing.module, place?.file);
    default:
      return hint;
  }
}

/** `drover/operations/python` is what they look for who know pyinfra. */
function renamedSpecifier(specifier: string): string | undefined {
  const [, kind, own] = /^(drover\/(?:operations|facts))\/(\w+)$/.exec(specifier) ?? [];
  const module = own && renamedModule(own);
  const meant = `${kind}/${module}`;
  return module && publicModules().includes(meant) ? `${specifier} is ${meant} here` : undefined;
}

/** `drover`, `drover/operations`, `drover/operations/files` … */
function publicModules(): string[] {
  const below = Object.entries(MODULES).flatMap(([kind, defined]) => [
    `drover/${kind}`,
    ...modulesOf(defined().keys()).map((name) => `drover/${kind}/${name}`),
  ]);
  return ["drover", ...below, "drover/testing"];
}

function modulesOf(names: Iterable<string>): string[] {
  return [...new Set([...names].map((name) => name.split(".")[0]!))];
}

function meantExport(name: string, module: string, importer: string | undefined): string | undefined {
  const [, kind, own] = /^drover(?:\/(operations|facts)(?:\/(\w+))?)?$/.exec(module) ?? [module];
  if (module === "drover") return elsewhere(name) ?? didYouMean(name, PUBLIC_NAMES);
  if (kind === undefined) return importer === undefined ? undefined : meantByFile(name, module, importer);
  const names = [...MODULES[kind as keyof typeof MODULES]().keys()];
  const defined = MODULES[kind as keyof typeof MODULES]();
  const renamed = own === undefined ? renamedModule(name) : renamedHint(`${own}.${name}`, defined);
  if (own === undefined) {
    if (renamed !== undefined && modulesOf(names).includes(renamed)) return `${name} is ${renamed} here`;
    return didYouMean(name, modulesOf(names)) ?? elsewhere(name);
  }
  if (renamed !== undefined) return renamed;
  const parts = renamedParts(`${own}.${name}`, defined);
  if (parts !== undefined) return parts;
  return didYouMean(name, names.filter((one) => one.startsWith(`${own}.`)).map((one) => one.split(".")[1]!));
}

/** Operations are looked for in `"drover"` by those who come from other tools. */
function elsewhere(name: string): string | undefined {
  const isOperation = modulesOf(definedOperations().keys()).includes(name);
  return isOperation ? `import { ${name} } from "drover/operations"` : undefined;
}

function meantByFile(name: string, module: string, importer: string): string | undefined {
  if (!module.startsWith(".")) return undefined;
  try {
    const text = readFileSync(resolve(dirname(importer), module), "utf8");
    const names = [...text.matchAll(EXPORT_REGEXP)].map((match) => match[1]!);
    return didYouMean(name, names) ?? (names.length === 0 ? undefined : `it exports ${names.join(", ")}`);
  } catch {
    return undefined;
  }
}

function meantFile(path: string): string | undefined {
  try {
    const beside = readdirSync(dirname(path));
    const ending = [".ts", ".js", ".mjs"].find((one) => beside.includes(basename(path) + one));
    if (ending !== undefined) return `did you mean "${basename(path)}${ending}"?`;
    return didYouMean(basename(path), beside.filter((name) => extname(name) === extname(path)));
  } catch {
    return undefined;
  }
}
