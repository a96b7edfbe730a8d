/** `drover init`: a small project that plans, applies and type-checks at once. */

import { dirname, join, relative, resolve } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import type { Terminal } from "../terminal/mod.ts";
import { EXIT } from "../usage/exit_status.ts";
import { starterFiles } from "./starter.ts";
import { typeImports, TYPES_DIRECTORY, writeTypes } from "./types.ts";

/** Runs `drover init DIR`. */
export async function init(directory: string, terminal: Terminal): Promise<number> {
  const root = resolve(directory);
  const files = starterFiles(await typeImports());
  await refuseToOverwrite(root, Object.keys(files));
  await write(root, files);
  const count = await writeTypes(root);
  const here = relative(Deno.cwd(), root);
  const created = Object.keys(files).map((name) => `     Created ${join(here, name)}\n`);
  terminal.write(created.join(""));
  terminal.write(
    `     Created ${join(here, TYPES_DIRECTORY)}: declarations for editors, ${count} files\n`,
  );
  terminal.write(`\nNext:\n${nextCommands(here).map((command) => `  ${command}\n`).join("")}`);
  return EXIT.ok;
}

function nextCommands(here: string): string[] {
  const change = here === "" ? [] : [`cd ${quoted(here)}`];
  return [
    ...change,
    // An inventory that names this machine has to be agreed to, unless the command line names it too.
    "drover inventory.ts deploy.ts --limit @local --dry    # what would change on this machine",
    "drover inventory.ts deploy.ts --limit @local --yes    # the changes; without --yes, it asks first",
    "drover check inventory.ts deploy.ts                   # types, files and data, without any host",
  ];
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

async function refuseToOverwrite(root: string, names: readonly string[]): Promise<void> {
  const info = await Deno.stat(root).catch(() => undefined);
  if (info !== undefined && !info.isDirectory) {
    throw new DroverError("E_INIT_EXISTS", `"${root}" is a file, not a directory`);
  }
  const found: string[] = [];
  for (const name of names) {
    if (await Deno.lstat(join(root, name)).then(() => true, () => false)) found.push(name);
  }
  if (found.length === 0) return;
  throw new DroverError("E_INIT_EXISTS", `${root} has files that drover init would write`, {
    detail: found.join("\n"),
    hint: "name another directory; for a project that exists already, drover types adds what editors need",
  });
}

async function write(root: string, files: Record<string, string>): Promise<void> {
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(root, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text, { createNew: true });
    }
  } catch (cause) {
    throw new DroverError("E_INIT_WRITE", `Cannot write the project into ${root}: ${messageOf(cause)}`, {
      cause,
    });
  }
}
