/** The list of modules that are proven elsewhere than on the lab tells the truth. */

import assert from "node:assert/strict";
import { definedFacts, definedOperations } from "../../src/host/mod.ts";
import "../../src/facts/mod.ts";
import "../../src/operations/mod.ts";
import { isElsewhere, PROVEN, RECORDED } from "./catalogue.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test("tests name every operation that they are said to prove", async () => {
  const names = [...definedOperations().keys()].filter(isElsewhere);
  for (const name of names.filter((one) => !(one in RECORDED) && !(one.split(".")[0]! in RECORDED))) {
    const file = PROVEN[name.split(".")[0]!]!;
    const text = await Deno.readTextFile(`${ROOT}${file}`);
    assert.match(text, new RegExp(`\\b${name.replace(".", "\\.")}\\b`), `${file} does not name ${name}`);
  }
});

Deno.test("what is recorded exists, and is not said to be proven as well", () => {
  const names = [...definedOperations().keys(), ...definedFacts().keys()];
  for (const name of Object.keys(RECORDED)) {
    assert.ok(names.some((one) => one === name || one.startsWith(`${name}.`)), `there is no ${name}`);
    assert.ok(!(name in PROVEN), `${name} is proven`);
  }
});
