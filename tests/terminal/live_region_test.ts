/** What the live region leaves on a terminal. */

import assert from "node:assert/strict";
import { LiveRegion } from "../../src/terminal/mod.ts";
import { captured, screen } from "../report/sample_run.ts";

Deno.test("LiveRegion redraws its rows in place, with lines above them", () => {
  const { terminal, text } = captured(true, 20);
  const region = new LiveRegion(terminal);
  region.update(["one", "two"]);
  region.log("a line");
  region.update(["three"]);
  assert.equal(screen(text()), "a line\nthree\n");
  region.clear();
  assert.equal(screen(text()), "a line\n");
  assert.ok(text().startsWith("\x1b[?2026h"));
  assert.ok(text().indexOf("\x1b[?25l") < text().indexOf("\x1b[?25h"), "the cursor comes back");
});

Deno.test("LiveRegion shows twelve rows at most, none wider than the terminal", () => {
  const { terminal, text } = captured(true, 10);
  new LiveRegion(terminal).update([
    ...Array.from({ length: 20 }, (_, index) => `row number ${index}`),
    "status",
  ]);
  const rows = screen(text()).trimEnd().split("\n");
  assert.equal(rows.length, 12);
  assert.equal(rows[0], "row numb…");
  assert.equal(rows[11], "status");
});

Deno.test("LiveRegion draws nothing where the stream is no terminal", () => {
  const { terminal, text } = captured(false);
  const region = new LiveRegion(terminal);
  region.update(["row"]);
  region.log("line");
  region.clear();
  assert.equal(text(), "line\n");
});

Deno.test("LiveRegion makes room for a question and holds lines back until it is answered", () => {
  const { terminal, text } = captured(true);
  const region = new LiveRegion(terminal);
  region.update(["row"]);
  const release = terminal.claim();
  terminal.write("Apply? ");
  region.log("late line");
  region.update(["other row"]);
  assert.equal(screen(text()), "Apply? ");
  terminal.write("y\n");
  release();
  assert.equal(screen(text()), "Apply? y\nlate line\n");
});
