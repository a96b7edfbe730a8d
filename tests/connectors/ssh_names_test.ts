/** Names in a configuration of SSH that came with the data: none of them is more than a name. */

import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import { wrongNameIn } from "../../src/connectors/ssh_names.ts";
import { type Backend, overSsh } from "../support/over_ssh.ts";
import { command, decode, TestHost } from "../support/ports.ts";
import { freePort, type Sshd } from "../support/sshd.ts";

const BACKENDS: readonly (Backend | "auto")[] = ["openssh", "ssh2", "auto"];

/** Lines that ran `touch` somewhere on the way, with one version of OpenSSH or another, and their kin. */
const HOSTILE: readonly string[] = [
  "ProxyJump x`touch${IFS}MARK`@127.0.0.1:PORT",
  "ProxyJump=x`touch${IFS}MARK`@127.0.0.1:PORT",
  '"proxyjump" x`touch${IFS}MARK`@127.0.0.1:PORT',
  "  PROXYJUMP\tx;touch${IFS}MARK;@127.0.0.1:PORT",
  "ProxyJump x|touch${IFS}MARK@127.0.0.1:PORT",
  "ProxyJump x$(touch${IFS}MARK)@127.0.0.1:PORT",
  "ProxyJump 127.0.0.1:PORT,x`touch${IFS}MARK`@127.0.0.1:PORT",
  "ProxyJump ssh://x%60touch%20MARK%60@127.0.0.1:PORT",
  "ProxyJump x -oProxyCommand=touch${IFS}MARK @127.0.0.1:PORT",
  "ProxyJump ?oProxyCommand=touch@127.0.0.1:PORT",
  "ProxyJump -oProxyCommand=touch@127.0.0.1:PORT",
  "ProxyJump x#`touch${IFS}MARK`@127.0.0.1:PORT",
  "ProxyJump 127.0.0.1:PORT\n  HostName \"x'`touch MARK`'\"",
  "HostName $(touch${IFS}MARK)",
  "User `touch${IFS}MARK`",
  "User 'a\"b",
];

/** What people write. */
const HARMLESS: readonly string[] = [
  "ProxyJump none",
  "ProxyJump bastion",
  "ProxyJump admin@bastion.example.com:2222 # the way in",
  "ProxyJump first , second:22",
  "ProxyJump ssh://admin@bastion:2222/",
  "ProxyJump [2001:db8::1]:22",
  "ProxyJump %r@bastion",
  "HostName %h.example.com",
  'HostName "10.0.0.7"',
  "User DOMAIN\\anna",
  "# User `id`",
  "IdentityFile ~/.ssh/$name",
];

Deno.test("finds names that a shell would not read as such, and no others", () => {
  for (const line of HOSTILE) assert.notEqual(wrongNameIn(`Host *\n  ${line}\n`), undefined, line);
  for (const line of HARMLESS) assert.equal(wrongNameIn(`Host *\n  ${line}\n`), undefined, line);
  assert.deepEqual(wrongNameIn("Host a\n\n  User x;y\n"), { directive: "User", value: "x;y", line: 3 });
});

for (const backend of BACKENDS) {
  const carrier: Backend = backend === "auto" ? "openssh" : backend;
  overSsh(carrier, `no name of a configuration runs anything here (${backend})`, async (sshd) => {
    for (const [index, line] of HOSTILE.entries()) {
      const mark = `${sshd.directory}/mark-${index}`;
      const file = `${sshd.directory}/client`;
      const text = line.replaceAll("MARK", mark).replaceAll("PORT", String(freePort()));
      await Deno.writeTextFile(file, `Host web-01\n  ${text}\n`);
      const port = createPort({ connectTimeout: 3, sudoPerCommand: false });
      const { ssh_user: _, ...data } = sshd.data();
      const error = await port.connect({
        name: "web-01",
        data: { ...data, ssh_backend: backend, ssh_config_file: file },
      });
      await port.close();
      await assert.rejects(Deno.stat(mark), Deno.errors.NotFound, `${line} was run`);
      assert.equal(error?.code, "E_SSH_NAME", line);
      assert.match(error?.message ?? "", /cannot be a (ProxyJump|HostName|User) \(.*client line \d/);
    }
  });
  overSsh(carrier, `the jump hosts of a configuration are taken (${backend})`, jumps(backend));
}

function jumps(backend: string): (sshd: Sshd) => Promise<void> {
  return async (sshd) => {
    const file = `${sshd.directory}/client`;
    const { name } = sshd.users[0]!;
    const lines = [
      "Host *",
      `  IdentityFile ${sshd.key}`,
      `  UserKnownHostsFile ${sshd.knownHosts}`,
      "Host web-01",
      `  ProxyJump ${name}@127.0.0.2:${sshd.port} # the way in`,
    ];
    await Deno.writeTextFile(file, lines.join("\n"));
    const data = { ...sshd.data(), ssh_backend: backend, ssh_config_file: file };
    await using host = await TestHost.connect("web-01", data);
    assert.equal(decode((await host.one(command("echo here"))).stdout), "here\n");
  };
}

overSsh("ssh2", "numbers that cannot be meant are refused before anything is tried", async (sshd) => {
  const wrong: Record<string, (string | number)[]> = {
    ssh_port: [0, 70_000, "22a", -1],
    ssh_keepalive_interval: [-1, 1.5, "soon", 1e9],
    ssh_keepalive_count: [0, -3, 2.5],
    ssh_connect_retries: [-1, 0.5],
    ssh_connect_retry_min_delay: [-0.1, "x"],
  };
  const port = createPort({ connectTimeout: 3, sudoPerCommand: false });
  for (const [key, values] of Object.entries(wrong)) {
    for (const value of values) {
      for (const ssh_backend of ["openssh", "ssh2"]) {
        const error = await port.connect({
          name: "web-01",
          data: { ...sshd.data(), ssh_backend, [key]: value },
        });
        assert.equal(error?.code, "E_SSH_CONFIG", `${key} ${value}`);
        assert.match(error.message, new RegExp(`${key} of web-01 is '.*': it must be`));
      }
    }
  }
  await port.close();
});
