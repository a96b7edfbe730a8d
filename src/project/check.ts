/** `drover check`: everything that can be known of a deploy without connecting to a host. */

import { relative } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import type { Problem } from "../engine/mod.ts";
import { problemViewOn, renderProblem } from "../report/mod.ts";
import { type ColorChoice, openTerminal, sanitise, type Terminal } from "../terminal/mod.ts";
import { EXIT } from "../usage/exit_status.ts";
import { formOf } from "../usage/form.ts";
import { type CliOptions, CommanderError, createProgram, withBareFlags } from "../usage/options.ts";
import { writeJson } from "../usage/output.ts";
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
  const loaded = await load(request, PATIENCE);
  const types = checker === undefined || loaded.files.length === 0
    ? []
    : await checkTypes(checker, loaded.files, loaded.data);
  const problems = inOrder(withoutRepetition([...loaded.problems, ...types]));
  if (request.options.json) writeJson(report(problems, loaded, checker));
  else {
    show(problems, loaded, terminal);
    terminal.write(`${verdict(request, problems, loaded, checker)}\n`);
  }
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

/** What loading has found is not told again by the type check. */
function withoutRepetition(problems: readonly Problem[]): Problem[] {
  const where = ({ place }: Problem) => place === undefined ? "" : `${place.file}:${place.line}`;
  const told = new Set(problems.filter(({ code }) => code !== "E_TYPE").map(where));
  return problems.filter((problem) => problem.code !== "E_TYPE" || !told.has(where(problem)));
}

/** By file, in the order that files are met, and by line. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ place }) => place?.file))];
  const byLine = (one: Problem, other: Problem) => (one.place?.line ?? 0) - (other.place?.line ?? 0);
  return files.flatMap((file) => problems.filter(({ place }) => place?.file === file).toSorted(byLine));
}

/** What `--json` writes. */
function report(problems: readonly Problem[], loaded: Loaded, checker: TypeChecker | undefined) {
  return {
    problems,
    warnings: loaded.warnings,
    hosts: loaded.hosts,
    types: checker === undefined ? null : { deno: checker.version },
  };
}

function show(problems: readonly Problem[], loaded: Loaded, terminal: Terminal): void {
  for (const { text, hint, place } of loaded.warnings) {
    const where = place === undefined ? "" : `${shortName(place.file)}:${place.line}: `;
    terminal.write(`${sanitise(`warning: ${where}${text}${hint === undefined ? "" : ` (${hint})`}`)}\n`);
  }
  const view = problemViewOn(terminal);
  let last: string | undefined;
  for (const problem of problems) {
    const file = problem.place?.file;
    if (file !== undefined && file !== last) terminal.write(`${sanitise(shortName(file))}\n`);
    last = file;
    terminal.write(`${renderProblem(problem, view).join("\n")}\n\n`);
  }
}

function shortName(file: string): string {
  const name = relative(Deno.cwd(), file);
  return name.startsWith("..") ? file : name;
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
