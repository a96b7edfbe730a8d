/** Which facts later runs may ask ahead. */

import assert from "node:assert/strict";
import * as modules from "../../src/facts/mod.ts";
import { type AnyFact, definedFacts } from "../../src/host/mod.ts";

Deno.test("every fact says whether it is asked ahead, and of every argument what it has to be", () => {
  const prefixes = Object.keys(modules).map((name) => `${name}.`);
  const facts = [...definedFacts().values()].filter(({ name }) =>
    prefixes.some((one) => name.startsWith(one))
  );
  assert.ok(facts.length > 60);
  for (const fact of facts) {
    assert.notEqual(fact.remember, undefined, `${fact.name} does not say`);
    if (fact.remember === false) continue;
    assert.deepEqual(Object.keys(fact.remember ?? {}).sort(), namesOf(fact), fact.name);
  }
});

Deno.test("facts whose arguments are shell text, or name what runs programs, are never asked ahead", () => {
  const never = [...definedFacts().values()].filter(({ remember }) => remember === false).map(({ name }) =>
    name
  );
  assert.deepEqual(never.filter((name) => !name.startsWith("git.")).sort(), [
    "apt.SimulateOperationWillChange",
    "pip.SimulateInstall",
    "server.Command",
    "uv.UvSimulateInstall",
  ]);
});

function namesOf({ parameters = {} }: AnyFact): string[] {
  return Object.keys(parameters).sort();
}
