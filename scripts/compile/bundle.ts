/** Bundles the program: of its many modules become few, which a start finds, checks and compiles more quickly. */

import { dirname, join, relative, resolve } from "node:path";
import { build, type Plugin, stop } from "esbuild";
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

/**
 * Bundles modules with all that they import, packages excepted. What several of them import, they share: a deploy
 * and the worker that runs it have the same `host`.
 *
 * @param root The folder with the sources.
 * @param out The folder in which `lib` is made.
 * @param entries Paths, inside `root`, of the modules that are started or imported by their names.
 * @throws {Error} If a module cannot be bundled, or names a file beside it that the bundle does not have.
 */
export async function bundle(root: string, out: string, entries: readonly string[]): Promise<void> {
  const named = entries.map((path) => [bundledPath(path).slice(FOLDER.length + 1), path] as const);
  try {
    await build({
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
      plugins: [manifest(), addresses(root, new Map(named.map(([name, path]) => [join(root, path), name])))],
    });
  } finally {
    await stop();
  }
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
