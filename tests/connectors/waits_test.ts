/** Every wait on the way to a host has an end, and none of them is another host's. */

import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import { LocalConnector, spawnHere } from "../../src/connectors/local.ts";
import { HostShell } from "../../src/shell/host_shell.ts";
import type { HostPort, PortError } from "../../src/shell/port.ts";
import { type Process, within } from "../../src/shell/process.ts";
import { type Backend, overSsh } from "../support/over_ssh.ts";
import { command, decode } from "../support/ports.ts";
import { requirement } from "../support/skip.ts";
import { must, type Sshd } from "../support/sshd.ts";

const BACKENDS: readonly Backend[] = ["openssh", "ssh2"];

/** Seconds allowed besides the bound itself, on a busy machine. */
const SLACK = 8;

/** The error of a host that must be given up within so many seconds; closing the port must take no long either. */
async function givenUp(
  port: HostPort,
  data: Record<string, string | number | boolean>,
  seconds: number,
  name = "web-01",
): Promise<PortError> {
  const error = await within(seconds + SLACK, port.connect({ name, data }), "late" as const);
  assert.notEqual(error, "late", `${name} was not given up`);
  assert.ok(typeof error === "object", `${name} should not be reached`);
  const closed = await within(SLACK, port.close().then(() => true), false);
  assert.ok(closed, "the port did not close");
  return error;
}

for (const backend of BACKENDS) {
  overSsh(backend, `a server that starts no shell is given up (${backend})`, noShell, {
    config: ["ForceCommand sleep 60"],
  });
}

async function noShell(sshd: Sshd): Promise<void> {
  for (const privilege of [{}, { sudo: {} }]) {
    const port = createPort({ connectTimeout: 1, sudoPerCommand: false });
    const batch = { id: 1, lane: "facts" as const, stopOnFailure: false, live: false };
    const connecting = givenUp(port, sshd.data(), 3);
    const early = port.run("web-01", { ...batch, requests: [command("true", { privilege })] });
    const error = await connecting;
    assert.equal(error.code, "E_SSH_SHELL");
    assert.match(error.message, /logged us in, but no shell answered within 1 seconds/);
    assert.match(error.hint ?? "", /ForceCommand/);
    const results = await within(SLACK, early, "late" as const);
    assert.ok(results !== "late", "what was to run there waits on");
    assert.ok(results.every(({ outcome }) => outcome !== "success"));
  }
}

for (const backend of BACKENDS) {
  const config = ['ForceCommand [ -e ~/slow ] && exec sleep 60; eval "$SSH_ORIGINAL_COMMAND"'];
  const name = `a host without a shell does not keep the others (${backend})`;
  overSsh(backend, name, async (sshd) => {
    const [good, bad] = sshd.users;
    await Deno.writeTextFile(`${bad!.home}/slow`, "");
    const port = createPort({ connectTimeout: 2, sudoPerCommand: false });
    const waiting = within(2 + SLACK, port.connect({ name: "bad", data: sshd.data(bad) }), undefined);
    assert.equal(await port.connect({ name: "good", data: sshd.data(good) }), undefined);
    const batch = { id: 1, lane: "facts" as const, stopOnFailure: false, live: false };
    const [result] = await port.run("good", { ...batch, requests: [command("echo here")] });
    assert.equal(decode(result!.stdout), "here\n");
    assert.equal((await waiting)?.code, "E_SSH_SHELL");
    await port.close();
  }, { shells: ["/bin/sh", "/bin/sh"], config });
}

Deno.test("a shell of this machine that never answers, nor heeds signals, is given up", async () => {
  const connector = new class extends LocalConnector {
    override spawn(): Promise<Process> {
      // The child holds the streams after the shell was killed.
      return Promise.resolve(spawnHere(["sh", "-c", "trap '' TERM; sleep 8 & wait; wait"]));
    }
  }();
  const options = { sudoPerCommand: false, passwords: undefined, onEvent: () => {}, ahead: () => false };
  const shell = new HostShell("test", connector, { connectTimeout: 1, ...options });
  const started = performance.now();
  const error = await shell.connect();
  await shell.close();
  assert.equal(error?.code, "E_LOCAL_SHELL");
  assert.match(error?.message ?? "", /did not answer within 1 seconds/);
  assert.ok(performance.now() - started < 7000);
});

Deno.test({
  name: "a directory whose shell never answers is given up",
  ignore: requirement("root", "busybox"),
  fn: async () => {
    const root = await Deno.makeTempDir();
    await Deno.mkdir(`${root}/bin`);
    await Deno.copyFile("/usr/bin/busybox", `${root}/bin/busybox`);
    await Deno.writeTextFile(`${root}/bin/sh`, "#!/bin/busybox ash\ntrap '' TERM\n/bin/busybox sleep 20\n");
    await must("chmod", "-R", "755", root);
    try {
      const port = createPort({ connectTimeout: 1, sudoPerCommand: false });
      const error = await givenUp(port, {}, 4, `@chroot${root}`);
      assert.equal(error.code, "E_SHELL");
      assert.match(error.message, /No shell answered in chroot .* within 1 seconds/);
    } finally {
      await must("sh", "-c", `fuser -k ${root}/bin/busybox >/dev/null 2>&1; :`);
      await Deno.remove(root, { recursive: true });
    }
  },
});

Deno.test({
  name: "an engine that never answers is given up, and nothing waits for it any more",
  ignore: requirement("docker"),
  fn: async () => {
    const directory = await Deno.makeTempDir();
    const silent = Deno.listen({ transport: "unix", path: `${directory}/engine` });
    Deno.env.set("DOCKER_HOST", `unix://${directory}/engine`);
    const name = `app-${crypto.randomUUID()}`;
    try {
      const port = createPort({ connectTimeout: 2, sudoPerCommand: false });
      const error = await givenUp(port, {}, 5, `@docker/${name}`);
      assert.equal(error.code, "E_DOCKER_TIMEOUT");
      assert.match(error.message, /docker on this machine did not answer within 2 seconds/);
      assert.doesNotMatch(await must("ps", "axww", "-o", "args"), new RegExp(name));
    } finally {
      Deno.env.delete("DOCKER_HOST");
      silent.close();
      await Deno.remove(directory, { recursive: true });
    }
  },
});

overSsh("ssh2", "an agent that never answers keeps nobody from leaving", async (sshd) => {
  const socket = `${sshd.directory}/agent`;
  const silent = Deno.listen({ transport: "unix", path: socket });
  const file = `${sshd.directory}/client`;
  await Deno.writeTextFile(
    file,
    `Host *\n  IdentityAgent ${socket}\nHost web-01\n  ProxyJump 127.0.0.2:${sshd.port}\n`,
  );
  const port = createPort({ connectTimeout: 30, sudoPerCommand: false });
  const { ssh_allow_agent: _, ...data } = sshd.data();
  const connecting = port.connect({ name: "web-01", data: { ...data, ssh_config_file: file } });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.ok(await within(3, port.close().then(() => true), false), "the port did not close");
  assert.equal((await connecting)?.code, "E_CLOSED");
  silent.close();
});
