import assert from "node:assert/strict";
import type { AnyOperation } from "../../src/host/mod.ts";
import * as files from "../../src/operations/files/mod.ts";
import * as server from "../../src/operations/server/mod.ts";
import { type HostUnderTest, hostUnderTest, TESTS_EXECUTABLE } from "../support/host_under_test.ts";
import { busyboxPath } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";
import { EXCHANGE_TEMPORARIES, flip, type Neighbour, neighbour } from "./neighbour.ts";

/** Attempts at a race. */
const ROUNDS = TESTS_EXECUTABLE ? 1 : 12;
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvb2Jhcg jane";

/** What root does at a path in the directory of somebody else. */
type Attempt = [operation: AnyOperation, args: (path: string, them: Neighbour) => Record<string, unknown>];

const ATTEMPTS: Record<string, Attempt> = {
  "files.put": [files.put, (dest, { name }) => ({ src: { content: "a\n" }, dest, user: name, mode: 666 })],
  "files.put, owner only": [files.put, (dest, { name }) => ({
    src: { content: "base\n" },
    dest,
    user: name,
    mode: 666,
    mtime: 1,
  })],
  "files.template": [files.template, (dest) => ({ src: { content: "a\n" }, dest, mode: 666 })],
  "files.line": [files.line, (path) => ({ path, line: "another" })],
  "files.line, backup": [files.line, (path) => ({ path, line: "another", backup: "old" })],
  "files.line, replaced": [files.line, (path) => ({ path, line: "base", replace: "other" })],
  "files.replace": [
    files.replace,
    (path) => ({ path, text: "[a-z]", replace: "X", flags: "g", backup: true }),
  ],
  "files.block": [files.block, (path) => ({ path, content: "block" })],
  "files.file": [files.file, (path, { name }) => ({ path, user: name, mode: 666, touch: true })],
  "files.file, absent": [files.file, (path) => ({ path, present: false })],
  "files.download": [files.download, (dest, { name }) => ({
    src: "file:///etc/hostname",
    dest,
    user: name,
    mode: 666,
    force: true,
  })],
};

function test(name: string, fn: (host: HostUnderTest, them: Neighbour) => Promise<void>): void {
  Deno.test({
    name: `a neighbour of operations: ${name}`,
    ignore: requirement("root"),
    fn: async () => {
      await using them = await neighbour();
      await using host = await hostUnderTest();
      await fn(host, them);
    },
  });
  // The executable sends the same commands to the shells of other systems as the sources do.
  if (TESTS_EXECUTABLE) return;
  Deno.test({
    name: `a neighbour of operations: ${name} (BusyBox)`,
    ignore: requirement("root", "busybox"),
    fn: async () => {
      await using them = await neighbour();
      await using busybox = await busyboxPath();
      await using host = await hostUnderTest(busybox.connector);
      await fn(host, them);
    },
  });
}

/** What an operation fails with, or nothing. */
const outcome = (work: Promise<unknown>): Promise<string> => work.then(() => "", (error) => error.message);

for (const [name, [operation, args]] of Object.entries(ATTEMPTS)) {
  test(`${name} works in their directory`, async (host, them) => {
    const path = `${them.home}/it's mine`;
    await them.perl(`open F, ">", "it's mine"; print F "base\\n"; close F; chmod 0640, "it's mine"`);
    await host.apply(operation, args(path, them));
    const info = await Deno.lstat(path).catch(() => undefined);
    if (args(path, them).present === false) assert.equal(info, undefined);
    else assert.equal(info?.uid, them.uid);
    if (args(path, them).mode !== undefined) assert.equal(info!.mode! & 0o777, 0o666);
    assert.ok(!(await names(them.home)).some((one) => one.startsWith(".drover")));
  });

  test(`${name} leaves what links lead to`, async (host, them) => {
    await them.perl(`symlink "$ARGV[0]/victim", "file"; symlink $ARGV[0], "folder"`);
    const failure = await outcome(host.apply(operation, args(`${them.home}/file`, them)));
    assert.notEqual(failure, "");
    assert.notEqual(await outcome(host.apply(operation, args(`${them.home}/folder/victim`, them))), "");
    assert.equal(await them.damage(), undefined);
  });

  // A race needs many rounds, and the executable starts anew for each.
  if (TESTS_EXECUTABLE) continue;
  const races = {
    "the file": ["file", flip("file", `"$v/victim"`, `open F, ">", "made"; print F "base\\n"; close F`)],
    "its directory": [
      "folder/victim",
      flip("folder", "$v", `mkdir "made"; open F, ">", "made/victim"; print F "base\\n"; close F`)
        .replace(`rmdir "aside"`, `unlink "aside/victim"; rmdir "aside"`),
    ],
    "temporary files": ["file", `open F, ">", "file"; print F "base\\n"; close F; ${EXCHANGE_TEMPORARIES}`],
  } as const;
  for (const [what, [file, program]] of Object.entries(races)) {
    test(`${name} while they exchange ${what}`, async (host, them) => {
      await using _loop = them.loop(program);
      for (let round = 0; round < ROUNDS; round++) {
        await outcome(host.apply(operation, args(`${them.home}/${file}`, them)));
        const damage = await them.damage();
        assert.equal(damage, undefined, `round ${round}: ${damage}`);
      }
    });
  }
}

for (const deleteKeys of [false, true]) {
  const args = ({ name }: Neighbour) => ({ user: name, publicKeys: KEY, deleteKeys });
  test(`server.userAuthorizedKeys, deleteKeys: ${deleteKeys}`, async (host, them) => {
    const file = `${them.home}/.ssh/authorized_keys`;
    await host.apply(server.userAuthorizedKeys, args(them));
    assert.equal((await Deno.lstat(file)).uid, them.uid);
    assert.equal((await host.apply(server.userAuthorizedKeys, args(them))).commands.length, 0);
    await them.perl(`open F, ">>", ".ssh/authorized_keys"; print F "other"; close F`);
    const second = { ...args(them), publicKeys: [KEY, `${KEY}2`] };
    await host.apply(server.userAuthorizedKeys, second);
    const text = deleteKeys ? `${KEY}\n${KEY}2\n` : `${KEY}\nother\n${KEY}2\n`;
    assert.equal(await Deno.readTextFile(file), text);

    await them.perl(`rename ".ssh", "ssh"; mkdir ".ssh"; symlink "$ARGV[0]/victim", ".ssh/authorized_keys"`);
    assert.notEqual(await outcome(host.apply(server.userAuthorizedKeys, args(them))), "");
    assert.equal(await them.damage(), undefined);
    await them.perl(`rename ".ssh", "tmp"; symlink $ARGV[0], ".ssh"`);
    assert.notEqual(await outcome(host.apply(server.userAuthorizedKeys, args(them))), "");
    assert.equal(await them.damage(), undefined);
  });
}

async function names(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name);
}

test("files.sync", async (host, them) => {
  const from = await Deno.makeTempDir({ prefix: "drover-from-" });
  await Deno.mkdir(`${from}/sub/deep`, { recursive: true });
  await Deno.writeTextFile(`${from}/sub/victim`, "a");
  await Deno.symlink("victim", `${from}/sub/link`);
  const dest = `${them.home}/site`;
  const args = { src: from, dest, user: them.name, delete: true };
  await host.apply(files.sync, args);
  assert.equal((await Deno.stat(`${dest}/sub/victim`)).uid, them.uid);
  assert.deepEqual((await host.apply(files.sync, args)).commands, []);
  const again = { ...args, mode: 640, dirMode: 750 };
  await them.perl(`rename "site/sub", "site/aside"; symlink $ARGV[0], "site/sub"`);
  assert.notEqual(await outcome(host.apply(files.sync, again)), "");
  assert.equal(await them.damage(), undefined);
  await them.perl(`rename "site/sub", "old"; mkdir "site/sub"; mkdir "site/sub/deep"`);
  await using _loop = them.loop(
    flip("site/sub", "$v", `mkdir "made"; open F, ">", "made/victim"; close F`)
      .replace(`rmdir "aside"`, `system "rm", "-rf", "aside"`),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await outcome(host.apply(files.sync, round % 2 ? again : args));
    assert.equal(await them.damage(), undefined, `round ${round}`);
  }
  await Deno.remove(from, { recursive: true });
});

test("files.unarchive", async (host, them) => {
  const from = await Deno.makeTempDir({ prefix: "drover-from-" });
  await Deno.mkdir(`${from}/sub`);
  await Deno.writeTextFile(`${from}/sub/victim`, "a");
  await Deno.writeTextFile(`${from}/.hidden`, crypto.randomUUID());
  await new Deno.Command("tar", { args: ["-czf", "x.tgz", "sub", ".hidden"], cwd: from }).output();
  for (const remoteSrc of [false, true]) {
    const args = { src: `${from}/x.tgz`, dest: them.home, user: them.name, remoteSrc };
    await host.apply(files.unarchive, args);
    await host.apply(files.unarchive, args);
    assert.equal((await Deno.stat(`${them.home}/sub/victim`)).uid, them.uid);
    assert.equal((await Deno.stat(them.home)).mode! & 0o777, 0o755);
    await them.perl(`unlink "sub/victim"; symlink "$ARGV[0]/victim", "sub/victim"`);
    await outcome(host.apply(files.unarchive, args));
    assert.equal(await them.damage(), undefined);
    await them.perl(`symlink $ARGV[0], "away"`);
    assert.notEqual(await outcome(host.apply(files.unarchive, { ...args, dest: `${them.home}/away` })), "");
    assert.equal(await them.damage(), undefined);
    await them.perl(`unlink "away"`);
    assert.ok(!(await names(them.home)).some((one) => one.startsWith(".drover")));
  }
  assert.deepEqual(await copiesOf(`${from}/x.tgz`), []);
  await Deno.remove(from, { recursive: true });
});

/** What was uploaded of an archive and is still there. */
async function copiesOf(archive: string): Promise<string[]> {
  const text = await Deno.readTextFile(archive);
  const uploaded = (await names("/tmp")).filter((name) => /^\.drover-.*\.archive$/.test(name));
  const texts = uploaded.map((name) => Deno.readTextFile(`/tmp/${name}`).catch(() => ""));
  const copies = await Promise.all(texts);
  return uploaded.filter((_, index) => copies[index] === text);
}
