/** Files that change between the plan and their download. */

import assert from "node:assert/strict";
import * as files from "../../src/operations/files/mod.ts";
import { type Finished, runDeploy } from "../support/run.ts";

/** Plans a download, lets something happen to the file, and downloads. */
async function fetchAfter(
  happens: (path: string) => Promise<void>,
  globals: { _retries?: number; _retryDelay?: number } = {},
): Promise<{ run: Finished; fetched: string | undefined; left: string[] }> {
  const directory = await Deno.makeTempDir({ prefix: "drover-fetch-" });
  try {
    const src = `${directory}/source`;
    await Deno.mkdir(`${directory}/here`);
    await Deno.writeTextFile(src, "0123456789");
    const dest = `${directory}/here/file`;
    const run = await runDeploy({
      deploy: () => files.get({ src, dest, ...globals }),
      request: { confirm: () => happens(src).then(() => true) },
    });
    const left = (await Array.fromAsync(Deno.readDir(`${directory}/here`))).map(({ name }) => name);
    return { run, left, fetched: await Deno.readTextFile(dest).catch(() => undefined) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const grow = (path: string) => Deno.writeTextFile(path, "more", { append: true });

Deno.test("a file that has grown since the plan is not taken, and said to have changed", async () => {
  const { run, fetched, left } = await fetchAfter(grow);
  const [problem] = run.problems;
  assert.equal(problem?.code, "E_DOWNLOAD");
  assert.match(problem!.message, /sent more than the 10 bytes that it had announced/);
  assert.match(problem!.hint!, /has changed since it was looked at/);
  assert.equal(fetched, undefined);
  assert.deepEqual(left, []);
});

Deno.test("a file that has shrunk since the plan is not taken", async () => {
  const { run, left } = await fetchAfter((path) => Deno.writeTextFile(path, "0"));
  assert.match(run.problems[0]!.message, /sent 1 of the 10 bytes/);
  assert.deepEqual(left, []);
});

Deno.test("another attempt looks again, and takes what is there now", async () => {
  const { run, fetched } = await fetchAfter(grow, { _retries: 1, _retryDelay: 0 });
  assert.deepEqual(run.problems, []);
  assert.equal(fetched, "0123456789more");
});

Deno.test("files of the kernel, which tell no sizes, are downloaded", async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-fetch-" });
  try {
    const { problems } = await runDeploy({
      deploy: () => files.get({ src: "/proc/self/status", dest: `${directory}/status` }),
    });
    assert.deepEqual(problems, []);
    assert.match(await Deno.readTextFile(`${directory}/status`), /^Name:/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a file that is known to be too large is not begun", async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-fetch-" });
  try {
    await Deno.writeFile(`${directory}/source`, new Uint8Array(2000));
    const { problems } = await runDeploy({
      config: { maxDownload: "1KB" },
      deploy: () => files.get({ src: `${directory}/source`, dest: `${directory}/file` }),
    });
    assert.match(problems[0]!.message, /has 2000 bytes: more than 1000 bytes are not downloaded/);
    assert.match(problems[0]!.hint!, /--max-download SIZE or config\.maxDownload/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
