/** Declarations of the public interface: in a program that was built, beside this file; otherwise made once. */

import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DroverError, messageOf } from "../errors/mod.ts";

/** Declaration files by their path in `.drover/`, such as `operations.d.ts`. */
export type Declarations = Readonly<Record<string, string>>;

/** Where the program that is built has them; among the sources there is no such file. */
export const EMBEDDED = new URL("./declarations.json", import.meta.url);

const ROOT = new URL("../../", import.meta.url);
const GENERATOR = new URL("scripts/declarations.ts", ROOT);
/** What the declarations are made of, beside `src`. */
const INGREDIENTS = ["deno.json", "scripts/compiler_options.ts", "scripts/declarations.ts"];

/** Declarations of so many states of the sources are kept: of several checkouts, and of the last changes. */
const MOST_KEPT = 8;

let known: Promise<Declarations> | undefined;

/**
 * The declarations.
 *
 * @throws {DroverError} `E_TYPES` if the program runs from sources of which none can be made.
 */
export function declarations(): Promise<Declarations> {
  return known ??= find();
}

async function find(): Promise<Declarations> {
  const embedded = await read(EMBEDDED);
  if (embedded !== undefined) return embedded;
  const directory = cacheDirectory();
  const path = join(directory, `${await sourcesDigest(ROOT)}.json`);
  const kept = await read(path);
  if (kept !== undefined) return kept;
  const made = await make();
  await keep(directory, path, JSON.stringify(made));
  return made;
}

/** Not in the checkout, which may belong to somebody else. */
function cacheDirectory(): string {
  return join(Deno.env.get("XDG_CACHE_HOME") || join(homedir(), ".cache"), "drover", "declarations");
}

/** A digest of everything that the declarations are made of; other sources, or another Deno, have another one. */
export async function sourcesDigest(root: URL): Promise<string> {
  const names = [...INGREDIENTS, ...await typescriptFiles(root, "src/")].toSorted();
  const texts = await Promise.all(names.map((name) => Deno.readFile(new URL(name, root))));
  const hash = createHash("sha256").update(Deno.version.deno);
  for (const [index, name] of names.entries()) {
    hash.update(`\0${name}\0${texts[index]!.length}\0`).update(texts[index]!);
  }
  return hash.digest("hex").slice(0, 32);
}

async function typescriptFiles(root: URL, directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(directory, root))) {
    if (isDirectory) found.push(...await typescriptFiles(root, `${directory}${name}/`));
    else if (name.endsWith(".ts")) found.push(directory + name);
  }
  return found;
}

/** What a file holds; nothing if it is not there, or damaged. */
async function read(path: string | URL): Promise<Declarations | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return undefined;
  }
}

async function make(): Promise<Declarations> {
  try {
    // A part of the repository, not of the program: it comes with a compiler.
    const generator: { publicDeclarations(): Promise<Declarations> } = await import(GENERATOR.href);
    return await generator.publicDeclarations();
  } catch (cause) {
    const message = `Cannot make the declarations of the sources in ${fileURLToPath(ROOT)}`;
    throw new DroverError("E_TYPES", `${message}: ${messageOf(cause)}`, {
      cause,
      hint:
        "they are made with the package typescript, which `deno install` gets; a built Drover has them in it",
    });
  }
}

/** A place that cannot be written to is no reason to fail: they are made again next time. */
async function keep(directory: string, path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}`;
  try {
    await Deno.mkdir(directory, { recursive: true });
    await Deno.writeTextFile(temporary, text, { createNew: true });
    await Deno.rename(temporary, path);
    await forgetOld(directory);
  } catch {
    await Deno.remove(temporary).catch(() => {});
  }
}

async function forgetOld(directory: string): Promise<void> {
  const paths = await Array.fromAsync(Deno.readDir(directory), ({ name }) => join(directory, name));
  const times = await Promise.all(paths.map(async (path) => (await Deno.stat(path)).mtime?.getTime() ?? 0));
  const newestFirst = paths.map((path, index) => ({ path, time: times[index]! })).sort((a, b) =>
    b.time - a.time
  );
  for (const { path } of newestFirst.slice(MOST_KEPT)) await Deno.remove(path);
}
