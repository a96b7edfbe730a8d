/** What a project asks for is in force only where somebody has agreed to it. */

import assert from "node:assert/strict";
import { type Project, project } from "../support/cli.ts";
import { requirement } from "../support/skip.ts";

const DENO_DIR = await denoDirectory();

/** A project that asks to write a folder, and a deploy that tries. */
async function asking(outside: Project): Promise<Project> {
  return await project({
    "config.ts": `export const permissions = { write: ["${outside.path}"] };`,
    "inventory.ts": `export const targets = ["@local"];`,
    "deploy.ts": `Deno.writeTextFileSync("${outside.path}/written", "x");`,
  });
}

/** Runs Drover on a pseudo-terminal, types an answer to each question, and gives back what was shown. */
async function onTerminal(here: Project, env: Record<string, string>, answers: string, words: string[]) {
  const script = `
import os, pty, select, sys, time
answers = list(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
seen = 0
end = time.time() + 60
while time.time() < end:
    if select.select([fd], [], [], 0.2)[0]:
        try:
            data = os.read(fd, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
        while shown.count(b"[y/N] ") > seen:
            seen += 1
            os.write(fd, ((answers.pop(0) if answers else "n") + "\\r").encode())
os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
`;
  const { stdout, stderr } = await new Deno.Command("python3", {
    args: ["-c", script, answers, ...here.command(...words)],
    cwd: here.path,
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1", TERM: "xterm", DENO_DIR, ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout).replaceAll("\r", "") + decoder.decode(stderr);
}

const hasPython = !requirement("python3");

Deno.test(
  { name: "a yes is remembered for this project and this very request", ignore: !hasPython },
  async () => {
    await using home = await project();
    await using outside = await project();
    await using here = await asking(outside);
    const env = { HOME: home.path };
    const words = ["@local", "deploy.ts", "-y"];
    const refused = await onTerminal(here, env, "n", words);
    assert.match(refused, /config\.ts asks for more than reading its project:\n {2}write \/tmp/);
    assert.match(refused, /nobody has agreed to it/);
    assert.equal(await outside.exists("written"), false);

    const agreed = await onTerminal(here, env, "y", words);
    assert.match(agreed, /lets the deploy write .* \(agreed to\)/);
    assert.equal(await outside.exists("written"), true);

    await Deno.remove(`${outside.path}/written`);
    const later = await here.droverWith({ ...env, DENO_DIR, CI: "1" }, ...words);
    assert.match(later.stderr, /agreed to earlier/);
    assert.equal(await outside.exists("written"), true);

    await Deno.remove(`${outside.path}/written`);
    await here.write("config.ts", `export const permissions = { write: ["${outside.path}", "/etc"] };`);
    const more = await here.droverWith({ ...env, DENO_DIR, CI: "1" }, ...words);
    assert.match(more.stderr, /nobody has agreed to it/);
    assert.equal(await outside.exists("written"), false);

    await here.write("config.ts", `export const permissions = { write: ["${outside.path}"] };`);
    await using copy = await asking(outside);
    const other = await copy.droverWith({ ...env, DENO_DIR, CI: "1" }, ...words);
    assert.match(other.stderr, /nobody has agreed to it/);
  },
);

Deno.test({ name: "a host of this machine is asked for, once", ignore: !hasPython }, async () => {
  await using home = await project();
  await using outside = await project();
  await using here = await asking(outside);
  const env = { HOME: home.path };
  const words = ["inventory.ts", "exec", "--", "touch", `${outside.path}/here`];
  assert.match(
    await onTerminal(here, env, "nn", words),
    /run sh for the host @local[^]+nobody has agreed to/,
  );
  assert.equal(await outside.exists("here"), false);
  await onTerminal(here, env, "ny", words);
  assert.equal(await outside.exists("here"), true);
  const later = await here.droverWith({ ...env, DENO_DIR, CI: "1" }, ...words);
  assert.equal(later.status, 0, later.stderr);
});

Deno.test("without a terminal, only flags and names on the command line allow", async () => {
  await using home = await project();
  await using outside = await project();
  await using here = await asking(outside);
  const env = { HOME: home.path, DENO_DIR, CI: "1" };
  const run = async (...words: string[]) => (await here.droverWith(env, ...words)).status;
  const exec = ["exec", "--", "true"];
  assert.equal(await run("inventory.ts", ...exec), 65);
  assert.equal(await run("inventory.ts", "--limit", "@local", ...exec), 0);
  assert.equal(await run("inventory.ts", "--allow-run=sh", ...exec), 0);
  assert.equal(await run("inventory.ts", "--trust-config", ...exec), 0);
  assert.equal(await run("@local", ...exec), 0);
  assert.equal(await run("@local", "deploy.ts", "-y"), 1);
  assert.equal(await run("@local", "deploy.ts", "-y", `--allow-write=${outside.path}`), 0);
});

Deno.test("commands that connect to nothing grant nothing, and say what is asked", async () => {
  await using outside = await project();
  await using here = await project({
    "config.ts": `export const permissions = { write: ["${outside.path}"] };`,
    "inventory.ts":
      `Deno.writeTextFileSync("${outside.path}/written", "x"); export const targets = ["web-01"];`,
    "deploy.ts": "export {};",
  });
  for (
    const words of [["inventory.ts", "debug-inventory"], ["permissions", "inventory.ts"], [
      "check",
      "inventory.ts",
      "deploy.ts",
    ]]
  ) {
    const ended = await here.drover(...words, "--trust-config");
    assert.equal(ended.status, 65, ended.stderr);
    assert.equal(await outside.exists("written"), false);
  }
  await here.write("inventory.ts", `export const targets = ["web-01"];`);
  for (const words of [["inventory.ts", "debug-inventory"], ["check", "inventory.ts", "deploy.ts"]]) {
    assert.match((await here.drover(...words)).stderr, /asks for .*write \/tmp/);
  }
});

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}
