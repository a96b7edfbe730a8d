/** Hosts that send more, or less, than they have announced, and hosts that never stop. */

import assert from "node:assert/strict";
import type { DownloadRequest, RequestResult } from "../../src/shell/port.ts";
import { command, decode, download, options, TestHost } from "../support/ports.ts";

const MIB = 1024 * 1024;

/** A host on which `cat` sends what a script says. */
async function lyingHost(
  cat: string,
  work: (host: TestHost, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "drover-limits-" });
  try {
    await Deno.mkdir(`${directory}/bin`);
    await Deno.mkdir(`${directory}/here`);
    await Deno.writeTextFile(`${directory}/bin/cat`, `#!/bin/sh\n${cat}\n`, { mode: 0o755 });
    await Deno.writeTextFile(`${directory}/source`, "0123456789");
    await using host = await TestHost.shell(["env", `PATH=${directory}/bin:${Deno.env.get("PATH")}`, "sh"]);
    await work(host, directory);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${directory}/here`)), []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function fetch(host: TestHost, directory: string, size?: number): Promise<RequestResult> {
  const request = download(`${directory}/source`, `${directory}/here/file`) as DownloadRequest;
  return host.one(size === undefined ? request : { ...request, size });
}

Deno.test("a host that sends without end is cut off, and goes on to serve", () =>
  lyingHost("exec yes", async (host, directory) => {
    const result = await fetch(host, directory, 10);
    assert.equal(result.error?.code, "E_DOWNLOAD");
    assert.match(result.error!.message, /sent more than the 10 bytes that it had announced for .*\/source/);
    assert.equal(decode((await host.one(command("echo still here"))).stdout), "still here\n");
  }));

Deno.test("a host that does not let itself be cut off loses its session", () =>
  lyingHost("trap '' TERM HUP INT; while :; do echo more; done", async (host, directory) => {
    const result = await fetch(host, directory, 10);
    assert.equal(result.error?.code, "E_DOWNLOAD");
    assert.equal(decode((await host.one(command("echo still here"))).stdout), "still here\n");
  }));

Deno.test("a host that sends less than it has announced leaves nothing", () =>
  lyingHost("printf 01234", async (host, directory) => {
    const result = await fetch(host, directory, 10);
    assert.equal(result.error?.code, "E_DOWNLOAD");
    assert.match(result.error!.message, /sent 5 of the 10 bytes that it had announced/);
    assert.match(result.error!.hint ?? "", /_retries/);
  }));

Deno.test("without an announcement the largest download is the limit", async () => {
  const directory = await Deno.makeTempDir({ prefix: "drover-limits-" });
  await using host = await TestHost.connect("@local", {}, { maxDownload: 4 * MIB });
  await Deno.writeFile(`${directory}/source`, new Uint8Array(4 * MIB));
  const fetchIt = () => host.one(download(`${directory}/source`, `${directory}/file`));
  assert.equal((await fetchIt()).outcome, "success");
  await Deno.remove(`${directory}/file`);
  await Deno.writeFile(`${directory}/source`, new Uint8Array(4 * MIB + 1));
  const result = await fetchIt();
  assert.match(result.error!.message, /sent more than 4194304 bytes .* which is the limit for downloads/);
  assert.match(result.error!.hint ?? "", /--max-download/);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name), ["source"]);
  const endless = await host.one(download("/dev/zero", `${directory}/file`));
  assert.equal(endless.error?.code, "E_DOWNLOAD");
  assert.deepEqual((await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name), ["source"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("an answer without end is cut off at a limit that is named", async () => {
  await using host = await TestHost.connect("@local");
  const [result, after] = await host.batch(
    [{ ...command("yes"), reads: true }, command("echo after")] as Parameters<TestHost["batch"]>[0],
    { lane: "facts", stopOnFailure: false },
  );
  assert.equal(result!.error?.code, "E_OUTPUT");
  assert.match(result!.error!.message, /more than 64 MiB, which is the limit for answers/);
  assert.ok(result!.stdout.length <= 64 * MIB);
  assert.equal(decode(after!.stdout), "after\n");
});

Deno.test("a command may print without end; beginning and end are kept", async () => {
  await using host = await TestHost.connect("@local");
  const result = await host.one(command("echo first; head -c 20000000 /dev/zero; echo last", options()));
  assert.equal(result.outcome, "success");
  assert.ok(result.stdout.length <= 8 * MIB);
  assert.ok(result.droppedBytes > 10_000_000);
  assert.match(decode(result.stdout.slice(0, 6)) + decode(result.stdout.slice(-5)), /^first\nlast\n$/);
});
