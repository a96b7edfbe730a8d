/** Finds the fixture files of a directory. */

import { parse } from "yaml";

export interface FixtureFile {
  /** `files.line`. */
  folder: string;
  /** File name without its extension. */
  title: string;
  content: unknown;
}

/** Whether a fixture is wanted, by its folder and title. */
export type Filter = (folder: string, title: string) => boolean;

/**
 * A filter from words: a module (`files`), an operation or fact (`files.line`), a fixture
 * (`files.line/add`), each with `*` for anything. No words let everything through.
 */
export function readFilter(words: readonly string[]): Filter {
  if (words.length === 0) return () => true;
  const patterns = words.map((word) => toPattern(word.replace(/^(facts|operations)\//, "")));
  return (folder, title) => {
    const names = [folder.split(".")[0]!, folder, `${folder}/${title}`];
    return patterns.some((pattern) => names.some((name) => pattern.test(name)));
  };
}

/** A name in which `*` stands for anything. */
export function toPattern(name: string): RegExp {
  const parts = name.split("*").map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** The fixtures of `facts` or `operations`, in the order of their names; none where there is no such directory. */
export async function* readCases(directory: string, selected: Filter): AsyncGenerator<FixtureFile> {
  for (const folder of await names(directory)) {
    for (const file of await names(`${directory}/${folder}`)) {
      const title = file.replace(/\.(json|ya?ml)$/, "");
      if (title === file || !selected(folder, title)) continue;
      const text = await Deno.readTextFile(`${directory}/${folder}/${file}`);
      yield { folder, title, content: read(file, text) };
    }
  }
}

/** Some fixtures repeat a key: as in Python, the last one counts. */
function read(file: string, text: string): unknown {
  return file.endsWith(".json") ? JSON.parse(text) : parse(text, { uniqueKeys: false });
}

async function names(directory: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotADirectory) return [];
    throw thrown;
  }
}
