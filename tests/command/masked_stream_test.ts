/** Output that arrives in pieces: nothing of a secret is shown, and nothing else is kept back for long. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { MaskedStream, maskSecrets, secret } from "../../src/command/mod.ts";

Deno.test("a secret that arrives in pieces is hidden, and other text is not held back", () => {
  void secret("hunter22");
  const stream = new MaskedStream();
  assert.equal(stream.push("password: "), "password: ");
  assert.equal(stream.push("hun"), "");
  assert.equal(stream.push("ter22 ok\nhu"), "*** ok\n");
  assert.equal(stream.push("mble"), "humble");
  assert.equal(stream.push("hunt"), "");
  assert.equal(stream.end(), "hunt");
});

Deno.test("however output is cut, it is shown as if it had come whole", () => {
  const values = ["pass", "password1", "word1-next", `it's a "q"`, "first line\nsecond\nx\nlast line"];
  for (const value of values) void secret(value);
  const piece = fc.oneof(fc.constantFrom(...values), fc.constantFrom("pas", "x", "\n", "it's", "word", " "));
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat({ max: 12 })), (pieces, cuts) => {
      const whole = pieces.join("");
      const stream = new MaskedStream();
      let shown = "";
      let from = 0;
      for (const length of cuts) shown += stream.push(whole.slice(from, from += length));
      shown += stream.push(whole.slice(from)) + stream.end();
      for (const value of values) assert.equal(shown.includes(value), false, JSON.stringify([whole, shown]));
      assert.equal(shown.replaceAll("***", ""), maskSecrets(whole).replaceAll("***", ""));
    }),
    { numRuns: 300 },
  );
});
