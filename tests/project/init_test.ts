import assert from "node:assert/strict";
import { type Project, project } from "../support/cli.ts";
import { denoCheck } from "./deno_check.ts";

const FILES = [
  "inventory.ts",
  "group_data/all.ts",
  "deploy.ts",
  "templates/welcome.txt.j2",
  "config.ts",
  "deno.json",
  ".gitignore",
  ".vscode/settings.json",
  ".vscode/extensions.json",
  ".drover/drover.d.ts",
];

Deno.test("a new project plans, applies and has nothing left to change", async () => {
  await using here = await project();
  const made = await here.drover("init");
  assert.equal(made.status, 0, made.stderr);
  for (const file of FILES) {
    assert.ok(await here.exists(file), file);
    if (!file.startsWith(".drover")) assert.ok(made.stderr.includes(`Created ${file}\n`), file);
  }
  assert.match(made.stderr, /Next:\n {2}drover inventory\.ts deploy\.ts --limit @local --dry/);

  const run = ["inventory.ts", "deploy.ts", "--detailed-exitcode", "--allow-run=sh"];
  assert.equal((await here.drover(...run, "--dry")).status, 2);
  assert.equal(await here.exists("build"), false, "a plan changes nothing");
  const applied = await here.drover(...run, "--yes");
  assert.equal(applied.status, 2, applied.stderr);
  assert.equal((await here.read("build/welcome.txt")).trim(), "Hello from @local!");
  const again = await here.drover(...run, "--yes");
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stderr, /No changes/);
});

Deno.test("a new project passes deno check, fmt and lint with nothing downloaded, and drover check", async () => {
  await using here = await project({ "README.md": "# Mine\n" });
  const made = await here.drover("init", "demo");
  assert.equal(made.status, 0, made.stderr);
  assert.match(made.stderr, /Created demo\/inventory\.ts[\s\S]*Next:\n {2}cd demo\n/);
  const directory = `${here.path}/demo`;
  const checked = await denoCheck(directory);
  assert.equal(checked.status, 0, checked.stderr);
  for (const command of [["fmt", "--check"], ["lint"]]) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: command, cwd: directory })
      .output();
    assert.ok(success, new TextDecoder().decode(stderr));
  }
  const own = await here.drover("check", "inventory.ts", "deploy.ts", "--chdir", "demo");
  assert.equal(own.status, 0, own.stderr);
  assert.match(own.stderr, /^Nothing is wrong with inventory\.ts, deploy\.ts: 1 host; types by deno \d/);
});

/** Types lines into a shell that knows `drover`, without a terminal. */
async function typed(here: Project, lines: string): Promise<{ status: number; stderr: string }> {
  const words = here.command().map((word) => `'${word}'`).join(" ");
  await here.write("bin/drover", `#!/bin/sh\nexec ${words} "$@"\n`);
  await Deno.chmod(`${here.path}/bin/drover`, 0o755);
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-e", "-c", lines],
    cwd: here.path,
    env: { PATH: `${here.path}/bin:${Deno.env.get("PATH")}`, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return { status: code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("the lines that init proposes do what they say as they are", async () => {
  await using here = await project();
  const made = await here.drover("init", "demo");
  const lines = made.stderr.slice(made.stderr.indexOf("Next:\n") + "Next:\n".length);
  const { status, stderr } = await typed(here, lines);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /Nothing is wrong with inventory\.ts, deploy\.ts: 1 host/);
  assert.equal((await here.read("demo/build/welcome.txt")).trim(), "Hello from @local!");
});

Deno.test("the quick start of the README can be followed to the letter", async () => {
  await using here = await project();
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const lines = /## Quick start\n+```sh\n([^]*?)```/.exec(readme)![1]!;
  const { status, stderr } = await typed(here, lines);
  assert.equal(status, 0, stderr);
  assert.equal((await here.read("demo/build/welcome.txt")).trim(), "Hello from @local!");
});

Deno.test("init refuses to overwrite: it lists what is there and writes nothing", async () => {
  await using here = await project({ "deploy.ts": "mine", ".gitignore": "mine" });
  const { status, stderr } = await here.drover("init");
  assert.equal(status, 65);
  assert.match(stderr, /error\[E_INIT_EXISTS\]/);
  assert.match(stderr, /= deploy\.ts\n.*= \.gitignore\n.*hint: .*drover types/);
  assert.equal(await here.read("deploy.ts"), "mine");
  assert.equal(await here.exists("inventory.ts"), false);
  assert.equal(await here.exists(".drover"), false);
});

Deno.test("init works in directories with other files and with spaces in their names", async () => {
  await using here = await project({ "my servers/README.md": "# Mine\n" });
  const { status, stderr } = await here.drover("init", "my servers");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /cd 'my servers'/);
  const planned = await here.drover(
    ...["inventory.ts", "deploy.ts", "--dry", "--chdir", "my servers", "--allow-run=sh"],
  );
  assert.equal(planned.status, 0, planned.stderr);
});

Deno.test("init does not take a file, a link to nowhere or two directories for a directory", async () => {
  await using here = await project({ "file": "" });
  const file = await here.drover("init", "file");
  assert.equal(file.status, 65);
  assert.match(file.stderr, /is a file, not a directory/);
  const two = await here.drover("init", "a", "b");
  assert.equal(two.status, 64);
  const below = await here.drover("init", "file/below");
  assert.equal(below.status, 65);
  assert.match(below.stderr, /error\[E_INIT_WRITE\]/);
  assert.doesNotMatch(below.stderr, /bug in Drover/);
});

Deno.test("each command on projects has help of its own", async () => {
  await using here = await project();
  for (const command of ["init", "types", "check", "completions"]) {
    const { status, stdout } = await here.drover(command, "--help");
    assert.equal(status, 0);
    assert.ok(stdout.startsWith(`Usage: drover ${command}`));
  }
});
