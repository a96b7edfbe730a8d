import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import {
  entriesOf,
  judge,
  type KnownHost,
  knownName,
  orderAlgorithms,
  parseKnownHosts,
  remember,
} from "../../src/connectors/ssh2/known_hosts.ts";
import { must } from "../support/sshd.ts";

const ignore = await Deno.stat("/usr/bin/ssh-keygen").then(() => false, () => true);

/** A key of a type, as base64. */
function key(type: string, seed: number): string {
  const name = Buffer.from(type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return Buffer.concat([length, name, Buffer.alloc(32, seed)]).toString("base64");
}

const bytes = (text: string): Uint8Array => Buffer.from(text, "base64");
const ED = key("ssh-ed25519", 1);
const OTHER = key("ssh-ed25519", 2);
const EC = key("ecdsa-sha2-nistp256", 3);

function verdict(text: string, host: string, port: number, shown: string): string {
  return judge(entriesOf(parseKnownHosts(text, "file"), knownName(host, port)), bytes(shown)).kind;
}

Deno.test("keys are known, new, changed or revoked", () => {
  const text = [
    "# comment",
    `web-01,10.0.0.1 ssh-ed25519 ${ED} a comment`,
    `[web-01]:2222 ssh-ed25519 ${OTHER}`,
    `*.example.com,!bad.example.com ssh-ed25519 ${ED}`,
    `@revoked * ssh-ed25519 ${key("ssh-ed25519", 9)}`,
    `@cert-authority *.ca.org ssh-ed25519 ${ED}`,
    "broken line",
    `web-02 ssh-rsa ${ED}`,
    "",
  ].join("\n");
  assert.equal(verdict(text, "web-01", 22, ED), "known");
  assert.equal(verdict(text, "WEB-01", 22, ED), "known");
  assert.equal(verdict(text, "10.0.0.1", 22, ED), "known");
  assert.equal(verdict(text, "web-01", 22, OTHER), "changed");
  assert.equal(verdict(text, "web-01", 22, EC), "new");
  assert.equal(verdict(text, "web-01", 2222, OTHER), "known");
  assert.equal(verdict(text, "web-01", 2222, ED), "changed");
  assert.equal(verdict(text, "web-01", 2223, ED), "new");
  assert.equal(verdict(text, "a.example.com", 22, ED), "known");
  assert.equal(verdict(text, "bad.example.com", 22, ED), "new");
  assert.equal(verdict(text, "anything", 22, key("ssh-ed25519", 9)), "revoked");
  assert.equal(verdict(text, "x.ca.org", 22, ED), "new");
  assert.equal(verdict(text, "web-02", 22, ED), "new");
});

Deno.test({ name: "files, hashed or not, are searched as ssh-keygen -F does", ignore }, async () => {
  const directory = await Deno.makeTempDir();
  const file = `${directory}/known_hosts`;
  await must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${directory}/key`);
  const [, blob] = (await Deno.readTextFile(`${directory}/key.pub`)).split(" ");
  const names = ["web-01", "[web-01]:2222", "10.0.0.1", "a.b,c.d", "*.x.org", "!n.x.org,*.x.org", "w?b"];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.constantFrom("web-01", "[web-01]:2222", "10.0.0.1", "c.d", "m.x.org", "n.x.org", "web", "none"),
      async (lines, hashed, wanted) => {
        await Deno.writeTextFile(file, lines.map((line) => `${line} ssh-ed25519 ${blob}\n`).join(""));
        if (hashed) await must("ssh-keygen", "-q", "-H", "-f", file);
        const output = await must("ssh-keygen", "-F", wanted, "-f", file).catch(() => "");
        const theirs = [...output.matchAll(/found: line (\d+)/g)].map(([, line]) => Number(line));
        const ours = entriesOf(parseKnownHosts(await Deno.readTextFile(file), file), wanted);
        assert.deepEqual(ours.map(({ line }) => line), theirs);
      },
    ),
    { numRuns: 60 },
  );
  await Deno.remove(directory, { recursive: true });
});

Deno.test({ name: "a new key is remembered as OpenSSH would", ignore }, async () => {
  const home = await Deno.makeTempDir();
  await must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${home}/key`);
  const [type, blob] = (await Deno.readTextFile(`${home}/key.pub`)).split(" ");
  const file = `${home}/.ssh/known_hosts`;
  await remember(file, "web-01", bytes(blob!), { hash: false, home });
  assert.equal((await Deno.stat(`${home}/.ssh`)).mode! & 0o777, 0o700);
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  assert.equal(await Deno.readTextFile(file), `web-01 ${type} ${blob}\n`);
  await Deno.writeTextFile(file, "oldline", { append: true });
  await remember(file, "[web-02]:2222", bytes(blob!), { hash: true, home });
  const text = await Deno.readTextFile(file);
  assert.match(text, /oldline\n\|1\|/);
  assert.ok(!text.includes("web-02"));
  assert.match(await must("ssh-keygen", "-F", "[web-02]:2222", "-f", file), /found: line 3/);
  await Promise.all(
    Array.from({ length: 30 }, (_, n) => remember(file, `host-${n}`, bytes(blob!), { hash: false, home })),
  );
  assert.equal(parseKnownHosts(await Deno.readTextFile(file), file).length, 32);
  await Deno.remove(home, { recursive: true });
});

Deno.test("algorithms of known keys come first", () => {
  const entry = (type: string, marker?: "revoked"): KnownHost => ({
    marker,
    names: "h",
    type,
    key: "",
    file: "",
    line: 1,
  });
  const all = ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"];
  assert.deepEqual(orderAlgorithms(all, [entry("ssh-rsa")]), [
    "rsa-sha2-512",
    "rsa-sha2-256",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
  ]);
  assert.deepEqual(
    orderAlgorithms(all, [entry("ecdsa-sha2-nistp256"), entry("ssh-rsa", "revoked")])[0],
    all[1],
  );
  assert.deepEqual(orderAlgorithms(all, []), all);
});
