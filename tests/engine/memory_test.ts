import assert from "node:assert/strict";
import { secret, sh } from "../../src/command/mod.ts";
import "../../src/facts/mod.ts";
import {
  type ConfigOptions,
  fact,
  FactMemory,
  host,
  operation,
  type RememberedFact,
  toRunOptions,
} from "../../src/host/mod.ts";
import { Command } from "../../src/facts/server/mod.ts";
import type { Batch } from "../../src/shell/port.ts";
import { runDeploy } from "../support/run.ts";

const Line = fact<string, { text: string }>({
  name: "memory.Line",
  parameters: { text: "string" },
  remember: { text: "line" },
  command: ({ text }) => sh`echo ${text}`,
});

const ask = operation<{ text: string }>("memory.ask", async function* ({ text }) {
  if (await host.getFact(Line, { text }) !== text) yield "true";
});

async function run(
  remembered: RememberedFact[] = [],
  deploy: () => Promise<void> = asks,
  config: Partial<ConfigOptions> = {},
): Promise<{ batches: Batch[]; memory: RememberedFact[] }> {
  const batches: Batch[] = [];
  const { runs, problems } = await runDeploy({
    deploy,
    config,
    onBatch: (batch) => batches.push(batch),
    request: { remembered: () => remembered },
  });
  assert.deepEqual(problems, []);
  return { batches, memory: [...runs[0]!.memory.asked.values()] };
}

async function asks(): Promise<void> {
  for (const text of ["a", "b", "c"]) await ask({ text });
  await host.getFact(Line, { text: "d", _chdir: "/" });
}

function line(text: string, more: Partial<RememberedFact> = {}): RememberedFact {
  return { fact: "memory.Line", args: { text }, ...more };
}

/** What each batch asks, and as whom. */
function asked(batches: readonly Batch[]): string[][] {
  return batches.map(({ requests }) =>
    requests.map((request) => {
      const { sudo } = request.options.privilege;
      const as = sudo === undefined ? "" : ` as ${sudo.user ?? "root"}`;
      return `${request.kind === "command" ? request.script : request.kind}${as}`;
    })
  );
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
  const wrong: RememberedFact[] = [line("not asked any more"), { fact: "memory.Gone", args: {} }];
  const { memory } = await run(wrong);
  assert.deepEqual(memory.map(({ args }) => args.text), ["a", "b", "c", "d"]);
});

Deno.test("facts that take shell text are neither remembered nor asked ahead", async () => {
  const { memory } = await run([], async () => {
    await host.getFact(Command, { command: "echo once" });
    await host.getFact(Line, { text: "kept" });
  });
  assert.deepEqual(memory.map(({ fact }) => fact), ["memory.Line"]);
  const { batches } = await run([{ fact: "server.Command", args: { command: "echo again" } }]);
  assert.doesNotMatch(asked(batches).join(), /echo again/);
});

Deno.test("facts of others are remembered only if they say so", async () => {
  const Silent = fact<string>({ name: "memory.Silent", command: () => "echo silent" });
  const { memory } = await run([], async () => void await host.getFact(Silent));
  assert.deepEqual(memory, []);
  const { batches } = await run([{ fact: "memory.Silent", args: {} }]);
  assert.doesNotMatch(asked(batches).join(), /silent/);
});

Deno.test("a hostile memory asks nothing that its facts do not allow", async () => {
  const hostile: RememberedFact[] = [
    { fact: "server.Sysctl", args: { keys: ["kernel.core_pattern=|/tmp/x"] } },
    { fact: "pip.PipPackages", args: { pip: "/tmp/evil" } },
    { fact: "files.FindFiles", args: { path: "/tmp", args: ["-exec", "rm", "{}", ";"] } },
    { fact: "files.FindFiles", args: { path: "$(touch /tmp/x)", quotePath: false } },
    { fact: "files.FindInFile", args: { path: "/tmp/a", pattern: "$(id)", interpolateVariables: true } },
    { fact: "files.SedPreview", args: { path: "/tmp/a", script: "1e id" } },
    { fact: "files.SedPreview", args: { path: "/tmp/a", script: "s/a/b/w /tmp/x" } },
    { fact: "files.FileContents", args: { path: "/dev/zero" } },
    { fact: "files.FileContents", args: { path: "/tmp/../dev/zero" } },
    { fact: "files.FileContents", args: { path: ["-x"] } },
    { fact: "files.FileContents", args: { path: "/tmp/a", more: "b" } },
    { fact: "files.FileContents", args: {} },
    { fact: "systemd.SystemdStatus", args: { services: ["--host=evil"] } },
    { fact: "git.GitRemoteBranchCommit", args: { repo: "/tmp/evil" } },
    { fact: "gpg.GpgKey", args: { src: "http://127.0.0.1/key" } },
    { fact: "gpg.GpgKeys", args: { keyring: "/etc/new" } },
    { fact: "server.Home", args: { user: "x;id" } },
    JSON.parse('{"fact":"server.Users","args":{"__proto__":"x"}}'),
  ];
  const { batches } = await run(hostile);
  assert.deepEqual(asked(batches)[0], ["echo a"]);
});

Deno.test("what was asked as another user waits until the deploy has asked as that user, and travels with it", async () => {
  const held = ["x", "y", "z"].map((text) => line(text, { privilege: { sudo: { user: "nobody" } } }));
  const plain = await run([...held, line("a")]);
  assert.doesNotMatch(asked(plain.batches).join(), /as nobody/);

  const other = await run(held, async () => void await host.getFact(Line, { text: "x", _sudo: true }));
  assert.deepEqual(asked(other.batches), [["echo x as root"]]);

  const same = await run(held, async () => {
    for (const text of ["y", "z", "x"]) await host.getFact(Line, { text, _sudo: true, _sudoUser: "nobody" });
  });
  assert.deepEqual(asked(same.batches), [["echo x as nobody", "echo z as nobody", "echo y as nobody"]]);
});

Deno.test("the user of configuration and data is known before the deploy begins", async () => {
  const escalated = async () => void await host.getFact(Line, { text: "a" });
  const { memory, batches } = await run([line("b")], escalated, { sudo: true, sudoUser: "nobody" });
  assert.deepEqual(asked(batches), [["echo b as nobody"], ["echo a as nobody"]]);
  assert.deepEqual(memory, [line("a")]);
});

/** A memory without a host: what it asks ahead, in the order of the asking. */
function memoryOf(remembered: readonly RememberedFact[]): { memory: FactMemory; ahead: string[] } {
  const ahead: string[] = [];
  const memory = new FactMemory(
    () => toRunOptions({}),
    ({ args }) => void ahead.push((args as { text: string }).text),
  );
  memory.recall(remembered);
  return { memory, ahead };
}

Deno.test("a memory that is altogether wrong costs a thousand reads, one that is right all at once", () => {
  const { memory, ahead } = memoryOf(Array.from({ length: 10_000 }, (_, index) => line(`${index}`)));
  memory.note({ fact: Line, args: { text: "unknown" }, options: toRunOptions({}) });
  assert.equal(ahead.length, 1000);
  memory.note({ fact: Line, args: { text: "7" }, options: toRunOptions({}) });
  assert.equal(ahead.length, 10_000);
});

Deno.test("ten thousand questions of a host are remembered", () => {
  const { memory } = memoryOf([]);
  const options = toRunOptions({});
  for (let index = 0; index < 10_000; index++) {
    memory.note({ fact: Line, args: { text: `${index}` }, options });
  }
  assert.equal(memory.asked.size, 10_000);
});

Deno.test("once the host has changed, nothing more is asked ahead", () => {
  const { memory, ahead } = memoryOf([line("held", { privilege: { sudo: {} } })]);
  memory.stop();
  memory.note({ fact: Line, args: { text: "x" }, options: toRunOptions({ _sudo: true }) });
  assert.deepEqual(ahead, []);
});

Deno.test("secrets are not remembered, nor facts that need an environment or a shell of their own", async () => {
  const { memory } = await run([], async () => {
    const password = secret('correct-"horse"-battery');
    await host.getFact(Line, { text: password.reveal() });
    await host.getFact(Line, { text: `with ${password} inside` });
    await host.getFact(Line, { text: password as unknown as string });
    await host.getFact(Line, { text: "in a directory", _chdir: `/${secret("tmp/..")}` });
    await host.getFact(Line, { text: "with environment", _env: { A: "b" } });
    await host.getFact(Line, { text: "with a shell", _shellExecutable: "bash" });
    await host.getFact(Line, { text: "kept", _sudo: false });
  });
  assert.deepEqual(memory.map(({ args }) => args.text), ["kept"]);
});

Deno.test("a read ahead that cannot be answered does not answer those who ask for themselves", async () => {
  let refused = 0;
  const { problems } = await runDeploy({
    deploy: asks,
    request: { remembered: () => [line("a")] },
    answer: (batch, results) => {
      if (refused++ > 0 || batch.lane !== "facts") return results;
      return results.map((result) => ({ ...result, outcome: "refused", stdout: new Uint8Array() }));
    },
  });
  assert.deepEqual(problems, []);
});
