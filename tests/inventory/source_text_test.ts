/** Order and places of exports, read off the text. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { SourceText } from "../../src/inventory/source_text.ts";

/** Pieces of a module that must not confuse the search for the exports between them. */
const NOISE = [
  "// export const NAME = 1",
  "/* export const NAME = [\n */",
  'const text = "export const NAME = 1;";',
  "const template = `export const NAME = ${1}\n\"'`;",
  "const quote = /[\"'`/]/.test('\"');",
  "const ratio = 4 / 2; const half = ratio / 2;",
  'const url = "https://example.com/*"; // it\'s "fine"',
  "function nothing() { return /'/; }",
  "type NAMES = { readonly x: 'NAME' };",
];

const DECLARATIONS = [
  (name: string) => `export const ${name} = ["${name}-01"];`,
  (name: string) => `export let ${name}: string[] = ["${name}-01"];`,
  (name: string) => `export  var ${name} = [\n  "${name}-01",\n];`,
  (name: string) => `export async function ${name}() {}`,
  (name: string) => `const ${name} = ["${name}-01"];\nexport { ${name} };`,
];

Deno.test("exports are found in their order whatever stands between them", () => {
  const part = fc.record({ noise: fc.constantFrom(...NOISE), declare: fc.constantFrom(...DECLARATIONS) });
  fc.assert(
    fc.property(fc.array(part, { minLength: 2, maxLength: 6 }), fc.nat(), (parts, seed) => {
      const letters = ["zulu", "alpha", "mike", "bravo", "yankee", "charlie"];
      const names = parts.map((_, index) => letters[(index + seed) % letters.length]!);
      const lines: string[] = [];
      const expected = new Map<string, number>();
      for (const [index, { noise, declare }] of parts.entries()) {
        const others = names.filter((_, other) => other > index);
        // The noise mentions a name that is declared later, in comments and strings only.
        lines.push(...noise.replaceAll("NAME", others[0] ?? "nobody").split("\n"));
        expected.set(names[index]!, lines.length + 1);
        lines.push(...declare(names[index]!).split("\n"));
      }
      const source = SourceText.of("/inventory.ts", lines.join("\n"));
      assert.deepEqual(source.inOrder([...names].sort()), names);
      for (const [name, line] of expected) assert.equal(source.placeOfExport(name)?.line, line, name);
    }),
    { numRuns: 300 },
  );
});

Deno.test("second declarators, destructuring, renamed exports and hosts", () => {
  const source = SourceText.of(
    "/inventory.ts",
    `const local = ["x"];
export const one = ["a"], two = ["b"];
export const { three, four } = pick();
export { local as five };
export const six = [
  "web-01", // "web-02" was here
  'web-010', \`web-02\`,
];`,
  );
  assert.deepEqual(source.inOrder(["five", "four", "one", "six", "three", "two"]), [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
  ]);
  const at = (literal: string) => {
    const place = source.placeOfLiteral("six", literal);
    return [place?.line, place?.column];
  };
  assert.deepEqual(at("web-01"), [6, 4]);
  assert.deepEqual(at("web-010"), [7, 4]);
  assert.deepEqual(at("web-02"), [7, 15]);
  assert.deepEqual(at("missing"), [5, 1]);
});
