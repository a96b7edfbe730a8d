/** `deno task reference`: writes `docs/reference/` from the sources; with `--check`, tells what is not current. */

import { complain, say } from "./print.ts";
import { must } from "./process.ts";
import { gaps, readModules } from "./reference/model.ts";
import { objectGaps, objectPages, readObjects } from "./reference/objects.ts";
import { pages } from "./reference/pages.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const DIRECTORY = `${ROOT}docs/reference/`;

const modules = await readModules();
const objects = await readObjects();
const wanted = await formatted(new Map([...pages(modules, objects), ...objectPages(objects)]));
const undescribed = [...gaps(modules), ...objectGaps(objects)];
const present = await read(DIRECTORY);
const stale = [...wanted.keys()].filter((name) => wanted.get(name) !== present.get(name));
const left = [...present.keys()].filter((name) => !wanted.has(name));

for (const gap of undescribed) complain(gap);
if (Deno.args.includes("--check")) {
  for (const name of [...stale, ...left]) complain(`docs/reference/${name} is not current`);
  if (stale.length + left.length > 0) complain("Write the pages with: deno task reference");
  if (stale.length + left.length + undescribed.length > 0) Deno.exit(1);
  say(`${wanted.size} pages are current`);
} else {
  for (const name of left) await Deno.remove(DIRECTORY + name);
  for (const name of stale) {
    await Deno.mkdir((DIRECTORY + name).replace(/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(DIRECTORY + name, wanted.get(name)!);
  }
  say(`${stale.length} of ${wanted.size} pages written to docs/reference`);
}

/** The pages as `deno fmt` leaves them, so that the whole of it has one format. */
async function formatted(texts: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const directory = await Deno.makeTempDir({ prefix: "drover-reference-" });
  try {
    for (const [name, text] of texts) {
      await Deno.mkdir(`${directory}/${name}`.replace(/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    await must([Deno.execPath(), "fmt", "--quiet", "--no-config", "--line-width=110", directory]);
    return await read(`${directory}/`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function read(directory: string, below = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const entries = await Array.fromAsync(Deno.readDir(directory + below)).catch(() => []);
  for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (isDirectory) {
      for (const [path, text] of await read(directory, `${below}${name}/`)) found.set(path, text);
    } else found.set(below + name, await Deno.readTextFile(directory + below + name));
  }
  return found;
}
