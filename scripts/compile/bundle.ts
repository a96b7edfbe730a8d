/** Bundles the program: of its many modules become few, which a start finds, checks and compiles more quickly. */

import { dirname, join, relative, resolve } from "node:path";
import { build, type Metafile, type Plugin, stop } from "esbuild";
import { typescript } from "./packages.ts";

/** Folder of the bundled modules; flat, so that addresses relative to one of them hold in all. */
export const FOLDER = "lib";

const WORKER_REGEXP = /new Worker\(\s*new URL\("([^"]+)", import\.meta\.url\)/g;
const ADDRESS_REGEXP = /new URL\("([^"]+)", import\.meta\.url\)/g;

/** Where a module that is named from outside lies in the bundle: `src/sandbox/worker.ts` is `lib/sandbox-worker.js`. */
export function bundledPath(path: string): string {
  const name = path.replace(/^(\.\/)?(src\/)?/, "").replace(/\.ts$/, "").replaceAll("/", "-");
  return `${FOLDER}/${name}.js`;
}

/** Modules that workers start with: whoever follows imports does not find them. */
export async function workers(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of await typescript(join(root, "src"))) {
    for (const [, name] of (await Deno.readTextFile(path)).matchAll(WORKER_REGEXP)) {
      found.push(relative(root, resolve(dirname(path), name!)));
    }
  }
  return found;
}

/** A module whose exports are those of a namespace that another one exports: `apk` of `src/operations/mod.ts`. */
export interface PartOf {
  /** Path of the module, inside the root. */
  path: string;
  /** Path of the module that exports the namespace. */
  whole: string;
  namespace: string;
}

/** What the start is not to wait for; see {@linkcode loadLate}. */
const FIRST = "src/cli/mod.ts";

/**
 * Bundles modules with all that they import, packages excepted. What several of them import, they share: a deploy
 * and the worker that runs it have the same `host`.
 *
 * @param root The folder with the sources.
 * @param out The folder in which `lib` is made.
 * @param entries Paths, inside `root`, of the modules that are started or imported by their names.
 * @param parts Modules that are imported by their names as well. Bundled by themselves, they would cut all that they
 *   share into pieces, and each file costs a start its time.
 * @throws {Error} If a module cannot be bundled, or names a file beside it that the bundle does not have.
 */
export async function bundle(
  root: string,
  out: string,
  entries: readonly string[],
  parts: readonly PartOf[],
): Promise<void> {
  const named = entries.map((path) => [bundledPath(path).slice(FOLDER.length + 1), path] as const);
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(
        named.map(([name, path]) => [name.replace(/\.js$/, ""), join(root, path)]),
      ),
      outdir: join(out, FOLDER),
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "esnext",
      packages: "external",
      keepNames: true,
      legalComments: "none",
      chunkNames: "part-[hash]",
      logLevel: "warning",
      metafile: true,
      plugins: [manifest(), addresses(root, new Map(named.map(([name, path]) => [join(root, path), name])))],
    });
    await loadLate(root, metafile);
  } finally {
    await stop();
  }
  for (const part of parts) await writePart(root, out, part);
}

/**
 * The runtime reads and parses what an `import()` of a literal names before it starts anything, used or not. What the
 * first module imports when it is needed is hidden from it.
 */
async function loadLate(root: string, { outputs }: Metafile): Promise<void> {
  const [path] = Object.entries(outputs).find(([, { inputs }]) => FIRST in inputs) ?? [];
  if (path === undefined) throw new Error(`${FIRST} is in no file of the bundle`);
  const text = await Deno.readTextFile(join(root, path));
  const late = text.replaceAll(/\bimport\(("\.\/[^"]+")\)/g, "import(new URL($1, import.meta.url).href)");
  if (late === text) throw new Error(`${FIRST} loads nothing late`);
  await Deno.writeTextFile(join(root, path), late);
}

async function writePart(root: string, out: string, { path, whole, namespace }: PartOf): Promise<void> {
  const names = Object.keys(await import(`file://${join(root, path)}`));
  const from = JSON.stringify(`.${bundledPath(whole).slice(FOLDER.length)}`);
  const text = `import { ${namespace} } from ${from};\nexport const { ${
    names.join(", ")
  } } = ${namespace};\n`;
  await Deno.writeTextFile(join(out, bundledPath(path)), text);
}

/** The manifest stays the file that it is: the runtime reads it, too. */
function manifest(): Plugin {
  return {
    name: "manifest",
    setup({ onResolve }) {
      onResolve({ filter: /\/deno\.json$/ }, () => ({ path: "../deno.json", external: true }));
    },
  };
}

/** What is addressed relative to its module is found relative to the folder of all modules. */
function addresses(root: string, entries: ReadonlyMap<string, string>): Plugin {
  return {
    name: "addresses",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/, namespace: "file" }, async ({ path }) => {
        const text = await Deno.readTextFile(path);
        const contents = text.replaceAll(ADDRESS_REGEXP, (_, target: string) => {
          const moved = movedAddress(root, entries, join(dirname(path), target));
          return `new URL(${JSON.stringify(moved)}, import.meta.url)`;
        });
        return { contents, loader: "ts" };
      });
    },
  };
}

function movedAddress(root: string, entries: ReadonlyMap<string, string>, path: string): string {
  const entry = entries.get(path);
  if (entry !== undefined) return `./${entry}`;
  const inside = relative(root, path);
  if (inside === "") return "../";
  if (inside === "src") return "./";
  // A file of data beside its module: the stage puts it into the folder, under the same name.
  if (inside.endsWith(".json")) return `./${inside.slice(inside.lastIndexOf("/") + 1)}`;
  throw new Error(`Nothing of the bundle is where a module looks for ${inside}`);
}
