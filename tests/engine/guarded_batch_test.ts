import assert from "node:assert/strict";
import { sh } from "../../src/command/mod.ts";
import { fact, host, operation } from "../../src/host/mod.ts";
import type { Batch } from "../../src/shell/port.ts";
import { type Finished, outcomes, runDeploy, type TestRun } from "../support/run.ts";
import { requirement } from "../support/skip.ts";
import { temporaryDirectory } from "../support/temporary.ts";

/** The second host is this machine by way of chroot. */
const TWO_HOSTS = { ignore: requirement("root") };

const Text = fact<string, { path: string }>({
  name: "batch.Text",
  command: ({ path }) => sh`cat ${path} 2>/dev/null || true`,
  default: () => "",
});

const shell = operation<{ commands: string[] }>("batch.shell", async function* ({ commands }) {
  for (const command of commands) yield command;
});

const write = operation<{ path: string; text: string }>("batch.write", async function* ({ path, text }) {
  if (await host.getFact(Text, { path }) !== text) yield sh`printf %s ${text} > ${path}`;
});

async function counted(test: TestRun): Promise<{ finished: Finished; batches: Batch[] }> {
  const batches: Batch[] = [];
  const finished = await runDeploy({ ...test, onBatch: (batch) => batches.push(batch) });
  return { finished, batches: batches.filter(({ lane }) => lane === "operations") };
}

Deno.test("operations that read nothing travel together, each with its own result", async () => {
  const { finished, batches } = await counted({
    deploy: async () => {
      for (let number = 1; number <= 20; number++) {
        await shell({ name: `n${number}`, commands: [`echo ${number}`, `echo more ${number}`] });
      }
    },
  });
  assert.deepEqual(batches.map(({ requests }) => requests.length), [40]);
  assert.equal(outcomes(finished.events).length, 20);
  assert.ok(outcomes(finished.events).every((line) => line.endsWith("changed")));
});

Deno.test("a failing command stops the batch exactly there", async () => {
  await using directory = await temporaryDirectory();
  const { finished } = await counted({
    deploy: async () => {
      await shell({ name: "one", commands: [`touch ${directory}/one`] });
      await shell({ name: "two", commands: ["echo why >&2; exit 7", `touch ${directory}/two`] });
      await shell({ name: "three", commands: [`touch ${directory}/three`] });
    },
  });
  assert.deepEqual(outcomes(finished.events), ["@local one: changed", "@local two: failed"]);
  const [run] = finished.runs;
  assert.equal(run!.summary.stoppedAt, "two");
  assert.equal(run!.summary.left, 1);
  assert.equal(finished.problems[0]!.detail, "why");
  assert.deepEqual(await Array.fromAsync(Deno.readDir(directory.path), ({ name }) => name), ["one"]);
});

Deno.test("a fact that an earlier operation changes is read again", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  const { finished } = await counted({
    deploy: async () => {
      await shell({ name: "one", commands: ["true"] });
      await shell({ name: "two", commands: [`printf wanted > ${path}`] });
      await write({ name: "three", path, text: "wanted" });
      await shell({ name: "four", commands: ["true"] });
    },
  });
  assert.deepEqual(outcomes(finished.events).map((line) => line.split(": ")[1]), [
    "changed",
    "changed",
    "unchanged",
    "changed",
  ]);
});

Deno.test("several hosts wait for each other at every operation", TWO_HOSTS, async () => {
  const { batches } = await counted({
    hosts: { "@local": {}, "@chroot//": {} },
    deploy: async () => {
      await shell({ commands: ["true"] });
      await shell({ commands: ["true"] });
    },
  });
  assert.equal(batches.length, 4);
});
