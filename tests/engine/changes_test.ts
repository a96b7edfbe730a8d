/** What is said of failures: an operation that failed may have changed its host. */

import assert from "node:assert/strict";
import { FunctionCall, sh, upload } from "../../src/command/mod.ts";
import type { RunEvent } from "../../src/engine/mod.ts";
import { eventMessage } from "../../src/report/event_message.ts";
import { fact, host, operation, type OperationResult } from "../../src/host/mod.ts";
import { createHumanReport } from "../../src/report/mod.ts";
import { captured, feed } from "../report/sample_run.ts";
import { type Finished, runDeploy } from "../support/run.ts";

const commands = operation<{ commands: string[] }>("test.commands", async function* ({ commands }) {
  yield* commands;
}, { idempotent: false });

const put = operation<{ directory: string; dest: string }>("test.put", async function* (args) {
  yield sh`mkdir -p ${args.directory}`;
  yield upload({ content: "x" }, args.dest);
});

const Exists = fact<boolean, { path: string }>({
  name: "test.Exists",
  command: ({ path }) => sh`test -e ${path} && echo yes || true`,
  default: () => false,
  process: () => true,
});

/** Makes a file, and fails after it the first time. */
const flaky = operation<{ path: string }>("test.flaky", async function* ({ path }) {
  if (await host.getFact(Exists, { path })) return host.noop("made");
  yield sh`touch ${path}`;
  yield "exit 3";
});

const call = operation<{ function: () => unknown }>("test.call", async function* ({ function: run }) {
  yield new FunctionCall(run, "function");
});

type Ended = RunEvent & { type: "operation.finished" };

function ends({ events }: Finished): Ended[] {
  return events.filter((event): event is Ended => event.type === "operation.finished");
}

/** What people read. */
function shown({ events }: Finished): string {
  const { terminal, text } = captured(false);
  feed(createHumanReport({ terminal }), events);
  return text();
}

function verdict(run: Finished): string {
  return shown(run).trimEnd().split("\n").at(-1)!;
}

const temporary = () => Deno.makeTempDir({ prefix: "drover-truth-" });

Deno.test("a command that failed after another one has not left the host unchanged", async () => {
  const path = `${await temporary()}/x`;
  const run = await runDeploy({ deploy: () => commands({ commands: [`touch ${path}`, "exit 3"] }) });
  const [end] = ends(run);
  assert.equal(end!.outcome, "failed");
  assert.equal(end!.changes, "made");
  assert.deepEqual(end!.ran, [`touch ${path}`]);
  assert.equal(run.runs[0]!.summary.incomplete, 1);
  assert.match(verdict(run), /^Failed: 1 of 1 host, 1 change begun and not completed\./);
  assert.match(shown(run), new RegExp(`ran before, and changed the host: touch ${path}`));
  assert.match(eventMessage(end!), /failed .* had changed the host/);
});

Deno.test("a command that failed by itself may have changed the host", async () => {
  const run = await runDeploy({ deploy: () => commands({ commands: ["exit 3", "touch /never"] }) });
  const [end] = ends(run);
  assert.equal(end!.changes, "possible");
  assert.equal(end!.ran, undefined);
  assert.doesNotMatch(verdict(run), /no host was changed/);
});

Deno.test("what never began has changed nothing", async () => {
  const refused = await runDeploy({
    deploy: () => commands({ commands: ["touch /never"], _precondition: "false" }),
  });
  assert.equal(ends(refused)[0]!.changes, "none");
  assert.match(verdict(refused), /no host was changed/);

  const directory = await temporary();
  const missing = await runDeploy({
    deploy: () => put({ directory, dest: `${directory}/none/file`, _ignoreErrors: true }),
  });
  assert.deepEqual(ends(missing).map(({ outcome, changes }) => [outcome, changes]), [["ignored", "made"]]);
});

Deno.test("a failed upload after a directory was made has changed the host", async () => {
  const directory = await temporary();
  const run = await runDeploy({
    deploy: () => put({ directory: `${directory}/made`, dest: `${directory}/none/file` }),
  });
  const [end] = ends(run);
  assert.equal(end!.outcome, "failed");
  assert.equal(end!.changes, "made");
  assert.deepEqual(end!.ran, [`mkdir -p ${directory}/made`]);
});

Deno.test("ignored failures tell what they have changed, and their results do", async () => {
  const path = `${await temporary()}/x`;
  const seen: unknown[] = [];
  const run = await runDeploy({
    deploy: async () => {
      const result: OperationResult = await commands({
        commands: ["exit 3", `touch ${path}`],
        _ignoreErrors: true,
        _continueOnError: true,
      });
      await commands({
        commands: ["true"],
        _if: () => void seen.push(result.didChange(), result.didError()) === undefined,
      });
      await commands({ name: "handler", commands: ["true"], _if: result });
    },
  });
  assert.deepEqual(seen, [true, true]);
  assert.deepEqual(ends(run).map(({ outcome, changes }) => [outcome, changes]), [
    ["ignored", "made"],
    ["changed", "made"],
    ["changed", "made"],
  ]);
  assert.match(
    verdict(run),
    /^Done: 2 changes on 1 host, 1 more begun and not completed, 1 failure ignored\./,
  );
});

Deno.test("what the first attempt has changed is a change, also where the last one finds nothing to do", async () => {
  const path = `${await temporary()}/x`;
  const run = await runDeploy({ deploy: () => flaky({ path, _retries: 1, _retryDelay: 0 }) });
  const [end] = ends(run);
  assert.equal(end!.outcome, "changed");
  assert.equal(end!.changes, "made");
  assert.equal(run.runs[0]!.summary.changed, 1);
});

Deno.test("a timeout may have changed the host, and says what ran before it", async () => {
  const path = `${await temporary()}/x`;
  const run = await runDeploy({
    deploy: () => commands({ commands: [`touch ${path}`, "sleep 30"], _timeout: 1 }),
  });
  const [end] = ends(run);
  assert.equal(end!.problem!.code, "E_TIMEOUT");
  assert.equal(end!.changes, "made");
  assert.deepEqual(end!.ran, [`touch ${path}`]);
  const alone = await runDeploy({ deploy: () => commands({ commands: ["sleep 30"], _timeout: 1 }) });
  assert.equal(ends(alone)[0]!.changes, "possible");
});

Deno.test("a function that failed may have changed the host; what it called is counted by itself", async () => {
  const run = await runDeploy({
    deploy: () =>
      call({
        name: "outer",
        function: async () => {
          await commands({ name: "inner", commands: ["true"] });
          throw new Error("stop");
        },
      }),
  });
  assert.deepEqual(ends(run).map(({ label, outcome, changes }) => [label, outcome, changes]), [
    ["inner", "changed", "made"],
    ["outer", "failed", "possible"],
  ]);
  assert.match(verdict(run), /1 change on 1 host, 1 more begun and not completed/);
});
