/** Links modules without running them: what cannot be parsed or imported is found before anything happens. */

import { pathToFileURL } from "node:url";

const STOP = "drover: everything is linked";

/**
 * Parses a module and everything that it imports, and resolves every name between them, but runs none of
 * it: a module that comes first throws, and a module graph is evaluated only after it is linked.
 *
 * @throws {Error} What Deno says of the module that cannot be loaded; see `readModuleError`.
 */
export async function linkModule(file: string): Promise<void> {
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
