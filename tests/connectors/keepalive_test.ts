/** Hosts that fall silent in the middle of a command are lost soon; those that only take their time are not. */

import assert from "node:assert/strict";
import { type PortError, type RequestResult } from "../../src/shell/port.ts";
import { within } from "../../src/shell/process.ts";
import { type Backend, overSsh } from "../support/over_ssh.ts";
import { command, decode, TestHost, upload } from "../support/ports.ts";
import { startProxy } from "../support/proxy.ts";
import { must, type Sshd } from "../support/sshd.ts";

type Data = Record<string, string | number | boolean>;

const BACKENDS: readonly Backend[] = ["openssh", "ssh2"];

const QUICK: Data = { ssh_keepalive_interval: 1, ssh_keepalive_count: 2 };

/** Three times the interval, and what a busy machine needs. */
const SECONDS = 3 + 6;

for (const backend of BACKENDS) {
  overSsh(backend, `a stopped sshd ends its host, while it receives a file, too (${backend})`, stoppedServer);
  overSsh(backend, `a line that falls silent ends its host (${backend})`, silentLine);
  overSsh(backend, `a command that prints nothing for long is not ended (${backend})`, quietCommand);
  overSsh(backend, `the data's keepalive wins over the configuration's (${backend})`, dataWins);
}

async function lost(running: Promise<RequestResult>): Promise<PortError> {
  const result = await within(SECONDS, running, undefined);
  assert.ok(result !== undefined, "the host was not given up");
  assert.equal(result.outcome, "lost");
  assert.ok(result.error !== undefined);
  return result.error;
}

async function stoppedServer(sshd: Sshd): Promise<void> {
  const { name } = sshd.users[0]!;
  for (const request of [command("echo begun; sleep 60"), upload(new Uint8Array(400_000_000), "~/large")]) {
    await using host = await TestHost.connect("web-01", { ...sshd.data(), ...QUICK });
    const running = host.one(request);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const processes = (await must("pgrep", "-f", `^sshd: ${name}`)).trim().split("\n");
    try {
      await must("kill", "-STOP", ...processes);
      const error = await lost(running);
      assert.equal(error.code, "E_SSH_LOST");
      assert.match(error.message, /stopped answering/);
    } finally {
      await must("kill", "-KILL", ...processes);
    }
  }
}

async function silentLine(sshd: Sshd): Promise<void> {
  await using proxy = startProxy(sshd.port);
  await using host = await TestHost.connect("web-01", { ...sshd.data(), ...QUICK, ssh_port: proxy.port });
  const running = host.one(command("echo begun; sleep 60"));
  await new Promise((resolve) => setTimeout(resolve, 400));
  proxy.freeze();
  const error = await lost(running);
  assert.match(error.message, /stopped answering/);
}

async function quietCommand(sshd: Sshd): Promise<void> {
  await using host = await TestHost.connect("web-01", { ...sshd.data(), ...QUICK, ssh_keepalive_count: 1 });
  const result = await host.one(command("sleep 7; echo done"));
  assert.equal(result.outcome, "success");
  assert.equal(decode(result.stdout), "done\n");
}

async function dataWins(sshd: Sshd): Promise<void> {
  const file = `${sshd.directory}/client`;
  await Deno.writeTextFile(file, "Host *\n  ServerAliveInterval 600\n  ServerAliveCountMax 9\n");
  await using proxy = startProxy(sshd.port);
  const data = { ...sshd.data(), ...QUICK, ssh_port: proxy.port, ssh_config_file: file };
  await using host = await TestHost.connect("web-01", data);
  const running = host.one(command("sleep 60"));
  await new Promise((resolve) => setTimeout(resolve, 400));
  proxy.freeze();
  await lost(running);
}
