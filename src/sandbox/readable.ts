/** Finds what is wrong with the text of a deploy before any host is connected. */

import { referencesOf, requireLoadable } from "../deploy/mod.ts";

/**
 * Makes sure that deploy files, what they import and include, and the templates that they name can be read.
 *
 * @throws {DroverError} `E_DEPLOY_LOAD` or `E_TEMPLATE` at the first line that cannot.
 */
export async function requireReadable(deploys: readonly string[]): Promise<void> {
  const { files, templates } = await referencesOf(deploys);
  for (const file of files) await requireLoadable(file);
  if (templates.length === 0) return;
  const { inspectTemplate } = await import("../template/inspect.ts");
  for (const { file, isSpecial } of templates) {
    // Its own options may change what a template is; what may not be read is settled when the deploy runs.
    const text = isSpecial ? undefined : await Deno.readTextFile(file).catch(() => undefined);
    if (text !== undefined) inspectTemplate(file, text);
  }
}
