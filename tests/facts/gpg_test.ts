/** Facts about OpenPGP keys, read from real keyrings. */

import assert from "node:assert/strict";
import * as gpg from "../../src/facts/gpg.ts";
import { holdsKey, parseKeys } from "../../src/facts/gpg_keys.ts";
import { GpgSandbox } from "../support/gpg.ts";
import { busyboxPath, LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";

Deno.test("keys keep their first user id and the fingerprints of their parts", () => {
  const keys = parseKeys([
    "gpg: noise",
    "pub:-:4096:1:AAAAAAAAAAAAAAAA:1:::-:",
    "fpr:::::::::F00DAAAAAAAAAAAAAAAA:",
    "uid:-::::1::HASH::A\\x3a Person <a@example.com>:",
    "uid:-::::1::OTHER::Second:",
    "sub:-:2048:1:BBBBBBBBBBBBBBBB:1::::",
    "fpr:::::::::BEEFBBBBBBBBBBBBBBBB:",
  ]);
  assert.deepEqual(keys, {
    AAAAAAAAAAAAAAAA: {
      validity: "-",
      length: 4096,
      fingerprint: "F00DAAAAAAAAAAAAAAAA",
      uid: "A: Person <a@example.com>",
      uidHash: "HASH",
      subkeys: { BBBBBBBBBBBBBBBB: { validity: "-", length: 2048, fingerprint: "BEEFBBBBBBBBBBBBBBBB" } },
    },
  });
  for (const id of ["AAAAAAAA", "0xaaaaaaaaaaaaaaaa", "F00D AAAA AAAA AAAA AAAA", "BBBBBBBB"]) {
    assert.ok(holdsKey(keys, id), id);
  }
  assert.ok(!holdsKey(keys, "CCCCCCCC"));
});

Deno.test({
  name: "real: keys in files, armored and binary, in keyrings and behind URLs",
  ignore: requirement("gpg"),
  fn: async () => {
    await using sandbox = await GpgSandbox.create();
    const fingerprint = await sandbox.makeKey("Some: One <one@example.com>");
    const id = fingerprint.slice(-16);
    const armored = await sandbox.export(fingerprint, "rings/a key.asc", "--armor");
    const binary = await sandbox.export(fingerprint, "rings/key.gpg");
    await Deno.copyFile(`${sandbox.root}/home/pubring.kbx`, `${sandbox.root}/rings/ring.kbx`);
    await Deno.writeTextFile(`${sandbox.root}/rings/broken.gpg`, "no key");
    await Deno.writeTextFile(`${sandbox.root}/rings/readme.txt`, "no keyring");
    await using host = await LocalHost.connect({ _env: { GNUPGHOME: `${sandbox.root}/home` } });

    for (const src of [armored, binary]) {
      const key = (await host.fact(gpg.GpgKey, { src }))[id];
      assert.equal(key?.uid, "Some: One <one@example.com>");
    }
    await assert.rejects(host.fact(gpg.GpgKey, { src: "/nonexistent" }), { code: "E_FACT" });
    const body = await Deno.readTextFile(armored);
    const server = Deno.serve({ port: 0, onListen: () => {} }, () => new Response(body));
    try {
      const keys = await host.fact(gpg.GpgKey, { src: `http://127.0.0.1:${server.addr.port}/key.asc` });
      assert.deepEqual(Object.keys(keys), [id]);
    } finally {
      await server.shutdown();
    }
    assert.equal((await host.fact(gpg.GpgKeys))[id]?.fingerprint, fingerprint);
    assert.equal((await host.fact(gpg.GpgSecretKeys))[id]?.fingerprint, fingerprint);
    const ring = await host.fact(gpg.GpgKeys, { keyring: `${sandbox.root}/rings/ring.kbx` });
    assert.deepEqual(Object.keys(ring), [id]);

    const rings = `${sandbox.root}/rings`;
    const keyrings = await host.fact(gpg.GpgKeyrings, { directories: [rings, "/nonexistent"] });
    const shown = Object.entries(keyrings).map((
      [path, { format, keys }],
    ) => [path, format, Object.keys(keys)]);
    assert.deepEqual(shown.sort(), [
      [`${rings}/a key.asc`, "asc", [id]],
      [`${rings}/broken.gpg`, "gpg", []],
      [`${rings}/key.gpg`, "gpg", [id]],
      [`${rings}/ring.kbx`, "kbx", [id]],
    ]);
    assert.deepEqual(Object.keys(await host.fact(gpg.GpgKeyrings, { directories: binary })), [binary]);
    assert.deepEqual(await host.fact(gpg.GpgKeyrings, { directories: ["/nonexistent"] }), {});
  },
});

Deno.test({
  name: "real: keyrings are found with BusyBox",
  ignore: requirement("gpg", "busybox"),
  fn: async () => {
    await using sandbox = await GpgSandbox.create();
    const path = await sandbox.export(await sandbox.makeKey("one@example.com"), "rings/key.gpg");
    await using busybox = await busyboxPath();
    await using host = await LocalHost.connect({ _env: { PATH: busybox.path } });
    const keyrings = await host.fact(gpg.GpgKeyrings, { directories: `${sandbox.root}/rings` });
    assert.deepEqual(Object.keys(keyrings), [path]);
    assert.equal(Object.keys(keyrings[path]?.keys ?? {}).length, 1);
  },
});
