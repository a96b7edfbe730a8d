/** Looks at directories that may be absent. */

import { DroverError, messageOf } from "../errors/mod.ts";

/** What is at a path; nothing if nothing is there. */
export async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  return await Deno.stat(path).catch((error) => orMissing(error, path));
}

/** The names in a directory, sorted; none if there is no such directory. */
export async function directoryNames(path: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(path), (entry) => entry.name)).sort();
  } catch (error) {
    return orMissing(error, path) ?? [];
  }
}

/** Directories without those that are there twice under another name. */
export async function distinctDirectories(paths: readonly string[]): Promise<string[]> {
  const distinct = new Map<string, string>();
  for (const path of paths) {
    const real = await Deno.realPath(path).catch((error) =>
      error instanceof Deno.errors.NotCapable ? path : orMissing(error, path)
    );
    if (real !== undefined && !distinct.has(real)) distinct.set(real, path);
  }
  return [...distinct.values()];
}

function orMissing(error: unknown, path: string): undefined {
  const { NotFound, NotADirectory, NotCapable } = Deno.errors;
  // A name such as a very long host list is no path at all.
  const isNoPath = error instanceof Error &&
    /ENAMETOOLONG|File name too long|os error 36|null byte/i.test(error.message);
  if (error instanceof NotFound || error instanceof NotADirectory || isNoPath) return undefined;
  // What may not be looked at is not part of the project: the home directory beside a deploy, say.
  if (error instanceof NotCapable) return undefined;
  throw new DroverError("E_INVENTORY_LOAD", `${path} cannot be looked at: ${messageOf(error)}`, {
    cause: error,
  });
}
