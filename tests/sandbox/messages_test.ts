import assert from "node:assert/strict";
import { parseFromConfig, parseFromDeploy } from "../../src/sandbox/messages.ts";
import { ShapeError } from "../../src/sandbox/shape.ts";

const OPTIONS = { privilege: {}, shell: "sh", env: {}, pty: false, successExitCodes: [0] };
const GUARD = {
  kind: "guard",
  probes: [{ script: "stat /etc", options: OPTIONS }],
  expected: { sha256: "0".repeat(64), cksum: "4294967295 0" },
  options: OPTIONS,
};
const COMMAND = { kind: "command", script: "stat /etc", options: OPTIONS, reads: true, onStop: true };

function run(...requests: unknown[]): unknown {
  const batch = { id: 1, lane: "operations", requests, stopOnFailure: true, live: false, boundaries: [1] };
  return { type: "call", id: 1, method: "run", args: ["web-01", batch] };
}

function finished(asked: unknown): unknown {
  return { type: "finished", finished: { outcome: "done", failures: [], changes: false, asked } };
}

function question(number: number): { fact: string; args: Record<string, unknown> } {
  return { fact: "files.File", args: { path: `/srv/${number}` } };
}

Deno.test("guards and commands that only read pass as they are", () => {
  assert.deepEqual(parseFromDeploy(run(GUARD, COMMAND)), run(GUARD, COMMAND));
});

for (
  const [title, request] of [
    ["a probe that is none", { ...GUARD, probes: ["stat /etc"] }],
    ["a probe with a field of its own", { ...GUARD, probes: [{ ...GUARD.probes[0], dest: "/etc" }] }],
    ["a digest that is none", { ...GUARD, expected: { sha256: 5, cksum: "" } }],
    ["a digest without end", { ...GUARD, expected: { sha256: "0".repeat(1000), cksum: "" } }],
    ["a guard without digests", { ...GUARD, expected: undefined }],
    ["a command that reads perhaps", { ...COMMAND, reads: "yes" }],
  ] as const
) {
  Deno.test(`${title} is no request`, () => {
    assert.throws(() => parseFromDeploy(run(request)), ShapeError);
  });
}

Deno.test("what was asked passes, 10,000 questions of a host, too", () => {
  const numbers = [...Array(10_000).keys()];
  const hosts = ["web-01", "web-02"].map((name) => ({
    name,
    groups: ["web", "all"],
    asked: numbers,
    complete: true,
  }));
  const asked = { questions: numbers.map(question), hosts };
  assert.deepEqual(parseFromDeploy(finished(asked)), finished(asked));
});

const HOST = { name: "web-01", groups: ["all"], asked: [0], complete: true };

for (
  const [title, asked] of [
    ["a list", []],
    ["a question of no fact", { questions: [{ args: {} }], hosts: [HOST] }],
    ["a question with values inside of values", {
      questions: [{ fact: "files.File", args: { path: { deep: 1 } } }],
      hosts: [HOST],
    }],
    ["a number that is none", { questions: [question(1)], hosts: [{ ...HOST, asked: [-1] }] }],
    ["a number of no question", { questions: [question(1)], hosts: [{ ...HOST, asked: [1] }] }],
    ["a host without groups", { questions: [], hosts: [{ name: "web-01", asked: [], complete: true }] }],
    ["a field of its own", { questions: [], hosts: [], path: "/etc/passwd" }],
  ] as const
) {
  Deno.test(`what was asked is not ${title}`, () => {
    assert.throws(() => parseFromDeploy(finished(asked)), ShapeError);
  });
}

Deno.test("a configuration may name a memory and want the sudo password first", () => {
  const message = { type: "evaluated", config: { memory: "/srv/memory.json", useSudoPassword: true } };
  assert.deepEqual(parseFromConfig(message), message);
  assert.throws(() => parseFromConfig({ type: "evaluated", config: { memory: 5 } }), ShapeError);
});
