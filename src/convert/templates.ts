/** Finds what templates ask of pyinfra that they cannot ask of Drover. */

import { join } from "node:path";
import type { Todo } from "./context.ts";
import type { Sources } from "./sources.ts";

const MOST_BYTES = 1024 * 1024;
const FACT_REGEXP = /\{[{%][^}%]*\bhost\.(get_fact\(|fact\.)/;

/** Lines of templates that read facts: a template cannot wait for a host, so its data has to bring them. */
export async function factsInTemplates({ root, others }: Sources): Promise<Todo[]> {
  const found: Todo[] = [];
  for (const file of others) {
    const path = join(root, file);
    if ((await Deno.stat(path)).size > MOST_BYTES) continue;
    const text = await Deno.readTextFile(path).catch(() => "");
    for (const [index, source] of text.split("\n").entries()) {
      if (!FACT_REGEXP.test(source)) continue;
      const reason = "templates cannot read facts: read it in the deploy and hand it over in data";
      found.push({ file, line: index + 1, reason, source: source.trim() });
    }
  }
  return found;
}
