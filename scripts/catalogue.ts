/** Compares Drover's names with those of pyinfra: `deno task catalogue SIGNATURES…`. */

import { definedFacts, definedOperations } from "../src/host/mod.ts";
import "../src/facts/mod.ts";
import "../src/operations/mod.ts";
import { catalogueLines, compareCatalogue } from "./catalogue/compare.ts";
import { readSignatureFile } from "./conformance/names.ts";
import { complain, say } from "./print.ts";

const USAGE = `usage: deno task catalogue FILE...

Prints what Drover lacks of the operations, facts and arguments in files such as signatures.json, and what it calls
otherwise: {"operations": {"files.put": [{"name": "src"}, …]}, "facts": {…}}`;

if (Deno.args.length === 0 || Deno.args.some((word) => word.startsWith("-"))) {
  complain(USAGE);
  Deno.exit(64);
}

const ours = { operations: definedOperations(), facts: definedFacts() };
const found = await Promise.all(
  Deno.args.map(async (path) => compareCatalogue(await readSignatureFile(path), ours)),
);
for (const [index, one] of found.entries()) {
  if (found.length > 1) say(`${index > 0 ? "\n" : ""}${Deno.args[index]}`);
  for (const line of catalogueLines(one)) say(line);
}
Deno.exit(found.some(({ missing }) => missing.length > 0) ? 1 : 0);
