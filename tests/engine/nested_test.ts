import assert from "node:assert/strict";
import { FunctionCall } from "../../src/command/mod.ts";
import { deploy } from "../../src/deploy/mod.ts";
import { host, operation, state } from "../../src/host/mod.ts";
import { Interrupt } from "../../src/engine/mod.ts";
import { isRunning } from "../support/processes.ts";
import { outcomes, runDeploy } from "../support/run.ts";
import { requirement } from "../support/skip.ts";
import { temporaryDirectory } from "../support/temporary.ts";

/** The second host is this machine by way of chroot. */
const TWO_HOSTS = { ignore: requirement("root") };

const shell = operation<{ command: string }>("test.shell", async function* ({ command }) {
  yield command;
});

const call = operation<{ function: () => unknown }>("test.call", async function* ({ function: run }) {
  yield new FunctionCall(run, "function");
});

Deno.test("functions run while applying; operations called inside run at once, in their order", async () => {
  await using directory = await temporaryDirectory();
  const phases: string[] = [];
  const { events, plan } = await runDeploy({
    deploy: async () => {
      phases.push(state.phase);
      await call({
        name: "outer",
        function: async () => {
          phases.push(state.phase);
          void shell({ name: "first", command: `echo 1 >> ${directory}/log` });
          const result = await shell({
            name: "second",
            command: `echo 2 >> ${directory}/log; cat ${directory}/log`,
          });
          assert.deepEqual(result.stdoutLines, ["1", "2"]);
        },
      });
    },
  });
  assert.deepEqual(phases, ["plan", "apply"]);
  assert.equal(plan.operations.length, 1);
  assert.deepEqual(outcomes(events), [
    "@local first: changed",
    "@local second: changed",
    "@local outer: changed",
  ]);
});

Deno.test("a failure inside a function fails the operation and the host, awaited or not", async () => {
  for (
    const body of [
      async () => void await shell({ name: "inner", command: "exit 4" }),
      () => void shell({ name: "inner", command: "exit 4" }),
    ]
  ) {
    const { events, problems } = await runDeploy({ deploy: () => call({ name: "outer", function: body }) });
    assert.deepEqual(outcomes(events), ["@local inner: failed", "@local outer: failed"]);
    assert.match(problems[0]!.message, /"inner" failed inside "outer"/);
  }
});

Deno.test("a function that returns false or throws fails its operation", async () => {
  const returned = await runDeploy({ deploy: () => call({ function: () => false }) });
  assert.match(returned.problems[0]!.message, /returned false/);
  const threw = await runDeploy({
    deploy: () =>
      call({
        function: () => {
          throw new Error("the payment service is down");
        },
      }),
  });
  assert.equal(threw.problems[0]!.message, "the payment service is down");
  assert.equal(threw.problems[0]!.code, "E_USER");
});

Deno.test("deploy() passes global arguments, data defaults and conditions on, and labels its operations", async () => {
  const install = deploy("Install", async ({ version }: { version: string }) => {
    await shell({ command: `test "$COLOR" = red && test ${host.data.app_name} = app && echo ${version}` });
    return version;
  }, { dataDefaults: { app_name: "app" } });
  const { events } = await runDeploy({
    deploy: async () => {
      assert.equal(await install({ version: "v2", _env: { COLOR: "red" } }), "v2");
      await install({ version: "v3", _if: () => false });
    },
  });
  assert.deepEqual(outcomes(events).map((line) => line.split(": ")[1]), ["changed", "skipped"]);
  assert.match(outcomes(events)[0]!, /Install \| test\.shell/);
});

Deno.test("data defaults and data of includes cannot be changed in place either", async () => {
  const defaults = { ports: [80] };
  const install = deploy("Install", () => host.data.ports.push(443), { dataDefaults: defaults });
  const { problems } = await runDeploy({ deploy: () => install() });
  assert.match(problems[0]!.message, /host\.data\.ports cannot be changed in place/);
  assert.deepEqual(defaults, { ports: [80] });
});

Deno.test("calling an operation inside another one says how to write it", async () => {
  const wrong = operation("test.wrong", async function* () {
    await shell({ command: "true" });
    yield "true";
  });
  const { problems } = await runDeploy({ deploy: () => wrong() });
  assert.match(problems[0]!.message, /test\.shell is called inside another operation/);
  assert.match(problems[0]!.hint!, /yield\* test\.shell\.steps/);
});

Deno.test("an interrupt lets what runs end and starts nothing new", async () => {
  await using directory = await temporaryDirectory();
  const interrupt = new Interrupt();
  const { outcome, events, runs } = await runDeploy({
    deploy: async () => {
      await shell({ name: "slow", command: `sleep 0.3; touch ${directory}/done` });
      await shell({ name: "after", command: `touch ${directory}/after` });
    },
    request: { interrupt },
    onEvent: (event) => {
      if (event.type === "command.started") interrupt.press();
    },
  });
  assert.equal(outcome, "interrupted");
  assert.deepEqual(outcomes(events), ["@local slow: changed"]);
  assert.equal(runs[0]!.summary.state, "stopped");
  await Deno.stat(`${directory}/done`);
  await assert.rejects(Deno.stat(`${directory}/after`));
});

Deno.test("a second interrupt kills what runs", async () => {
  const interrupt = new Interrupt();
  const started = performance.now();
  const { outcome, events } = await runDeploy({
    deploy: () => shell({ name: "slow", command: "sleep 763" }),
    request: { interrupt },
    onEvent: (event) => {
      if (event.type !== "command.started") return;
      setTimeout(() => interrupt.press(), 50);
      setTimeout(() => interrupt.press(), 100);
    },
  });
  assert.equal(outcome, "interrupted");
  assert.deepEqual(outcomes(events), ["@local slow: failed"]);
  assert.ok(performance.now() - started < 10_000);
  assert.equal(await isRunning("sleep 763"), false);
});

Deno.test("--serial takes one host after the other, --no-wait each at its own pace", TWO_HOSTS, async () => {
  const hosts = { "@local": { slow: true }, "@chroot//": {} };
  const two = async () => {
    await shell({ name: "one", command: host.data.get("slow") ? "sleep 0.3" : "true" });
    await shell({ name: "two", command: "true" });
  };
  const serial = await runDeploy({ hosts, deploy: two, request: { strategy: "serial" } });
  assert.deepEqual(outcomes(serial.events).map((line) => line.split(" ")[0]), [
    "@local",
    "@local",
    "@chroot//",
    "@chroot//",
  ]);
  const free = await runDeploy({ hosts, deploy: two, request: { strategy: "no-wait" } });
  assert.deepEqual(outcomes(free.events).map((line) => line.split(" ")[0]), [
    "@chroot//",
    "@chroot//",
    "@local",
    "@local",
  ]);
  const together = await runDeploy({ hosts, deploy: two });
  assert.deepEqual(outcomes(together.events).map((line) => line.split(" ")[1]), [
    "one:",
    "one:",
    "two:",
    "two:",
  ]);
});

Deno.test("--no-wait still reports hosts that fail", async () => {
  const { runs, outcome } = await runDeploy({
    hosts: { "@local": { bad: true }, "@chroot//": {} },
    deploy: () => shell({ command: host.data.get("bad") ? "false" : "true" }),
    request: { strategy: "no-wait" },
  });
  assert.equal(outcome, "done");
  assert.deepEqual(runs.map((run) => run.summary.failed), [1, 0]);
});
