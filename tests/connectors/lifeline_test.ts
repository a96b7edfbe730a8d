/** Nothing of ours outlives a Drover that was killed. */

import assert from "node:assert/strict";
import { Lifeline } from "../../src/connectors/lifeline.ts";
import { removeLeftRuns, RunDirectory } from "../../src/connectors/run_directory.ts";
import { isRunning } from "../support/processes.ts";
import { requirement } from "../support/skip.ts";
import { must, startSshd } from "../support/sshd.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const OVER_SSH = { ignore: requirement("sshd") };

/** A program that runs commands on a host, says so, and waits. */
const PROGRAM = `
import { command, TestHost } from "${new URL("../support/ports.ts", import.meta.url)}";
const [name, data, script] = Deno.args;
const host = await TestHost.connect(name, JSON.parse(data));
void host.one(command(script));
setInterval(() => {}, 1000);
`;

/** Runs a command on a host in a program, and kills the program while the command runs. */
async function killed(
  name: string,
  data: Record<string, unknown>,
  script: string,
  until: () => Promise<boolean>,
  env: Record<string, string> = {},
): Promise<void> {
  await using directory = await temporaryDirectory();
  await Deno.writeTextFile(`${directory.path}/run.ts`, PROGRAM);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", config, `${directory.path}/run.ts`, name, JSON.stringify(data), script],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    env,
  }).spawn();
  await eventually(until, "the command runs");
  child.kill("SIGKILL");
  await child.status;
}

async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`never: ${what}`);
}

Deno.test("a command on this machine ends with a Drover that is killed, whatever it ignores", async () => {
  const script = "trap '' TERM HUP; (sleep 7001) & sleep 7002";
  await killed("@local", {}, script, () => isRunning("sleep 7002"));
  await eventually(async () => !await isRunning("sleep 7001") && !await isRunning("sleep 7002"), "both end");
});

Deno.test("what a command has left on purpose stays", async () => {
  const script = "(setsid sleep 7003 >/dev/null 2>&1 &) ; sleep 7004";
  await killed("@local", {}, script, () => isRunning("sleep 7004"));
  await eventually(async () => !await isRunning("sleep 7004"), "the command ends");
  assert.equal(await isRunning("sleep 7003"), true);
  const ending = `for p in /proc/[0-9]*; do
case $(tr '\\0' ' ' <$p/cmdline 2>/dev/null) in "sleep 7003 ") kill \${p#/proc/};; esac
done; :`;
  await must("sh", "-c", ending);
});

Deno.test("ssh ends with a Drover that is killed; the next run removes its directory", OVER_SSH, async () => {
  await using sshd = await startSshd();
  // A long name would have the run use another place.
  await using place = await temporaryDirectory("d-");
  await Deno.chmod(place.path, 0o777);
  const data = { ...sshd.data(), ssh_backend: "openssh" };
  const marker = `${place.path}/begun`;
  const begun = () => Deno.stat(marker).then(() => true, () => false);
  await killed("web-01", data, `touch ${marker}; sleep 7005`, begun, { TMPDIR: place.path });
  const ours = async () => {
    const names = await Array.fromAsync(Deno.readDir(place.path), ({ name }) => name);
    return names.filter((name) => name.startsWith("drover-run-"));
  };
  const [left] = await ours();
  assert.ok(left !== undefined);
  await eventually(async () => !await isMentioned(`${place.path}/${left}`), "no ssh is left");
  await removeLeftRuns([place.path]);
  assert.deepEqual(await ours(), []);
});

Deno.test("a ssh that is still connecting ends with a Drover that is killed", OVER_SSH, async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr;
  const data = { ssh_hostname: "127.0.0.1", ssh_port: port, ssh_backend: "openssh" };
  const accepted = silent.accept();
  const connecting = async () => {
    await accepted;
    // Programs are told of a moment after their start.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return await isMentioned(String(port));
  };
  await killed("web-01", data, "true", connecting);
  using _connection = await accepted;
  const began = performance.now();
  await eventually(async () => !await isMentioned(String(port)), "no ssh is left");
  // By itself it gives up after ten.
  assert.ok(performance.now() - began < 6000);
});

async function isMentioned(text: string): Promise<boolean> {
  const names = await Array.fromAsync(Deno.readDir("/proc"), ({ name }) => name);
  const lines = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((pid) =>
      Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "")
    ),
  );
  return lines.some((line) => /^[^\0]*ssh\0/.test(line) && line.includes(text));
}

Deno.test({
  name: "programs start where no shell may",
  permissions: { env: true, run: ["sleep"] },
  async fn() {
    const lifeline = new Lifeline();
    const child = lifeline.spawn(["sleep", "0"]);
    assert.equal((await child.status).code, 0);
    await Promise.all([child.stdin.close(), child.stdout.cancel(), child.stderr.cancel()]);
    await lifeline.close();
  },
});

Deno.test("only directories of this user's dead runs are removed", async () => {
  await using place = await temporaryDirectory();
  const make = async (name: string, mode: number, files: string[]) => {
    await Deno.mkdir(`${place.path}/${name}`, { mode });
    await Deno.chmod(`${place.path}/${name}`, mode);
    for (const file of files) await Deno.writeTextFile(`${place.path}/${name}/${file}`, "");
  };
  await make("drover-run-dead", 0o700, ["lock", "c0"]);
  await make("drover-run-open", 0o755, ["lock"]);
  await make("drover-run-new", 0o700, []);
  await make("drover-run-old", 0o700, ["new"]);
  await Deno.utime(`${place.path}/drover-run-old`, 1, 1);
  await make("drover-project-1", 0o700, ["lock"]);
  await make("other", 0o700, ["lock", "kept"]);
  await Deno.symlink(`${place.path}/other`, `${place.path}/drover-run-link`);
  await make("drover-run-inner", 0o700, []);
  await Deno.symlink(`${place.path}/other/lock`, `${place.path}/drover-run-inner/lock`);
  if (Deno.uid() === 0) {
    await make("drover-run-foreign", 0o700, ["lock"]);
    await Deno.chown(`${place.path}/drover-run-foreign`, 65534, 65534);
  }
  await removeLeftRuns([place.path]);
  const left = await Array.fromAsync(Deno.readDir(place.path), ({ name }) => name);
  const foreign = Deno.uid() === 0 ? ["drover-run-foreign"] : [];
  assert.deepEqual(left.sort(), [
    "drover-project-1",
    ...foreign,
    "drover-run-inner",
    "drover-run-link",
    "drover-run-new",
    "drover-run-open",
    "other",
  ]);
  assert.equal(await Deno.stat(`${place.path}/other/kept`).then(() => true), true);
});

Deno.test("the directory of a run that is at work is left alone", async () => {
  await using place = await temporaryDirectory("d-");
  Deno.env.set("TMPDIR", place.path);
  const directory = new RunDirectory(10);
  const path = directory.newName("c");
  Deno.env.delete("TMPDIR");
  assert.ok(path.startsWith(`${place.path}/drover-run-`));
  await removeLeftRuns([place.path]);
  assert.equal((await Array.fromAsync(Deno.readDir(place.path))).length, 1);
  await directory.remove();
  assert.equal((await Array.fromAsync(Deno.readDir(place.path))).length, 0);
});
