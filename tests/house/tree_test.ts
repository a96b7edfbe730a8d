/** The tree as a whole: file sizes, and every npm package imported in one place. */

import { deepStrictEqual, ok } from "node:assert/strict";
import { filesBelow, ROOT } from "../support/tree.ts";
import { permissionFlags } from "../../scripts/compile/permissions.ts";

const MOST_LINES = 500;

async function packages(): Promise<string[]> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  return Object.keys(config.imports).filter((name) => config.imports[name].startsWith("npm:"));
}

Deno.test("no source file is longer than 500 lines", async () => {
  const long: string[] = [];
  for (const path of await filesBelow("src/", ".ts")) {
    const lines = (await Deno.readTextFile(new URL(path, ROOT))).split("\n").length - 1;
    if (lines > MOST_LINES) long.push(`${path}: ${lines}`);
  }
  deepStrictEqual(long, []);
});

Deno.test("each npm package is imported in one file of the program", async () => {
  const users = new Map<string, string[]>();
  const names = await packages();
  for (const path of await filesBelow("src/", ".ts")) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*"([^"]+)"/gm)) {
      const name = names.find((one) => specifier === one || specifier!.startsWith(`${one}/`));
      if (name !== undefined && !users.get(name)?.includes(path)) {
        users.set(name, [...users.get(name) ?? [], path]);
      }
    }
  }
  deepStrictEqual([...users].filter(([, paths]) => paths.length > 1), []);
});

Deno.test("the lock file names packages, and no place to get them from", async () => {
  const text = await Deno.readTextFile(new URL("deno.lock", ROOT));
  ok(!/https?:\/\//.test(text));
  ok(!/"tarball"/.test(text));
});

Deno.test("workflows name the actions of others by commit, with the version beside it", async () => {
  const loose: string[] = [];
  for (const path of await filesBelow(".github/workflows/", ".yml")) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
      if (!/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)) loose.push(`${path}: ${line.trim()}`);
    }
  }
  deepStrictEqual(loose, []);
});

Deno.test("every push runs what must be green", async () => {
  const text = await Deno.readTextFile(new URL(".github/workflows/ci.yml", ROOT));
  ok(/^on:\n {2}push:\n {4}branches: \["\*\*"\]$/m.test(text));
  ok(/^ +- run: \.ci\/run$/m.test(text));
});

Deno.test("from the sources, Drover holds what the executable holds", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const words = (tasks.drover.command as string).split(" ");
  const held = words.filter((word) => /^--(allow-|no-prompt)/.test(word));
  deepStrictEqual(held.sort(), permissionFlags().sort());
  for (const flag of ["--cached-only", "--frozen"]) ok(words.includes(flag), flag);
});
