import assert from "node:assert/strict";
import { secret, sh } from "../../src/command/mod.ts";
import { fact, host, operation, parseRemembered, type RememberedFact } from "../../src/host/mod.ts";
import type { Batch } from "../../src/shell/port.ts";
import { runDeploy } from "../support/run.ts";

const Line = fact<string, { text: string }>({ name: "memory.Line", command: ({ text }) => sh`echo ${text}` });

const ask = operation<{ text: string }>("memory.ask", async function* ({ text }) {
  if (await host.getFact(Line, { text }) !== text) yield "true";
});

async function run(
  remembered?: RememberedFact[],
  deploy = asks,
): Promise<{ batches: Batch[]; memory: RememberedFact[] }> {
  const batches: Batch[] = [];
  const { runs, problems } = await runDeploy({
    deploy,
    onBatch: (batch) => batches.push(batch),
    request: remembered === undefined ? {} : { remembered: { "@local": remembered } },
  });
  assert.deepEqual(problems, []);
  return { batches, memory: runs[0]!.memory.facts };
}

async function asks(): Promise<void> {
  for (const text of ["a", "b", "c"]) await ask({ text });
  await host.getFact(Line, { text: "d", _chdir: "/" });
}

Deno.test("the second run reads all facts of the first in one round trip", async () => {
  const first = await run();
  assert.equal(first.batches.length, 4);
  const second = await run(JSON.parse(JSON.stringify(first.memory)));
  assert.equal(second.batches.length, 1);
  assert.equal(second.batches[0]!.requests.length, 4);
  assert.deepEqual(second.memory, first.memory);
});

Deno.test("a wrong memory costs a wasted read and changes nothing else", async () => {
  const wrong: RememberedFact[] = [
    { fact: "memory.Line", args: { text: "not asked any more" }, privilege: {}, shell: "sh" },
    { fact: "memory.Gone", args: {}, privilege: {}, shell: "sh" },
    { fact: "memory.Line", args: { text: "x" }, privilege: { sudo: { user: "nobody-there" } }, shell: "sh" },
  ];
  const { memory } = await run(wrong);
  assert.deepEqual(memory.map(({ args }) => args.text), ["a", "b", "c", "d"]);
});

Deno.test("secrets are not remembered, nor facts that need an environment of their own", async () => {
  const { memory } = await run(undefined, async () => {
    const password = secret("correct-horse-battery");
    await host.getFact(Line, { text: password.reveal() });
    await host.getFact(Line, { text: "with environment", _env: { A: "b" } });
    await host.getFact(Line, { text: "kept", _sudo: false });
  });
  assert.deepEqual(memory.map(({ args }) => args.text), ["kept"]);
});

Deno.test("what is no memory is ignored", () => {
  const good = { fact: "memory.Line", args: {}, privilege: {}, shell: null };
  assert.deepEqual(
    parseRemembered([good, { fact: 5 }, null, "x", { ...good, args: [] }, { ...good, shell: 5 }]),
    [good],
  );
  assert.deepEqual(parseRemembered({}), []);
});

Deno.test("a read ahead that cannot be answered does not answer those who ask for themselves", async () => {
  let refused = 0;
  const { problems } = await runDeploy({
    deploy: asks,
    request: {
      remembered: { "@local": [{ fact: "memory.Line", args: { text: "a" }, privilege: {}, shell: "sh" }] },
    },
    answer: (batch, results) => {
      if (refused++ > 0 || batch.lane !== "facts") return results;
      return results.map((result) => ({ ...result, outcome: "refused", stdout: new Uint8Array() }));
    },
  });
  assert.deepEqual(problems, []);
});
