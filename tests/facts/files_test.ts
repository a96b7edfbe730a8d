/** Facts about files, read from this machine. */

import assert from "node:assert/strict";
import { files } from "../../src/facts/mod.ts";
import { onEachUserland } from "../support/userlands.ts";

const ODD_NAMES = [
  "plain",
  "with space",
  "it's",
  'a "quote"',
  "$HOME `id`",
  "ünïcödé",
  "new\nline",
  "a -> b",
  "\\n",
];

onEachUserland("File, Directory and Link tell each other apart", async ({ host, dir }) => {
  for (const name of ODD_NAMES) {
    const path = `${dir}/${name}`;
    assert.equal(await host.fact(files.File, { path }), undefined);
    await Deno.writeTextFile(path, "12345");
    await Deno.chmod(path, 0o6751);
    const file = await host.fact(files.File, { path });
    assert.ok(file);
    assert.deepEqual([file.mode, file.size], [6751, 5]);
    assert.ok(Math.abs(file.mtime.getTime() - Date.now()) < 60_000);
    assert.equal(await host.fact(files.Directory, { path }), false);
    assert.equal(await host.fact(files.Link, { path }), false);
    await Deno.remove(path);

    await Deno.symlink(name, path);
    const link = await host.fact(files.Link, { path });
    assert.ok(link);
    assert.equal(link.linkTarget, name, "a link that leads to itself");
    assert.equal(await host.fact(files.File, { path }), false);
    assert.equal(await host.fact(files.LinkTarget, { path }), undefined);
    await Deno.remove(path);

    await Deno.mkdir(path, { mode: 0o755 });
    await Deno.chmod(path, 0o1777);
    const directory = await host.fact(files.Directory, { path });
    assert.ok(directory);
    assert.equal(directory.mode, 1777);
    assert.equal(await host.fact(files.File, { path }), false);
  }
});

onEachUserland("a link's target cannot pass for what stat says of the link", async ({ host, dir }) => {
  const path = `${dir}/l`;
  const target = "x group=root mode=drwxr-xr-x atime=1 mtime=1 ctime=1 size=1 y";
  await Deno.symlink(target, path);
  assert.equal(await host.fact(files.Directory, { path }), false);
  const link = await host.fact(files.Link, { path });
  assert.equal(link && link.linkTarget, target);
});

onEachUserland("Socket", async ({ host, dir }) => {
  const path = `${dir}/s`;
  const listener = Deno.listen({ transport: "unix", path });
  assert.ok(await host.fact(files.Socket, { path }));
  assert.equal(await host.fact(files.File, { path }), false);
  listener.close();
});

onEachUserland("digests", async ({ host, dir }) => {
  for (const name of ODD_NAMES) {
    const path = `${dir}/${name}`;
    assert.equal(await host.fact(files.Sha1File, { path }), undefined);
    await Deno.writeTextFile(path, "x");
    assert.equal(await host.fact(files.Md5File, { path }), "9dd4e461268c8034f5c8564e155c67a6");
    assert.equal(await host.fact(files.Sha1File, { path }), "11f6ad8ec52a2984abaafd7c3b516503785c2072");
    assert.match((await host.fact(files.Sha256File, { path }))!, /^2d711642b726b044/);
    assert.match((await host.fact(files.Sha384File, { path }))!, /^[0-9a-f]{96}$/);
  }
});

onEachUserland("FileContents and FindInFile", async ({ host, dir }) => {
  const path = `${dir}/it's`;
  assert.equal(await host.fact(files.FileContents, { path }), undefined);
  assert.equal(await host.fact(files.FindInFile, { path, pattern: "x" }), undefined);
  await Deno.writeTextFile(path, "");
  assert.deepEqual(await host.fact(files.FileContents, { path }), []);
  assert.deepEqual(await host.fact(files.FindInFile, { path, pattern: "x" }), []);
  await Deno.writeTextFile(path, "a+b\nit's\n\naab");
  assert.deepEqual(await host.fact(files.FileContents, { path }), ["a+b", "it's", "", "aab"]);
  assert.deepEqual(await host.fact(files.FindInFile, { path, pattern: "a+b" }), ["a+b"]);
  assert.deepEqual(await host.fact(files.FindInFile, { path, pattern: "^a+b", extendedRegex: true }), [
    "aab",
  ]);
  assert.deepEqual(await host.fact(files.FindInFile, { path, pattern: "it's" }), ["it's"]);
});

onEachUserland("FindFiles, FindDirectories and FindLinks", async ({ host, dir }) => {
  await Deno.mkdir(`${dir}/d/e`, { recursive: true });
  await Deno.writeFile(`${dir}/d/small`, new Uint8Array(10));
  await Deno.writeFile(`${dir}/d/e/LARGE`, new Uint8Array(2048));
  await Deno.symlink("small", `${dir}/d/l`);
  const find = async (args: object) =>
    (await host.fact(files.FindFiles, { path: `${dir}/d`, ...args })).toSorted();
  assert.deepEqual(await find({}), [`${dir}/d/e/LARGE`, `${dir}/d/small`]);
  assert.deepEqual(await find({ minSize: "2KiB" }), [`${dir}/d/e/LARGE`]);
  assert.deepEqual(await find({ minSize: 2049 }), []);
  assert.deepEqual(await find({ maxSize: 10 }), [`${dir}/d/small`]);
  assert.deepEqual(await find({ size: 10 }), [`${dir}/d/small`]);
  assert.deepEqual(await find({ maxdepth: 1 }), [`${dir}/d/small`]);
  assert.deepEqual(await find({ fname: "*all" }), [`${dir}/d/small`]);
  assert.deepEqual(await find({ iname: "l*" }), [`${dir}/d/e/LARGE`]);
  assert.deepEqual(await find({ regex: ".*/e/.*" }), [`${dir}/d/e/LARGE`]);
  assert.deepEqual(await find({ args: ["!", "-name", "small"] }), [`${dir}/d/e/LARGE`]);
  assert.deepEqual(await host.fact(files.FindLinks, { path: `${dir}/d` }), [`${dir}/d/l`]);
  assert.deepEqual(await host.fact(files.FindDirectories, { path: `${dir}/d` }), [`${dir}/d`, `${dir}/d/e`]);
  assert.deepEqual(await host.fact(files.FindFiles, { path: `${dir}/none` }), []);
});

onEachUserland("Block", async ({ host, dir }) => {
  const path = `${dir}/f`;
  assert.equal(await host.fact(files.Block, { path }), undefined);
  await Deno.writeTextFile(path, "x\n");
  assert.deepEqual(await host.fact(files.Block, { path }), []);
  await Deno.writeTextFile(path, "a\n## on [x]/\nb c\nd\n## off [x]/\ne\n");
  const marker = { marker: "## {mark} [x]/", begin: "on", end: "off" };
  assert.deepEqual(await host.fact(files.Block, { path, ...marker }), ["b c", "d"]);
});

onEachUserland("a path in the home directory", async ({ host }) => {
  const name = `.drover test ${crypto.randomUUID()}`;
  const path = `${Deno.env.get("HOME")}/${name}`;
  await Deno.writeTextFile(path, "x\n");
  try {
    assert.ok(await host.fact(files.File, { path: `~/${name}` }));
    assert.deepEqual(await host.fact(files.FileContents, { path: `~/${name}` }), ["x"]);
    assert.ok(await host.fact(files.Directory, { path: "~" }));
  } finally {
    await Deno.remove(path);
  }
});

onEachUserland("EditTargetAt follows links and looks at the last line", async ({ host, dir }) => {
  await Deno.writeTextFile(`${dir}/f`, "x");
  await Deno.symlink("f", `${dir}/l`);
  const target = await host.fact(files.EditTargetAt, { path: `${dir}/l` });
  assert.deepEqual(target, { path: `${dir}/f`, terminated: false, mounted: false, size: 1 });
  assert.equal(await host.fact(files.EditTargetAt, { path: dir }), undefined);
});
