import assert from "node:assert/strict";
import { sh } from "../../src/command/mod.ts";
import { fact, host, operation, type OperationResult } from "../../src/host/mod.ts";
import { outcomes, runDeploy } from "../support/run.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const Text = fact<string, { path: string }>({
  name: "callbacks.Text",
  command: ({ path }) => sh`cat ${path} 2>/dev/null || true`,
  default: () => "",
});

const shell = operation<{ commands: string[] }>("callbacks.shell", async function* ({ commands }) {
  yield* commands;
});

const write = operation<{ path: string; text: string }>("callbacks.write", async function* ({ path, text }) {
  if (await host.getFact(Text, { path }) !== text) yield sh`printf %s ${text} > ${path}`;
});

Deno.test("_onSuccess and _onError are told how the operation ended, before the next one begins", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  const told: string[] = [];
  const tell = (what: string) => async (result: OperationResult) => {
    const text = await Deno.readTextFile(path).catch(() => "");
    told.push(`${what} ${result.name} ${result.didChange()} ${result.stdout.trim()} ${text}`.trim());
  };
  const both = { _onSuccess: tell("success"), _onError: tell("error") };
  const { events } = await runDeploy({
    deploy: async () => {
      const first = await write({ name: "write", path, text: "a", ...both });
      await shell({ name: "append", commands: [`printf b >> ${path}`, "echo out"], ...both });
      await write({ name: "again", path, text: "ab", ...both });
      await shell({ name: "left out", commands: ["true"], _if: () => !first.changed, ...both });
      await shell({ name: "ignored", commands: ["echo why; false"], _ignoreErrors: true, ...both });
      await shell({ name: "retried", commands: ["false"], _retries: 1, _retryDelay: 0, ...both });
      await shell({ name: "never", commands: ["true"], ...both });
    },
  });
  assert.deepEqual(told, [
    "success write true  a",
    "success append true out ab",
    "success again false  ab",
    "error ignored false why ab",
    "error retried false  ab",
  ]);
  assert.equal(outcomes(events).at(-1), "@local retried: failed");
});

Deno.test("operations in a callback run at once, and what they change is seen by those after it", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  const { events } = await runDeploy({
    deploy: async () => {
      await write({
        name: "first",
        path,
        text: "first",
        _onSuccess: async () => void await write({ name: "inner", path, text: "inner" }),
      });
      await write({ name: "last", path, text: "first" });
    },
  });
  assert.deepEqual(outcomes(events), [
    "@local inner: changed",
    "@local first: changed",
    "@local last: changed",
  ]);
  assert.equal(await Deno.readTextFile(path), "first");
});

Deno.test("an exception in a callback fails the operation; the first failure stays the one that is told", async () => {
  const thrown = () => {
    throw new Error("the callback broke");
  };
  const good = await runDeploy({ deploy: () => shell({ commands: ["true"], _onSuccess: thrown }) });
  assert.match(good.problems[0]!.message, /the callback broke/);
  assert.match(good.problems[0]!.place!.file, /callbacks_test/);
  const bad = await runDeploy({ deploy: () => shell({ commands: ["exit 7"], _onError: thrown }) });
  assert.match(bad.problems[0]!.message, /exited 7/);
});

Deno.test("_retryUntil is told how many commands have run", async () => {
  const counts: number[] = [];
  await runDeploy({
    deploy: () =>
      shell({
        commands: ["true", "echo two"],
        _retries: 3,
        _retryDelay: 0,
        _retryUntil: ({ executedCommands }) => {
          counts.push(executedCommands);
          return counts.length < 2;
        },
      }),
  });
  assert.deepEqual(counts, [2, 2]);
});

Deno.test("an interrupt ends the wait between two attempts", async () => {
  const { Interrupt } = await import("../../src/engine/mod.ts");
  const interrupt = new Interrupt();
  const started = performance.now();
  const { outcome } = await runDeploy({
    deploy: () => shell({ commands: ["false"], _retries: 3, _retryDelay: 600 }),
    request: { interrupt },
    onEvent: (event) => event.type === "operation.retry" && setTimeout(() => interrupt.press(), 20),
  });
  assert.equal(outcome, "interrupted");
  assert.ok(performance.now() - started < 20_000);
});

Deno.test("a condition that fails says which it is and what has not run", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  const before = await runDeploy({
    deploy: () => shell({ commands: [`touch ${path}`], _precondition: "echo not ready >&2; false" }),
  });
  assert.equal(before.problems[0]!.code, "E_CONDITION");
  assert.match(
    before.problems[0]!.message,
    /^The precondition does not hold: "echo not ready >&2; false" exited 1/,
  );
  assert.equal(before.problems[0]!.detail, "not ready");
  assert.match(before.problems[0]!.hint!, /none of the operation's commands has run/);
  await assert.rejects(Deno.stat(path));
  const after = await runDeploy({
    deploy: () => shell({ commands: [`touch ${path}`], _postcondition: [`test -f ${path}`, "exit 3"] }),
  });
  assert.match(after.problems[0]!.message, /^The postcondition does not hold: .* exited 3/);
  await Deno.stat(path);
});
