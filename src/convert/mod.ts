/** `drover convert`: deploys of pyinfra as deploys of Drover. */

import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { didYouMean, DroverError, messageOf } from "../errors/mod.ts";
import { showProblem } from "../project/mod.ts";
import { typeImports, TYPES_DIRECTORY, writeTypes } from "../project/types.ts";
import { openTerminal } from "../terminal/mod.ts";
import { EXIT, statusOfError } from "../usage/exit_status.ts";
import { writeOut } from "../usage/output.ts";
import { convert } from "./convert.ts";
import { type Report, reportLines, reportOf } from "./report.ts";
import { readSources, type Sources } from "./sources.ts";
import { factsInTemplates } from "./templates.ts";

const HELP = `Usage: drover convert PATH [--out DIR] [--force] [--json]

Reads the inventories, group data, deploys and task files of pyinfra at PATH, a directory or one file, and
writes them in TypeScript: a directory into DIR, by default PATH-drover, with its templates and other files and
what an editor needs; one file beside itself, as FILE.ts. Nothing is run, and Python is not needed.

What cannot be carried over stays in the code as a comment that begins with TODO, with its lines of Python, and
is listed with its reason. Nothing is guessed.

  --out DIR   where to write
  --force     overwrite files that are there
  --json      the report as JSON on standard output

Exit statuses: 0 everything came over, 1 something is left to do, 64 usage, 65 a file could not be read as
Python 3 (the others are written), or nothing was written.`;

interface Request {
  path: string;
  out: string | undefined;
  force: boolean;
  json: boolean;
}

/**
 * Runs `drover convert` with the words after it.
 *
 * @returns The exit status.
 */
export async function runConvert(words: readonly string[]): Promise<number> {
  if (words.includes("-h") || words.includes("--help")) {
    writeOut(`${HELP}\n`);
    return EXIT.ok;
  }
  const terminal = openTerminal(Deno.stderr);
  try {
    const request = readRequest(words);
    const report = await run(request);
    if (request.json) writeOut(`${JSON.stringify(report, null, 2)}\n`);
    else terminal.write(`${reportLines(report).join("\n")}\n`);
    if (report.unread.length > 0) return EXIT.invalid;
    return report.todos.length > 0 ? EXIT.failed : EXIT.ok;
  } catch (thrown) {
    showProblem(thrown, terminal);
    return thrown instanceof DroverError ? statusOfError(thrown.code) : EXIT.bug;
  }
}

/** Options of `drover convert`. */
export const CONVERT_OPTIONS = {
  out: { type: "string" },
  force: { type: "boolean" },
  json: { type: "boolean" },
} as const;

function readRequest(words: readonly string[]): Request {
  const { positionals, values, tokens } = parseArgs({
    args: [...words],
    options: CONVERT_OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (!(token.name in CONVERT_OPTIONS)) {
      throw new DroverError("E_USAGE", `drover convert has no option "${token.rawName}"`, {
        hint: didYouMean(token.rawName, ["--out", "--force", "--json", "--help"]) ??
          "drover convert --help tells what it takes",
      });
    }
  }
  if (values.out === true || values.out === "") {
    throw new DroverError("E_USAGE", "--out needs a directory");
  }
  const [path, more] = positionals;
  if (path === undefined) {
    throw new DroverError("E_USAGE", "convert needs a directory or a file of pyinfra", {
      hint: "drover convert PATH [--out DIR]",
    });
  }
  if (more !== undefined) throw new DroverError("E_USAGE", `convert takes one path, not also "${more}"`);
  return {
    path,
    out: values.out as string | undefined,
    force: values.force === true,
    json: values.json === true,
  };
}

async function run(request: Request): Promise<Report> {
  const isFile = (await Deno.stat(request.path).catch(() => undefined))?.isFile === true;
  const source = resolve(request.path);
  const target = resolve(request.out ?? (isFile ? dirname(source) : `${source}-drover`));
  if (!isFile && target === source) {
    throw new DroverError("E_USAGE", "--out is the directory that is converted", {
      hint: "name another one",
    });
  }
  const sources = await readSources(request.path, isFile ? undefined : target);
  const conversion = await convert(sources.texts);
  const types = isFile || await hasConfig(target) ? undefined : await configText();
  const files = new Map(conversion.texts);
  if (types !== undefined) files.set("deno.json", types);
  await refuseToOverwrite(target, [...files.keys(), ...sources.others], request);
  await write(target, files, sources);
  if (types !== undefined) await writeTypes(target);
  const templates = await factsInTemplates(sources);
  return reportOf(conversion, sources, templates, relative(Deno.cwd(), target) || ".");
}

/** Whether a project already says where `"drover"` is. */
async function hasConfig(target: string): Promise<boolean> {
  for (let folder = target;; folder = dirname(folder)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      if (await Deno.stat(join(folder, name)).then(() => true, () => false)) return true;
    }
    if (folder === dirname(folder)) return false;
  }
}

async function configText(): Promise<string> {
  return `${JSON.stringify({ imports: await typeImports(), exclude: [TYPES_DIRECTORY] }, null, 2)}\n`;
}

async function refuseToOverwrite(target: string, names: readonly string[], request: Request): Promise<void> {
  const info = await Deno.stat(target).catch(() => undefined);
  if (info !== undefined && !info.isDirectory) {
    throw new DroverError("E_CONVERT_EXISTS", `"${target}" is a file, not a directory`, {
      hint: "name another with --out",
    });
  }
  if (request.force) return;
  const found: string[] = [];
  for (const name of names) {
    if (await Deno.lstat(join(target, name)).then(() => true, () => false)) found.push(name);
  }
  if (found.length === 0) return;
  throw new DroverError("E_CONVERT_EXISTS", `${target} has files that drover convert would write`, {
    detail: found.join("\n"),
    hint: "--out DIR writes somewhere else, --force overwrites them",
  });
}

async function write(target: string, files: ReadonlyMap<string, string>, sources: Sources): Promise<void> {
  try {
    for (const [name, text] of files) {
      const path = await place(target, name);
      await Deno.writeTextFile(path, text, { createNew: true });
    }
    for (const name of sources.others) {
      await Deno.copyFile(join(sources.root, name), await place(target, name));
    }
  } catch (cause) {
    throw new DroverError("E_CONVERT_WRITE", `Cannot write into ${target}: ${messageOf(cause)}`, { cause });
  }
}

/** The path of a file that is about to be written: its directory is there, and nothing is at its place. */
async function place(target: string, name: string): Promise<string> {
  const path = join(target, name);
  await Deno.mkdir(dirname(path), { recursive: true });
  // A link is not written through: it may lead anywhere.
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  return path;
}
