/** `drover types`: declarations of the public interface for editors and `deno check`, in `.drover/`. */

import { dirname, join, resolve } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import type { Terminal } from "../terminal/mod.ts";
import { EXIT } from "../usage/exit_status.ts";
import { declarations } from "./declarations.ts";

/** Beside the project's own files; nothing in it is edited by hand. */
export const TYPES_DIRECTORY = ".drover";

/** The part of it that no import map names: what the public modules refer to. */
const OWN_PART = "types";

/** Runs `drover types DIR`. */
export async function types(directory: string, terminal: Terminal): Promise<number> {
  await requireDirectory(directory);
  const count = await writeTypes(directory);
  terminal.write(
    `     Written ${count} declaration files in ${join(directory, TYPES_DIRECTORY)}\n`,
  );
  const missing = await missingImports(directory);
  if (missing === undefined) return EXIT.ok;
  terminal.write(
    `        Note no deno.json of this project maps the imports of "drover" to them yet; it needs:\n\n${
      JSON.stringify({ imports: missing }, null, 2)
    }\n`,
  );
  return EXIT.ok;
}

/** What a project's deno.json says for its editor: `"drover"` → `./.drover/drover.d.ts` and so on. */
export async function typeImports(folder = `./${TYPES_DIRECTORY}`): Promise<Record<string, string>> {
  const names = Object.keys(await declarations()).filter((name) => !name.startsWith(`${OWN_PART}/`));
  const specifiers = names.map((name) => name.replace(/\.d\.ts$/, "")).sort((a, b) =>
    a === "drover" ? -1 : b === "drover" ? 1 : a < b ? -1 : 1
  );
  return Object.fromEntries(
    specifiers.map((name) => [name === "drover" ? name : `drover/${name}`, `${folder}/${name}.d.ts`]),
  );
}

/**
 * Writes the declarations into a project. Files that are right already are not touched, so that editors
 * have nothing to read again; declarations of another version that are gone are removed.
 *
 * @returns How many files there are.
 */
export async function writeTypes(directory: string): Promise<number> {
  const root = resolve(directory, TYPES_DIRECTORY);
  const files = new Map(
    Object.entries(await declarations()).map(([name, text]) => [join(root, name), text]),
  );
  try {
    for (const [path, text] of files) {
      if (await Deno.readTextFile(path).catch(() => undefined) === text) continue;
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    await removeOthers(join(root, OWN_PART), files);
  } catch (cause) {
    throw new DroverError("E_TYPES", `Cannot write declarations into ${root}: ${messageOf(cause)}`, {
      cause,
    });
  }
  return files.size;
}

async function removeOthers(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  for await (const entry of Deno.readDir(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory) await removeOthers(path, files);
    else if (!files.has(path)) await Deno.remove(path);
  }
}

/** The imports that the project's deno.json lacks, if it lacks any. */
async function missingImports(directory: string): Promise<Record<string, string> | undefined> {
  const wanted = await typeImports();
  const text = await configText(directory);
  // Comments are allowed in it, so it is searched rather than read.
  const lacks = Object.keys(wanted).some((name) => !text.includes(`"${name}"`));
  return lacks ? wanted : undefined;
}

async function configText(directory: string): Promise<string> {
  for (const name of ["deno.json", "deno.jsonc"]) {
    const text = await Deno.readTextFile(join(directory, name)).catch(() => undefined);
    if (text !== undefined) return text;
  }
  return "";
}

async function requireDirectory(directory: string): Promise<void> {
  const info = await Deno.stat(directory).catch(() => undefined);
  if (info?.isDirectory) return;
  throw new DroverError("E_USAGE", `There is no directory "${directory}"`, {
    hint: "drover init makes a project with everything in it",
  });
}
