/** Host keys that are taken on trust are told of, once for each host. */

import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import type { PortEvent } from "../../src/shell/port.ts";
import { type Backend, overSsh } from "../support/over_ssh.ts";
import { must, type Sshd } from "../support/sshd.ts";

type Data = Record<string, string | number | boolean>;

const BACKENDS: readonly Backend[] = ["openssh", "ssh2"];

for (const backend of BACKENDS) {
  overSsh(backend, `a new host key is told of once, and then known (${backend})`, newKey);
  overSsh(backend, `a new host key is told of where everything is accepted (${backend})`, acceptedAnyway);
  overSsh(backend, `a host key that is not remembered is told of in each run (${backend})`, notRemembered);
  overSsh(backend, `a new key of a jump host is told of once for all hosts (${backend})`, jumpHost);
  overSsh(backend, `a known host key is not worth a word (${backend})`, knownKey);
}

/** What is said while hosts are connected, each by itself and all at once. */
async function said(hosts: readonly (readonly [name: string, data: Data])[]): Promise<string[]> {
  const events: PortEvent[] = [];
  const onEvent = (event: PortEvent): void => void events.push(event);
  const port = createPort({ connectTimeout: 10, sudoPerCommand: false, onEvent });
  const errors = await Promise.all(hosts.map(([name, data]) => port.connect({ name, data })));
  const early = events.length;
  await port.close();
  assert.deepEqual(errors.filter((error) => error !== undefined), []);
  assert.equal(events.length, early, "it was said too late");
  return events.map((event) => event.type === "notice" ? `${event.host}: ${event.text}` : event.type).sort();
}

async function fingerprintOf(sshd: Sshd): Promise<string> {
  return (await must("ssh-keygen", "-l", "-f", `${sshd.directory}/host_key.pub`)).split(" ")[1] ?? "";
}

async function newKey(sshd: Sshd): Promise<void> {
  const shown = `New host key accepted: ED25519 ${await fingerprintOf(sshd)}`;
  assert.deepEqual(await said([["web-01", sshd.data()]]), [`web-01: ${shown}`]);
  assert.deepEqual(await said([["web-01", sshd.data()]]), []);
  const file = `${sshd.directory}/hashed_known_hosts`;
  await Deno.writeTextFile(`${sshd.directory}/client`, "HashKnownHosts yes\n");
  const hashed = { ssh_known_hosts_file: file, ssh_config_file: `${sshd.directory}/client` };
  assert.deepEqual(await said([["web-01", { ...sshd.data(), ...hashed }]]), [`web-01: ${shown}`]);
  assert.match(await Deno.readTextFile(file), /^\|1\|/);
}

async function acceptedAnyway(sshd: Sshd): Promise<void> {
  const data = { ...sshd.data(), ssh_strict_host_key_checking: "no" };
  const shown = `ED25519 ${await fingerprintOf(sshd)}`;
  assert.deepEqual(await said([["web-01", data]]), [`web-01: New host key accepted: ${shown}`]);
  await sshd.changeHostKey();
  const changed = `ED25519 ${await fingerprintOf(sshd)}`;
  assert.deepEqual(await said([["web-01", data]]), [
    `web-01: Changed host key accepted, as strict checking is off: ${changed}`,
  ]);
}

async function notRemembered(sshd: Sshd): Promise<void> {
  const data = { ...sshd.data(), ssh_known_hosts_file: "/dev/null", ssh_strict_host_key_checking: "no" };
  const shown = `web-01: New host key accepted: ED25519 ${await fingerprintOf(sshd)}`;
  const { mode } = await Deno.stat("/dev/null");
  for (let run = 0; run < 2; run++) assert.deepEqual(await said([["web-01", data]]), [shown]);
  assert.equal((await Deno.stat("/dev/null")).mode, mode);
}

async function jumpHost(sshd: Sshd): Promise<void> {
  const file = `${sshd.directory}/client`;
  const lines = [
    "Host *",
    `  IdentityFile ${sshd.key}`,
    `  User ${sshd.users[0]!.name}`,
    `  UserKnownHostsFile ${sshd.knownHosts}`,
    "Host host-*",
    `  ProxyJump jump:${sshd.port}`,
    "Host jump",
    "  HostName 127.0.0.2",
  ];
  await Deno.writeTextFile(file, lines.join("\n"));
  const hosts = ["host-1", "host-2", "host-3"].map((name, index) =>
    [name, { ...sshd.data(), ssh_hostname: `127.0.1.${index + 1}`, ssh_config_file: file }] as const
  );
  const events = await said(hosts);
  const print = await fingerprintOf(sshd);
  const own = events.filter((event) => !event.includes("jump host"));
  assert.deepEqual(own, hosts.map(([name]) => `${name}: New host key accepted: ED25519 ${print}`));
  const jumps = events.filter((event) => event.includes("jump host"));
  assert.equal(jumps.length, 1, jumps.join("\n"));
  assert.match(jumps[0]!, /New host key of the jump host \S+ accepted: ED25519 SHA256:/);
  assert.ok(jumps[0]!.endsWith(print));
}

async function knownKey(sshd: Sshd): Promise<void> {
  const [type, key] = (await Deno.readTextFile(`${sshd.directory}/host_key.pub`)).split(" ");
  await Deno.writeTextFile(sshd.knownHosts, `[127.0.0.1]:${sshd.port} ${type} ${key}\n`);
  assert.deepEqual(await said([["web-01", sshd.data()]]), []);
}
