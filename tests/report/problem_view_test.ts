/** How failures are shown. */

import assert from "node:assert/strict";
import { rememberSecret } from "../../src/command/mod.ts";
import type { Problem } from "../../src/engine/events.ts";
import { type ProblemContext, renderProblem } from "../../src/report/mod.ts";
import { captured } from "./sample_run.ts";

const { terminal } = captured(false);

function shown(problem: Problem, context: ProblemContext = {}): string {
  const view = { style: terminal.style, glyphs: terminal.glyphs, width: 60, cwd: "/project" };
  const readFile = () => 'import x;\n  ["web-02", { ssh_user: "root" }],\tjunk that goes on and on and on\n';
  return renderProblem(problem, view, { readFile, ...context }).join("\n");
}

Deno.test("renderProblem() shows code, place with the user's line, host, evidence and hint", () => {
  const text = shown({
    code: "E_SSH_AUTH",
    message: 'Cannot log in to web-02 as "root": the server accepted none of 3 keys',
    host: "web-02",
    place: { file: "/project/inventory.ts", line: 2, column: 3 },
    detail: "tried: agent ed25519\n~/.ssh/id_rsa\n",
    hint: "set ssh_user",
  });
  assert.equal(
    text,
    `error[E_SSH_AUTH]: Cannot log in to web-02 as "root": the server accepted none of 3 keys
  --> inventory.ts:2:3
    2 |   ["web-02", { ssh_user: "root" }],     junk that g…
      |   ^
  = host: web-02
  = tried: agent ed25519
  = ~/.ssh/id_rsa
  = hint: set ssh_user`,
  );
});

Deno.test("renderProblem() leaves the line out where the file cannot be read, and shows paths outside whole", () => {
  const readFile = () => {
    throw new Deno.errors.NotFound();
  };
  assert.equal(
    shown({ code: "E_X", message: "bad", place: { file: "/other/a.ts", line: 1, column: 1 } }, { readFile }),
    "error[E_X]: bad\n  --> /other/a.ts:1:1",
  );
});

Deno.test("renderProblem() masks secrets in the user's line", () => {
  rememberSecret("correct-horse");
  const readFile = () => 'f("correct-horse", g("correct-horse"));';
  assert.equal(
    shown({ code: "E_X", message: "bad", place: { file: "/project/a.ts", line: 1, column: 20 } }, {
      readFile,
    }),
    `error[E_X]: bad
  --> a.ts:1:20
    1 | f("***", g("***"));
      |          ^`,
  );
});

Deno.test("renderProblem() shows where an exception of the user passed through the user's files", () => {
  const place = { file: "/project/tasks/a.ts", line: 9, column: 1 };
  const frames = [place, { file: "/project/deploy.ts", line: 4, column: 7 }];
  assert.equal(
    shown({ code: "E_USER", message: "boom", place, frames }),
    "error[E_USER]: boom\n  --> tasks/a.ts:9:1\n   at deploy.ts:4:7",
  );
});

Deno.test("renderProblem() owns up to bugs", () => {
  const bug = { code: "E_BUG", message: "TypeError: x", stack: "TypeError: x\n    at f (file:///a.ts:1:1)" };
  assert.equal(
    shown(bug),
    "error[E_BUG]: This is a bug in Drover: TypeError: x\n  = hint: run it again with --debug and report what it prints",
  );
  assert.match(shown(bug, { debug: true }), /at f \(file:\/\/\/a\.ts:1:1\)$/);
});
