/** Files, directories and links on this machine: made, corrected, removed, and left alone. */

import assert from "node:assert/strict";
import { files } from "../../src/operations/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { requirement } from "../support/skip.ts";
import { type Machine, onEachUserland, settle, withMachine } from "../support/userlands.ts";

const ODD_NAMES = [
  "plain",
  "with space",
  "it's",
  'a "quote"',
  "$HOME",
  "ünïcödé",
  "new\nline",
  "-dash",
  "a;b&c",
];

const mode = async (path: string) => ((await Deno.lstat(path)).mode! & 0o7777).toString(8);

onEachUserland("files.file makes, corrects and removes files of any name", async (machine) => {
  for (const name of ODD_NAMES) {
    const path = `${machine.dir}/${name}`;
    await settle(machine, files.file, { path, mode: 640 });
    assert.equal(await mode(path), "640");
    await settle(machine, files.file, { path, mode: "u+x,o=r" });
    assert.equal(await mode(path), "744");
    await settle(machine, files.file, { path, present: false });
    await assert.rejects(Deno.lstat(path), Deno.errors.NotFound);
  }
});

onEachUserland("files.file makes missing directories, and touches when asked", async (machine) => {
  const path = `${machine.dir}/a/b/c`;
  await settle(machine, files.file, { path });
  assert.equal((await machine.host.apply(files.file, { path, touch: true })).commands.length, 1);
});

onEachUserland("files.file moves away what is no file, if it may", async (machine) => {
  const path = `${machine.dir}/thing`;
  await Deno.mkdir(path);
  await assert.rejects(machine.host.apply(files.file, { path }), /exists and is not a file/);
  await settle(machine, files.file, { path, force: true });
  const names = (await Array.fromAsync(Deno.readDir(machine.dir))).map(({ name }) => name).sort();
  assert.equal(names.length, 2);
  assert.match(names[1]!, /^thing\.\d{8}T\d{6}\.\d{3}Z$/);
  await Deno.remove(path);
  await Deno.mkdir(path);
  await settle(machine, files.file, { path, force: true, forceBackup: false });
  assert.ok((await Deno.stat(path)).isFile);
});

Deno.test({
  name: "owners by name and by number, and bits that a change of the owner clears",
  ignore: requirement("root"),
  fn: () => withMachine("system", {}, ownersAndBits),
});

async function ownersAndBits(machine: Machine): Promise<void> {
  const path = `${machine.dir}/x`;
  await settle(machine, files.file, { path, user: "nobody", group: "nogroup", mode: 4755 });
  assert.equal((await Deno.stat(path)).uid, 65534);
  assert.equal(await mode(path), "4755");
  await settle(machine, files.file, { path, user: 4242, group: "4243", mode: "4755" });
  assert.deepEqual([(await Deno.stat(path)).uid, (await Deno.stat(path)).gid], [4242, 4243]);
  assert.equal(await mode(path), "4755");
  await settle(machine, files.link, { path: `${machine.dir}/l`, target: path, user: "nobody" });
  assert.equal((await Deno.lstat(`${machine.dir}/l`)).uid, 65534);
  assert.equal((await Deno.stat(path)).uid, 4242);
}

onEachUserland("files.directory makes, corrects below, and removes", async (machine) => {
  for (const name of ODD_NAMES) {
    const path = `${machine.dir}/${name}/inner dir`;
    await settle(machine, files.directory, { path, mode: 750 });
    assert.equal(await mode(path), "750");
    const inherited = `${path}/inherited`;
    await settle(machine, files.directory, { path, mode: 2750 });
    await settle(machine, files.directory, { path: inherited, mode: 755 });
    assert.match(await mode(inherited), /^2?755$/);
    await settle(machine, files.directory, { path: inherited, mode: "g-s" });
    assert.equal(await mode(inherited), "755");
    await settle(machine, files.directory, { path: inherited, mode: "u+s,+t" });
    await settle(machine, files.directory, { path: inherited, present: false });
    await settle(machine, files.directory, { path, mode: "g-s" });
    await Deno.writeTextFile(`${path}/f`, "");
    await settle(machine, files.directory, { path, mode: 700, recursive: true });
    assert.equal(await mode(`${path}/f`), "700");
    await settle(machine, files.directory, { path: `${machine.dir}/${name}`, present: false });
  }
  await Deno.writeTextFile(`${machine.dir}/file`, "");
  await assert.rejects(
    machine.host.apply(files.directory, { path: `${machine.dir}/file` }),
    /is not a directory/,
  );
});

Deno.test("files.directory refuses to remove the root, the home and the working directory", async () => {
  for (const path of ["/", "//", "/.", ".", "..", "~", "~/", "/../"]) {
    await assert.rejects(
      collectSteps(files.directory, { path, present: false }, { facts: () => ({}) }),
      /will not remove/,
    );
  }
});

onEachUserland("files.link follows its target's changes", async (machine) => {
  for (const name of ODD_NAMES) {
    const path = `${machine.dir}/links/${name}`;
    for (const target of ["/etc/hosts", "../it's here", "/with space/ünï", "two\nlines"]) {
      await settle(machine, files.link, { path, target });
      assert.equal(await Deno.readLink(path), target);
    }
    await settle(machine, files.link, { path, present: false });
  }
});

onEachUserland("files.link makes hard links", async (machine) => {
  const target = `${machine.dir}/target`;
  await Deno.writeTextFile(target, "x");
  const path = `${machine.dir}/hard`;
  await settle(machine, files.link, { path, target, symbolic: false });
  assert.equal((await Deno.stat(path)).ino, (await Deno.stat(target)).ino);
  await Deno.writeTextFile(`${machine.dir}/other`, "y");
  await assert.rejects(
    machine.host.apply(files.link, { path: `${machine.dir}/other`, target, symbolic: false }),
    /not a link/,
  );
});

Deno.test("bad arguments are told apart", async () => {
  const attempt = (operation: typeof files.file, args: Record<string, unknown>) =>
    collectSteps(operation, args, { facts: () => undefined });
  await assert.rejects(attempt(files.file, { path: "" }), /path is empty/);
  await assert.rejects(
    attempt(files.file, { path: ["a", "b"] }),
    /path must be a string: it is \[ "a", "b" \]/,
  );
  await assert.rejects(attempt(files.file, { path: "x", mode: 0o755 }), /mode cannot be 493/);
  await assert.rejects(attempt(files.file, { path: "x", mode: "rwx" }), /mode cannot be/);
  await assert.rejects(attempt(files.file, { path: "x", user: "-R" }), /user cannot be/);
  await assert.rejects(attempt(files.file, { path: "x", usr: "a" }), /has no argument "usr"/);
  await assert.rejects(collectSteps(files.link, { path: "x" }, { facts: () => undefined }), /"target"/);
});

onEachUserland("files.move, files.copy and files.rename", async (machine) => {
  const { dir } = machine;
  await Deno.mkdir(`${dir}/to`);
  await Deno.writeTextFile(`${dir}/a b`, "1");
  await settle(machine, files.move, { src: `${dir}/a b`, dest: `${dir}/to` });
  assert.equal(await Deno.readTextFile(`${dir}/to/a b`), "1");
  await Deno.writeTextFile(`${dir}/a b`, "2");
  await assert.rejects(
    machine.host.apply(files.move, { src: `${dir}/a b`, dest: `${dir}/to` }),
    /already exists/,
  );
  await settle(machine, files.copy, { src: `${dir}/a b`, dest: `${dir}/to`, overwrite: true });
  assert.equal(await Deno.readTextFile(`${dir}/to/a b`), "2");
  await settle(machine, files.rename, { src: `${dir}/to/a b`, dest: `${dir}/to/c` });
  assert.equal(await Deno.readTextFile(`${dir}/to/c`), "2");
  await assert.rejects(
    machine.host.apply(files.rename, { src: `${dir}/none`, dest: `${dir}/x` }),
    /does not exist/,
  );
});

Deno.test("files.flags speaks of chflags only where there is one", async () => {
  const facts = (answer: unknown) => ({ facts: () => answer });
  await assert.rejects(collectSteps(files.flags, { path: "x", flags: "uchg" }, facts(undefined)), /chflags/);
  const { steps } = await collectSteps(files.flags, { path: "a b", flags: ["uchg"] }, facts([]));
  assert.deepEqual(steps.map(String), ["chflags uchg 'a b'"]);
  await assert.rejects(
    collectSteps(files.flags, { path: "x", flags: "a b" }, facts([])),
    /no name of a flag/,
  );
});
