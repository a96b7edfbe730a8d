/** `deno task types`: writes into `dist/types` what `drover types` would write into a project. */

import { dirname, join } from "node:path";
import { publicDeclarations } from "./declarations.ts";
import { say } from "./print.ts";

const DIRECTORY = new URL("../dist/types/", import.meta.url).pathname;

const declarations = Object.entries(await publicDeclarations());
await Deno.remove(DIRECTORY, { recursive: true }).catch(() => {});
for (const [name, text] of declarations) {
  await Deno.mkdir(dirname(join(DIRECTORY, name)), { recursive: true });
  await Deno.writeTextFile(join(DIRECTORY, name), text);
}
say(`${declarations.length} declaration files are in ${DIRECTORY}`);
