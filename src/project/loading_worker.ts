/** The worker behind `loading.ts`: loads inventory and configuration, and parses deploy files without running them. */

import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { deployFile } from "../deploy/mod.ts";
import { type Problem, toProblem } from "../engine/mod.ts";
import { loadInventory } from "../inventory/mod.ts";
import { lockDown } from "../sandbox/lockdown.ts";
import { takePort } from "../sandbox/port.ts";
import type { Loaded, LoadFiles } from "../sandbox/protocol.ts";

const { send, receive } = await takePort<Loaded, LoadFiles>();
lockDown(() => {});
globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
receive((request) => void loadAll(request).then(send));

async function loadAll(request: LoadFiles): Promise<Loaded> {
  const loaded: Loaded = { problems: [], broken: [], warnings: [], hosts: [], groups: [] };
  const directories = [...new Set(request.deploys.map((file) => dirname(resolve(file))))];
  const attempt = async (work: () => Promise<void>) => {
    await work().catch((thrown) => void loaded.problems.push(toProblem(thrown)));
  };
  await attempt(() => readInventory(request, directories, loaded));
  for (const name of request.deploys) {
    await attempt(async () => void await deployFile(name, Deno.cwd()));
  }
  for (const file of request.modules) {
    const problem = await link(file);
    if (problem === undefined) continue;
    loaded.broken.push(file);
    // An inventory that cannot be read has said so when it was loaded.
    if (!loaded.problems.some(({ place }) => place?.file === problem.place?.file)) {
      loaded.problems.push(problem);
    }
  }
  return loaded;
}

async function readInventory(request: LoadFiles, directories: string[], loaded: Loaded): Promise<void> {
  const { options } = request;
  const { inventory, selected, warnings } = await loadInventory({
    word: request.inventory,
    workingDirectory: Deno.cwd(),
    deployDirectories: directories,
    limit: options.limit,
    exclude: options.exclude,
    data: options.data,
    groupData: options.groupData,
  });
  loaded.hosts = selected.map((host) => host.name);
  loaded.groups = Object.keys(inventory.groups);
  loaded.warnings.push(...warnings);
}

const STOP = "drover: everything is linked";

/**
 * Parses a module and everything that it imports, and resolves every name between them, but runs none of
 * it: a module that comes first throws, and a module graph is evaluated only after it is linked.
 */
async function link(file: string): Promise<Problem | undefined> {
  const first = dataModule(`throw new Error(${JSON.stringify(STOP)});`);
  const both = [first, pathToFileURL(file).href].map((url) => `import ${JSON.stringify(url)};`).join("\n");
  try {
    await import(dataModule(both));
  } catch (thrown) {
    const isLinked = thrown instanceof Error && thrown.message === STOP;
    if (isLinked) return undefined;
    // Their names are what mistyped ones are compared with.
    await Promise.all([import("../operations/mod.ts"), import("../facts/mod.ts")]);
    return loadProblem(thrown, file);
  }
  return undefined;
}

function dataModule(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

/** Deno's message holds the place and a copy of the line, which is shown from the file. */
function loadProblem(thrown: unknown, file: string): Problem {
  const text = stripVTControlCharacters(thrown instanceof Error ? thrown.message : String(thrown));
  const place = /file:\/\/\S+?:\d+:\d+/.exec(text)?.[0] ?? `${pathToFileURL(file).href}:1:1`;
  const first = text.split("\n")[0]!.replace(place, "").replace(/\s+at\s*$/, "").replace(/\.$/, "")
    .replace(/^SyntaxError: /, "");
  const cleaned = new SyntaxError(`${first}\n    at ${place}`);
  delete cleaned.stack;
  const problem = toProblem(cleaned);
  return { ...problem, code: "E_DEPLOY_LOAD", message: problem.message.replace(/^SyntaxError: /, "") };
}
