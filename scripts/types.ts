/** `deno task types`: writes the declarations that are embedded in the program. */

import { publicDeclarations } from "./declarations.ts";
import { say } from "./print.ts";

const FILE = new URL("../src/project/declarations.json", import.meta.url);

const declarations = await publicDeclarations();
// As lines, so that a change shows in a diff.
const lines = Object.entries(declarations).map(([name, text]) => [name, text.trimEnd().split("\n")]);
await Deno.writeTextFile(FILE, `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`);
say(`${lines.length} declaration files are in ${FILE.pathname}`);
