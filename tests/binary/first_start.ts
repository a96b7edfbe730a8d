/** The portable executable's first start: many at once, no room, no place to write, damage, signals. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { buildPortable } from "../../scripts/compile/portable.ts";
import { stage } from "../../scripts/compile/stage.ts";
import { commandLines } from "../support/processes.ts";
import { requirement } from "../support/skip.ts";
import { type EmptyRoot, emptyRoot, ended, eventually, executable, isPortable } from "./empty_root.ts";

const ignore = requirement("root", "mount") || !isPortable();
if (!isPortable()) {
  // deno-lint-ignore no-console -- the reason of a skipped test
  console.error("skipped: a native executable has nothing to unpack");
}

const CACHE = "/root/.cache/drover";
/** Programs that most systems have; what they do, the executable can do without. */
const USUAL = ["tail", "mkdir", "chmod", "rm"];

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore, fn });
}

async function version(root: EmptyRoot, env: Record<string, string> = {}): Promise<void> {
  const end = await root.run(["--version"], { env });
  deepStrictEqual([end.status, end.stderr], [0, ""]);
  match(end.stdout, /^drover /);
}

for (
  const [name, programs] of [["no program but sh", []], ["dd", ["dd"]], ["the usual ones", USUAL]] as const
) {
  test(`with ${name}: unpacked once, and nothing else is left`, async () => {
    await using root = await emptyRoot([...programs]);
    await version(root);
    const [only = "", ...more] = await root.list(CACHE);
    match(only, /^\d+\.\d+\.\d+-[0-9a-f]{16}$/);
    deepStrictEqual(more, []);
    deepStrictEqual(await root.list("/tmp"), []);
    deepStrictEqual((await root.list(`${CACHE}/${only}`)).sort(), ["app", "deno", "deno_dir", "ready"]);
    const { ino } = await Deno.stat(`${root.path}${CACHE}/${only}/deno`);
    await version(root);
    strictEqual((await Deno.stat(`${root.path}${CACHE}/${only}/deno`)).ino, ino);
  });
}

test("20 first starts at once all work, and leave one copy", async () => {
  await using root = await emptyRoot(USUAL);
  await Promise.all(Array.from({ length: 20 }, () => version(root)));
  const left = await root.list(CACHE);
  strictEqual(left.length, 1, String(left));
});

for (const size of ["10m", "60m", "93m"]) {
  test(`a disk with ${size} of room: a clear message, nothing half-done`, async () => {
    await using root = await emptyRoot(size === "60m" ? [] : USUAL);
    await root.mount("root", "-t", "tmpfs", "-o", `size=${size}`, "none");
    const end = await root.run(["--version"]);
    strictEqual(end.status, 71, end.stderr);
    match(end.stderr, /drover: .*room|drover: .*full/);
    match(end.stderr, /XDG_CACHE_HOME/);
    const left = (await root.list(CACHE)).length + (await root.list("/root/.cache")).length;
    ok(left <= 1, `${await root.list(CACHE)}`);
    await version(root, { XDG_CACHE_HOME: "/project/cache" });
  });
}

test("a cache that cannot be written: a temporary folder, removed at the end", async () => {
  await using root = await emptyRoot(USUAL);
  await root.mount("root", "-t", "tmpfs", "-o", "ro", "none");
  await version(root);
  deepStrictEqual(await root.list("/tmp"), []);
});

test("a cache that somebody else filled and that cannot be written is used as it is", async () => {
  await using root = await emptyRoot(USUAL);
  await version(root);
  await root.mount("root", "--bind", `${root.path}/root`);
  await new Deno.Command("mount", { args: ["-o", "remount,ro,bind", `${root.path}/root`] }).output();
  await version(root);
  const end = await root.run(["@local", "exec", "--", "echo works"]);
  deepStrictEqual([end.stdout.trim(), end.status], ["works", 0], end.stderr);
  deepStrictEqual(await root.list("/tmp"), []);
});

test("neither HOME nor XDG_CACHE_HOME: a temporary folder, removed at the end and after signals", async () => {
  await using root = await emptyRoot(USUAL);
  await version(root, { HOME: "" });
  deepStrictEqual(await root.list("/tmp"), []);
  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    await root.write({
      "/project/wait.ts": "await new Promise((resolve) => setTimeout(resolve, 60_000));\n",
    });
    const child = root.start(["wait.ts", "debug-inventory"], { env: { HOME: "" } });
    await eventually(() => isWatched(root), "the executable is unpacked, and its folder watched");
    await stop(child, signal);
    await eventually(async () => (await root.list("/tmp")).length === 0, `nothing is left after ${signal}`);
  }
});

/** Whether the process that removes the temporary folder is there: a signal before that is the unpacking's. */
async function isWatched(root: EmptyRoot): Promise<boolean> {
  const folders = (await root.list("/tmp")).filter((name) => name.startsWith("drover-unpacked-"));
  const lines = (await commandLines()).filter((line) => line.includes("sh -c trap : "));
  return folders.some((name) => lines.some((line) => line.endsWith(`/tmp/${name}`)));
}

/** Signals until it ends: the first Ctrl-C lets finish what runs. */
async function stop(child: Deno.ChildProcess, signal: Deno.Signal): Promise<void> {
  const end = ended(child);
  for (let times = 0; times < 5; times++) {
    try {
      child.kill(signal);
    } catch {
      break;
    }
    const timeout = new Promise((resolve) => setTimeout(resolve, 500));
    await Promise.race([end, timeout]);
  }
  await end;
}

for (const HOME of ["/root", ""]) {
  test(`Ctrl-C while it unpacks, ${HOME === "" ? "without" : "with"} a cache: nothing half-done is left`, async () => {
    await using root = await emptyRoot(USUAL);
    for (const wait of [5, 60, 120, 180, 240, 300]) {
      const child = root.start(["--version"], { env: { HOME } });
      await new Promise((resolve) => setTimeout(resolve, wait));
      // Like a terminal: to the whole process group.
      await new Deno.Command("/bin/sh", { args: ["-c", `kill -INT -- -${child.pid}`], stderr: "null" })
        .output();
      const { status, stderr } = await ended(child);
      ok(status === 0 || status === 130, `${wait}: ${status} ${stderr}`);
      const nothing = async () => (await root.list("/tmp")).length === 0;
      await eventually(nothing, `/tmp is empty after Ctrl-C at ${wait} ms: ${await root.list("/tmp")}`);
      const left = (await root.list(CACHE)).filter((name) => !/^\d+\.\d+\.\d+-[0-9a-f]{16}$/.test(name));
      deepStrictEqual(left, [], `${wait} ms`);
      await Deno.remove(`${root.path}${CACHE}`, { recursive: true }).catch(() => {});
    }
  });
}

test("a folder from which no program starts is passed over", async () => {
  await using root = await emptyRoot(USUAL);
  await root.mount("root", "-t", "tmpfs", "-o", "noexec", "none");
  await version(root);
});

test("/proc is missing: the message says so", async () => {
  await using root = await emptyRoot(USUAL);
  await root.mount("proc", "-t", "tmpfs", "none");
  const end = await root.run(["--version"]);
  strictEqual(end.status, 71);
  match(end.stderr, /\/proc/);
});

test("a damaged file is not started, wherever the damage is", async () => {
  const { size } = await Deno.stat(executable());
  for (const at of [40_000, size / 2, size - 1_000]) {
    await using root = await emptyRoot(USUAL);
    const file = await Deno.open(`${root.path}/drover`, { read: true, write: true });
    await file.seek(Math.floor(at), Deno.SeekMode.Start);
    await file.write(new Uint8Array(16).fill(0x5a));
    file.close();
    const end = await root.run(["--version"]);
    strictEqual(end.status, 71, `${at}: ${end.stdout}${end.stderr}`);
    match(end.stderr, /damaged/);
    deepStrictEqual(await root.list(CACHE), []);
  }
});

test("a download that was cut short is not started", async () => {
  await using root = await emptyRoot(USUAL);
  await Deno.truncate(`${root.path}/drover`, 50_000_000);
  const end = await root.run(["--version"]);
  strictEqual(end.status, 71, end.stderr);
  match(end.stderr, /damaged/);
  deepStrictEqual(await root.list(CACHE), []);
});

test("parts of the cache were taken away: they come back", async () => {
  await using root = await emptyRoot(USUAL);
  await version(root);
  const [only = ""] = await root.list(CACHE);
  await Deno.remove(`${root.path}${CACHE}/${only}/ready`);
  await version(root);
  deepStrictEqual(await root.list(CACHE), [only]);
});

test("two versions side by side", async () => {
  await using root = await emptyRoot(USUAL);
  const folder = await Deno.makeTempDir({ prefix: "drover-stage-" });
  try {
    const staged = await stage(join(folder, "stage"));
    const manifest = join(staged.folder, "deno.json");
    const text = await Deno.readTextFile(manifest);
    await Deno.writeTextFile(manifest, text.replace(`"version": "${staged.version}"`, '"version": "9.9.9"'));
    await buildPortable({ ...staged, version: "9.9.9" }, `${root.path}/newer`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  await version(root);
  strictEqual((await root.run(["--version"], { program: "/newer" })).stdout, "drover 9.9.9\n");
  await version(root);
  strictEqual((await root.list(CACHE)).length, 2);
});
