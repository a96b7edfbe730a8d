/** Finds what there is to convert: the Python files of a directory, and what is copied beside them. */

import { basename, dirname, join, resolve } from "node:path";
import { didYouMean, DroverError, messageOf } from "../errors/mod.ts";

/** What a path holds. */
export interface Sources {
  /** The directory that paths are relative to, absolute. */
  root: string;
  /** Python files by path, with `/`. */
  texts: Map<string, string>;
  /** Other files of the project, such as templates. */
  others: string[];
  /** Files that could not be read, and why: one sentence without a final period. */
  unread: { path: string; reason: string }[];
}

/** More than this is no deploy that somebody wrote. */
const MOST_BYTES = 512 * 1024;

/** Directories that belong to tools, not to the project. */
const FOREIGN = new Set(["__pycache__", "node_modules", "site-packages", "venv"]);

/**
 * Reads a file or a directory.
 *
 * @param without An absolute path that is left out: where the result is written to.
 * @throws {DroverError} `E_CONVERT` if there is nothing to convert.
 */
export async function readSources(path: string, without: string | undefined): Promise<Sources> {
  const root = resolve(path);
  const info = await Deno.stat(root).catch((error) => {
    throw notThere(path, root, error);
  });
  if (info.isFile) return await oneFile(path, root);
  if (!info.isDirectory) throw new DroverError("E_CONVERT", `"${path}" is neither a file nor a directory`);
  const sources: Sources = { root, texts: new Map(), others: [], unread: [] };
  await readDirectory(sources, "", without);
  if (sources.texts.size === 0 && sources.unread.length === 0) {
    throw new DroverError("E_CONVERT", `There is no Python file in "${path}"`, {
      hint: "name the directory of the deploy, or one of its files",
    });
  }
  return sources;
}

function notThere(path: string, root: string, error: unknown): DroverError {
  if (!(error instanceof Deno.errors.NotFound)) {
    return new DroverError("E_CONVERT", `Cannot read "${path}": ${messageOf(error)}`, { cause: error });
  }
  const beside = namesIn(dirname(root));
  return new DroverError("E_CONVERT", `There is no file or directory "${path}"`, {
    hint: didYouMean(basename(root), beside),
  });
}

function namesIn(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => name);
  } catch {
    return [];
  }
}

async function oneFile(path: string, file: string): Promise<Sources> {
  if (!file.endsWith(".py")) {
    throw new DroverError("E_CONVERT", `"${path}" is no Python file: its name does not end in .py`);
  }
  const sources: Sources = { root: dirname(file), texts: new Map(), others: [], unread: [] };
  await readPython(sources, basename(file));
  return sources;
}

async function readDirectory(sources: Sources, folder: string, without: string | undefined): Promise<void> {
  const directory = join(sources.root, folder);
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch((error) => {
    sources.unread.push({
      path: `${folder === "" ? "." : folder}`,
      reason: `cannot be read: ${messageOf(error)}`,
    });
    return [];
  });
  for (const { name } of entries.sort((one, other) => one.name < other.name ? -1 : 1)) {
    const path = folder === "" ? name : `${folder}/${name}`;
    const whole = join(sources.root, path);
    if (name.startsWith(".") || name.endsWith(".pyc") || whole === without) continue;
    const link = await Deno.lstat(whole);
    const info = await Deno.stat(whole).catch(() => undefined);
    if (info === undefined) sources.unread.push({ path, reason: "is a link that leads nowhere" });
    else if (info.isFile && name.endsWith(".py")) await readPython(sources, path);
    else if (info.isFile) sources.others.push(path);
    else if (!info.isDirectory || await isForeign(name, whole)) continue;
    // A link to a directory may lead anywhere, also back here.
    else if (link.isSymlink) {
      sources.unread.push({ path, reason: "is a link to a directory: convert that by itself" });
    } else await readDirectory(sources, path, without);
  }
}

async function isForeign(name: string, directory: string): Promise<boolean> {
  if (FOREIGN.has(name)) return true;
  return await Deno.stat(join(directory, "pyvenv.cfg")).then(() => true, () => false);
}

async function readPython(sources: Sources, path: string): Promise<void> {
  const whole = join(sources.root, path);
  try {
    const { size } = await Deno.stat(whole);
    if (size > MOST_BYTES) {
      const kibibytes = Math.ceil(size / 1024);
      sources.unread.push({ path, reason: `is ${kibibytes} KiB: too much for a deploy that somebody wrote` });
      return;
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(whole));
    if (text.includes("\0")) sources.unread.push({ path, reason: "is no text" });
    else sources.texts.set(path, text);
  } catch (error) {
    const reason = error instanceof TypeError ? "is no text in UTF-8" : `cannot be read: ${messageOf(error)}`;
    sources.unread.push({ path, reason });
  }
}
