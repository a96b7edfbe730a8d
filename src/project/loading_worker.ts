/** The worker behind `loading.ts`: loads inventory and configuration, and parses deploy files without running them. */

import { dirname, resolve } from "node:path";
import { deployFile, linkModule } from "../deploy/mod.ts";
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

/** Why a module cannot be loaded, if it cannot. */
async function link(file: string): Promise<Problem | undefined> {
  try {
    await linkModule(file);
    return undefined;
  } catch (thrown) {
    // Their names are what mistyped ones are compared with.
    await Promise.all([import("../operations/mod.ts"), import("../facts/mod.ts")]);
    return { ...toProblem(thrown, { place: { file, line: 1, column: 1 } }), code: "E_DEPLOY_LOAD" };
  }
}
