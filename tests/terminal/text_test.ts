/** Colour decisions, glyphs, widths, tables. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createStyle,
  createTerminal,
  decideColor,
  glyphsFor,
  padEnd,
  renderTable,
  textWidth,
  truncate,
  wrap,
} from "../../src/terminal/mod.ts";

function env(values: Record<string, string>): (name: string) => string | undefined {
  return (name) => values[name];
}

Deno.test("decideColor() follows flag, FORCE_COLOR, NO_COLOR, TERM=dumb and the stream, in that order", () => {
  assert.equal(decideColor("never", true, env({ FORCE_COLOR: "1" })), false);
  assert.equal(decideColor("always", false, env({ NO_COLOR: "1" })), true);
  assert.equal(decideColor("auto", false, env({ FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" })), true);
  assert.equal(decideColor("auto", true, env({ FORCE_COLOR: "0" })), false);
  assert.equal(decideColor("auto", true, env({ FORCE_COLOR: "", NO_COLOR: "1" })), false);
  assert.equal(decideColor("auto", true, env({ NO_COLOR: "", TERM: "dumb" })), false);
  assert.equal(decideColor("auto", true, env({ TERM: "xterm" })), true);
  assert.equal(decideColor("auto", false, env({})), false);
});

Deno.test("createStyle() colours only where colour is on", () => {
  assert.equal(createStyle(true).red("x"), "\x1b[31mx\x1b[39m");
  assert.equal(createStyle(false).red("x"), "x");
});

Deno.test("glyphsFor() is ASCII where the locale is not UTF-8 or the console lacks the font", () => {
  assert.equal(glyphsFor(env({ LANG: "en_US.UTF-8" })).ok, "✓");
  assert.equal(glyphsFor(env({ LC_ALL: "C", LANG: "en_US.UTF-8" })).ok, "ok");
  assert.equal(glyphsFor(env({ LANG: "C.utf8", TERM: "linux" })).ok, "ok");
  assert.equal(glyphsFor(env({})).ok, "ok");
});

Deno.test("a terminal is 80 columns wide where nobody knows its width", () => {
  const sink = { write: () => {} };
  const width = (width: () => number) =>
    createTerminal(sink, { isTerminal: true, env: env({}), width }).width();
  assert.equal(width(() => 0), 80);
  assert.equal(width(() => 132), 132);
  assert.equal(
    width(() => {
      throw new Error("no terminal");
    }),
    80,
  );
});

Deno.test("COLUMNS is honoured, with a terminal and without one", () => {
  const width = (isTerminal: boolean, columns?: string) =>
    createTerminal({ write: () => {} }, {
      isTerminal,
      env: env(columns === undefined ? {} : { COLUMNS: columns }),
      width: () => 132,
    }).width();
  assert.equal(width(true, "100"), 100);
  assert.equal(width(true, "200"), 132, "rows that are drawn over must not wrap");
  assert.equal(width(false), Infinity);
  assert.equal(width(false, "100"), 100);
  for (const wrong of ["", "0", "-5", "wide", "1e3"]) assert.equal(width(false, wrong), Infinity, wrong);
});

Deno.test("truncate() counts columns, not characters, and closes colours", () => {
  assert.equal(truncate("日本語テキスト", 7), "日本語…");
  assert.equal(truncate("short", 5), "short");
  assert.equal(truncate("longer", 5), "long…");
  assert.equal(truncate("longer", 5, "..."), "lo...");
  assert.equal(truncate("\x1b[31mlonger\x1b[39m", 5), "\x1b[31mlong…\x1b[0m");
});

Deno.test("truncate() never exceeds its columns", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 40 }), (text, columns) => {
    assert.ok(textWidth(truncate(text, columns)) <= columns || textWidth(text) <= columns);
    assert.ok(textWidth(padEnd(text, columns)) >= columns);
  }));
});

Deno.test("wrap() breaks between words", () => {
  assert.deepEqual(wrap("one two three", 8), ["one two", "three"]);
  assert.deepEqual(wrap("", 8), [""]);
});

Deno.test("renderTable() lines cells up by their width", () => {
  const columns = [{ title: "Host" }, { title: "Failed", align: "right" as const }, { title: "" }];
  assert.deepEqual(renderTable(columns, [["日本", "1", "x"], ["web-01", "12", ""]], 80), [
    "Host    Failed",
    "日本         1  x",
    "web-01      12",
  ]);
  assert.deepEqual(renderTable([], [["a", "b"], ["long", "c"]]), ["a     b", "long  c"]);
  assert.deepEqual(renderTable([{ title: "A long title" }], [], 6), ["A lon…"]);
});
