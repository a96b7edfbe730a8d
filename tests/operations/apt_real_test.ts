/** Operations on apt, on this machine: packages, files and a repository that the tests build themselves. */

import assert from "node:assert/strict";
import type { AnyOperation } from "../../src/host/mod.ts";
import * as apt from "../../src/operations/apt/mod.ts";
import {
  addPackage,
  buildPackage,
  indexPackages,
  installedVersion,
  PrivateApt,
  purge,
} from "../support/debian.ts";
import { LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";

const NEEDS = requirement("apt");
const STAMP = "/var/lib/apt/periodic/update-success-stamp";

/** Applies an operation, sees that a second time there is nothing to do, and returns the commands. */
async function ensure(
  host: LocalHost,
  operation: AnyOperation,
  args: Record<string, unknown>,
): Promise<string[]> {
  const { commands } = await retryLocked(() => host.apply(operation, args));
  assert.deepEqual((await host.apply(operation, args)).commands, []);
  return commands;
}

/** dpkg does not wait for its lock, and others on this machine may hold it. */
async function retryLocked<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0;; attempt++) {
    try {
      return await work();
    } catch (thrown) {
      if (attempt >= 30 || !String(thrown).includes("lock")) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

Deno.test({
  name: "apt.packages from a repository, with update, latest, versions and removal",
  ignore: NEEDS,
  fn: async () => {
    await using repository = await PrivateApt.create();
    await using host = await LocalHost.connect({ _env: repository.env });
    const publish = async (name: string, version: string, depends: string) => {
      await addPackage(repository.repository, { name, version, depends });
      await indexPackages(repository.repository);
    };
    const count = async (args: Record<string, unknown>) =>
      (await ensure(host, apt.packages, { waitForLock: 120, ...args })).length;
    try {
      await publish("drover-library", "1.0", "base-files");
      await publish("drover-tool", "1.0", "drover-library");
      await count({ packages: "drover-tool", update: true, cacheTime: 3600 });
      assert.equal(await installedVersion("drover-tool"), "1.0");
      assert.equal(await count({ packages: ["drover-tool", "drover-library=1.0"] }), 0);

      await publish("drover-tool", "2.0", "drover-library");
      assert.equal(await count({ packages: "drover-tool", latest: true }), 0);
      await host.apply(apt.update, {});
      assert.equal(await count({ packages: "drover-tool", latest: true }), 1);
      assert.equal(await installedVersion("drover-tool"), "2.0");
      assert.equal(await count({ packages: "drover-tool=1.0", allowDowngrades: true }), 1);
      assert.equal(await installedVersion("drover-tool"), "1.0");

      // No list on the host knows it yet.
      await publish("drover-late", "1.0", "drover-library");
      assert.equal(await count({ packages: ["drover-tool", "drover-late"], update: true }), 2);
      assert.equal(await installedVersion("drover-late"), "1.0");
      assert.equal(await count({ packages: "drover-late", update: true, present: false }), 1);

      assert.equal(await count({ packages: ["drover-library", "drover-gone"], present: false }), 1);
      assert.equal(await installedVersion("drover-tool"), undefined);
      assert.equal(await count({ packages: ["drover-tool"], present: false, purge: true }), 0);
      await assert.rejects(host.apply(apt.packages, { packages: "drover-none", waitForLock: 120 }));
    } finally {
      await purge("drover-tool", "drover-late", "drover-library");
      await Deno.remove(STAMP).catch(() => {});
    }
  },
});

Deno.test({
  name: "apt.deb installs, upgrades and removes, from a file and from a URL",
  ignore: requirement("apt", "downloader"),
  fn: async () => {
    await using repository = await PrivateApt.create();
    await using host = await LocalHost.connect({ _env: repository.env });
    await using first = await buildPackage({
      name: "drover-deb",
      version: "1:1.0",
      depends: "drover-needed",
    });
    await using second = await buildPackage({ name: "drover-deb", version: "1:2.0" });
    await addPackage(repository.repository, { name: "drover-needed", version: "1" });
    await indexPackages(repository.repository);
    const body = await Deno.readFile(second.path);
    const server = Deno.serve({ port: 0, onListen: () => {} }, () => new Response(body));
    const url = `http://127.0.0.1:${server.addr.port}/tool.deb`;
    let kept: string | undefined;
    try {
      await host.apply(apt.update, {});
      await ensure(host, apt.deb, { src: first.path });
      assert.equal(await installedVersion("drover-deb"), "1:1.0");
      assert.equal(await installedVersion("drover-needed"), "1");
      await ensure(host, apt.deb, { src: second.path, waitForLock: 120 });
      assert.equal(await installedVersion("drover-deb"), "1:2.0");
      await ensure(host, apt.deb, { src: second.path, present: false, waitForLock: 120 });
      assert.equal(await installedVersion("drover-deb"), undefined);

      const commands = await ensure(host, apt.deb, { src: url });
      assert.equal(await installedVersion("drover-deb"), "1:2.0");
      kept = /(\/var\/cache\/apt\/drover-[0-9a-f]+\.deb)/.exec(commands.join("\n"))?.[1] ?? "";
      assert.ok((await Deno.stat(kept)).isFile);
      await ensure(host, apt.deb, { src: url, present: false, waitForLock: 120 });
      assert.equal(await installedVersion("drover-deb"), undefined);
    } finally {
      await server.shutdown();
      await purge("drover-deb", "drover-needed");
      if (kept !== undefined) await Deno.remove(kept).catch(() => {});
    }
  },
});

/** Holds a lock as another package manager would, for so many seconds. */
async function holdLock(seconds: number, path = "/var/lib/dpkg/lock-frontend"): Promise<AsyncDisposable> {
  const script = "import fcntl, sys, time\n" +
    'lock = open(sys.argv[2], "w")\n' +
    "fcntl.lockf(lock, fcntl.LOCK_EX)\n" +
    'print("held", flush=True)\n' +
    "time.sleep(float(sys.argv[1]))\n";
  const child = new Deno.Command("python3", {
    args: ["-c", script, String(seconds), path],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has let go by itself.
      }
      await reader.cancel();
      await child.status;
    },
  };
}

Deno.test({
  name: "apt waits for a lock that another package manager holds, and fails at once only where it is told to",
  ignore: requirement("apt", "python3"),
  fn: async () => {
    await using repository = await PrivateApt.create();
    await using host = await LocalHost.connect({ _env: repository.env });
    await addPackage(repository.repository, { name: "drover-waiting", version: "1" });
    await indexPackages(repository.repository);
    await using file = await buildPackage({ name: "drover-waiting", version: "2" });
    await host.apply(apt.update, {});
    const lists = `${repository.root}/lists/lock`;
    for (const waitForLock of [false, 1]) {
      await using _others = await holdLock(600);
      await assert.rejects(
        host.apply(apt.packages, { packages: "drover-waiting", waitForLock }),
        /lock-frontend/,
      );
      await using _fetching = await holdLock(600, lists);
      await assert.rejects(host.apply(apt.update, { waitForLock }), /lists\/lock/);
    }
    try {
      for (
        const [operation, args, seconds] of [
          [apt.packages, { packages: "drover-waiting" }, 3],
          [apt.deb, { src: file.path }, 3],
        ] as const
      ) {
        await using _others = await holdLock(seconds);
        const started = performance.now();
        const { stdout } = await host.apply(operation as AnyOperation, args);
        assert.ok(performance.now() - started > seconds * 900, "it has waited");
        assert.match(stdout, /Waiting for cache lock/);
      }
      assert.equal(await installedVersion("drover-waiting"), "2");
      await using _fetching = await holdLock(3, lists);
      const started = performance.now();
      await host.apply(apt.update, {});
      assert.ok(performance.now() - started > 2700, "it has waited");
    } finally {
      await purge("drover-waiting");
    }
  },
});

Deno.test({
  name: "apt.repo and apt.sourcesFile in the files of this machine",
  ignore: NEEDS,
  fn: async () => {
    // Others may fetch lists meanwhile: what the files name must be a repository.
    await using repository = await PrivateApt.create();
    await using host = await LocalHost.connect();
    await addPackage(repository.repository, { name: "drover-listed", version: "1" });
    await indexPackages(repository.repository);
    const list = "/etc/apt/sources.list.d/drover-test.list";
    const sources = "/etc/apt/sources.list.d/drover-test.sources";
    const src = (options: string) => `deb [${options}] file:${repository.repository} ./`;
    const count = async (operation: AnyOperation, args: Record<string, unknown>) =>
      (await ensure(host, operation, args)).length;
    try {
      await count(apt.repo, { src: src("trusted=yes"), filename: "drover-test" });
      assert.equal(await Deno.readTextFile(list), `${src("trusted=yes")}\n`);
      await count(apt.repo, { src: src("arch=amd64,i386 trusted=yes"), filename: "drover-test" });
      assert.equal(await Deno.readTextFile(list), `${src("arch=amd64,i386 trusted=yes")}\n`);
      await count(apt.repo, { src: src("trusted=yes"), present: false });
      assert.equal((await Deno.readTextFile(list)).trim(), "");
      await Deno.remove(list);

      const file = { filename: "drover-test", uris: `file:${repository.repository}`, suites: "./" };
      assert.equal(await count(apt.sourcesFile, file), 1);
      assert.match(await Deno.readTextFile(sources), /^Types: deb\nURIs: file:.*\nSuites: \.\/\n$/);
      assert.equal(await count(apt.repo, { src: `deb file:${repository.repository} ./` }), 0);
      assert.equal(await count(apt.sourcesFile, { filename: "drover-test", present: false }), 1);
      await assert.rejects(Deno.stat(sources), Deno.errors.NotFound);
    } finally {
      await Deno.remove(list).catch(() => {});
      await Deno.remove(sources).catch(() => {});
    }
  },
});
