/** The files of the project, for tests that guard the house. */

/** The root of the project. */
export const ROOT = new URL("../../", import.meta.url);

/** Paths, from the root, of the files in a directory such as `src/` and below it. */
export async function filesBelow(directory: string, extension: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(new URL(directory, ROOT))) {
    const path = `${directory}${entry.name}`;
    if (entry.isDirectory) found.push(...await filesBelow(`${path}/`, extension));
    else if (path.endsWith(extension)) found.push(path);
  }
  return found.toSorted();
}
