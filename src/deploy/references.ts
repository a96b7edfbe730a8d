/** Finds the local files that deploy files name: includes, templates, files to upload. Nothing is run. */

import { dirname, isAbsolute, relative, resolve } from "node:path";
import { DroverError, type Place } from "../errors/mod.ts";
import { type DataValues, type Written, WrittenModule } from "./written.ts";

/** The files behind deploy files. */
export interface References {
  /** Absolute paths of the deploy files and all that they include, each once. */
  files: string[];
  templates: NamedTemplate[];
  /** What is named and is not there: `E_LOCAL_FILE`. */
  missing: DroverError[];
  /** Includes and templates whose paths only a run can tell. */
  unknown: { what: "include" | "template"; place: Place }[];
}

/** A template that a call names. */
export interface NamedTemplate {
  /** Absolute path. */
  file: string;
  /** Directory of the deploy file, which includes are looked for in too. */
  directory: string;
  /** The call. */
  place: Place;
  /** Names of its `data`; nothing if they are not written out. */
  names: ReadonlySet<string> | undefined;
  /** Whether it has options or an engine of its own. */
  isSpecial: boolean;
}

const INCLUDE = /(?:local\.)?include/;
const TEMPLATES = ["files.template", "server.scriptTemplate"];
const UPLOADS = ["files.put", "files.sync"];

/**
 * The deploy files, what they include, and the files that they name.
 *
 * @param data Values of host data, for loops over them.
 */
export async function referencesOf(
  deploys: readonly string[],
  data: DataValues = () => undefined,
): Promise<References> {
  const found: References = { files: [], templates: [], missing: [], unknown: [] };
  for (const deploy of deploys) {
    const root = resolve(deploy);
    if (await isThere(root)) await follow(root, { root, data, found });
  }
  return found;
}

interface Search {
  /** The deploy file of the command line. */
  root: string;
  data: DataValues;
  found: References;
}

/**
 * Follows a file, and what it imports: paths in there are looked for beside the file that runs, too. What is missing is
 * told of the file itself only: who knows which functions of the others are called.
 */
async function follow(file: string, search: Search): Promise<void> {
  const { found } = search;
  if (found.files.includes(file)) return;
  found.files.push(file);
  for (const module of await modulesBehind([file])) {
    const naming = { module, file };
    for (const { at, args: [path] } of module.calls(INCLUDE)) {
      if (path === undefined) continue;
      for (const target of await targets(path, at, "include", naming, search)) await follow(target, search);
    }
    for (const { at, args: [given] } of module.calls(callsOf(TEMPLATES, module))) {
      if (given?.kind === "object") await findTemplates(given, at, naming, search);
    }
    for (const { at, args: [given] } of module.calls(callsOf(UPLOADS, module))) {
      const src = given?.kind === "object" ? given.entries.get("src") : undefined;
      if (src !== undefined) await targets(src, at, undefined, naming, search);
    }
  }
}

/** Calls of operations as a module writes them: by their modules, or by their own names where it imports those. */
function callsOf(operations: readonly string[], module: WrittenModule): RegExp {
  const bare = operations.map((name) => name.split(".") as [string, string])
    .filter(([group, name]) => module.imports(name) === `drover/operations/${group}`)
    .map(([, name]) => name);
  return new RegExp([...operations.map((name) => name.replace(".", "\\.")), ...bare].join("|"));
}

/** The text that names files, and the file that runs. */
interface Naming {
  module: WrittenModule;
  file: string;
}

/** Files and everything of the project that they import, each once. */
export async function modulesBehind(files: readonly string[]): Promise<WrittenModule[]> {
  const modules = new Map<string, WrittenModule>();
  const left = [...files];
  for (let file = left.shift(); file !== undefined; file = left.shift()) {
    if (modules.has(file) || !/\.(?:ts|m?js)$/.test(file)) continue;
    if (!await Deno.stat(file).then((info) => info.isFile, () => false)) continue;
    const module = await WrittenModule.open(file);
    modules.set(file, module);
    left.push(...module.localImports());
  }
  return [...modules.values()];
}

async function findTemplates(
  given: Written & { kind: "object" },
  at: number,
  naming: Naming,
  search: Search,
): Promise<void> {
  const { module } = naming;
  const src = given.entries.get("src");
  if (src === undefined || src.kind === "object") return;
  const data = given.entries.get("data");
  const written = data === undefined ? undefined : module.object(data);
  const names = data === undefined && !given.isOpen
    ? new Set<string>()
    : written === undefined || written.isOpen
    ? undefined
    : new Set(written.entries.keys());
  const isSpecial = given.entries.has("jinjaEnvKwargs") || given.entries.has("engine") || given.isOpen;
  for (const file of await targets(src, at, "template", naming, search)) {
    search.found.templates.push({
      file,
      directory: dirname(naming.file),
      place: module.place(at),
      names,
      isSpecial,
    });
  }
}

/** The files that a path may mean; what is not there, or cannot be told, is noted. */
async function targets(
  path: Written,
  at: number,
  what: "include" | "template" | undefined,
  { module, file: running }: Naming,
  { root, data, found }: Search,
): Promise<string[]> {
  const texts = await module.texts(path, data);
  if (texts === undefined) {
    if (what !== undefined) found.unknown.push({ what, place: module.place(at) });
    return [];
  }
  const files: string[] = [];
  for (const text of texts) {
    const candidates = candidatesFor(text, running, root);
    const file = await firstThere(candidates);
    if (file !== undefined) files.push(file);
    else if (candidates.length > 0 && module.file === running) {
      found.missing.push(missing(text, candidates, module.place(path.at)));
    }
  }
  return files;
}

/**
 * Where a run looks: beside the file, beside the deploy file of the command line, in the working directory. Absolute
 * paths are nobody's mistake to be found here: they may belong to another machine.
 */
function candidatesFor(path: string, file: string, root: string): string[] {
  if (isAbsolute(path) || path.startsWith("~")) return [];
  return [
    ...new Set([dirname(file), dirname(root), Deno.cwd()].map((directory) => resolve(directory, path))),
  ];
}

async function firstThere(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) if (await isThere(candidate)) return candidate;
  return undefined;
}

function isThere(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}

function missing(path: string, candidates: readonly string[], place: Place): DroverError {
  const places = candidates.map((candidate) => relative(Deno.cwd(), candidate) || candidate);
  return new DroverError("E_LOCAL_FILE", `There is no local file "${path}"`, {
    hint: `looked for ${places.join(" and ")}`,
    place,
  });
}
