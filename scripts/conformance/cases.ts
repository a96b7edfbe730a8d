/** Finds the fixture files of a directory. */

import { parse } from "yaml";

export interface FixtureFile {
  /** `files.line`. */
  folder: string;
  /** File name without its extension. */
  title: string;
  content: unknown;
}

export async function* readCases(
  directory: string,
  selected: (name: string) => boolean,
): AsyncGenerator<FixtureFile> {
  const folders = (await names(directory)).filter(selected);
  for (const folder of folders) {
    for (const file of await names(`${directory}/${folder}`)) {
      if (!/\.(json|ya?ml)$/.test(file)) continue;
      const text = await Deno.readTextFile(`${directory}/${folder}/${file}`);
      yield { folder, title: file.replace(/\.(json|ya?ml)$/, ""), content: read(file, text) };
    }
  }
}

/** Some fixtures repeat a key: as in Python's json, the last one counts. */
function read(file: string, text: string): unknown {
  return file.endsWith(".json") ? JSON.parse(text) : parse(text);
}

async function names(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(directory)) found.push(entry.name);
  return found.sort();
}
