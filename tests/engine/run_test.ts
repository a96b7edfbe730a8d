import assert from "node:assert/strict";
import { sh } from "../../src/command/mod.ts";
import { DroverError } from "../../src/errors/mod.ts";
import { fact, host, operation } from "../../src/host/mod.ts";
import { isRunning } from "../support/processes.ts";
import { outcomes, runDeploy } from "../support/run.ts";
import { requirement } from "../support/skip.ts";
import { temporaryDirectory } from "../support/temporary.ts";

/** The second host is this machine by way of chroot. */
const TWO_HOSTS = { ignore: requirement("root") };

const Content = fact<string | undefined, { path: string }>({
  name: "test.Content",
  command: ({ path }) => sh`cat ${path} 2>/dev/null || true`,
  process: (lines) => lines.join("\n"),
  default: () => undefined,
});

const write = operation<{ path: string; text: string }>("test.write", async function* ({ path, text }) {
  if (await host.getFact(Content, { path }) === text) return host.noop("already written");
  yield sh`printf %s ${text} > ${path}`;
}, { parameters: { path: "string", text: "string" } });

const shell = operation<{ command: string }>("test.shell", async function* ({ command }) {
  yield command;
}, { idempotent: false });

Deno.test("run() plans real commands, applies them, and has nothing to do the second time", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  const deploy = () => write({ name: "Write", path, text: "hello" });
  const planned = await runDeploy({ deploy, request: { dry: true } });
  assert.equal(planned.outcome, "planned");
  assert.deepEqual(planned.plan.operations[0]!.hosts[0]!.commands, [`printf %s hello > ${path}`]);
  await assert.rejects(Deno.stat(path));
  const first = await runDeploy({ deploy });
  assert.deepEqual(outcomes(first.events), ["@local Write: changed"]);
  assert.equal(await Deno.readTextFile(path), "hello");
  const second = await runDeploy({ deploy });
  assert.deepEqual(outcomes(second.events), []);
  assert.equal(second.runs[0]!.summary.unchanged, 1);
  assert.equal(second.plan.operations[0]!.hosts[0]!.state, "none");
});

Deno.test("run() keeps the order of calls that are not awaited, and loses none", async () => {
  await using directory = await temporaryDirectory();
  const log = `${directory}/log`;
  const { events } = await runDeploy({
    deploy: () => {
      for (const number of [1, 2, 3, 4]) {
        void shell({ name: `n${number}`, command: `echo ${number} >> ${log}` });
      }
    },
  });
  assert.equal(outcomes(events).length, 4);
  assert.equal(await Deno.readTextFile(log), "1\n2\n3\n4\n");
});

Deno.test("run() looks again once an operation has changed the host", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  const { events, runs } = await runDeploy({
    deploy: async () => {
      await shell({ name: "make", command: `printf wanted > ${path}` });
      await write({ name: "write", path, text: "wanted" });
    },
  });
  assert.deepEqual(outcomes(events), ["@local make: changed", "@local write: unchanged"]);
  assert.equal(runs[0]!.summary.unchanged, 1);
});

Deno.test("run() runs planned commands without reading facts again on an unchanged host", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  const { events } = await runDeploy({ deploy: () => write({ path, text: "x" }) });
  assert.equal(events.filter((event) => event.type === "fact.read").length, 1);
});

Deno.test("run() ends a host at its first failure and goes on with the others", TWO_HOSTS, async () => {
  await using directory = await temporaryDirectory();
  const { events, runs, problems } = await runDeploy({
    hosts: { "@local": { bad: true }, "@chroot//": { bad: false } },
    deploy: async () => {
      await shell({ name: "maybe", command: host.data.bad ? "echo no >&2; exit 3" : "true" });
      await shell({ name: "after", command: `touch '${directory}/${host.data.bad}'` });
    },
  });
  assert.deepEqual(outcomes(events).sort(), [
    "@chroot// after: changed",
    "@chroot// maybe: changed",
    "@local maybe: failed",
  ]);
  assert.equal(runs[0]!.summary.stoppedAt, "maybe");
  assert.equal(runs[0]!.summary.left, 1);
  assert.match(problems[0]!.message, /exited 3/);
  assert.equal(problems[0]!.detail, "no");
  assert.equal(problems[0]!.command, "echo no >&2; exit 3");
  assert.equal(problems[0]!.place!.file, new URL(import.meta.url).pathname);
});

Deno.test("run() lets a host go on after an ignored error, and all its commands with _continueOnError", async () => {
  await using directory = await temporaryDirectory();
  const several = operation<{ commands: string[] }>("test.several", async function* ({ commands }) {
    for (const command of commands) yield command;
  });
  const { events, outcome } = await runDeploy({
    deploy: async () => {
      await several({ name: "stops", commands: ["false", `touch ${directory}/a`], _ignoreErrors: true });
      await several({
        name: "continues",
        commands: ["false", `touch ${directory}/b`],
        _ignoreErrors: true,
        _continueOnError: true,
      });
      await shell({ name: "after", command: "true" });
    },
  });
  assert.equal(outcome, "done");
  assert.deepEqual(outcomes(events), [
    "@local stops: ignored",
    "@local continues: ignored",
    "@local after: changed",
  ]);
  await assert.rejects(Deno.stat(`${directory}/a`));
  await Deno.stat(`${directory}/b`);
});

Deno.test("_if takes results, functions and lists, and is settled when its turn comes", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  await Deno.writeTextFile(path, "same");
  const { events, plan } = await runDeploy({
    deploy: async () => {
      const same = await write({ name: "same", path, text: "same" });
      const other = write({ name: "other", path, text: "other" });
      await shell({ name: "if same", command: "true", _if: same });
      await shell({ name: "if other", command: "true", _if: other });
      await shell({ name: "if function", command: "true", _if: () => same.didNotChange() });
      await shell({ name: "if both", command: "true", _if: [other, () => false] });
    },
  });
  assert.deepEqual(outcomes(events).slice(2), [
    "@local if same: skipped",
    "@local if other: changed",
    "@local if function: changed",
    "@local if both: skipped",
  ]);
  assert.deepEqual(plan.operations.map((one) => one.hosts[0]!.state), [
    "none",
    "change",
    "none",
    "conditional",
    "conditional",
    "conditional",
  ]);
});

Deno.test("results carry output for later operations", async () => {
  const seen: unknown[] = [];
  await runDeploy({
    deploy: async () => {
      const result = await shell({ command: "echo out; echo err >&2" });
      assert.equal(result.willChange, true);
      assert.throws(() => result.stdout, /has not run yet/);
      await shell({
        command: "true",
        _if: () => {
          seen.push(result.didChange(), result.stdoutLines, result.stderrLines, result.executed);
          return true;
        },
      });
    },
  });
  assert.deepEqual(seen, [true, ["out"], ["err"], true]);
});

Deno.test("_retries tries again from fresh facts until it succeeds, and _retryUntil asks for more", async () => {
  await using directory = await temporaryDirectory();
  const count = (file: string) => `echo x >> ${directory}/${file}; wc -l < ${directory}/${file}`;
  const { events } = await runDeploy({
    deploy: async () => {
      const command = `${count("a")}; test $(wc -l < ${directory}/a) -ge 3`;
      await shell({ name: "third time", command, _retries: 5, _retryDelay: 0 });
      await shell({
        name: "until",
        command: count("b"),
        _retries: 5,
        _retryDelay: 0,
        _retryUntil: ({ stdoutLines }) => Number(stdoutLines[0]) < 2,
      });
    },
  });
  const retries = events.flatMap((event) => event.type === "operation.finished" ? [event.retries] : []);
  assert.deepEqual(retries, [2, 1]);
  assert.deepEqual(outcomes(events), ["@local third time: changed", "@local until: changed"]);
});

Deno.test("_runOnce runs on exactly one host; the others see no change", TWO_HOSTS, async () => {
  await using directory = await temporaryDirectory();
  const { events } = await runDeploy({
    hosts: { "@local": {}, "@chroot//": {} },
    deploy: async () => {
      const once = await shell({ name: "once", command: `echo x >> ${directory}/once`, _runOnce: true });
      await shell({ name: "after", command: "true", _if: once });
    },
  });
  assert.equal(await Deno.readTextFile(`${directory}/once`), "x\n");
  const after = outcomes(events).filter((line) => line.includes("after"));
  assert.deepEqual(after.map((line) => line.split(": ")[1]).sort(), ["changed", "skipped"]);
});

Deno.test("failPercent stops the run for all hosts", async () => {
  const { events, outcome } = await runDeploy({
    hosts: { "@local": { bad: true }, "@chroot//": {} },
    config: { failPercent: 10 },
    deploy: async () => {
      await shell({ name: "maybe", command: host.data.get("bad") ? "false" : "true" });
      await shell({ name: "after", command: "true" });
    },
  });
  assert.equal(outcome, "stopped");
  assert.equal(outcomes(events).some((line) => line.includes("after")), false);
});

Deno.test("a timeout kills the command on the host and fails the operation", async () => {
  const { problems } = await runDeploy({ deploy: () => shell({ command: "sleep 987", _timeout: 1 }) });
  assert.match(problems[0]!.message, /did not finish within 1 second/);
  assert.equal(await isRunning("sleep 987"), false);
});

Deno.test("an exception of the deploy fails its host with the user's line", async () => {
  const { problems, outcome } = await runDeploy({
    deploy: () => {
      throw new TypeError("apt.packges is not a function");
    },
  });
  assert.equal(outcome, "done");
  assert.equal(problems[0]!.code, "E_USER");
  assert.equal(problems[0]!.place!.file, new URL(import.meta.url).pathname);
});

Deno.test("a fact's value that is changed in place fails at the user's line, with what to do instead", async () => {
  const Names = fact<string[]>({
    name: "test.Names",
    command: () => "echo b; echo a",
    process: (lines) => lines,
  });
  const changes: ((names: string[]) => unknown)[] = [
    (names) => names.sort(),
    (names) => names.push("c"),
    (names) => names.reverse(),
    (names) => names.pop(),
  ];
  for (const change of changes) {
    const { problems: [problem] } = await runDeploy({
      deploy: async () => change(await host.getFact(Names)),
    });
    assert.equal(problem!.code, "E_USER");
    assert.equal(problem!.place!.file, new URL(import.meta.url).pathname);
    assert.match(problem!.hint ?? "", /^values of facts .*\[\.\.\.value\]\.sort\(\), value\.toSorted\(\)/);
  }
});

Deno.test("an exception about something undefined names the fact that it comes from", async () => {
  const hints = async (deploy: () => unknown) => {
    const { problems: [problem] } = await runDeploy({ deploy });
    return problem!.hint ?? "";
  };
  const Missing = fact<string | undefined, { path: string }>({
    name: "test.Missing",
    command: ({ path }) => sh`cat ${path} 2> /dev/null || true`,
    default: () => undefined,
  });
  const path = "/nonexistent/drover";
  const sameLine = await hints(async () => (await host.getFact(Missing, { path }))!.length);
  assert.match(
    sameLine,
    /^facts\.test\.Missing with \{ path: "\/nonexistent\/drover" \} is undefined on @local/,
  );
  const later = await hints(async () => {
    const [found, other] = await Promise.all([
      host.getFact(Missing, { path }),
      host.getFact(Missing, { path }),
    ]);
    assert.equal(other, undefined);
    return found!.length;
  });
  assert.match(later, /^if it comes from line \d+: facts\.test\.Missing with/);
  // Another file's facts, and other exceptions, are no part of it.
  assert.equal(await hints(() => assert.fail("something else")), "");
});

Deno.test("what cannot be planned and has a condition fails only when its turn comes", async () => {
  // deno-lint-ignore require-yield -- it never gets there
  const broken = operation("test.broken", async function* () {
    throw new DroverError("E_TEST", "this never works");
  });
  await using directory = await temporaryDirectory();
  const path = `${directory}/file`;
  await Deno.writeTextFile(path, "as it should be");
  const quiet = await runDeploy({
    deploy: async () => {
      const nothing = await write({ name: "nothing", path, text: "as it should be" });
      await broken({ name: "conditional", _if: nothing });
    },
  });
  assert.equal(quiet.plan.operations.at(-1)!.hosts[0]!.state, "none");
  assert.deepEqual(quiet.problems, []);
  const held = await runDeploy({ deploy: () => broken({ name: "conditional", _if: () => true }) });
  assert.equal(held.plan.operations[0]!.hosts[0]!.state, "depends");
  assert.equal(held.problems[0]!.message, "this never works");
  const left = await runDeploy({ deploy: () => broken({ name: "conditional", _if: () => false }) });
  assert.deepEqual(left.problems, []);
});

Deno.test("what depends on an earlier change is settled in its turn", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory}/later`;
  const Needed = fact({ name: "test.Needed", command: () => sh`cat ${path}` });
  const use = operation("test.use", async function* () {
    yield sh`test ${await host.getFact(Needed)} = ready`;
  });
  const { plan, outcome, events } = await runDeploy({
    deploy: async () => {
      await shell({ name: "make", command: `echo ready > ${path}` });
      await use({ name: "use" });
    },
  });
  assert.equal(plan.operations[1]!.hosts[0]!.state, "depends");
  assert.equal(outcome, "done");
  assert.deepEqual(outcomes(events), ["@local make: changed", "@local use: changed"]);
});

Deno.test("facts asked together after a command all see what it did", async () => {
  await using directory = await temporaryDirectory();
  const seen: unknown[] = [];
  const both = operation("test.both", async function* () {
    yield sh`sleep 0.1; echo one > ${`${directory}/a`}; echo two > ${`${directory}/b`}`;
    seen.push(
      ...await Promise.all(
        ["a", "b"].map((name) => host.getFact(Content, { path: `${directory}/${name}` })),
      ),
    );
  });
  await runDeploy({
    deploy: async () => {
      await shell({ command: "true" });
      await both();
    },
  });
  assert.deepEqual(seen.slice(-2), ["one", "two"]);
});
