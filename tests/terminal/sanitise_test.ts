/** Nothing that a host says may steer the terminal. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { sanitise, sanitiseLine } from "../../src/terminal/mod.ts";

const UNSAFE =
  // deno-lint-ignore no-control-regex -- what must not come out
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u;

Deno.test("sanitise() shows escape sequences instead of sending them", () => {
  assert.equal(sanitise("\x1b[2J\x1b[1;1Hgone"), "\\x1b[2J\\x1b[1;1Hgone");
  assert.equal(sanitise("\x1b]0;title\x07"), "\\x1b]0;title\\x07");
  assert.equal(sanitise("\x1b]8;;http://evil\x1b\\link"), "\\x1b]8;;http://evil\\x1b\\link");
  assert.equal(sanitise("\x9b31m\x90q\x9c"), "\\x9b31m\\x90q\\x9c");
  assert.equal(sanitise("a\bb\0\x7f"), "a\\x08b\\x00\\x7f");
});

Deno.test("sanitise() shows marks that change the direction of text or hide it", () => {
  assert.equal(sanitise("user\u202egnp.exe"), "user\\u202egnp.exe");
  assert.equal(sanitise("\u2066x\u2069\u200f\ufeff"), "\\u2066x\\u2069\\u200f\\ufeff");
  assert.equal(sanitise("a\u{e0041}b"), "a\\u{e0041}b");
  assert.equal(sanitise("half \ud83d"), "half \\ud83d");
});

Deno.test("sanitise() keeps lines, expands tabs and shows lone carriage returns", () => {
  assert.equal(sanitise("one\r\ntwo\n"), "one\ntwo\n");
  assert.equal(sanitise("a\tb\n12345678\tc"), "a       b\n12345678        c");
  assert.equal(sanitise("100%\rdone"), "100%\\rdone");
});

Deno.test("sanitise() leaves ordinary text alone", () => {
  for (const text of ["plain", "grüße ✓ 日本語", "👩‍💻 family", "a\\x1b stays", ""]) {
    assert.equal(sanitise(text), text);
  }
});

Deno.test("sanitise() lets nothing unsafe through, whatever comes in", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.doesNotMatch(sanitise(text), UNSAFE);
      assert.doesNotMatch(sanitiseLine(text), UNSAFE);
      assert.equal(sanitiseLine(text).includes("\n"), false);
      assert.equal(sanitise(sanitise(text)), sanitise(text));
    }),
    { numRuns: 2000 },
  );
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, (raw) => {
      const text = new TextDecoder("latin1").decode(raw);
      assert.doesNotMatch(sanitise(text), UNSAFE);
      // A line end in, a line end out: no line can be forged or swallowed.
      assert.equal(sanitise(text).split("\n").length, text.split("\n").length);
    }),
    { numRuns: 2000 },
  );
});
