/** Jump hosts that the data name, with each client. */

import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import { project } from "../support/cli.ts";
import { type Backend, overSsh } from "../support/over_ssh.ts";
import { TestHost } from "../support/ports.ts";
import { startProxy } from "../support/proxy.ts";
import type { Sshd } from "../support/sshd.ts";

/** A configuration in which jump hosts have names, and log in as the test's user does. */
async function configOf(sshd: Sshd, first: number, more = ""): Promise<string> {
  const file = `${sshd.directory}/config-jumps`;
  const keys = `  IdentityFile ${sshd.key}\n  UserKnownHostsFile ${sshd.knownHosts}\n`;
  const host = (name: string, port: number) => `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n${keys}`;
  await Deno.writeTextFile(file, `${more}${host("first", first)}${host("second", sshd.port)}`);
  return file;
}

for (const backend of ["ssh2", "openssh"] satisfies Backend[]) {
  overSsh(backend, `a chain of jump hosts from data (${backend})`, async (sshd) => {
    await using proxy = startProxy(sshd.port);
    const user = sshd.users[0]!.name;
    const jumps = `${user}@first,${user}@second:${sshd.port}`;
    const data = { ...sshd.data(), ssh_config_file: await configOf(sshd, proxy.port), ssh_proxy_jump: jumps };
    const host = await TestHost.connect("web-01", data);
    assert.equal(await host.sh("echo there"), "there\n");
    await host.close();
    assert.equal(proxy.accepted, 1, "the first jump host was connected to");
  });

  overSsh(backend, `"none" goes straight where the configuration does not (${backend})`, async (sshd) => {
    const config = await configOf(sshd, 1, "Host web-01\n  ProxyJump nobody.invalid\n");
    const data = { ...sshd.data(), ssh_config_file: config, ssh_proxy_jump: "none" };
    const host = await TestHost.connect("web-01", data);
    assert.equal(await host.sh("echo there"), "there\n");
    await host.close();
  });

  overSsh(backend, `a list of jump hosts that a shell would read is refused (${backend})`, async (sshd) => {
    for (const jumps of ["x;id@a", "-oProxyCommand=id", "a,`id`@b", "a b", "x$(id)@a"]) {
      const port = createPort({ connectTimeout: 5, sudoPerCommand: false });
      const error = await port.connect({ name: "web-01", data: { ...sshd.data(), ssh_proxy_jump: jumps } });
      await port.close();
      assert.equal(error?.code, "E_SSH_NAME", jumps);
      assert.match(error!.message, /cannot be the ssh_proxy_jump of web-01/);
    }
  });
}

overSsh("ssh2", "-J names jump hosts for a run", async (sshd) => {
  await using proxy = startProxy(sshd.port);
  const data = JSON.stringify({ ...sshd.data(), ssh_config_file: await configOf(sshd, proxy.port) });
  await using here = await project({ "inventory.ts": `export const web = [["web-01", ${data}]];\n` });
  const jump = `${sshd.users[0]!.name}@first`;
  const { status, stdout, stderr } = await here.drover(
    "inventory.ts",
    "-J",
    jump,
    "exec",
    "--",
    "echo",
    "there",
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout + stderr, /there/);
  assert.equal(proxy.accepted, 1);
});
