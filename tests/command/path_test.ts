/** Paths as shell words. */

import assert from "node:assert/strict";
import { pathWord, quotePath, sh } from "../../src/command/mod.ts";

Deno.test("the home keeps its meaning, the rest is quoted", () => {
  assert.equal(quotePath("~"), "~");
  assert.equal(quotePath("~/"), "~/");
  assert.equal(quotePath("~/x"), "~/x");
  assert.equal(quotePath("~/My Documents/it's"), `~/'My Documents/it'"'"'s'`);
  assert.equal(quotePath("~deploy/a b"), "~deploy/'a b'");
  assert.equal(quotePath("~not a user"), "'~not a user'");
  assert.equal(quotePath("/a/~/b c"), "'/a/~/b c'");
});

Deno.test("a leading dash is no option", () => {
  assert.equal(String(sh`rm -f ${pathWord("-rf")}`), "rm -f ./-rf");
});
