/** The threat model names a test for each promise, and each test is there. */

import { deepStrictEqual, ok } from "node:assert/strict";
import { ATTEMPTS } from "../hostile/attempts.ts";
import { ROOT } from "../support/tree.ts";

/** The rows of the tables of promises: the promise, and what stands in backquotes in the last column. */
async function promises(): Promise<{ promise: string; named: string[] }[]> {
  const text = await Deno.readTextFile(new URL("docs/security.md", ROOT));
  const tables = text.split("\n\n").filter((part) => /^\| Promise +\|/.test(part));
  return tables.flatMap((table) => table.trim().split("\n").slice(2)).map((row) => {
    const [, promise = "", tests = ""] = row.split("|");
    return { promise: promise.trim(), named: [...tests.matchAll(/`([^`]+)`/g)].map(([, name]) => name!) };
  });
}

/** Whether there is such a test file, or such an attempt; `…` stands for any part of its name. */
async function exists(name: string): Promise<boolean> {
  if (name.endsWith(".ts")) {
    return await Deno.stat(new URL(name, ROOT)).then(({ isFile }) => isFile, () => false);
  }
  const pattern = new RegExp(`(^|/)${name.split("…").join(".*")}$`);
  return ATTEMPTS.some(({ file }) => pattern.test(file.replace(/\.js$/, "")));
}

Deno.test("each promise of docs/security.md names tests that exist", async () => {
  const all = await promises();
  ok(all.length > 20, String(all.length));
  const missing: string[] = [];
  for (const { promise, named } of all) {
    if (named.length === 0) missing.push(`${promise}: no test`);
    for (const name of named) if (!(await exists(name))) missing.push(`${promise}: ${name}`);
  }
  deepStrictEqual(missing, []);
});
