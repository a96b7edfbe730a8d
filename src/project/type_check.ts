/** Checks types with a `deno` of this machine, and tells its findings as problems. */

import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { makeTemporaryDirectory } from "../connectors/mod.ts";
import type { Problem } from "../engine/mod.ts";
import { didYouMean, DroverError, renamedHint } from "../errors/mod.ts";
import { definedFacts, definedOperations } from "../host/mod.ts";
import { DATA_CHECK, dataCheck, dataProblems } from "./data_types.ts";
import { typeImports, TYPES_DIRECTORY, writeTypes } from "./types.ts";

/** The Deno that checks types. */
export interface TypeChecker {
  path: string;
  version: string;
}

/**
 * The Deno to check types with: the one that `DROVER_DENO` names (empty for none), the one that Drover
 * itself runs on, or the first on `PATH`.
 */
export async function findTypeChecker(): Promise<TypeChecker | undefined> {
  const named = Deno.env.get("DROVER_DENO");
  const candidates = named === ""
    ? []
    : named !== undefined
    ? [named]
    : [...(Deno.build.standalone ? [] : [Deno.execPath()]), ...pathCandidates()];
  for (const path of candidates) {
    const version = await versionOf(path);
    if (version !== undefined) return { path, version };
  }
  if (named === undefined || named === "") return undefined;
  throw new DroverError("E_USAGE_DENO", `DROVER_DENO names no Deno: "${named}" cannot be started`);
}

function pathCandidates(): string[] {
  const name = Deno.build.os === "windows" ? "deno.exe" : "deno";
  return (Deno.env.get("PATH") ?? "").split(delimiter).filter((one) => one !== "").map((one) =>
    join(one, name)
  );
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout, success } = await new Deno.Command(path, { args: ["--version"], stderr: "null" })
      .output();
    return success ? /^deno (\S+)/.exec(new TextDecoder().decode(stdout))?.[1] : undefined;
  } catch {
    // It is not there, or Drover was given no permission to start it.
    return undefined;
  }
}

/**
 * Checks files, and everything that they import.
 *
 * @param data Those among them that are the inventory and its data: their values must be as `DataTypes` says.
 */
export async function checkTypes(
  checker: TypeChecker,
  files: readonly string[],
  data: readonly string[],
): Promise<Problem[]> {
  await using config = await configFor(files);
  await using dataModule = await writeDataCheck(files, data);
  const { success, stderr } = await new Deno.Command(checker.path, {
    // The project's lock file stays as it is: checking is no reason to write.
    args: ["check", "--quiet", "--no-lock", "--config", config.path, ...files, ...dataModule.paths],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return [];
  // Their names are what mistyped ones are compared with.
  await Promise.all([import("../operations/mod.ts"), import("../facts/mod.ts")]);
  return typeProblems(new TextDecoder().decode(stderr)).flatMap((problem) => dataProblems(problem, data));
}

async function writeDataCheck(files: readonly string[], data: readonly string[]) {
  const text = dataCheck(files, data);
  if (text === undefined) return { paths: [], [Symbol.asyncDispose]: () => Promise.resolve() };
  const directory = await Deno.makeTempDir({ prefix: "drover-check-" });
  const path = join(directory, DATA_CHECK);
  await Deno.writeTextFile(path, text);
  return { paths: [path], [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }) };
}

/** The problems that `deno check` has written. */
export function typeProblems(text: string): Problem[] {
  const blocks = text.split(/^(?=TS\d+ \[ERROR\]: )/m).filter((block) => block.startsWith("TS"));
  if (blocks.length > 0) return blocks.map(typeProblem);
  const message = text.split(/^Stack backtrace:/m)[0]!.replace(/^error: /, "").trim();
  return [{ code: "E_TYPE_CHECK", message: "Deno cannot check the types", detail: message }];
}

function typeProblem(block: string): Problem {
  const lines = block.split("\n");
  const at = lines.findIndex((line) => /^\s+at \S+:\d+:\d+$/.test(line));
  const end = at < 0 ? 1 : at;
  // Before the place stand the line of code and a line of marks, if the place is known at all.
  const hasFrame = end >= 3 && /^[\s~^]*$/.test(lines[end - 1]!);
  const said = lines.slice(0, hasFrame ? end - 2 : end).map(withoutAddresses);
  const [first = "", ...more] = said;
  const [, code = "", sentence = ""] = /^(TS\d+) \[ERROR\]: (.*)$/.exec(first) ?? [];
  const meant = /\s*Did you mean (?:to write )?'([^']+)'\?$/.exec(sentence)?.[1];
  const hint = meant === undefined ? misspelledMember(lines[0]!) : `did you mean "${meant}"?`;
  const message = sentence.replace(/\s*Did you mean .*\?$/, "").replace(/\.$/, "");
  const place = placeOf(lines[at] ?? "");
  return {
    code: "E_TYPE",
    message: `${message} (${code})`,
    ...(more.length === 0 ? {} : { detail: more.join("\n") }),
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
  };
}

/** The operation or fact that a name that is not in its module was meant to be. */
function misspelledMember(sentence: string): string | undefined {
  const [, name, kind, module] =
    /^TS2339 .*Property '(\w+)' does not exist on type 'typeof import\(".*\/(operations|facts)\/(\w+)/
      .exec(sentence) ?? [];
  if (name === undefined) return undefined;
  const defined = kind === "operations" ? definedOperations() : definedFacts();
  const siblings = [...defined.keys()].filter((one) => one.startsWith(`${module}.`)).map((one) =>
    one.split(".")[1]!
  );
  return renamedHint(`${module}.${name}`, defined) ?? didYouMean(name, siblings);
}

const MODULE_REGEXP = /typeof import\("([^"]*)"(?:, \{ with: \{[^}]*\} \})?\)/g;

/** How the compiler writes a module that an import names: `'"file:///…/.drover/facts/server.d.ts"'`. */
const PUBLIC_REGEXP = /'?"file:\/\/[^"]*\/\.drover\/(?!types\/)([\w/]+)\.d\.ts"'?/g;

/** `typeof import("file:///…/types/operations/files/mod.d.ts", …)` is, to the user, the module `files`. */
function withoutAddresses(line: string): string {
  const nameOf = (url: string) => url.replace(/(\/mod)?(\.d)?\.ts$/, "").split("/").at(-1)!;
  return line
    .replaceAll(PUBLIC_REGEXP, (_all, name: string) => name === "drover" ? `"drover"` : `"drover/${name}"`)
    .replaceAll(MODULE_REGEXP, (_all, url: string) => nameOf(url))
    .replaceAll(/file:\/\/[^\s"']+/g, (url) => fileURLToPath(url));
}

function placeOf(line: string): Problem["place"] | undefined {
  const [, url, row, column] = /at (file:\/\/\S+):(\d+):(\d+)$/.exec(line) ?? [];
  if (url === undefined) return undefined;
  return { file: fileURLToPath(url), line: Number(row), column: Number(column) };
}

interface TemporaryConfig extends AsyncDisposable {
  path: string;
}

/** The project's deno.json where it knows `"drover"`; otherwise one made for the moment, on top of its imports. */
async function configFor(files: readonly string[]): Promise<TemporaryConfig> {
  const own = await projectConfig(dirname(files[0]!));
  const mapped = own?.imports["drover"];
  if (own === undefined || mapped === undefined) return await temporaryConfig(own);
  if (mapped === `./${TYPES_DIRECTORY}/drover.d.ts`) await writeTypes(dirname(own.path));
  return { path: own.path, [Symbol.asyncDispose]: () => Promise.resolve() };
}

interface ProjectConfig {
  path: string;
  imports: Record<string, string>;
  compilerOptions: unknown;
}

async function projectConfig(start: string): Promise<ProjectConfig | undefined> {
  for (let folder = resolve(start);; folder = dirname(folder)) {
    const path = join(folder, "deno.json");
    const text = await Deno.readTextFile(path).catch(() => undefined);
    if (text !== undefined) return parseConfig(path, text);
    if (folder === dirname(folder)) return undefined;
  }
}

function parseConfig(path: string, text: string): ProjectConfig {
  try {
    const { imports = {}, compilerOptions } = JSON.parse(text);
    return { path, imports, compilerOptions };
  } catch {
    // With comments in it, it is left to Deno.
    return { path, imports: { drover: "unknown" }, compilerOptions: undefined };
  }
}

async function temporaryConfig(own: ProjectConfig | undefined): Promise<TemporaryConfig> {
  const directory = makeTemporaryDirectory("drover-check-");
  const absolute = Object.entries(own?.imports ?? {}).map(([name, target]) =>
    [name, target.startsWith(".") ? new URL(target, pathToFileURL(own!.path)).href : target] as const
  );
  await writeTypes(directory);
  const path = join(directory, "deno.json");
  await Deno.writeTextFile(
    path,
    JSON.stringify({
      imports: { ...Object.fromEntries(absolute), ...await typeImports() },
      ...(own?.compilerOptions === undefined ? {} : { compilerOptions: own.compilerOptions }),
    }),
  );
  return { path, [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }) };
}
