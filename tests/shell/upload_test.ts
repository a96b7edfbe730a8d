import assert from "node:assert/strict";
import { REACH_SETUP, WRITE_SETUP, writingText } from "../../src/command/writing.ts";
import { command, decode, download, options, TestHost, upload } from "../support/ports.ts";
import { requirement } from "../support/skip.ts";
import { addUser, must, removeUser } from "../support/sshd.ts";

const SHELLS = [
  { name: "dash", argv: ["/bin/sh"], ignore: false },
  { name: "bash", argv: ["bash", "--posix"], ignore: requirement("bash") },
  // Programs, too, are BusyBox's.
  {
    name: "busybox",
    argv: ["busybox", "sh", "-c", "PATH=$0; export PATH; exec sh"],
    ignore: requirement("busybox"),
  },
];

async function installBusybox(directory: string): Promise<void> {
  await Deno.mkdir(directory);
  await must("busybox", "--install", "-s", directory);
}

for (const { name, argv, ignore } of SHELLS) {
  const test = (
    title: string,
    fn: (host: TestHost, directory: string) => Promise<void>,
    ignored = false,
  ): void => {
    Deno.test({
      name: `${name}: upload: ${title}`,
      ignore: ignore || ignored,
      fn: async () => {
        const directory = await Deno.makeTempDir({ prefix: "drover-up-" });
        await Deno.chmod(directory, 0o755);
        try {
          const applets = `${directory}-applets`;
          if (name === "busybox") await installBusybox(applets);
          await using host = await TestHost.shell([...argv, ...(name === "busybox" ? [applets] : [])]);
          await fn(host, directory);
        } finally {
          await Deno.remove(directory, { recursive: true });
          await Deno.remove(`${directory}-applets`, { recursive: true }).catch(() => {});
        }
      },
    });
  };

  const mode = async (path: string): Promise<string> => ((await Deno.stat(path)).mode! & 0o7777).toString(8);

  const ok = async (host: TestHost, ...args: Parameters<typeof upload>): Promise<void> => {
    const result = await host.one(upload(...args));
    assert.equal(result.outcome, "success", `${decode(result.stderr)} ${JSON.stringify(result.error)}`);
  };

  const only = async (directory: string, ...names: string[]): Promise<void> => {
    const found = (await Array.fromAsync(Deno.readDir(directory))).map((entry) => entry.name);
    assert.deepEqual(found.toSorted(), names.toSorted());
  };

  test("a new file has the umask's mode, or the wanted one", async (host, directory) => {
    await ok(host, "a", `${directory}/plain`);
    assert.equal(await mode(`${directory}/plain`), (0o666 & ~Deno.umask()).toString(8));
    await ok(host, "b", `${directory}/secret`, { mode: "600" });
    assert.equal(await mode(`${directory}/secret`), "600");
    await ok(host, "c", `${directory}/tool`, { mode: "4755" });
    assert.equal(await mode(`${directory}/tool`), "4755");
    await ok(host, "", `${directory}/empty`);
    assert.equal((await Deno.stat(`${directory}/empty`)).size, 0);
  });

  test("an existing file keeps its owner and mode", async (host, directory) => {
    const path = `${directory}/file`;
    await Deno.writeTextFile(path, "old");
    await Deno.chmod(path, 0o640);
    await Deno.chown(path, 65534, 1);
    await ok(host, "new", path);
    const info = await Deno.stat(path);
    assert.deepEqual([info.uid, info.gid, info.mode! & 0o7777], [65534, 1, 0o640]);
    assert.equal(await Deno.readTextFile(path), "new");
    await ok(host, "newer", path, { user: "root", group: "daemon", mode: "0604" });
    const after = await Deno.stat(path);
    assert.deepEqual([after.uid, after.gid, after.mode! & 0o7777], [0, 1, 0o604]);
    await only(directory, "file");
  }, requirement("root"));

  test("many together, up to the first that fails", async (host, directory) => {
    const bytes = Uint8Array.from({ length: 700 }, (_, index) => index % 256);
    const requests = Array.from({ length: 300 }, (_, index) => upload(bytes, `${directory}/${index}`));
    requests.splice(200, 0, upload("x", `${directory}/nowhere/file`));
    const results = await host.batch(requests);
    const outcomes = results.map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, [
      ...Array(200).fill("success"),
      "failure",
      ...Array(100).fill("skipped"),
    ]);
    assert.match(results[200]!.error?.detail ?? "", /nowhere does not exist/);
    await only(directory, ...Array.from({ length: 200 }, (_, index) => String(index)));
    assert.deepEqual(await Deno.readFile(`${directory}/199`), bytes);
    const rest = await host.batch([command("exit 3"), ...requests.slice(0, 2)]);
    assert.deepEqual(rest.map(({ outcome }) => outcome), ["failure", "skipped", "skipped"]);
    const again = await host.batch(requests.slice(198, 204), { stopOnFailure: false });
    assert.deepEqual(again.map(({ outcome }) => outcome), [
      "success",
      "success",
      "failure",
      "success",
      "success",
      "success",
    ]);
  });

  test("odd names", async (host, directory) => {
    const names = [
      "with space",
      "it's",
      '"double"',
      "line\nbreak",
      "end\n",
      "-leading",
      "$HOME",
      "*",
      "ü",
      "\\",
    ];
    for (const odd of names) {
      await ok(host, odd, `${directory}/${odd}`);
      assert.equal(await Deno.readTextFile(`${directory}/${odd}`), odd);
    }
    await only(directory, ...names);
    const result = await host.one({
      kind: "upload",
      source: { kind: "bytes", bytes: new TextEncoder().encode("x") },
      dest: "-relative",
      options: options({ chdir: directory }),
    });
    assert.equal(result.outcome, "success");
    assert.equal(await Deno.readTextFile(`${directory}/-relative`), "x");
  });

  test("symbolic links are written through", async (host, directory) => {
    await Deno.mkdir(`${directory}/sub`);
    await Deno.writeTextFile(`${directory}/sub/real`, "old");
    await Deno.symlink("sub/real", `${directory}/one`);
    await Deno.symlink(`${directory}/one`, `${directory}/two`);
    await ok(host, "new", `${directory}/two`);
    assert.equal(await Deno.readTextFile(`${directory}/sub/real`), "new");
    assert.ok((await Deno.lstat(`${directory}/two`)).isSymlink);
    await Deno.symlink("sub/dangling", `${directory}/three`);
    await ok(host, "made", `${directory}/three`);
    assert.equal(await Deno.readTextFile(`${directory}/sub/dangling`), "made");
    await Deno.symlink("loop", `${directory}/loop`);
    const loop = await host.one(upload("x", `${directory}/loop`));
    assert.match(loop.error?.detail ?? "", /too many levels/);
    await only(`${directory}/sub`, "real", "dangling");
  });

  test("clear errors, and nothing left behind", async (host, directory) => {
    const missing = await host.one(upload("x", `${directory}/no/file`));
    assert.equal(missing.outcome, "failure");
    assert.equal(missing.error?.code, "E_UPLOAD");
    assert.match(missing.error?.detail ?? "", /directory .*\/no does not exist/);
    await Deno.mkdir(`${directory}/dir`);
    assert.match((await host.one(upload("x", `${directory}/dir`))).error?.detail ?? "", /is a directory/);
    const owner = await host.one(upload("x", `${directory}/file`, { user: "no-such-user-here" }));
    assert.equal(owner.outcome, "failure");
    assert.match(owner.error?.detail ?? "", /no-such-user-here/);
    await only(directory, "dir");
    assert.equal((await host.one(upload("x", "~nobody-here/file"))).outcome, "failure");
  });

  test("a full disk leaves the old file and no other", async (host, directory) => {
    await must("mount", "-t", "tmpfs", "-o", "size=256k", "none", directory);
    try {
      await Deno.writeTextFile(`${directory}/file`, "old");
      for (const size of [60_000, 3_000_000]) {
        await Deno.writeFile(`${directory}/filler`, new Uint8Array(230_000));
        const result = await host.one(upload(new Uint8Array(size).fill(7), `${directory}/file`));
        assert.equal(result.outcome, "failure");
        assert.match(result.error?.detail ?? "", /space|cannot write/i);
        assert.equal(await Deno.readTextFile(`${directory}/file`), "old");
        await only(directory, "file", "filler");
      }
    } finally {
      await must("umount", directory);
    }
  }, requirement("mount"));

  test("a bind-mounted file is written in place", async (host, directory) => {
    await Deno.writeTextFile(`${directory}/outside`, "old");
    await Deno.writeTextFile(`${directory}/hosts`, "under");
    await must("mount", "--bind", `${directory}/outside`, `${directory}/hosts`);
    try {
      await ok(host, "new", `${directory}/hosts`, { mode: "640" });
      assert.equal(await Deno.readTextFile(`${directory}/outside`), "new");
      assert.equal(await mode(`${directory}/outside`), "640");
      await Deno.mkdir(`${directory}/spare`);
      const path = `${directory}/hosts`;
      const killed = writingText({ path, tempDir: `${directory}/spare`, content: "printf x" });
      const text = `${REACH_SETUP}${WRITE_SETUP}cat(){ kill -9 $$; };${killed}`;
      await new Deno.Command("sh", { args: ["-c", text] }).output();
      assert.equal((await Array.fromAsync(Deno.readDir(`${directory}/spare`))).length, 1);
      await ok(host, "newer", path, { options: options({ tempDir: `${directory}/spare` }) });
      await only(`${directory}/spare`);
      await Deno.remove(`${directory}/spare`);
    } finally {
      await must("umount", `${directory}/hosts`);
    }
    await only(directory, "outside", "hosts");
  }, requirement("mount"));

  test("a writable file in a directory that is not", async (host, directory) => {
    const user = await addUser();
    try {
      const as = { privilege: { su: { user: user.name } } };
      await Deno.writeTextFile(`${directory}/file`, "old");
      await Deno.chmod(`${directory}/file`, 0o666);
      await ok(host, "new", `${directory}/file`, as);
      await ok(host, new Uint8Array(200_000).fill(10), `${directory}/file`, as);
      assert.equal((await Deno.stat(`${directory}/file`)).size, 200_000);
      assert.equal((await Deno.stat(`${directory}/file`)).uid, 0);
      const denied = await host.one(upload("x", `${directory}/other`, as));
      assert.match(denied.error?.detail ?? "", /cannot create files in .*permission denied/);
      await only(directory, "file");
    } finally {
      await removeUser(user);
    }
  }, requirement("su") || name === "busybox");

  test("hard links are broken, the other name keeps the old content", async (host, directory) => {
    await Deno.writeTextFile(`${directory}/one`, "old");
    await Deno.link(`${directory}/one`, `${directory}/two`);
    await ok(host, "new", `${directory}/one`);
    assert.equal(await Deno.readTextFile(`${directory}/two`), "old");
  });

  test("an existing file keeps its access list and attributes", async (host, directory) => {
    const path = `${directory}/it's a file`;
    await Deno.writeTextFile(path, "old");
    await must("setfacl", "-m", "u:daemon:rw,g:daemon:r", path);
    const hasAttributes = await must("setfattr", "-n", "user.origin", "-v", "a b\nc", path)
      .then(() => true, () => false);
    const before = await must("getfacl", "-cp", path);
    await ok(host, "new", path);
    assert.equal(await Deno.readTextFile(path), "new");
    assert.equal(await must("getfacl", "-cp", path), before);
    if (hasAttributes) assert.match(await must("getfattr", "-d", path), /user.origin/);
    await ok(host, "newer", path, { mode: "640" });
    assert.match(await must("getfacl", "-cp", path), /user:daemon:rw-\s+#effective:r--/);
  }, name === "busybox" || requirement("acl"));

  test("what a killed shell has left goes when the target is written again", async (host, directory) => {
    const path = `${directory}/target`;
    const text = writingText({ path, content: "kill -9 $$" });
    const [program, ...words] = name === "busybox" ? ["busybox", "sh"] : argv;
    const args = [...words, "-c", `${REACH_SETUP}${WRITE_SETUP}${text}`];
    const killed = new Deno.Command(program!, { args });
    assert.equal((await killed.output()).signal, "SIGKILL");
    const others = writingText({ path: `${path}2`, content: "kill -9 $$" });
    await new Deno.Command("sh", { args: ["-c", `${REACH_SETUP}${WRITE_SETUP}${others}`] }).output();
    assert.equal((await Array.fromAsync(Deno.readDir(directory))).length, 2);
    await ok(host, "whole", path);
    const left = (await Array.fromAsync(Deno.readDir(directory))).map((entry) => entry.name);
    assert.equal(left.length, 2, `${left}`);
    assert.equal(await Deno.readTextFile(path), "whole");
    await ok(host, "whole", `${path}2`);
    await only(directory, "target", "target2");
  });

  test("a killed upload leaves nothing", async (host, directory) => {
    const fifo = `${directory}/slow`;
    await must("mkfifo", fifo);
    // Somebody must hold the pipe open, or the upload would wait for it before it has begun.
    using _holder = await Deno.open(fifo, { read: true, write: true });
    const result = await host.one(
      {
        ...upload(new Uint8Array(300_000), fifo),
        options: options({ timeout: 0.4 }),
      } as Parameters<TestHost["one"]>[0],
    );
    assert.equal(result.outcome, "timeout");
    await only(directory, "slow");
    assert.equal(await host.sh("echo fine"), "fine\n");
  });
}

Deno.test("50 MB arrive whole, from a local file", async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-up-" });
  const bytes = new Uint8Array(50 * 1024 * 1024).map((_, index) => (index * 2654435761) >> 13);
  await Deno.writeFile(`${directory}/source`, bytes);
  await using host = await TestHost.connect("@local");
  const results = await host.batch([
    {
      kind: "upload",
      source: { kind: "file", path: `${directory}/source` },
      dest: `${directory}/target`,
      options: options(),
    },
    command(`cmp ${directory}/source ${directory}/target`),
  ]);
  assert.deepEqual(results.map(({ outcome }) => outcome), ["success", "success"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a local file that is made by an earlier request of the batch", async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-up-" });
  await using host = await TestHost.connect("@local");
  const results = await host.batch([
    command(`echo made > ${directory}/source`),
    {
      kind: "upload",
      source: { kind: "file", path: `${directory}/source` },
      dest: `${directory}/target`,
      options: options(),
    },
    command("echo after"),
  ]);
  assert.deepEqual(results.map(({ outcome }) => outcome), ["success", "success", "success"]);
  assert.equal(await Deno.readTextFile(`${directory}/target`), "made\n");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("local files that cannot be read or written are refused", async () => {
  await using host = await TestHost.connect("@local");
  const [upload, skipped] = await host.batch([
    { kind: "upload", source: { kind: "file", path: "/no/such" }, dest: "/tmp/x", options: options() },
    command("echo never"),
  ]);
  assert.equal(upload!.outcome, "refused");
  assert.equal(upload!.error?.code, "E_LOCAL_READ");
  assert.equal(skipped!.outcome, "skipped");
  const refused = await host.one(download("/etc/hostname", "/no/such/dir/file"));
  assert.equal(refused.error?.code, "E_LOCAL_WRITE");
});

Deno.test("a download that fails leaves the local file alone", async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-down-" });
  await using host = await TestHost.connect("@local");
  await Deno.writeTextFile(`${directory}/file`, "old", { mode: 0o600 });
  const missing = await host.one(download("/no/such/file", `${directory}/file`));
  assert.equal(missing.outcome, "failure");
  assert.match(missing.error?.detail ?? "", /does not exist/);
  assert.equal(await Deno.readTextFile(`${directory}/file`), "old");
  assert.match((await host.one(download("/etc", `${directory}/file`))).error?.detail ?? "", /is a directory/);
  assert.equal((await host.one(download("/etc/passwd", `${directory}/file`))).outcome, "success");
  assert.equal(await Deno.readTextFile(`${directory}/file`), await Deno.readTextFile("/etc/passwd"));
  assert.equal((await Deno.stat(`${directory}/file`)).mode! & 0o777, 0o600);
  assert.equal((await Array.fromAsync(Deno.readDir(directory))).length, 1);
  await Deno.remove(directory, { recursive: true });
});
