import assert from "node:assert/strict";
import { sh } from "../../src/command/mod.ts";
import { fact, host, inventory, operation, state } from "../../src/host/mod.ts";
import { files, func, server } from "../../src/operations/mod.ts";
import type { Batch } from "../../src/shell/port.ts";
import { outcomes, runDeploy, type TestRun } from "../support/run.ts";
import { requirement } from "../support/skip.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const Text = fact<string, { path: string }>({
  name: "currency.Text",
  command: ({ path }) => sh`cat ${path} 2>/dev/null || true`,
  default: () => "",
});

const Environment = fact<string, { variable: string }>({
  name: "currency.Environment",
  command: ({ variable }) => sh`printenv ${variable} || true`,
  default: () => "",
});

const shell = operation<{ command: string }>("currency.shell", async function* ({ command }) {
  yield command;
});

const write = operation<{ path: string; text: string }>("currency.write", async function* ({ path, text }) {
  if (await host.getFact(Text, { path }) !== text) yield sh`printf %s ${text} > ${path}`;
});

/** Other hosts are entered by chroot. */
const ROOT = { ignore: requirement("root") };

/** Every way of going over operations and hosts in which one host's calls can travel. */
const WAYS: Record<string, Partial<TestRun>> = {
  "one host": {},
  "one host, live output": { request: { live: true } },
  "many hosts": { hosts: { "@local": {}, "@chroot/2": { other: true }, "@chroot/3": { other: true } } },
  "many hosts, --no-wait": {
    hosts: { "@local": {}, "@chroot/2": { other: true }, "@chroot/3": { other: true } },
    request: { strategy: "no-wait" },
  },
  "many hosts, --serial": {
    hosts: { "@local": {}, "@chroot/2": { other: true }, "@chroot/3": { other: true } },
    request: { strategy: "serial" },
  },
};

for (const [way, options] of Object.entries(WAYS)) {
  const rights = options.hosts === undefined ? {} : ROOT;
  Deno.test(`${way}: a function that writes a file makes plans about it stale`, rights, async () => {
    await using directory = await temporaryDirectory();
    await runDeploy({
      ...options,
      deploy: async () => {
        const path = `${directory}/${host.name.replaceAll("/", "_")}`;
        await files.put({ src: { content: "wanted" }, dest: path });
        await func.call({ function: () => Deno.writeTextFile(path, "changed") });
        await files.put({ src: { content: "wanted" }, dest: path });
      },
    });
    const names = await Array.fromAsync(Deno.readDir(directory.path), ({ name }) => name);
    assert.equal(names.length, Object.keys(options.hosts ?? { one: {} }).length);
    for (const name of names) assert.equal(await Deno.readTextFile(`${directory}/${name}`), "wanted", name);
  });

  Deno.test(`${way}: a downloaded template is the one that runs`, rights, async () => {
    await using directory = await temporaryDirectory();
    await Deno.writeTextFile(`${directory}/remote`, "#!/bin/sh\necho new >> {{ log }}\n");
    await runDeploy({
      ...options,
      deploy: async () => {
        const name = host.name.replaceAll("/", "_");
        const src = `${directory}/${name}.j2`;
        await Deno.writeTextFile(src, "#!/bin/sh\necho old >> {{ log }}\n");
        await files.get({ src: `${directory}/remote`, dest: src });
        await server.scriptTemplate({ src, data: { log: `${directory}/${name}.log` } });
      },
    });
    const names = await Array.fromAsync(Deno.readDir(directory.path), ({ name }) => name);
    const logs = names.filter((name) => name.endsWith(".log"));
    assert.equal(logs.length, Object.keys(options.hosts ?? { one: {} }).length);
    for (const log of logs) {
      assert.equal(await Deno.readTextFile(`${directory}/${log}`), "new\n", log);
    }
  });

  Deno.test(`${way}: nothing is run twice or left out where guards stand between`, rights, async () => {
    await using directory = await temporaryDirectory();
    const { events } = await runDeploy({
      ...options,
      deploy: async () => {
        const path = `${directory}/${host.name.replaceAll("/", "_")}`;
        for (const text of ["a", "b", "b", "c"]) await write({ name: text, path, text });
        await shell({ name: "append", command: `printf d >> ${path}` });
        await write({ name: "again", path, text: "cd" });
      },
    });
    const local = outcomes(events).filter((line) => line.startsWith("@local"));
    assert.deepEqual(local.map((line) => line.split(": ")[1]), [
      "changed",
      "changed",
      "unchanged",
      "changed",
      "changed",
      "unchanged",
    ]);
  });
}

Deno.test(
  "an operation that reads another host looks there again once that one has changed",
  ROOT,
  async () => {
    await using directory = await temporaryDirectory();
    const secret = `${directory}/token`;
    await Deno.writeTextFile(secret, "old");
    const copy = operation<{ from: string; dest: string }>("currency.copy", async function* ({ from, dest }) {
      const text = await inventory.getHost(from).getFact(Text, { path: secret });
      yield sh`printf %s ${text} > ${dest}`;
    });
    for (const strategy of ["together", "serial"] as const) {
      await Deno.writeTextFile(secret, "old");
      await runDeploy({
        hosts: { "@chroot/2": { writes: true }, "@local": {} },
        request: { strategy },
        deploy: async () => {
          if (host.data.get("writes")) await write({ path: secret, text: "new" });
          else await copy({ from: "@chroot/2", dest: `${directory}/copy` });
        },
      });
      assert.equal(await Deno.readTextFile(`${directory}/copy`), "new", strategy);
    }
  },
);

Deno.test(
  "a peer is asked with its own arguments, not with those of the operation that asks",
  ROOT,
  async () => {
    const seen: string[] = [];
    const ask = operation<{ peer: string }>("currency.ask", async function* ({ peer }) {
      seen.push(await inventory.getHost(peer).getFact(Environment, { variable: "DROVER_TEST" }));
      seen.push(await host.getFact(Environment, { variable: "DROVER_TEST" }));
      yield "true";
    });
    await runDeploy({
      hosts: { "@local": {}, "@chroot/2": { quiet: true, _env: { DROVER_TEST: "the peer's" } } },
      request: { dry: true },
      deploy: async () => {
        if (host.data.get("quiet")) return;
        await ask({ peer: "@chroot/2", _env: { DROVER_TEST: "the operation's" }, _chdir: "/usr" });
      },
    });
    assert.deepEqual(seen, ["the peer's", "the operation's"]);
  },
);

Deno.test("what runs once is taken by the first host that has not failed", ROOT, async () => {
  await using directory = await temporaryDirectory();
  for (const strategy of ["together", "no-wait", "serial"] as const) {
    const log = `${directory}/${strategy}`;
    const { events, runs } = await runDeploy({
      hosts: { "@local": { bad: true }, "@chroot/2": {}, "@chroot/3": {} },
      request: { strategy },
      deploy: async () => {
        await shell({ name: "first", command: host.data.get("bad") ? "false" : "true" });
        const migrated = await shell({
          name: "migrate",
          command: `echo ${host.name} >> ${log}`,
          _runOnce: true,
        });
        await shell({ name: "after", command: `echo after >> ${log}`, _if: migrated });
      },
    });
    const lines = (await Deno.readTextFile(log)).trim().split("\n");
    assert.equal(lines.length, 2, strategy);
    assert.match(lines[0]!, /^@chroot\/[23]$/);
    assert.equal(outcomes(events).filter((line) => line.endsWith("migrate: changed")).length, 1);
    assert.equal(runs.map(({ summary }) => summary.left).reduce((sum, left) => sum + left), 1, strategy);
  }
});

Deno.test("--no-wait honours _serial and _parallel", ROOT, async () => {
  await using directory = await temporaryDirectory();
  const most = async (globals: { _serial?: boolean; _parallel?: number }) => {
    const log = `${directory}/${JSON.stringify(globals)}`;
    await runDeploy({
      hosts: Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`@chroot/${index + 1}`, {}])),
      request: { strategy: "no-wait" },
      deploy: async () => {
        await shell({ command: "true" });
        await shell({ command: `echo + >> '${log}'; sleep 0.2; echo - >> '${log}'`, ...globals });
        await shell({ command: "true" });
      },
    });
    let [now, peak] = [0, 0];
    for (const line of (await Deno.readTextFile(log)).trim().split("\n")) {
      now += line === "+" ? 1 : -1;
      peak = Math.max(peak, now);
    }
    return peak;
  };
  assert.equal(await most({ _serial: true }), 1);
  assert.ok(await most({ _parallel: 2 }) <= 2);
});

Deno.test("with _continueOnError, a background process does not print into the next command's output", async () => {
  const both = operation("currency.both", async function* () {
    yield "(sleep 0.3; echo intruder) & true";
    yield "sleep 0.8; echo mine";
  });
  const outputs: string[] = [];
  await runDeploy({
    deploy: async () => {
      const result = await both({ _ignoreErrors: true, _continueOnError: true });
      await func.call({ function: () => void outputs.push(result.stdout) });
    },
  });
  assert.deepEqual(outputs, ["mine\n"]);
});

Deno.test(
  "an operation that looks at the run itself is planned anew when the run has changed",
  ROOT,
  async () => {
    await using directory = await temporaryDirectory();
    const list = operation("currency.list", async function* () {
      yield sh`echo ${state.activeHosts.map(({ name }) => name)} > ${directory.path}/list`;
    });
    await runDeploy({
      hosts: { "@local": {}, "@chroot/2": { bad: true } },
      deploy: async () => {
        await shell({ command: host.data.get("bad") ? "false" : "true" });
        if (!host.data.get("bad")) await list();
      },
    });
    assert.equal(await Deno.readTextFile(`${directory}/list`), "@local\n");
  },
);

Deno.test("a first deploy costs a round trip for each call whose ground has moved, not for each call", async () => {
  await using directory = await temporaryDirectory();
  const batches: Batch[] = [];
  await runDeploy({
    deploy: async () => {
      for (let number = 1; number <= 20; number++) {
        await write({ path: `${directory}/${number}`, text: `${number}` });
      }
      await shell({ command: `printf other > ${directory}/5` });
      await write({ path: `${directory}/5`, text: "5" });
    },
    onBatch: (batch) => batches.push(batch),
  });
  const sent = batches.filter(({ lane }) => lane === "operations");
  assert.equal(sent.length, 2);
  assert.equal(await Deno.readTextFile(`${directory}/5`), "5");
  for (let number = 1; number <= 20; number++) {
    assert.equal(await Deno.readTextFile(`${directory}/${number}`), `${number}`);
  }
});

Deno.test("an operation whose condition is known to hold travels with those around it", async () => {
  const directory = await Deno.makeTempDir();
  const batches: Batch[] = [];
  const { events } = await runDeploy({
    deploy: async () => {
      const first = await write({ path: `${directory}/1`, text: "1" });
      await write({ path: `${directory}/2`, text: "2", _if: first });
      await write({ path: `${directory}/3`, text: "3", _if: [first] });
      await write({ path: `${directory}/4`, text: "4", _if: () => first.didChange() });
    },
    onBatch: (batch) => batches.push(batch),
  });
  // Alone, then the two whose condition has been decided by then, then the one that only its function decides.
  assert.equal(batches.filter(({ lane }) => lane === "operations").length, 3);
  assert.equal(outcomes(events).filter((outcome) => outcome.includes("changed")).length, 4);
});

Deno.test("a fact whose answer never is the same ends in one look more, not in many", async () => {
  const Nanoseconds = fact({ name: "currency.Nanoseconds", command: () => "date +%s%N" });
  const stamp = operation<{ path: string }>("currency.stamp", async function* ({ path }) {
    yield sh`echo ${await host.getFact(Nanoseconds)} > ${path}`;
  });
  await using directory = await temporaryDirectory();
  const batches: Batch[] = [];
  const { events } = await runDeploy({
    deploy: async () => {
      for (const name of ["a", "b", "c"]) await stamp({ path: `${directory}/${name}` });
    },
    onBatch: (batch) => batches.push(batch),
  });
  assert.equal(outcomes(events).length, 3);
  assert.ok(batches.filter(({ lane }) => lane === "operations").length <= 5);
});

Deno.test("a guard under which the connection breaks fails the host, not the program", async () => {
  await using directory = await temporaryDirectory();
  const { runs, problems } = await runDeploy({
    deploy: async () => {
      await write({ path: `${directory}/a`, text: "a" });
      await write({ path: `${directory}/b`, text: "b" });
    },
    answer: (batch, results) =>
      results.map((result, index) =>
        batch.requests[index]!.kind === "guard"
          ? { ...result, outcome: "lost", error: { code: "E_LOST", message: "The connection broke" } }
          : result
      ),
  });
  assert.equal(runs[0]!.summary.state, "failed");
  assert.equal(problems[0]!.code, "E_LOST");
  assert.match(problems[0]!.place!.file, /currency_test/);
});

Deno.test("an operation whose commands were never begun has not succeeded", async () => {
  const { runs, problems } = await runDeploy({
    deploy: () => shell({ command: "true" }),
    answer: ({ lane }, results) =>
      results.map((result) => lane === "operations" ? { ...result, outcome: "skipped" } : result),
  });
  assert.equal(runs[0]!.summary.state, "failed");
  assert.equal(problems[0]!.code, "E_NOT_RUN");
});
