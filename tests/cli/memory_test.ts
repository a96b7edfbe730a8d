import assert from "node:assert/strict";
import { type Project, project } from "../support/cli.ts";
import { requirement } from "../support/skip.ts";
import { startSlowLine } from "../support/slow_line.ts";
import { must, startSshd } from "../support/sshd.ts";

const DEPLOY = `import { files } from "drover/operations";
for (const name of ["a", "b", "c"]) await files.file({ path: "/etc/hostname-" + name, present: false });`;

/** The lines of a memory that are questions. */
function questionsOf(text: string): { fact: string; groups?: string[]; hosts?: string[] }[] {
  return JSON.parse(text).deploys.flatMap(({ asked }: { asked: unknown[] }) => asked);
}

async function succeed(here: Project, env: Record<string, string>, ...words: string[]): Promise<string> {
  const ended = await here.droverWith({ XDG_STATE_HOME: `${here.path}/state`, ...env }, ...words);
  assert.equal(ended.status, 0, ended.stderr);
  return ended.stderr;
}

Deno.test("which facts a deploy asks is kept in a private file, without values; --no-memory keeps nothing", async () => {
  await using here = await project({ "deploy.ts": DEPLOY });
  const folder = `${here.path}/state/drover/memory`;
  await succeed(here, {}, "@local", "deploy.ts", "-y", "--no-memory");
  await succeed(here, { DROVER_NO_MEMORY: "1" }, "@local", "deploy.ts", "-y");
  await assert.rejects(Deno.stat(folder));
  await succeed(here, {}, "@local", "deploy.ts", "-y");
  const [file] = await Array.fromAsync(Deno.readDir(folder));
  const path = `${folder}/${file!.name}`;
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert.equal((await Deno.stat(folder)).mode! & 0o777, 0o700);
  const kept = await Deno.readTextFile(path);
  assert.ok(questionsOf(kept).length >= 3);
  assert.ok(questionsOf(kept).every(({ groups, hosts }) => groups?.includes("all") && hosts === undefined));
  for (const broken of ["{", "[]", `{"format":1,"hosts":{"@local":[{"fact":"x"}]}}`, "\0\0", ""]) {
    await Deno.writeTextFile(path, broken);
    assert.match(await succeed(here, {}, "@local", "deploy.ts", "-y"), /No changes/);
    assert.equal(await Deno.readTextFile(path), kept);
  }
});

Deno.test("a fact of shell text that the deploy does not ask any more is not run again", async () => {
  const asking = (command: string) =>
    `import { facts, host } from "drover";\nawait host.getFact(facts.server.Command, { command: "${command}" });`;
  await using here = await project();
  await here.write("deploy.ts", asking(`echo x >> ${here.path}/marks`));
  await succeed(here, {}, "@local", "deploy.ts", "-y");
  await here.write("deploy.ts", asking("true"));
  await succeed(here, {}, "@local", "deploy.ts", "--dry");
  assert.equal(await here.read("marks"), "x\n");
});

Deno.test({ name: "a memory alone never starts sudo on a host", ignore: requirement("sudo") }, async () => {
  const asking = (options: string) =>
    `import { files } from "drover/operations";\nawait files.file({ path: "/etc/gone", present: false${options} });`;
  await using here = await project();
  await here.write("bin/sudo", `#!/bin/sh\necho "$*" >> ${here.path}/log\nexec /usr/bin/sudo "$@"\n`);
  await Deno.chmod(`${here.path}/bin/sudo`, 0o755);
  const env = { PATH: `${here.path}/bin:${Deno.env.get("PATH")}` };
  await here.write("deploy.ts", asking(", _sudo: true"));
  await succeed(here, env, "@local", "deploy.ts", "-y");
  const before = await here.read("log");
  await here.write("deploy.ts", asking(""));
  await succeed(here, env, "@local", "deploy.ts", "--dry");
  assert.equal(await here.read("log"), before);
});

Deno.test("--memory keeps the questions in a file that stays the same, names it in the environment, too, and learns from --dry", async () => {
  await using here = await project({ "deploy.ts": DEPLOY, "hosts.ts": `export const web = ["@local"];` });
  const words = ["hosts.ts", "deploy.ts", "--allow-run=sh"];
  await succeed(here, {}, ...words, "--dry", "--memory", "cache/drover.json");
  const first = await here.read("cache/drover.json");
  const { ino } = await Deno.stat(`${here.path}/cache/drover.json`);
  assert.deepEqual(JSON.parse(first).deploys.map(({ asked: _, ...names }: { asked: unknown }) => names), [
    { deploy: ["../deploy.ts"], inventory: "../hosts.ts" },
  ]);
  await succeed(here, { DROVER_MEMORY: "cache/drover.json" }, ...words, "-y");
  assert.equal(await here.read("cache/drover.json"), first);
  assert.equal(
    (await Deno.stat(`${here.path}/cache/drover.json`)).ino,
    ino,
    "it is written only when it changes",
  );
  assert.doesNotMatch(first, /@local/);
  assert.equal(await here.exists("state"), false);
  await succeed(here, { DROVER_MEMORY: "other.json" }, ...words, "-y", "--no-memory");
  assert.equal(await here.exists("other.json"), false);
});

Deno.test("a file that is no memory, or cannot be read or written, is told of and left alone", async () => {
  await using here = await project({
    "deploy.ts": DEPLOY,
    "merge.json": "<<<<<<< HEAD\n{}",
    "newer.json": `{"format":3,"deploys":[]}`,
    "older.json": `{"format":1,"hosts":{}}`,
    "folder/a": "",
  });
  for (
    const [file, notice] of [
      ["deploy.ts", /Warning .*deploy\.ts" is no memory of Drover/],
      ["merge.json", /is no memory of Drover/],
      ["newer.json", /has format 3, and this version of Drover writes 2/],
      ["older.json", /has format 1, and this version of Drover writes 2/],
      ["folder", /"[^"]*folder" is no file/],
      ["/dev/zero", /"\/dev\/zero" is no file/],
      ["deploy.ts/memory.json", /Cannot read the memory/],
    ] as const
  ) {
    const before = await here.read(file).catch(() => undefined);
    assert.match(await succeed(here, {}, "@local", "deploy.ts", "-y", "--memory", file), notice);
    assert.equal(await here.read(file).catch(() => undefined), before);
  }
});

Deno.test({
  name: "a checkout that is read-only is told of only when there is something new",
  ignore: requirement("mount"),
}, async () => {
  await using here = await project({ "deploy.ts": DEPLOY });
  await succeed(here, {}, "@local", "deploy.ts", "-y", "--memory", "kept/memory.json");
  await must("mount", "--bind", `${here.path}/kept`, `${here.path}/kept`);
  try {
    await must("mount", "-o", "remount,bind,ro", `${here.path}/kept`);
    const memory = ["--memory", "kept/memory.json"];
    assert.doesNotMatch(await succeed(here, {}, "@local", "deploy.ts", "-y", ...memory), /memory/);
    await here.write("deploy.ts", DEPLOY.replaceAll("hostname-", "other-"));
    assert.match(
      await succeed(here, {}, "@local", "deploy.ts", "-y", ...memory),
      /Warning Cannot write the memory/,
    );
  } finally {
    await must("umount", `${here.path}/kept`);
  }
});

Deno.test({
  name: "a host never seen costs no more round trips than one that was",
  ignore: requirement("sshd"),
}, async () => {
  await using sshd = await startSshd();
  await using line = startSlowLine(sshd.port, 5);
  const host = (name: string) => [name, { ...sshd.data(), ssh_hostname: "127.0.0.1", ssh_port: line.port }];
  const names = ["old", "new", "newer", "third"];
  await using here = await project({
    "hosts.ts": `export const web = ${JSON.stringify(names.map(host))};`,
    "deploy.ts": DEPLOY,
  });
  const turns = async (name: string, ...words: string[]): Promise<number> => {
    const before = line.turns();
    await succeed(here, {}, "hosts.ts", "deploy.ts", "-y", "--limit", name, ...words);
    return line.turns() - before;
  };
  const memory = ["--memory", "memory.json"];
  const first = await turns("old", ...memory);
  // What a busy machine sends in pieces counts as more turns than it needs: two runs of each are seldom both so.
  const repeated = [await turns("old", ...memory), await turns("old", ...memory)];
  const fresh = [await turns("new", ...memory), await turns("newer", ...memory)];
  const [again, sibling] = [Math.max(...repeated), Math.min(...fresh)];
  assert.ok(Math.min(...repeated) < first, `${repeated} of ${first} turns`);
  assert.ok(sibling <= again, `${sibling} turns for a host never seen, ${again} for one that was`);
  const text = await here.read("memory.json");
  for (const name of names) assert.doesNotMatch(text, new RegExp(`"${name}"`));
  await turns("third", ...memory);
  assert.equal(await here.read("memory.json"), text);
});

Deno.test(
  { name: "a file keeps its mode and owner, and a link stays one", ignore: requirement("root") },
  async () => {
    await using here = await project({ "deploy.ts": DEPLOY, "real.json": "" });
    await Deno.chmod(`${here.path}/real.json`, 0o640);
    await Deno.chown(`${here.path}/real.json`, 65534, 65534);
    await Deno.symlink("real.json", `${here.path}/link.json`);
    await succeed(here, {}, "@local", "deploy.ts", "-y", "--memory", "link.json");
    const info = await Deno.stat(`${here.path}/real.json`);
    assert.deepEqual([info.mode! & 0o777, info.uid, info.gid], [0o640, 65534, 65534]);
    assert.ok((await Deno.lstat(`${here.path}/link.json`)).isSymlink);
    assert.ok(questionsOf(await here.read("real.json")).length >= 3);
  },
);

Deno.test("config.memory is relative to config.ts, and leads nowhere but into the project", async () => {
  await using outside = await project();
  await using here = await project({
    "ops/deploy.ts": DEPLOY,
    "ops/config.ts": `export const memory = "drover-memory.json";`,
  });
  await succeed(here, {}, "@local", "ops/deploy.ts", "-y");
  assert.ok(questionsOf(await here.read("ops/drover-memory.json")).length >= 3);
  assert.equal(await here.exists("state"), false);
  await Deno.symlink(outside.path, `${here.path}/ops/link`);
  await Deno.symlink(`${outside.path}/new.json`, `${here.path}/ops/dangling.json`);
  // Links that lead out of a project take away what they lead to, not the rest of it.
  await Deno.remove(`${here.path}/ops/drover-memory.json`);
  await succeed(here, {}, "@local", "ops/deploy.ts", "-y");
  assert.ok(await here.exists("ops/drover-memory.json"));
  for (
    const path of [
      `${outside.path}/m.json`,
      "../../m.json",
      "link/m.json",
      "dangling.json",
      ".bashrc",
      "deno.json",
    ]
  ) {
    await here.write("ops/config.ts", `export const memory = ${JSON.stringify(path)};`);
    assert.match(await succeed(here, {}, "@local", "ops/deploy.ts", "-y"), /Warning config\.memory must/);
  }
  assert.deepEqual(await Array.fromAsync(Deno.readDir(outside.path)), []);
  await here.write("ops/config.ts", "export const memory = 5;");
  const { status, stderr } = await here.drover("@local", "ops/deploy.ts", "-y");
  assert.equal(status, 65, stderr);
  assert.match(stderr, /config\.memory must be a path: it is 5/);
});

Deno.test("runs at the same time do not lose each other's questions", async () => {
  const names = ["a", "b", "c", "d"];
  await using here = await project(
    Object.fromEntries(names.map((name) => [`${name}.ts`, DEPLOY.replaceAll("hostname-", `${name}-`)])),
  );
  await Promise.all(
    names.map((name) => succeed(here, {}, "@local", `${name}.ts`, "-y", "--memory", "m.json")),
  );
  const { deploys } = JSON.parse(await here.read("m.json"));
  assert.deepEqual(
    deploys.map(({ deploy }: { deploy: string[] }) => deploy),
    names.map((name) => [`${name}.ts`]),
  );
});
