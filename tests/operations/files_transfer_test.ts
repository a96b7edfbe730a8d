/** Uploads, downloads, templates, whole directories and archives on this machine. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { secret } from "../../src/command/mod.ts";
import type { AnyOperation, ConnectorArguments } from "../../src/host/mod.ts";
import { files } from "../../src/operations/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { busyboxPath, LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";
import { type Machine, onEachUserland, settle, withMachine } from "../support/userlands.ts";

const mode = async (path: string) => ((await Deno.lstat(path)).mode! & 0o7777).toString(8);

async function localFile({ dir }: Machine, name: string, content: string | Uint8Array): Promise<string> {
  const path = `${dir}/local ${name}`;
  await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  return path;
}

onEachUserland("files.put uploads files and content, once", async (machine) => {
  const bytes = crypto.getRandomValues(new Uint8Array(50_000));
  const src = await localFile(machine, "it's $x", bytes);
  const dest = `${machine.dir}/to/it's $x`;
  await settle(machine, files.put, { src, dest, mode: 600 });
  assert.deepEqual(await Deno.readFile(dest), bytes);
  assert.equal(await mode(dest), "600");
  assert.deepEqual(await settle(machine, files.put, { src, dest, mode: "u=rw,g=r,o=" }), [
    `chmod u=rw,g=r,o= '${dest.replaceAll("'", `'"'"'`)}'`,
  ]);
  await settle(machine, files.put, { src: { content: "new\n" }, dest });
  assert.equal(await Deno.readTextFile(dest), "new\n");
  assert.equal(await mode(dest), "640", "without a mode, it stays");
  await settle(machine, files.put, { src: new Uint8Array([0, 255]), dest });
  await settle(machine, files.put, { src: { content: "" }, dest: `${machine.dir}/empty` });
  await settle(machine, files.put, { src, dest: `${machine.dir}/same mode`, mode: true });
  assert.equal(await mode(`${machine.dir}/same mode`), await mode(src));
  assert.equal((await machine.host.apply(files.put, { src, dest, force: true })).commands.length, 1);
});

onEachUserland("files.put into directories and through links", async (machine) => {
  const src = await localFile(machine, "name", "x");
  await Deno.mkdir(`${machine.dir}/d`);
  await settle(machine, files.put, { src, dest: `${machine.dir}/d` });
  await settle(machine, files.put, { src, dest: `${machine.dir}/e/` });
  assert.equal(await Deno.readTextFile(`${machine.dir}/d/local name`), "x");
  assert.equal(await Deno.readTextFile(`${machine.dir}/e/local name`), "x");
  await Deno.symlink("d/local name", `${machine.dir}/link`);
  await settle(machine, files.put, { src: { content: "y" }, dest: `${machine.dir}/link` });
  assert.equal(await Deno.readTextFile(`${machine.dir}/d/local name`), "y");
  await Deno.symlink("d", `${machine.dir}/dirlink`);
  await settle(machine, files.put, { src, dest: `${machine.dir}/dirlink` });
  assert.equal(await Deno.readTextFile(`${machine.dir}/d/local name`), "x");
  await Deno.symlink("not yet", `${machine.dir}/dangling`);
  await settle(machine, files.put, { src, dest: `${machine.dir}/dangling` });
  assert.equal(await Deno.readTextFile(`${machine.dir}/not yet`), "x");
  await assert.rejects(
    machine.host.apply(files.put, { src: { content: "" }, dest: `${machine.dir}/d` }),
    /content has no name/,
  );
});

onEachUserland("files.put sets times", async (machine) => {
  const src = await localFile(machine, "old", "x");
  const time = new Date("2020-02-29T12:34:56Z");
  await Deno.utime(src, time, time);
  const dest = `${machine.dir}/dest`;
  await settle(machine, files.put, { src, dest, mtime: true });
  assert.deepEqual((await Deno.stat(dest)).mtime, time);
  await settle(machine, files.put, { src, dest, mtime: "2021-01-01T00:00:00Z" });
  assert.equal((await Deno.stat(dest)).mtime!.toISOString(), "2021-01-01T00:00:00.000Z");
  await settle(machine, files.put, { src, dest, mtime: 86400 });
  assert.equal((await Deno.stat(dest)).mtime!.getTime(), 86400_000);
});

Deno.test("files.put: what is not there, and what may not be there yet", async () => {
  const facts = { facts: () => undefined };
  await assert.rejects(collectSteps(files.put, { src: "no such file", dest: "/x" }, facts), /no local file/);
  await assert.rejects(collectSteps(files.put, { src: "/tmp", dest: "/x" }, facts), /is a directory/);
  await assert.rejects(
    collectSteps(files.put, { src: 1, dest: "/x" }, facts),
    /src must be a string, a Uint8Array or an object: it is 1/,
  );
  await assert.rejects(
    collectSteps(files.put, { src: { content: "" }, dest: "/x", mode: true }, facts),
    /mode cannot be true/,
  );
  const { steps } = await collectSteps(
    files.put,
    { src: "made later", dest: "/x", assumeExists: true },
    facts,
  );
  assert.equal(steps.length, 1);
});

onEachUserland("differences of uploads are shown, but not those of secrets", async (machine) => {
  const path = `${machine.dir}/f`;
  const diffs = async (content: unknown) => {
    const { notes } = await machine.host.apply(files.put, { src: { content }, dest: path });
    return notes.flatMap((note) => note.kind === "diff" ? [note.diff] : []);
  };
  assert.deepEqual(await diffs("a\n"), [{ path, before: undefined, after: "a\n" }]);
  assert.deepEqual(await diffs("b\n"), [{ path, before: "a\n", after: "b\n" }]);
  assert.deepEqual(await diffs(new Uint8Array([0, 1])), []);
  assert.deepEqual(await diffs(secret("long enough to mask")), []);
  assert.equal(await Deno.readTextFile(path), "long enough to mask");
}, { diff: true });

onEachUserland("files.template renders and uploads", async (machine) => {
  const dest = `${machine.dir}/out`;
  const src = await localFile(machine, "conf.j2", "port {{ port }} on {{ host.name }}\n");
  await settle(machine, files.template, { src, dest, data: { port: 80 }, mode: 640 });
  assert.equal(await Deno.readTextFile(dest), "port 80 on @local\n");
  const eta = await localFile(machine, "conf.eta", "port <%= it.port %>\n");
  await settle(machine, files.template, { src: eta, dest, data: { port: 81 } });
  assert.equal(await Deno.readTextFile(dest), "port 81\n");
  await settle(machine, files.template, { src: { content: "{{ a }}" }, dest, data: { a: "x" } });
  assert.equal(await Deno.readTextFile(dest), "x");
  await assert.rejects(machine.host.apply(files.template, { src, dest }), { code: "E_TEMPLATE" });
});

onEachUserland("files.get downloads what differs", async (machine) => {
  const src = `${machine.dir}/it's`;
  await Deno.writeTextFile(src, "1");
  const dest = `${machine.dir}/local dir/copy`;
  await assert.rejects(machine.host.apply(files.get, { src, dest }), /no local directory/);
  await settle(machine, files.get, { src, dest, createLocalDir: true });
  assert.equal(await Deno.readTextFile(dest), "1");
  await Deno.writeTextFile(src, "2");
  await settle(machine, files.get, { src, dest });
  assert.equal(await Deno.readTextFile(dest), "2");
  await settle(machine, files.get, { src, dest: `${machine.dir}/local dir` });
  assert.equal(await Deno.readTextFile(`${machine.dir}/local dir/it's`), "2");
});

onEachUserland("files.sync makes directories the same", async (machine) => {
  const local = `${machine.dir}/local tree`;
  const dest = `${machine.dir}/remote it's`;
  const names = [
    "a",
    "sub dir/b",
    "sub dir/deep/c",
    "new\nline",
    "-dash",
    "$HOME",
    "ünï",
    "x.pyc",
    "cache/z",
  ];
  for (const name of names) {
    await Deno.mkdir(`${local}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${local}/${name}`, name);
  }
  await Deno.chmod(`${local}/a`, 0o700);
  await Deno.symlink("a", `${local}/link`);
  const args = { src: local, dest, exclude: "*.pyc", excludeDir: "cache", delete: true };
  // BusyBox's sha1sum does not escape newlines in names: such a file is uploaded every time.
  if (machine.userland === "busybox") await Deno.remove(`${local}/new\nline`);
  await settle(machine, files.sync, args);
  assert.equal(await Deno.readTextFile(`${dest}/sub dir/deep/c`), "sub dir/deep/c");
  assert.equal(await mode(`${dest}/a`), "700");
  assert.equal(await Deno.readLink(`${dest}/link`), "a");
  await assert.rejects(Deno.stat(`${dest}/x.pyc`));
  await assert.rejects(Deno.stat(`${dest}/cache`));

  await Deno.writeTextFile(`${dest}/extra one`, "");
  await Deno.symlink("a", `${dest}/extra link`);
  await Deno.writeTextFile(`${dest}/keep.pyc`, "");
  await Deno.mkdir(`${dest}/cache`);
  await Deno.writeTextFile(`${dest}/cache/keep`, "");
  await Deno.remove(`${dest}/$HOME`);
  await Deno.symlink("/etc/hostname", `${dest}/$HOME`);
  await Deno.remove(`${dest}/link`);
  await Deno.symlink("elsewhere", `${dest}/link`);
  await Deno.writeTextFile(`${dest}/-dash`, "changed");
  await settle(machine, files.sync, args);
  const kept = (await Array.fromAsync(Deno.readDir(dest))).map(({ name }) => name);
  assert.ok(!kept.includes("extra one") && !kept.includes("extra link"));
  assert.ok(kept.includes("keep.pyc") && (await Deno.stat(`${dest}/cache/keep`)).isFile);
  assert.ok((await Deno.lstat(`${dest}/$HOME`)).isFile, "a link does not lead out of the directory");
  assert.equal(await Deno.readLink(`${dest}/link`), "a");
  assert.equal(await Deno.readTextFile(`${dest}/-dash`), "-dash");
  await settle(machine, files.sync, { ...args, mode: 640, dirMode: 750 });
  assert.deepEqual([await mode(`${dest}/a`), await mode(`${dest}/sub dir`)], ["640", "750"]);
});

onEachUserland("files.sync through a link, and what stands in its way", async (machine) => {
  const local = `${machine.dir}/local`;
  await Deno.mkdir(`${local}/d`, { recursive: true });
  await Deno.writeTextFile(`${local}/d/f`, "x");
  await Deno.mkdir(`${machine.dir}/real`);
  await Deno.writeTextFile(`${machine.dir}/real/extra`, "x");
  await Deno.symlink("real", `${machine.dir}/link`);
  await settle(machine, files.sync, { src: local, dest: `${machine.dir}/link`, delete: true });
  assert.equal(await Deno.readTextFile(`${machine.dir}/real/d/f`), "x");
  await assert.rejects(Deno.stat(`${machine.dir}/real/extra`));
  await Deno.writeTextFile(`${machine.dir}/file`, "");
  await assert.rejects(
    machine.host.apply(files.sync, { src: local, dest: `${machine.dir}/file` }),
    /is not a directory/,
  );
  await assert.rejects(machine.host.apply(files.sync, { src: "/none", dest: "/x" }), {
    code: "E_LOCAL_FILE",
  });
});

onEachUserland("files.unarchive extracts, with owner, once", async (machine) => {
  const { dir } = machine;
  await Deno.mkdir(`${dir}/in/app dir`, { recursive: true });
  await Deno.writeTextFile(`${dir}/in/app dir/it's`, "x");
  await new Deno.Command("tar", { args: ["-czf", `${dir}/a.tar.gz`, "-C", `${dir}/in`, "app dir"] }).output();
  await Deno.mkdir(`${dir}/out`);
  const args = { src: `${dir}/a.tar.gz`, dest: `${dir}/out`, creates: `${dir}/out/app dir` };
  await settle(machine, files.unarchive, args);
  assert.equal(await Deno.readTextFile(`${dir}/out/app dir/it's`), "x");
  await machine.host.apply(files.unarchive, {
    ...args,
    remoteSrc: true,
    creates: undefined,
    user: Deno.uid()!,
  });
  const left = async () => (await Array.fromAsync(Deno.readDir(`${dir}/out`))).map(({ name }) => name);
  assert.deepEqual(await left(), ["app dir"]);
  await Deno.writeTextFile(`${dir}/broken.tar.gz`, "no archive");
  for (const user of [undefined, Deno.uid()!]) {
    const broken = { src: `${dir}/broken.tar.gz`, dest: `${dir}/out`, user };
    await assert.rejects(machine.host.apply(files.unarchive, broken), /tar|gzip/);
    assert.deepEqual(await left(), ["app dir"], "a failure leaves nothing");
  }
  await assert.rejects(
    machine.host.apply(files.unarchive, { src: `${dir}/a.rar`, dest: dir }),
    /does not know the format/,
  );
});

Deno.test({
  name: "files.download: digests, age, and nothing half done",
  ignore: requirement("downloader"),
  fn: () => withMachine("system", {}, downloads),
});

Deno.test({
  name: "files.download with BusyBox's wget",
  ignore: requirement("busybox"),
  fn: () => withMachine("busybox", {}, (machine) => downloads(machine, "wget")),
});

async function downloads(machine: Machine, program?: string): Promise<void> {
  const content = "downloaded\n";
  const words: (string | null)[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    words.push(request.headers.get("x-word"));
    return new URL(request.url).pathname === "/missing"
      ? new Response("", { status: 404 })
      : new Response(content);
  });
  const src = `http://127.0.0.1:${server.addr.port}/file`;
  const dest = `${machine.dir}/it's here`;
  const run = async (args: Record<string, unknown>) =>
    await machine.host.apply(files.download as AnyOperation, { src, dest, ...args });
  const sha256sum = createHash("sha256").update(content).digest("hex").toUpperCase();
  const sha384sum = createHash("sha384").update(content).digest("hex");
  const md5sum = createHash("md5").update(content).digest("hex");

  await assert.rejects(run({ sha256sum: "0".repeat(64) }), /SHA256 did not match/);
  await assert.rejects(run({ src: src.replace("/file", "/missing") }));
  assert.deepEqual(
    (await Array.fromAsync(Deno.readDir(machine.dir))).map(({ name }) => name),
    [],
    "nothing is left behind",
  );
  await settle(machine, files.download, { src, dest, sha256sum, sha384sum, md5sum, mode: 600 });
  assert.equal(await Deno.readTextFile(dest), content);
  assert.equal(await mode(dest), "600");
  await Deno.writeTextFile(dest, "damaged");
  await settle(machine, files.download, { src, dest, md5sum, headers: { "X-Word": "it's" } });
  assert.equal(words.at(-1), "it's");
  if (program === undefined) {
    await run({ force: true, headers: { "X-Word": secret('a "secret" \\ word') } });
    assert.equal(words.at(-1), 'a "secret" \\ word');
  }
  await settle(machine, files.download, { src, dest, cacheTime: 3600 });
  await Deno.utime(dest, 0, 0);
  await settle(machine, files.download, { src, dest, cacheTime: 3600 });
  assert.equal((await run({ force: true })).commands.length, 1);
  await settle(machine, files.download, { src, dest, mode: 644 });
  if (program === undefined) return;
  const { steps } = await collectSteps(files.download, { src, dest }, {
    facts: (fact, { command }) => fact.name === "server.Which" && command === program ? "/bin/x" : undefined,
  });
  assert.match(String(steps[0]), / wget -q http/);
}

Deno.test({
  name: "files.download leaves nothing behind when it fails or is killed",
  ignore: requirement("downloader"),
  fn: () => downloadsThatFail({}),
});

Deno.test({
  name: "files.download leaves nothing behind when BusyBox's wget fails or is killed",
  ignore: requirement("busybox"),
  fn: async () => {
    await using busybox = await busyboxPath();
    // The applets alone: there is no curl among them.
    const [path = ""] = busybox.path.split(":");
    await downloadsThatFail({ ...busybox.connector, _env: { PATH: path } });
  },
});

/** Serves half a file and then hangs up, or keeps the line open where the path says so. */
function serveHalves(): { port: number; begun: Promise<void> } & Disposable {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const lines: Deno.TcpConn[] = [];
  const begun = Promise.withResolvers<void>();
  const answer = async (line: Deno.TcpConn) => {
    const request = new Uint8Array(4096);
    const length = await line.read(request) ?? 0;
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
    await line.write(new TextEncoder().encode(head + "half".repeat(5000)));
    if (!new TextDecoder().decode(request.subarray(0, length)).startsWith("GET /stalls")) return line.close();
    lines.push(line);
    begun.resolve();
  };
  void (async () => {
    for await (const line of listener) void answer(line).catch(() => {});
  })();
  return {
    port: listener.addr.port,
    begun: begun.promise,
    [Symbol.dispose]() {
      listener.close();
      for (const line of lines) line.close();
    },
  };
}

async function downloadsThatFail(connector: ConnectorArguments): Promise<void> {
  using halves = serveHalves();
  await using whole = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response("x"),
  );
  await using host = await LocalHost.connect({ ...connector, _timeout: 3 });
  const dir = await Deno.makeTempDir({ prefix: "drover it's " });
  const attempt = (src: string, args: Record<string, unknown> = {}) =>
    host.apply(files.download as AnyOperation, { src, dest: `${dir}/file`, ...args });
  const names = () => Array.from(Deno.readDirSync(dir), ({ name }) => name);
  try {
    await assert.rejects(attempt(`http://127.0.0.1:${halves.port}/half`), /closed/);
    assert.deepEqual(names(), [], "after half a file");
    await assert.rejects(attempt(`http://127.0.0.1:${whole.addr.port}`, { user: "no-such-user" }), /no-such/);
    assert.deepEqual(names(), [], "without the owner");
    const killed = assert.rejects(attempt(`http://127.0.0.1:${halves.port}/stalls`), /timeout/i);
    await halves.begun;
    await killed;
    assert.deepEqual(names(), [], "after a kill");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
