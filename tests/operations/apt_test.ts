/** Operations on apt, with given facts. */

import assert from "node:assert/strict";
import { DroverError } from "../../src/errors/mod.ts";
import { parseSourceLine } from "../../src/facts/apt_sources.ts";
import type { AnyFact, AnyOperation } from "../../src/host/mod.ts";
import * as apt from "../../src/operations/apt/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";

const APT =
  'DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=60 -o Dpkg::Options::="--force-confdef" ' +
  '-o Dpkg::Options::="--force-confold"';
const NOTHING = { upgraded: 0, newlyInstalled: 0, removed: 0, notUpgraded: 3 };

async function plan(
  operation: AnyOperation,
  args: Record<string, unknown>,
  facts: Record<string, unknown>,
): Promise<string[]> {
  const answer = ({ name }: AnyFact, factArgs: Record<string, unknown>) => {
    if (!(name in facts)) throw new DroverError("E_FACT", `${name} is not given`);
    const value = facts[name];
    return typeof value === "function" ? value(factArgs) : value;
  };
  const { steps } = await collectSteps(operation, args, { facts: answer });
  return steps.map(String);
}

Deno.test("apt.packages: options of the command", async () => {
  const facts = { "deb.DebPackages": { old: ["1"] } };
  const run = (args: Record<string, unknown>) => plan(apt.packages, args, facts);
  const install = {
    packages: ["new", "old=0.9"],
    force: true,
    noRecommends: true,
    allowDowngrades: true,
    extraInstallArgs: ["-t", "it's"],
    waitForLock: true,
  };
  assert.deepEqual(await run(install), [
    APT.replace("-y", "-y --force-yes") +
    ` install --no-install-recommends --allow-downgrades -t 'it'"'"'s' new old=0.9`,
  ]);
  const remove = { packages: "old", present: false, purge: true, extraUninstallArgs: " --a --b " };
  assert.deepEqual(await run(remove), [`${APT} purge --a --b old`]);
  assert.deepEqual(await run({ packages: "old/bookworm-backports" }), []);
  await assert.rejects(run({ packages: "new", waitForLock: 1.5 }), { code: "E_ARGUMENT" });
  await assert.rejects(run({ packages: "--reinstall" }), { code: "E_ARGUMENT" });
  await assert.rejects(run({ update: true, cacheTime: -1 }), { code: "E_ARGUMENT" });
});

Deno.test("apt.packages: packages of another architecture", async () => {
  const installed = { name: "libc6", version: "2" };
  const facts = {
    "deb.DebPackages": { libc6: ["2"] },
    "deb.DebPackage": (args: { package: string }) => args.package === "libc6:i386" ? installed : undefined,
  };
  assert.deepEqual(await plan(apt.packages, { packages: ["libc6:i386", "libc6:arm64"] }, facts), [
    `${APT} install libc6:arm64`,
  ]);
});

Deno.test("apt.packages: latest asks apt, unless the lists are yet to be fetched", async () => {
  const facts = (changes: object) => ({
    "deb.DebPackages": { git: ["1"] },
    "apt.SimulateOperationWillChange": ({ command }: { command: string }) => {
      assert.equal(command, "install git");
      return changes;
    },
  });
  const args = { packages: "git", latest: true };
  assert.deepEqual(await plan(apt.packages, args, facts(NOTHING)), []);
  assert.deepEqual(await plan(apt.packages, args, facts({ ...NOTHING, upgraded: 1 })), [
    `${APT} install git`,
  ]);
  assert.deepEqual(await plan(apt.packages, { ...args, update: true }, facts(NOTHING)), [
    "apt-get -o DPkg::Lock::Timeout=60 update",
    `${APT} install git`,
  ]);
});

Deno.test("apt.packages: update fetches lists when something needs them, or when they are too old", async () => {
  const now = new Date("2026-01-01T12:00:00Z");
  const facts = {
    "deb.DebPackages": { git: ["1"] },
    "server.Date": now,
    "files.File": { mtime: new Date(now.getTime() - 60_000) },
    "apt.SimulateOperationWillChange": NOTHING,
  };
  const run = (args: Record<string, unknown>) => plan(apt.packages, { update: true, ...args }, facts);
  const stamp = "touch /var/lib/apt/periodic/update-success-stamp";
  assert.deepEqual(await run({ packages: "git" }), []);
  assert.deepEqual(await run({ packages: [] }), []);
  assert.deepEqual(await run({ packages: "git=1", latest: true }), []);
  assert.deepEqual(await run({ packages: "vim", present: false }), []);
  assert.deepEqual(await run({ packages: "git", present: false }), [`${APT} remove git`]);
  assert.deepEqual(await run({ packages: ["git", "vim"] }), [
    "apt-get -o DPkg::Lock::Timeout=60 update",
    `${APT} install vim`,
  ]);
  assert.deepEqual(await run({ packages: "git=2" }), [
    "apt-get -o DPkg::Lock::Timeout=60 update",
    `${APT} install git=2`,
  ]);
  assert.deepEqual(await run({ packages: ["git", "vim"], latest: true }), [
    "apt-get -o DPkg::Lock::Timeout=60 update",
    `${APT} install vim`,
    `${APT} install git`,
  ]);
  assert.deepEqual(await run({}), ["apt-get -o DPkg::Lock::Timeout=60 update"]);
  assert.deepEqual(await run({ packages: "git", upgrade: true }), [
    "apt-get -o DPkg::Lock::Timeout=60 update",
    `${APT} upgrade`,
  ]);
  assert.deepEqual(await run({ packages: "git", cacheTime: 59 }), [
    "apt-get -o DPkg::Lock::Timeout=60 update",
    stamp,
  ]);
  assert.deepEqual(await run({ packages: ["git", "vim"], cacheTime: 61 }), [`${APT} install vim`]);
});

Deno.test("apt.upgrade and apt.distUpgrade act only if a simulation finds something", async () => {
  const facts = (changes: object) => ({ "apt.SimulateOperationWillChange": () => changes });
  assert.deepEqual(await plan(apt.upgrade, {}, facts(NOTHING)), []);
  assert.deepEqual(await plan(apt.upgrade, { autoRemove: true }, facts({ ...NOTHING, removed: 1 })), [
    `${APT} upgrade --autoremove`,
  ]);
  assert.deepEqual(await plan(apt.distUpgrade, { waitForLock: 5 }, {}), [
    APT.replace("=60", "=5") + " dist-upgrade",
  ]);
});

Deno.test("apt.update: lists that are fresh enough", async () => {
  const now = new Date("2026-01-01T12:00:00Z");
  const facts = (seconds: number) => ({
    "server.Date": now,
    "files.File": { mtime: new Date(now.getTime() - seconds * 1000) },
  });
  const stamp = "touch /var/lib/apt/periodic/update-success-stamp";
  assert.deepEqual(await plan(apt.update, { cacheTime: 60 }, facts(59)), []);
  assert.deepEqual(await plan(apt.update, { cacheTime: 60 }, facts(61)), [
    "apt-get -o DPkg::Lock::Timeout=60 update",
    stamp,
  ]);
  assert.deepEqual(await plan(apt.update, { waitForLock: 9 }, {}), [
    "apt-get -o DPkg::Lock::Timeout=9 update",
  ]);
});

Deno.test("apt.ppa adds and removes, and quotes what it is given", async () => {
  assert.deepEqual(await plan(apt.ppa, { src: "ppa:a/$(b)" }, {}), [
    'apt-add-repository -y "ppa:a/\\$(b)"',
  ]);
  assert.deepEqual(await plan(apt.ppa, { src: "ppa:a/b", present: false }, {}), [
    'apt-add-repository -y --remove "ppa:a/b"',
  ]);
  await assert.rejects(plan(apt.ppa, { src: "--help" }, {}), { code: "E_ARGUMENT" });
});

Deno.test("apt.repo refuses what it cannot read or edit", async () => {
  const src = "deb http://a.example stable main";
  const source = { ...parseSourceLine(src)!, file: "/etc/apt/sources.list.d/a.sources" };
  const facts = { "apt.AptSources": [source] };
  assert.deepEqual(await plan(apt.repo, { src }, facts), []);
  await assert.rejects(plan(apt.repo, { src, present: false }, facts), { code: "E_APT_SOURCE" });
  await assert.rejects(plan(apt.repo, { src: "ppa:a/b" }, facts), { code: "E_ARGUMENT" });
  await assert.rejects(plan(apt.repo, { src: `${src}\ndeb x y z` }, facts), { code: "E_ARGUMENT" });
  await assert.rejects(plan(apt.repo, { src, filename: "../x" }, facts), { code: "E_ARGUMENT" });
});

Deno.test("apt.sourcesFile: content, checks and removal", async () => {
  const path = "/etc/apt/sources.list.d/docker.sources";
  const args = {
    filename: "docker",
    uris: ["https://a.example", "https://b.example"],
    suites: "bookworm bookworm-updates",
    components: "main",
    architectures: ["amd64"],
    signedBy: "/etc/apt/keyrings/docker.gpg",
  };
  const lines = [
    "Types: deb",
    "URIs: https://a.example https://b.example",
    "Suites: bookworm bookworm-updates",
    "Components: main",
    "Architectures: amd64",
    "Signed-By: /etc/apt/keyrings/docker.gpg",
  ];
  const missing = { "files.FileContents": undefined };
  const { steps, notes } = await collectSteps(apt.sourcesFile, args, {
    facts: () => undefined,
    config: { diff: true },
  });
  assert.equal(steps.length, 1);
  assert.match(String(steps[0]), /^upload \d+ bytes to .*docker\.sources \(owner root:root, mode 644\)$/);
  const after = lines.map((line) => `${line}\n`).join("");
  assert.deepEqual(notes, [
    { kind: "effect", effect: "create" },
    { kind: "diff", diff: { path, before: undefined, after } },
  ]);
  assert.deepEqual(await plan(apt.sourcesFile, args, { "files.FileContents": lines }), []);
  const remove = { filename: "docker.sources", present: false };
  assert.deepEqual(await plan(apt.sourcesFile, remove, missing), []);
  assert.deepEqual(await plan(apt.sourcesFile, remove, { "files.FileContents": [] }), [`rm -f ${path}`]);
  const mistakes = [
    { uris: undefined },
    { suites: "" },
    { components: undefined },
    { suites: "./" },
    { types: "rpm" },
    { signedBy: "/a\nTrusted: yes" },
    { filename: "a b" },
  ];
  for (const wrong of mistakes) {
    await assert.rejects(plan(apt.sourcesFile, { ...args, ...wrong }, missing), { code: "E_ARGUMENT" });
  }
});

Deno.test("apt.key: where keys go", async () => {
  const facts = { "apt.AptKeys": {}, "gpg.GpgKey": { AB: { subkeys: {} } } };
  const dest = async (args: Record<string, unknown>) => {
    const [command = ""] = await plan(apt.key, args, facts);
    return /mv -f "\$new" (.*)$/.exec(command)?.[1];
  };
  assert.equal(await dest({ src: "https://a.example/x/key.asc?y=1" }), "/etc/apt/keyrings/key.gpg");
  assert.equal(await dest({ src: "https://a.example" }), "/etc/apt/keyrings/a.example.gpg");
  assert.equal(await dest({ src: "/tmp/a key.gpg", dest: "docker" }), "/etc/apt/keyrings/docker.gpg");
  assert.equal(await dest({ src: "/tmp/k", dest: "/usr/share/k/x.gpg" }), "/usr/share/k/x.gpg");
  assert.equal(await dest({ keyserver: "hkp://a", keyid: ["0xab", "CD"] }), "/etc/apt/keyrings/AB-CD.gpg");
  const mistakes = [
    {},
    { keyserver: "x" },
    { keyid: "x" },
    { present: false },
    { keyserver: "-x", keyid: "A" },
    { src: "" },
  ];
  for (const args of mistakes) {
    await assert.rejects(plan(apt.key, args, facts), { code: "E_ARGUMENT" });
  }
});

Deno.test("apt.deb: a file that has no package yet, and waiting for the lock", async () => {
  const facts = { "deb.DebPackage": undefined, "deb.DebPackages": {} };
  assert.deepEqual(await plan(apt.deb, { src: "a b.deb", waitForLock: 3 }, facts), [
    APT.replace("=60", "=3") + " install --allow-downgrades ./'a b.deb'",
  ]);
  assert.deepEqual(await plan(apt.deb, { src: "/a.deb", present: false }, facts), []);
  await assert.rejects(plan(apt.deb, { src: "" }, facts), { code: "E_ARGUMENT" });
});
