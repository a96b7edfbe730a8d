/** Operations as data: each file in the folders beside this one is a case. */

import assert from "node:assert/strict";
import { definedOperations } from "../../src/host/mod.ts";
import { STAT } from "../../src/facts/stat_function.ts";
import * as operations from "../../src/operations/mod.ts";
import { readFixtures, shorten, withoutNothing } from "../support/fixtures.ts";
import {
  commandsOf,
  OPERATION_KEYS,
  type OperationFixture,
  runOperation,
} from "../support/operation_fixtures.ts";
import { testSyntax } from "../support/shell_syntax.ts";

const fixtures = await readFixtures<OperationFixture>(new URL("./", import.meta.url), OPERATION_KEYS);

for (const { subject, name, content } of fixtures) {
  Deno.test(`${name}: ${content.about}`, async () => {
    const { steps = [], noop = [], diffs = [], effect, error } = content;
    const wanted = error === undefined ? { steps, noop, diffs, effect } : { error };
    const found = await runOperation(subject, content);
    assert.deepEqual(readable(found), readable(wanted));
  });
}

/** What commands that look at paths begin with, as JSON has it, is not repeated in each fixture. */
const STAT_TEXT = JSON.stringify(`${STAT.raw}\n`).slice(1, -1);

function readable(outcome: unknown): unknown {
  return JSON.parse(shorten(JSON.stringify(withoutNothing(outcome)).replaceAll(STAT_TEXT, "")));
}

Deno.test("every argument of every operation is in a fixture", () => {
  const missing: string[] = [];
  for (const [name, { operationName, parameters = {} }] of definedOperations()) {
    // Tests define operations of their own; another name of an operation needs no case of its own.
    if (!Object.hasOwn(operations, name.split(".")[0]!) || name !== operationName) continue;
    const own = fixtures.filter(({ subject }) => subject === name);
    const used = new Set(own.flatMap(({ content }) => Object.keys(content.args)));
    if (own.length === 0) missing.push(name);
    for (const parameter of Object.keys(parameters)) {
      if (own.length > 0 && !used.has(parameter)) missing.push(`${name}: ${parameter}`);
    }
  }
  assert.deepEqual(missing, []);
});

testSyntax("operations", fixtures.flatMap(({ content }) => commandsOf(content)));
