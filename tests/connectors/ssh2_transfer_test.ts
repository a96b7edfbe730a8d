import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { coalesceWrites } from "../../src/connectors/ssh2/coalesce.ts";
import { spawnHere } from "../../src/connectors/local.ts";
import { SshBackends, SshHost } from "../../src/connectors/ssh2/backend.ts";
import { RunDirectory } from "../../src/connectors/run_directory.ts";
import type { PortError } from "../../src/shell/port.ts";
import type { Process } from "../../src/shell/process.ts";
import { overSsh } from "../support/over_ssh.ts";
import { command, decode, download, TestHost, upload } from "../support/ports.ts";
import { startProxy } from "../support/proxy.ts";
import { type Sshd, type SshdOptions } from "../support/sshd.ts";

const test = (name: string, fn: (sshd: Sshd) => Promise<void>, given: SshdOptions = {}): void =>
  overSsh("ssh2", name, fn, given);

/** Runs with the connector itself. */
async function withConnector(sshd: Sshd, port: number, fn: (host: SshHost) => Promise<void>): Promise<void> {
  const backends = new SshBackends(5);
  const host = new SshHost("web-01", { ...sshd.data(), ssh_port: port }, {
    backend: "ssh2",
    backends,
    directory: new RunDirectory(5),
    passwords: undefined,
    connectTimeout: 5,
    spawn: spawnHere,
    onChoice: () => {},
    onAcceptedKey: () => {},
  });
  assert.equal(await host.connect(), undefined);
  await fn(host);
  await host.close();
  await backends.close();
}

async function text(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text();
}

async function run(host: SshHost, script: string): Promise<{ code: number; out: string; err: string }> {
  const process = await host.spawn(["sh", "-c", script]);
  await process.stdin.close();
  const [out, err, { code }] = await Promise.all([
    text(process.stdout),
    text(process.stderr),
    process.status,
  ]);
  return { code, out, err };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

for (const cipher of ["chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr"]) {
  test(`keys are exchanged anew during transfers both ways (${cipher})`, async (sshd) => {
    await using host = await TestHost.connect("web-01", sshd.data());
    const content = new Uint8Array(12_000_000);
    for (let at = 0; at < content.length; at += 65536) {
      crypto.getRandomValues(content.subarray(at, at + 65536));
    }
    const others = host.one(command("for i in 1 2 3 4 5 6;do echo $i;sleep 0.1;done"), { lane: "facts" });
    assert.equal((await host.one(upload(content, "~/file"))).outcome, "success");
    const local = `${sshd.directory}/fetched`;
    assert.equal((await host.one(download(`${sshd.users[0]!.home}/file`, local))).outcome, "success");
    assert.ok(equal(await Deno.readFile(local), content));
    assert.equal(decode((await others).stdout), "1\n2\n3\n4\n5\n6\n");
  }, { config: ["RekeyLimit 256K", `Ciphers ${cipher}`] });
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

test("what nobody reads holds the far side back, and so does what it does not read", async (sshd) => {
  await withConnector(sshd, sshd.port, async (host) => {
    const flag = `${sshd.users[0]!.home}/flag`;
    const process = await host.spawn(["sh", "-c", `head -c 40000000 /dev/zero; echo done >${flag}`]);
    await pause(600);
    await assert.rejects(Deno.stat(flag), Deno.errors.NotFound);
    let count = 0;
    for await (const chunk of process.stdout) count += chunk.length;
    assert.equal(count, 40_000_000);
    assert.equal((await process.status).code, 0);
    await process.stdin.close();

    const slow = await host.spawn(["sh", "-c", "sleep 1; wc -c"]);
    const writer = slow.stdin.getWriter();
    let accepted = 0;
    const writing = (async () => {
      for (let round = 0; round < 300; round++) {
        await writer.ready;
        await writer.write(new Uint8Array(100_000));
        accepted += 100_000;
      }
      await writer.close();
    })();
    await pause(500);
    assert.ok(accepted < 10_000_000, `${accepted} bytes were taken by nobody`);
    await writing;
    assert.equal((await text(slow.stdout)).trim(), "30000000");
  });
});

test("exit statuses, signals, streams, and the end of input", async (sshd) => {
  await withConnector(sshd, sshd.port, async (host) => {
    assert.deepEqual(await run(host, "echo out; echo err >&2; exit 7"), {
      code: 7,
      out: "out\n",
      err: "err\n",
    });
    assert.equal((await run(host, "kill -KILL $$")).code, 255);
    assert.equal((await run(host, "cat; echo end")).out, "end\n");
    // More than a window at once, and a status after all of it.
    const { out, code } = await run(host, "head -c 5000000 /dev/zero | tr '\\0' x; exit 3");
    assert.deepEqual([out.length, code], [5_000_000, 3]);
  });
});

test("a process is killed at once, whether the host answers or not", async (sshd) => {
  await using proxy = startProxy(sshd.port);
  await withConnector(sshd, proxy.port, async (host) => {
    for (const frozen of [false, true]) {
      const process: Process = await host.spawn(["sh", "-c", "echo begun; sleep 30"]);
      const reader = process.stdout.getReader();
      assert.equal(decode((await reader.read()).value!), "begun\n");
      if (frozen) proxy.freeze();
      const writing = process.stdin.getWriter();
      const stuck = (async () => {
        while (true) await writing.write(new Uint8Array(500_000));
      })().catch(() => {});
      await pause(100);
      process.kill("SIGKILL");
      const started = performance.now();
      await process.status;
      assert.equal((await reader.read()).done, true);
      await stuck;
      assert.ok(performance.now() - started < 500);
    }
    host.abort();
    proxy.mend();
    assert.equal((await run(host, "echo again")).out, "again\n");
  });
});

test("a session too many is refused in the pool's words", async (sshd) => {
  await withConnector(sshd, sshd.port, async (host) => {
    const first = await host.spawn(["sh"]);
    const refused = await Promise.allSettled([host.spawn(["sh"]), host.spawn(["sh", "-c", "x"])]);
    for (const result of refused) {
      assert.equal(result.status, "rejected");
      assert.equal(result.status === "rejected" && result.reason.code, "E_SESSION_REFUSED");
    }
    await first.stdin.close();
    await first.status;
    // The server tells of a session's end before it admits another one.
    const freed = async (): Promise<string> => {
      try {
        return (await run(host, "echo free")).out;
      } catch (error) {
        assert.equal((error as PortError).code, "E_SESSION_REFUSED");
        await pause(20);
        return await freed();
      }
    };
    assert.equal(await freed(), "free\n");
  });
}, { config: ["MaxSessions 1"] });

test("a session that ends makes room for the next one at once", async (sshd) => {
  await using host = await TestHost.connect("web-01", sshd.data());
  for (let round = 0; round < 15; round++) {
    // Its parent is the session's shell.
    const ended = await host.one(command(`kill -9 $PPID; echo ${round}`));
    assert.notEqual(ended.outcome, "refused", JSON.stringify(ended.error));
    const next = await host.one(command("echo next"));
    assert.equal(decode(next.stdout), "next\n", JSON.stringify(next.error));
  }
}, { config: ["MaxSessions 1"] });

Deno.test("writes of one turn become one", async () => {
  const stream = new PassThrough();
  const pieces: string[] = [];
  stream.on("data", (data) => pieces.push(String(data)));
  coalesceWrites(stream);
  for (const word of ["a", "b", "c"]) stream.write(new TextEncoder().encode(word));
  await pause(1);
  stream.write(new TextEncoder().encode("d"));
  stream.end();
  await pause(1);
  assert.deepEqual(pieces, ["abc", "d"]);
});
