/** Machines and hosts that give no room for temporary files: a reason and what to do, and never a bug of ours. */

import assert from "node:assert/strict";
import { type Ended, type Project, project } from "../support/cli.ts";
import { requirement } from "../support/skip.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";

const NEEDS = { ignore: requirement("mount") };
const OVER_SSH = { ignore: requirement("mount", "sshd") };

const DEPLOY = `import { server } from "drover/operations";
await server.shell({ commands: ["echo hello"] });`;

/** Everything that may be written to without a name for it. */
const PLACES = ["/tmp", "/var/tmp"];

function readOnly(place: string): string {
  return `mount --bind ${place} ${place} && mount -o remount,ro,bind ${place}`;
}

/** A small file system with nothing left of it. In /run, paths are short enough for sockets. */
function full(place: string): string {
  return `mount -t tmpfs tmpfs /run && mkdir -p ${place} && mount -t tmpfs -o size=32k tmpfs ${place} && ` +
    `{ head -c 1000000 /dev/zero > ${place}/all 2> /dev/null || true; }`;
}

/** Runs Drover where mounts are its own. */
async function droverAmong(
  here: Project,
  mounts: readonly string[],
  env: Record<string, string>,
  ...words: string[]
): Promise<Ended> {
  const script = `${["set -e", ...mounts].join("\n")}\nexec "$@"`;
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: ["-m", "sh", "-c", script, "sh", ...here.command(...words)],
    cwd: here.path,
    env: { NO_COLOR: "1", LC_ALL: "C.UTF-8", XDG_RUNTIME_DIR: "", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { status: code, stdout: text(stdout), stderr: text(stderr) };
}

async function inventory(here: Project, sshd: Sshd): Promise<string> {
  const data = { ...sshd.data(), ssh_backend: "openssh" };
  await here.write("inventory.json", JSON.stringify({ targets: [["127.0.1.9", data]] }));
  return "inventory.json";
}

Deno.test("a place that does not exist, is full or read-only is passed over", OVER_SSH, async (t) => {
  await using sshd = await startSshd();
  await using here = await project({ "deploy.ts": DEPLOY });
  const name = await inventory(here, sshd);
  const small = "/run/drover-small";
  const cases: [string, string[], Record<string, string>][] = [
    ["missing", [], { TMPDIR: `${here.path}/none` }],
    ["full", [full(small)], { TMPDIR: small }],
    ["read-only", [readOnly("/tmp")], {}],
  ];
  for (const [title, mounts, env] of cases) {
    await t.step(title, async () => {
      const ended = await droverAmong(here, mounts, env, name, "deploy.ts", "-y");
      assert.equal(ended.status, 0, ended.stderr);
    });
  }
});

Deno.test("where no place takes temporary files, each is named with its reason", OVER_SSH, async () => {
  await using sshd = await startSshd();
  await using here = await project({ "deploy.ts": DEPLOY });
  const name = await inventory(here, sshd);
  const small = "/run/drover-small";
  const mounts = [...PLACES.map(readOnly), full(small)];
  const ended = await droverAmong(here, mounts, { TMPDIR: small }, name, "deploy.ts", "-y");
  assert.equal(ended.status, 4, ended.stderr);
  assert.match(ended.stderr, /E_TEMP_DIRECTORY/);
  assert.match(ended.stderr, /small: .*No space left/);
  for (const place of PLACES) assert.match(ended.stderr, new RegExp(`${place}: .*Read-only file system`));
  assert.match(ended.stderr, /hint: set TMPDIR/);
  assert.doesNotMatch(ended.stderr, /E_BUG|This is a bug/);
});

Deno.test("a host whose /tmp cannot be written to says so, and takes another place", NEEDS, async () => {
  await using here = await project({
    "hello.sh": "#!/bin/sh\necho hello\n",
    "script.ts": `import { server } from "drover/operations";\nawait server.script({ src: "hello.sh" });`,
    "put.ts": `import { files } from "drover/operations";
await files.put({ src: { content: "x" }, dest: "/tmp/file" });`,
  });
  const other = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "drover-other-" });
  try {
    const script = await droverAmong(here, [readOnly("/tmp")], {}, "@local", "script.ts", "-y");
    assert.equal(script.status, 1, script.stderr);
    assert.match(script.stderr, /cannot create files in \/tmp: read-only file system/);
    assert.match(script.stderr, /hint: _tempDir or config\.tempDir names another directory/);
    assert.doesNotMatch(script.stderr, /permission denied|This is a bug/);

    await here.write("config.ts", `export const tempDir = "${other}";`);
    const there = await droverAmong(here, [readOnly("/tmp")], {}, "@local", "script.ts", "-y");
    assert.equal(there.status, 0, there.stderr);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(other)), []);

    const put = await droverAmong(here, [readOnly("/tmp")], {}, "@local", "put.ts", "-y");
    assert.equal(put.status, 1, put.stderr);
    assert.match(put.stderr, /hint: this part of the host's files is mounted read-only/);

    await here.write("config.ts", `export const tempDir = "${here.path}/small";`);
    const cramped = await droverAmong(here, [full(`${here.path}/small`)], {}, "@local", "script.ts", "-y");
    assert.equal(cramped.status, 1, cramped.stderr);
    assert.match(cramped.stderr, /No space left on device|cannot write/);
    assert.match(cramped.stderr, /hint: _tempDir or config\.tempDir names another directory/);
  } finally {
    await Deno.remove(other, { recursive: true });
  }
});

Deno.test("a long command needs no room in /tmp, whatever shell the host has", {
  ignore: requirement("mount", "bash"),
}, async () => {
  await using here = await project({
    "deploy.ts": `import { server } from "drover/operations";
const result = await server.shell({ commands: ["echo " + "x".repeat(200_000) + " | wc -c", "cat"], _stdin: "given" });
await server.shell({ commands: ["test " + "0".repeat(200_000) + " = x"], _ignoreErrors: true });
await server.shell({ commands: ["echo after"] });`,
  });
  await Deno.mkdir(`${here.path}/bin`);
  await Deno.symlink("/bin/bash", `${here.path}/bin/sh`);
  const env = { PATH: `${here.path}/bin:${Deno.env.get("PATH")}` };
  const ended = await droverAmong(here, PLACES.map(readOnly), env, "@local", "deploy.ts", "-y", "-vvv");
  assert.equal(ended.status, 0, ended.stderr.slice(-2000));
  assert.match(ended.stderr, /@local \| 200001\n/);
  assert.match(ended.stderr, /@local \| given\n/);
  assert.match(ended.stderr, /@local \| after\n/);
  assert.doesNotMatch(ended.stderr, /here-document/);
});

Deno.test("an edit of a mounted file makes its copy in the directory that the run names", NEEDS, async () => {
  await using here = await project({
    "deploy.ts": `import { files } from "drover/operations";
await files.line({ path: "/var/tmp/drover-mounted/file", line: "^old$", replace: "new" });`,
  });
  await Deno.mkdir("/var/tmp/drover-mounted", { recursive: true });
  try {
    await Deno.writeTextFile("/var/tmp/drover-mounted/file", "old\n");
    await Deno.writeTextFile("/var/tmp/drover-mounted/under", "");
    const mounted = "mount --bind /var/tmp/drover-mounted/file /var/tmp/drover-mounted/file";
    const mounts = [mounted, readOnly("/tmp")];
    const failed = await droverAmong(here, mounts, {}, "@local", "deploy.ts", "-y");
    assert.equal(failed.status, 1, failed.stderr);
    assert.match(failed.stderr, /hint: _tempDir or config\.tempDir names another directory/);
    await here.write("config.ts", `export const tempDir = "/var/tmp/drover-mounted";`);
    const ended = await droverAmong(here, mounts, {}, "@local", "deploy.ts", "-y");
    assert.equal(ended.status, 0, ended.stderr);
    assert.equal(await Deno.readTextFile("/var/tmp/drover-mounted/file"), "new\n");
  } finally {
    await Deno.remove("/var/tmp/drover-mounted", { recursive: true });
  }
});
