/** What is read without being run means what it means to the language. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { readLiterals } from "../../src/sandbox/literal_config.ts";

const LITERALS: readonly [string, Record<string, unknown>][] = [
  ["", {}],
  ["// nothing\n/* at all; export const diff = true; */", {}],
  ["export const parallel = 20;", { parallel: 20 }],
  ["/** Hosts. */\nexport const parallel = 20; // twenty\nexport const diff = true;\n", {
    parallel: 20,
    diff: true,
  }],
  [`export const permissions = { net: ["a:1", 'b',], "env": true };`, {
    permissions: { net: ["a:1", "b"], env: true },
  }],
  ["export const shell = null; export const failPercent = -1.5;", { shell: null, failPercent: -1.5 }],
];

for (const [text, options] of LITERALS) {
  Deno.test(`read: ${JSON.stringify(text)}`, () => deepStrictEqual(readLiterals(text), options));
}

const CODE = [
  "export const parallel = cores();",
  "export const parallel = 20",
  "export const parallel = 20\n(evil());",
  "export const parallel = 20 + 1;",
  "export const parallel = 010;",
  "export const parallel = 1_0;",
  "export const tempDir = `x`;",
  String.raw`export const tempDir = "a\x41";`,
  "export const env = { __proto__: { a: 1 } };",
  "export const env = { get a() { return 1 } };",
  "export const env = { ...others };",
  "export const unknown = 1;",
  "export const diff = true; export const diff = false;",
  "export let diff = true;",
  "export default { diff: true };",
  'import "./x.ts"; export const diff = true;',
  "/* open export const diff = true;",
  "export const diff = [true, , false];",
];

for (const text of CODE) {
  Deno.test(`left to the language: ${JSON.stringify(text)}`, () =>
    strictEqual(readLiterals(text), undefined));
}

Deno.test("whatever is read is what an import gives", async () => {
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.boolean(),
      fc.integer(),
      fc.string({ maxLength: 6 }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.string({ maxLength: 4 }), tie("value"), { maxKeys: 3 }),
    ),
  })).value;
  await fc.assert(
    fc.asyncProperty(value, fc.constantFrom("", "\n", "/* x */", " // y\n"), async (one, space) => {
      const text = `${space}export const env =${space}${JSON.stringify(one)}${space};${space}`;
      const read = readLiterals(text);
      if (read === undefined) return;
      const module = await import(`data:text/javascript,${encodeURIComponent(text)}`);
      deepStrictEqual(read, { env: module.env });
    }),
    { numRuns: 300 },
  );
});
