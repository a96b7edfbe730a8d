/** Digests of local files: computed once, and anew when a file has changed. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { localFiles } from "../../src/host/mod.ts";
import { LocalDigests } from "../../src/host/local_digests.ts";

const digestOf = (content: string) => createHash("sha1").update(content).digest("hex");

/** A clock for which every file is an old one. */
const muchLater = () => Date.now() + 60_000;

/** Digests that count how often a file is read. */
async function counting(
  test: (given: { path: string; digests: LocalDigests; reads: string[] }) => Promise<void>,
  options: { most?: number; now?: () => number } = {},
): Promise<void> {
  const dir = await Deno.makeTempDir();
  const reads: string[] = [];
  const compute = async (path: string) => {
    reads.push(path);
    return digestOf(await Deno.readTextFile(path));
  };
  const digests = new LocalDigests({ compute, ...options });
  try {
    const path = `${dir}/file`;
    await Deno.writeTextFile(path, "one");
    await test({ path, digests, reads });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a file that many hosts ask for is read once, at once and later", () =>
  counting(async ({ path, digests, reads }) => {
    const ask = () => Promise.all(Array.from({ length: 100 }, () => digests.of(path, "sha1")));
    assert.deepEqual(new Set(await ask()), new Set([digestOf("one")]));
    await ask();
    assert.equal(reads.length, 1);
    await digests.of(path, "md5");
    assert.equal(reads.length, 2, "another algorithm is another digest");
    await Deno.writeTextFile(path, "longer");
    assert.equal(await digests.of(path, "sha1"), digestOf("longer"));
  }, { now: muchLater }));

Deno.test("a file that has just been written is read once for those who ask together", () =>
  counting(async ({ path, digests, reads }) => {
    await Promise.all(Array.from({ length: 100 }, () => digests.of(path, "sha1")));
    assert.equal(reads.length, 1);
    await digests.of(path, "sha1");
    assert.equal(reads.length, 2, "a change so soon would not have shown");
  }));

Deno.test("a file that has changed is read anew, though size and times are the same", () =>
  counting(async ({ path, digests }) => {
    const old = new Date("2020-01-01T00:00:00Z");
    for (let count = 100; count < 200; count++) {
      await Deno.writeTextFile(path, String(count));
      await Deno.utime(path, old, old);
      assert.equal(await digests.of(path, "sha1"), digestOf(String(count)));
    }
    const info = await Deno.stat(path);
    await Deno.writeTextFile(`${path}.new`, "200");
    await Deno.utime(`${path}.new`, old, old);
    await Deno.rename(`${path}.new`, path);
    assert.notEqual((await Deno.stat(path)).ino, info.ino);
    assert.equal(await digests.of(path, "sha1"), digestOf("200"));
  }));

Deno.test("another file of the same size and times in its place is read", () =>
  counting(async ({ path, digests }) => {
    const old = new Date("2020-01-01T00:00:00Z");
    const put = async (content: string) => {
      await Deno.writeTextFile(`${path}.new`, content);
      await Deno.utime(`${path}.new`, old, old);
      await Deno.rename(`${path}.new`, path);
    };
    for (const content of ["1", "2", "3"]) {
      await put(content);
      assert.equal(await digests.of(path, "sha1"), digestOf(content));
    }
  }, { now: muchLater }));

Deno.test("a file that cannot be read fails for all who ask, and is tried again", () =>
  counting(async ({ path, digests }) => {
    await Deno.remove(path);
    const all = await Promise.allSettled([digests.of(path, "sha1"), digests.of(path, "sha1")]);
    assert.deepEqual(all.map(({ status }) => status), ["rejected", "rejected"]);
    await Deno.writeTextFile(path, "back");
    assert.equal(await digests.of(path, "sha1"), digestOf("back"));
  }));

Deno.test("only so many digests are kept", () =>
  counting(async ({ path, digests, reads }) => {
    const paths = ["a", "b", "c"].map((name) => `${path}.${name}`);
    for (const one of paths) await Deno.writeTextFile(one, one);
    for (const one of [...paths, ...paths.slice(1), paths[0]!]) await digests.of(one, "sha1");
    assert.deepEqual(reads, [...paths, paths[0]!]);
  }, { most: 2, now: muchLater }));

/** Bytes that this process has read so far. */
async function bytesRead(): Promise<number> {
  return Number(/rchar: (\d+)/.exec(await Deno.readTextFile("/proc/self/io"))?.[1]);
}

Deno.test({
  name: "the digest of a local file is that of its content, and fifty who ask read it once",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const path = await Deno.makeTempFile();
    const content = "a".repeat(1_000_000);
    try {
      await Deno.writeTextFile(path, content);
      const before = await bytesRead();
      const all = await Promise.all(Array.from({ length: 50 }, () => localFiles().digest(path, "sha1")));
      assert.deepEqual(new Set(all), new Set([digestOf(content)]));
      assert.ok(await bytesRead() - before < 3 * content.length);
    } finally {
      await Deno.remove(path);
    }
  },
});
