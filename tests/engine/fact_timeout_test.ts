import assert from "node:assert/strict";
import { sh } from "../../src/command/mod.ts";
import { DroverError } from "../../src/errors/mod.ts";
import { fact, host, inventory, operation } from "../../src/host/mod.ts";
import type { Batch } from "../../src/shell/port.ts";
import { outcomes, runDeploy } from "../support/run.ts";
import { requirement } from "../support/skip.ts";
import { must } from "../support/sshd.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const Sleep = fact<string, { seconds: number }>({
  name: "timeout.Sleep",
  parameters: { seconds: "number" },
  remember: { seconds: (value: unknown) => typeof value === "number" },
  command: ({ seconds }) => sh`sleep ${seconds}; echo woke`,
});

const Patient = fact<string, { seconds: number }>({
  name: "timeout.Patient",
  command: ({ seconds }) => sh`sleep ${seconds}; echo woke`,
  timeout: 60,
});

const Line = fact<string, { text: string }>({
  name: "timeout.Line",
  parameters: { text: "string" },
  remember: { text: "line" },
  command: ({ text }) => sh`echo ${text}`,
});

/** Hangs once a file is there. */
const Moody = fact<string, { path: string }>({
  name: "timeout.Moody",
  command: ({ path }) => sh`[ ! -e ${path} ] || sleep 1000`,
  default: () => "",
});

/** One program reads many files: it hangs where one of them is a pipe. */
const Text = fact<string, { path: string }>({
  name: "timeout.Text",
  command: ({ path }) => sh`cat ${path}`,
  shared: {
    group: () => "timeout.Text",
    command: (questions, { mark }) =>
      sh`for f in ${questions.map(({ path }) => path)}; do cat "$f"; echo ${mark}; done`,
    split: (output, mark, count) => output.split(`${mark}\n`).slice(0, count),
    join: (answers, mark) => answers.map((answer) => `${answer}${mark}\n`).join(""),
  },
});

const write = operation<{ path: string }>("timeout.write", async function* ({ path }) {
  yield sh`touch ${path}`;
  await Promise.resolve();
});

const ask = operation<{ path: string }>("timeout.ask", async function* ({ path }) {
  if (await host.getFact(Moody, { path }) === "") yield sh`: ${path}`;
});

/** What a read threw. */
async function failureOf(read: Promise<unknown>): Promise<DroverError | undefined> {
  const thrown = await read.then(() => undefined, (error) => error);
  return thrown instanceof DroverError ? thrown : undefined;
}

Deno.test("a fact that hangs fails by its name; what was asked with it is read", async () => {
  const read: string[] = [];
  let failure: DroverError | undefined;
  const { problems } = await runDeploy({
    config: { factTimeout: 0.5 },
    deploy: async () => {
      const all = [Line, Line, Sleep, Line].map((one, index) =>
        one === Sleep
          ? failureOf(host.getFact(Sleep, { seconds: 1000 })).then((error) => failure = error)
          : host.getFact(Line, { text: `line ${index}` }).then((text) => read.push(text))
      );
      await Promise.all(all);
      read.push(await host.getFact(Line, { text: "later" }));
    },
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(read, ["line 0", "line 1", "line 3", "later"]);
  assert.equal(failure?.code, "E_FACT_TIMEOUT");
  assert.equal(failure.host, "@local");
  assert.match(failure.message, /fact timeout\.Sleep.* within 0\.5 seconds/);
  assert.match(failure.detail ?? "", /sleep 1000/);
  assert.match(failure.hint ?? "", /--fact-timeout.*config\.factTimeout.*_timeout/);
});

Deno.test("a deploy that needs the fact fails at its line", async () => {
  const { problems } = await runDeploy({
    config: { factTimeout: 0.3 },
    deploy: async () => void await host.getFact(Sleep, { seconds: 1000 }),
  });
  assert.deepEqual(problems.map(({ code }) => code), ["E_FACT_TIMEOUT"]);
  assert.match(problems[0]!.place?.file ?? "", /fact_timeout_test\.ts$/);
});

Deno.test("files that one program reads are read although one of them is a pipe", async () => {
  await using directory = await temporaryDirectory();
  const path = (name: string) => `${directory.path}/${name}`;
  await must("mkfifo", path("pipe"));
  for (const name of ["a", "b"]) await Deno.writeTextFile(path(name), `${name}\n`);
  const read: string[] = [];
  let failure: DroverError | undefined;
  await runDeploy({
    config: { factTimeout: 0.5 },
    deploy: async () => {
      const text = (name: string) => host.getFact(Text, { path: path(name) });
      await Promise.all([
        text("a").then((one) => read.push(one)),
        failureOf(text("pipe")).then((error) => failure = error),
        text("b").then((one) => read.push(one)),
      ]);
    },
  });
  assert.deepEqual(read, ["a", "b"]);
  assert.match(failure?.message ?? "", /timeout\.Text.* within 0\.5 seconds/);
});

Deno.test("a fact's own limit wins over the configuration's, and _timeout over both", async () => {
  let failure: DroverError | undefined;
  const { problems } = await runDeploy({
    config: { factTimeout: 0.2 },
    deploy: async () => {
      assert.equal(await host.getFact(Patient, { seconds: 0.6 }), "woke");
      assert.equal(await host.getFact(Sleep, { seconds: 0.6, _timeout: 30 }), "woke");
      failure = await failureOf(host.getFact(Patient, { seconds: 1000, _timeout: 0.3 }));
    },
  });
  assert.deepEqual(problems, []);
  assert.match(failure?.message ?? "", /within 0\.3 seconds/);
  assert.equal(failure?.hint, "_timeout allows it more");
});

Deno.test("facts have 120 seconds by default, and no end with 0", async () => {
  const limits = async (factTimeout?: number) => {
    const batches: Batch[] = [];
    await runDeploy({
      config: factTimeout === undefined ? {} : { factTimeout },
      deploy: async () => void await host.getFact(Line, { text: "a" }),
      onBatch: (batch) => batches.push(batch),
    });
    return batches.flatMap(({ requests }) => requests.map(({ options }) => options.timeout));
  };
  assert.deepEqual(await limits(), [120]);
  assert.deepEqual(await limits(0), [undefined]);
});

Deno.test("what took too long is not waited for by everybody who asks", async () => {
  const started = performance.now();
  await runDeploy({
    config: { factTimeout: 0.5 },
    deploy: async () => {
      for (let time = 0; time < 10; time++) await failureOf(host.getFact(Sleep, { seconds: 1000 }));
    },
  });
  assert.ok(performance.now() - started < 4000);
});

Deno.test("a remembered fact that hangs does not cost the host", async () => {
  const remembered = [
    { fact: "timeout.Sleep", args: { seconds: 1000 } },
    { fact: "timeout.Line", args: { text: "a" } },
  ];
  const { problems, runs } = await runDeploy({
    config: { factTimeout: 0.5 },
    deploy: async () => assert.equal(await host.getFact(Line, { text: "a" }), "a"),
    request: { remembered: () => remembered },
  });
  assert.deepEqual(problems, []);
  assert.deepEqual([...runs[0]!.memory.asked.values()].map(({ fact }) => fact), ["timeout.Line"]);
});

Deno.test("a fact that hangs in front of commands that travel with others fails its own operation", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/flag`;
  const { events, problems } = await runDeploy({
    config: { factTimeout: 0.5 },
    deploy: async () => {
      await write({ name: "one", path });
      await ask({ name: "two", path });
      await write({ name: "three", path: `${directory.path}/three` });
    },
  });
  assert.deepEqual(outcomes(events), ["@local one: changed", "@local two: failed"]);
  assert.deepEqual(problems.map(({ code }) => code), ["E_FACT_TIMEOUT"]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(directory.path), ({ name }) => name), ["flag"]);
});

Deno.test("a fact of another host that hangs names that host", { ignore: requirement("root") }, async () => {
  const failures: (DroverError | undefined)[] = [];
  await runDeploy({
    hosts: { "@local": {}, "@chroot//": {} },
    config: { factTimeout: 0.5 },
    deploy: async () => {
      if (host.name !== "@local") return;
      failures.push(await failureOf(inventory.getHost("@chroot//")!.getFact(Sleep, { seconds: 1000 })));
    },
  });
  assert.deepEqual(failures.map((failure) => failure?.host), ["@chroot//"]);
});
