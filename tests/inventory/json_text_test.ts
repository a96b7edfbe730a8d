/** The JSON reader accepts what `JSON.parse` accepts, duplicate keys apart, and gives the same values. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { DroverError } from "../../src/errors/mod.ts";
import { readJson } from "../../src/inventory/json_text.ts";
import { SourceText } from "../../src/inventory/source_text.ts";

function read(text: string): unknown {
  return readJson(text, "x.json", SourceText.of("/x.json", text));
}

Deno.test("values survive", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ depthSize: "medium" }),
      fc.constantFrom(undefined, 2, "\t"),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        assert.deepEqual(read(text), JSON.parse(text));
      },
    ),
  );
});

Deno.test("damaged texts are accepted exactly when JSON.parse accepts them", () => {
  const damage = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 2 }),
    insert: fc.constantFrom(
      "",
      ",",
      "]",
      "}",
      '"',
      ":",
      "0",
      "-",
      ".",
      "e",
      " ",
      "\n",
      "\\",
      "\\u12",
      "x",
      "null",
    ),
  });
  fc.assert(
    fc.property(fc.jsonValue(), damage, (value, { at, remove, insert }) => {
      const whole = JSON.stringify(value);
      const position = at % (whole.length + 1);
      const text = whole.slice(0, position) + insert + whole.slice(position + remove);
      const expected = attempt(() => JSON.parse(text));
      const actual = attempt(() => read(text));
      if (actual.error instanceof DroverError && actual.error.message.endsWith("is there twice")) return;
      assert.equal(actual.error === undefined, expected.error === undefined, text);
      if (expected.error === undefined) return assert.deepEqual(actual.value, expected.value);
      assert.ok(actual.error instanceof DroverError && actual.error.place !== undefined);
    }),
    { numRuns: 3000 },
  );
});

function attempt(code: () => unknown): { value?: unknown; error?: unknown } {
  try {
    return { value: code() };
  } catch (error) {
    return { error };
  }
}

Deno.test("a byte order mark is no mistake, depth has a bound, __proto__ is a key", () => {
  assert.deepEqual(read("\uFEFF{}"), {});
  assert.throws(() => read("[".repeat(100_000)), /nested more than 200 deep/);
  assert.ok(Object.hasOwn(read('{"__proto__": 1}') as object, "__proto__"));
});
