/** Operations on keyrings, and apt.key, with real keys. */

import assert from "node:assert/strict";
import type { AnyOperation } from "../../src/host/mod.ts";
import * as apt from "../../src/operations/apt/mod.ts";
import * as gpg from "../../src/operations/gpg/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";
import { GpgSandbox } from "../support/gpg.ts";
import { busyboxPath, LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";

const NEEDS = requirement("gpg");

Deno.test("bad calls of gpg.key", async () => {
  const mistakes = [
    {},
    { src: "/a" },
    { dest: "/a" },
    { dest: "/a", keyserver: "x" },
    { dest: "/a", keyserver: "--x", keyid: "A" },
    { dest: "/a", keyserver: "x", keyid: ["A", "-B"] },
    { src: "/a", dest: "/b", mode: "rw" },
    { present: false },
    { present: false, workingDirs: [] },
  ];
  for (const args of mistakes) {
    await assert.rejects(collectSteps(gpg.key, args, { facts: () => ({}) }), { code: "E_ARGUMENT" });
  }
});

/** Applies an operation, sees that a second time there is nothing to do, and returns the commands. */
async function ensure(
  host: LocalHost,
  operation: AnyOperation,
  args: Record<string, unknown>,
): Promise<string[]> {
  const { commands } = await host.apply(operation, args);
  assert.deepEqual((await host.apply(operation, args)).commands, []);
  return commands;
}

async function fingerprintsIn(sandbox: GpgSandbox, path: string): Promise<string[]> {
  const listed = await sandbox.gpg("--show-keys", "--with-colons", path);
  return [...listed.matchAll(/^fpr:+([0-9A-F]+):/gm)].map((match) => match[1] ?? "").sort();
}

Deno.test({
  name: "real: keys are installed from files and URLs, armored or not, and removed",
  ignore: NEEDS,
  fn: async () => {
    await using sandbox = await GpgSandbox.create();
    await using host = await LocalHost.connect();
    const [one, two] = [await sandbox.makeKey("one@example.com"), await sandbox.makeKey("two@example.com")];
    const armored = await sandbox.export(one, "it's one.asc", "--armor");
    const binary = await sandbox.export(two, "two.key");
    const rings = `${sandbox.root}/new directory`;
    const dest = `${rings}/ring.gpg`;

    assert.equal((await ensure(host, gpg.key, { src: armored, dest })).length, 1);
    assert.deepEqual(await fingerprintsIn(sandbox, dest), [one]);
    assert.doesNotMatch(await Deno.readTextFile(dest), /BEGIN PGP/);
    assert.equal((await Deno.stat(dest)).mode! & 0o777, 0o644);
    await ensure(host, gpg.key, { src: binary, dest, mode: 600 });
    assert.deepEqual(await fingerprintsIn(sandbox, dest), [two]);
    assert.equal((await Deno.stat(dest)).mode! & 0o777, 0o600);

    assert.deepEqual(await ensure(host, gpg.key, { src: binary, dest, mode: "0640" }), [
      `chmod 640 '${dest}'`,
    ]);

    const kept = `${rings}/kept.asc`;
    await ensure(host, gpg.key, { src: armored, dest: kept, dearmor: false });
    assert.match(await Deno.readTextFile(kept), /BEGIN PGP/);
    await ensure(host, gpg.dearmor, { src: armored, dest: `${rings}/dearmored.gpg` });

    const body = await Deno.readTextFile(armored);
    const answers = (request: Request) =>
      request.url.endsWith("/key") ? new Response(body) : new Response("<html>", { status: 200 });
    const server = Deno.serve({ port: 0, onListen: () => {} }, answers);
    const url = `http://127.0.0.1:${server.addr.port}`;
    try {
      await ensure(host, apt.key, { src: `${url}/key`, dest: `${rings}/url` });
      assert.deepEqual(await fingerprintsIn(sandbox, `${rings}/url.gpg`), [one]);
      await assert.rejects(host.apply(gpg.key, { src: `${url}/page`, dest: `${rings}/page.gpg` }));
    } finally {
      await server.shutdown();
    }
    const names = (await Array.fromAsync(Deno.readDir(rings), ({ name }) => name)).sort();
    assert.deepEqual(names, ["dearmored.gpg", "kept.asc", "ring.gpg", "url.gpg"]);

    assert.equal(
      (await ensure(host, gpg.key, { keyid: one, present: false, workingDirs: [rings] })).length,
      3,
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(rings), ({ name }) => name), ["ring.gpg"]);
    assert.deepEqual(await ensure(host, gpg.key, { dest, present: false }), [`rm -f '${dest}'`]);
  },
});

Deno.test({
  name: "real: one of several keys is removed, and the others stay",
  ignore: NEEDS,
  fn: async () => {
    await using sandbox = await GpgSandbox.create();
    await using busybox = await busyboxPath();
    await using host = await LocalHost.connect({ _env: { PATH: busybox.path } });
    const [one, two] = [await sandbox.makeKey("one@example.com"), await sandbox.makeKey("two@example.com")];
    for (const [name, options] of [["both.gpg", []], ["both.asc", ["--armor"]]] as const) {
      const path = `${sandbox.root}/rings/${name}`;
      await sandbox.gpg("--output", path, ...options, "--export", one, two);
      await Deno.chmod(path, 0o640);
      await ensure(host, gpg.key, { dest: path, keyid: `0x${one.slice(-8).toLowerCase()}`, present: false });
      assert.deepEqual(await fingerprintsIn(sandbox, path), [two]);
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o640);
      assert.equal((await Deno.readTextFile(path)).includes("BEGIN PGP"), name.endsWith(".asc"));
    }
    const directory = { dest: `${sandbox.root}/rings`, present: false };
    assert.deepEqual((await host.apply(gpg.key, directory)).commands, []);
    await ensure(host, apt.key, { keyid: two, dest: `${sandbox.root}/rings/both.gpg`, present: false });
    await assert.rejects(Deno.stat(`${sandbox.root}/rings/both.gpg`), Deno.errors.NotFound);
  },
});

Deno.test({
  name: "real: keys from a keyserver join those that are there",
  ignore: requirement("gpg", "dirmngr"),
  fn: async () => {
    await using sandbox = await GpgSandbox.create();
    await using host = await LocalHost.connect();
    const [one, two] = [await sandbox.makeKey("one@example.com"), await sandbox.makeKey("two@example.com")];
    const asked: string[] = [];
    const server = Deno.serve({ port: 0, onListen: () => {} }, async (request) => {
      const wanted = new URL(request.url).searchParams.get("search")?.replace(/^0x/, "") ?? "";
      asked.push(wanted);
      return new Response(await sandbox.gpg("--armor", "--export", wanted));
    });
    const dest = `${sandbox.root}/rings/server.gpg`;
    const keyserver = `hkp://127.0.0.1:${server.addr.port}`;
    try {
      await ensure(host, gpg.key, { keyserver, keyid: one, dest });
      await ensure(host, apt.key, { keyserver, keyid: [one, two.slice(-16)], dest });
      assert.deepEqual(await fingerprintsIn(sandbox, dest), [one, two].sort());
      assert.equal(asked.length, 2);
    } finally {
      await server.shutdown();
    }
  },
});
