/** `drover check`: everything that can be known of a deploy without connecting to a host. */

import { resolve } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import { referencesOf } from "../deploy/mod.ts";
import type { Problem } from "../engine/mod.ts";
import { renderProblem } from "../report/mod.ts";
import { type ColorChoice, openTerminal, type Terminal } from "../terminal/mod.ts";
import { EXIT } from "../usage/exit_status.ts";
import { formOf } from "../usage/form.ts";
import { type CliOptions, CommanderError, createProgram, withBareFlags } from "../usage/options.ts";
import { VERSION } from "../usage/version.ts";
import { load, type Loaded } from "./loading.ts";
import { checkTypes, findTypeChecker, type TypeChecker } from "./type_check.ts";

/** Seconds that an inventory may take. */
const PATIENCE = 60;

interface CheckRequest {
  inventory: string;
  deploys: string[];
  options: CliOptions;
}

/** Runs `drover check INVENTORY DEPLOY...`. */
export async function check(words: readonly string[]): Promise<number> {
  const request = readRequest(words);
  if (request === undefined) return EXIT.usage;
  const { chdir, color } = request.options;
  if (chdir !== undefined) changeDirectory(chdir);
  const terminal = openTerminal(Deno.stderr, color === undefined ? {} : { color: color as ColorChoice });
  const checker = await findTypeChecker();
  const references = await referencesOf(request.deploys);
  const modules = [...references.files, ...await inventoryFile(request.inventory)];
  const loaded = await load({ ...request, modules }, PATIENCE);
  // One file that cannot be read would keep Deno from checking the others.
  const readable = modules.filter((file) => !loaded.broken.includes(file));
  const types = checker === undefined || readable.length === 0 ? [] : await checkTypes(checker, readable);
  const problems = withoutRepetition([...loaded.problems, ...references.problems, ...types]);
  show(problems, loaded, terminal);
  terminal.write(`${verdict(request, problems, loaded, checker)}\n`);
  return problems.length === 0 ? EXIT.ok : EXIT.invalid;
}

/** The words after `check`, in the grammar of a run; nothing if they are wrong and that has been said. */
function readRequest(words: readonly string[]): CheckRequest | undefined {
  let request: CheckRequest | undefined;
  const program = createProgram(VERSION, (inventory, deploys, options) => {
    if (inventory !== undefined) request = { inventory, deploys, options };
  }).exitOverride();
  try {
    program.parse(withBareFlags(words), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return undefined;
    throw error;
  }
  if (request === undefined) {
    throw new DroverError("E_USAGE", "check needs an inventory", {
      hint: "drover check INVENTORY DEPLOY...",
    });
  }
  const form = request.deploys.length === 0 ? undefined : formOf(request.deploys);
  if (form === undefined || form.kind === "deploy") return request;
  throw new DroverError("E_USAGE", `check takes deploy files, not "${request.deploys[0]}"`, {
    hint: "drover check INVENTORY DEPLOY...; operations and facts are planned with --dry",
  });
}

function changeDirectory(directory: string): void {
  try {
    Deno.chdir(directory);
  } catch (cause) {
    throw new DroverError("E_USAGE", `Cannot work in the directory "${directory}": ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** The inventory itself has types too, where it is a program. */
async function inventoryFile(word: string): Promise<string[]> {
  const file = resolve(word.replace(/:\w+$/, ""));
  if (!/\.[jt]s$/.test(file)) return [];
  return await Deno.stat(file).then((info) => info.isFile, () => false) ? [file] : [];
}

/** What loading has found is not told again by the type check. */
function withoutRepetition(problems: readonly Problem[]): Problem[] {
  const where = ({ place }: Problem) => place === undefined ? "" : `${place.file}:${place.line}`;
  const told = new Set(problems.filter(({ code }) => code !== "E_TYPE").map(where));
  return problems.filter((problem) => problem.code !== "E_TYPE" || !told.has(where(problem)));
}

function show(problems: readonly Problem[], loaded: Loaded, terminal: Terminal): void {
  for (const { text, hint } of loaded.warnings) {
    terminal.write(`warning: ${text}${hint === undefined ? "" : ` (${hint})`}\n`);
  }
  const view = { style: terminal.style, glyphs: terminal.glyphs, width: terminal.width(), cwd: Deno.cwd() };
  for (const problem of problems) terminal.write(`${renderProblem(problem, view).join("\n")}\n\n`);
}

/** The last line: what was checked with what, and how it stands. */
function verdict(
  { inventory, deploys }: CheckRequest,
  problems: readonly Problem[],
  loaded: Loaded,
  checker: TypeChecker | undefined,
): string {
  const what = [inventory, ...deploys].join(", ");
  const types = checker === undefined
    ? "types were not checked: there is no deno on PATH that Drover may start"
    : `types by deno ${checker.version} (${checker.path})`;
  const hosts = `${loaded.hosts.length} ${loaded.hosts.length === 1 ? "host" : "hosts"}`;
  if (problems.length === 0) return `Nothing is wrong with ${what}: ${hosts}; ${types}`;
  return `${problems.length} ${problems.length === 1 ? "problem" : "problems"} in ${what}; ${types}`;
}
