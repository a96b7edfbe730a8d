/** Links modules without running them: what cannot be parsed or imported is found before anything happens. */

import { pathToFileURL } from "node:url";
import { DroverError, readModuleError } from "../errors/mod.ts";
import { moduleHint } from "../host/mod.ts";

const STOP = "drover: everything is linked";

/**
 * Makes sure that a file of deploy code can be loaded, without running any of it.
 *
 * @throws {DroverError} `E_DEPLOY_LOAD` at the line that is wrong: of the file, or of one that it imports. What a
 * file may not do is settled when it runs.
 */
export async function requireLoadable(file: string): Promise<void> {
  try {
    await link(file);
  } catch (cause) {
    const unloaded = readModuleError(cause);
    if (unloaded === undefined) return;
    const { message, place = { file, line: 1, column: 1 } } = unloaded;
    throw new DroverError("E_DEPLOY_LOAD", message, { place, hint: moduleHint(unloaded), cause });
  }
}

/**
 * Parses a module and everything that it imports, and resolves every name between them, but runs none of
 * it: a module that comes first throws, and a module graph is evaluated only after it is linked.
 */
async function link(file: string): Promise<void> {
  const first = dataModule(`throw new Error(${JSON.stringify(STOP)});`);
  const both = [first, pathToFileURL(file).href].map((url) => `import ${JSON.stringify(url)};`).join("\n");
  try {
    await import(dataModule(both));
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.message !== STOP) throw thrown;
  }
}

function dataModule(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
