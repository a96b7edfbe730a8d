/** Connections that a busy server drops before the login are tried again; refusals of other kinds are not. */

import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import type { PortError } from "../../src/shell/port.ts";
import { within } from "../../src/shell/process.ts";
import { type Backend, overSsh } from "../support/over_ssh.ts";
import { command, decode } from "../support/ports.ts";
import { startProxy } from "../support/proxy.ts";
import { freePort, type Sshd } from "../support/sshd.ts";

type Data = Record<string, string | number | boolean>;

const BACKENDS: readonly Backend[] = ["openssh", "ssh2"];

for (const backend of BACKENDS) {
  overSsh(backend, `a server that admits two logins at a time serves many hosts (${backend})`, busyServer, {
    config: ["MaxStartups 2:100:2"],
  });
  overSsh(backend, `a busy jump host takes its users two by two (${backend})`, busyJumpHost, {
    config: ["MaxStartups 2:100:2"],
  });
  overSsh(backend, `a server that drops every connection is left after four tries (${backend})`, allDropped);
  overSsh(backend, `what another try cannot mend is tried once (${backend})`, triedOnce);
  overSsh(backend, `a pause before another try ends with the run (${backend})`, interruptedPause);
}

async function busyServer(sshd: Sshd): Promise<void> {
  await reachAll(sshd, {});
}

async function busyJumpHost(sshd: Sshd): Promise<void> {
  const file = `${sshd.directory}/client`;
  const lines = [
    "Host *",
    `  IdentityFile ${sshd.key}`,
    `  User ${sshd.users[0]!.name}`,
    `  UserKnownHostsFile ${sshd.knownHosts}`,
    "Host host-*",
    `  ProxyJump 127.0.0.2:${sshd.port}`,
  ];
  await Deno.writeTextFile(file, lines.join("\n"));
  await reachAll(sshd, { ssh_config_file: file });
}

async function reachAll(sshd: Sshd, more: Data): Promise<void> {
  const port = createPort({ connectTimeout: 10, sudoPerCommand: false });
  const hosts = Array.from({ length: 6 }, (_, index) => `host-${index}`);
  const answers = await Promise.all(hosts.map(async (name, id) => {
    const data = { ...sshd.data(), ssh_hostname: `127.0.1.${id + 1}`, ...more };
    const error = await port.connect({ name, data });
    if (error !== undefined) return error;
    const batch = { id, lane: "facts" as const, stopOnFailure: true, live: false };
    const [result] = await port.run(name, { ...batch, requests: [command("echo here")] });
    return decode(result!.stdout);
  }));
  await port.close();
  assert.deepEqual(answers, hosts.map(() => "here\n"));
}

async function failure(data: Data, name = "web-01"): Promise<PortError> {
  const port = createPort({ connectTimeout: 5, sudoPerCommand: false });
  const error = await port.connect({ name, data });
  await port.close();
  assert.ok(error, "the connection should have failed");
  return error;
}

async function allDropped(sshd: Sshd): Promise<void> {
  await using proxy = startProxy(sshd.port);
  proxy.cut();
  const data = { ...sshd.data(), ssh_port: proxy.port };
  const error = await failure(data);
  assert.equal(error.code, "E_SSH_DROPPED");
  assert.match(error.message, /closed the connection before the login \(tried 4 times\)/);
  assert.match(error.hint ?? "", /MaxStartups/);
  assert.equal(proxy.accepted, 4);
  await failure({ ...data, ssh_connect_retries: 0 });
  assert.equal(proxy.accepted, 5);
}

async function triedOnce(sshd: Sshd): Promise<void> {
  await using proxy = startProxy(sshd.port);
  const data = { ...sshd.data(), ssh_port: proxy.port };
  const refused = await failure({ ...data, ssh_key: sshd.wrongKey });
  assert.equal(refused.code, "E_SSH_AUTH");
  assert.equal(proxy.accepted, 1);
  await Deno.writeTextFile(
    sshd.knownHosts,
    `[127.0.0.1]:${proxy.port} ${
      (await Deno.readTextFile(`${sshd.wrongKey}.pub`)).split(" ").slice(0, 2).join(" ")
    }\n`,
  );
  const changed = await failure(data);
  assert.equal(changed.code, "E_SSH_HOST_KEY_CHANGED");
  assert.equal(proxy.accepted, 2);
  const started = performance.now();
  const closed = await failure({ ...data, ssh_port: freePort() });
  assert.equal(closed.code, "E_SSH_REFUSED");
  assert.doesNotMatch(closed.message, /tried/);
  assert.ok(performance.now() - started < 3000);
}

async function interruptedPause(sshd: Sshd): Promise<void> {
  await using proxy = startProxy(sshd.port);
  proxy.cut();
  const port = createPort({ connectTimeout: 5, sudoPerCommand: false });
  const delays = { ssh_connect_retry_min_delay: 60, ssh_connect_retry_max_delay: 60 };
  const connecting = port.connect({
    name: "web-01",
    data: { ...sshd.data(), ...delays, ssh_port: proxy.port },
  });
  while (proxy.accepted === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.ok(await within(3, port.close().then(() => true), false), "the port did not close");
  assert.ok(await within(1, connecting, undefined), "the pause went on");
  assert.equal(proxy.accepted, 1);
}
