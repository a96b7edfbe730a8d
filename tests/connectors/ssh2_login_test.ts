import assert from "node:assert/strict";
import type { BackendEvent } from "../../src/shell/port.ts";
import { createPort, type CreatePortOptions } from "../../src/connectors/mod.ts";
import { ClientEnvironment } from "../../src/connectors/ssh2/client_environment.ts";
import { overSsh } from "../support/over_ssh.ts";
import { command, decode, TestHost } from "../support/ports.ts";
import { startProxy } from "../support/proxy.ts";
import { startSlowLine } from "../support/slow_line.ts";
import { must, type Sshd, type SshdOptions } from "../support/sshd.ts";

type Data = Record<string, string | number | boolean>;

const test = (name: string, fn: (sshd: Sshd) => Promise<void>, given: SshdOptions = {}): void =>
  overSsh("ssh2", name, fn, given);

async function failure(data: Data, given: Partial<CreatePortOptions> = {}) {
  const port = createPort({ connectTimeout: 3, sudoPerCommand: false, ...given });
  const error = await port.connect({ name: "web-01", data });
  await port.close();
  assert.ok(error, "the connection should have failed");
  return error;
}

async function works(data: Data, given: Partial<CreatePortOptions> = {}): Promise<void> {
  const host = await TestHost.connect("web-01", data, given);
  assert.equal(await host.sh("echo in"), "in\n");
  await host.close();
}

/** Runs with an agent and a directory of its own. */
async function withAgent(fn: (socket: string, add: (key: string) => Promise<string>) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  const socket = `${directory}/agent`;
  const agent = new Deno.Command("ssh-agent", { args: ["-D", "-a", socket], stdout: "null" }).spawn();
  const before = Deno.env.get("SSH_AUTH_SOCK");
  try {
    while (
      !await Deno.connect({ transport: "unix", path: socket }).then((one) => (one.close(), true), () => false)
    ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    Deno.env.set("SSH_AUTH_SOCK", socket);
    await fn(socket, (key) => must("ssh-add", "-q", key));
  } finally {
    if (before === undefined) Deno.env.delete("SSH_AUTH_SOCK");
    else Deno.env.set("SSH_AUTH_SOCK", before);
    agent.kill("SIGTERM");
    await agent.status;
    await Deno.remove(directory, { recursive: true });
  }
}

test("logging in and the first facts take eight round trips", async (sshd) => {
  await using line = startSlowLine(sshd.port, 20);
  const port = createPort({ connectTimeout: 5, sudoPerCommand: false });
  const connected = port.connect({ name: "web-01", data: { ...sshd.data(), ssh_port: line.port } });
  const requests = [command("echo a"), command("echo b")];
  const batch = { id: 1, lane: "operations" as const, stopOnFailure: false, live: false, requests };
  const results = await port.run("web-01", batch);
  assert.equal(await connected, undefined);
  assert.deepEqual(results.map(({ outcome }) => outcome), ["success", "success"]);
  // Names, algorithms, keys, login, channel, program, and the commands with the greeting.
  assert.ok(line.turns() <= 8, `${line.turns()} round trips`);
  await port.close();
});

test("sudo without a password takes no round trip more; with one, it is asked for", async (sshd) => {
  const [user] = sshd.users;
  const rule = `/etc/sudoers.d/${user!.name}`;
  await using line = startSlowLine(sshd.port, 20);
  const given: CreatePortOptions = {
    connectTimeout: 5,
    sudoPerCommand: false,
    passwords: { sudo: () => Promise.resolve(user!.password), ssh: () => Promise.resolve(undefined) },
  };
  const root = { privilege: { sudo: {} } };
  const requests = [command("id -un", root), command("id -un")];
  const batch = { id: 1, lane: "operations" as const, stopOnFailure: false, live: false, requests };
  const names = async () => {
    const port = createPort(given);
    const before = line.turns();
    const connected = port.connect({ name: "web-01", data: { ...sshd.data(), ssh_port: line.port } });
    const [first] = await port.run("web-01", { ...batch, requests: requests.slice(0, 1) });
    const turns = line.turns() - before;
    assert.equal(await connected, undefined);
    const both = await port.run("web-01", { ...batch, id: 2 });
    const again = await port.run("web-01", { ...batch, id: 3 });
    await port.close();
    return { turns, names: [first!, ...both, ...again].map(({ stdout }) => decode(stdout).trim()) };
  };
  try {
    await Deno.writeTextFile(rule, `${user!.name} ALL=(ALL) NOPASSWD: ALL\n`);
    const free = await names();
    assert.deepEqual(free.names, ["root", "root", user!.name, "root", user!.name]);
    assert.ok(free.turns <= 8, `${free.turns} round trips`);
    await Deno.writeTextFile(rule, `${user!.name} ALL=(ALL) ALL\n`);
    assert.deepEqual((await names()).names, free.names);
    await Deno.remove(rule);
    const refused = createPort(given);
    const connected = refused.connect({ name: "web-01", data: { ...sshd.data(), ssh_port: line.port } });
    const [result] = await refused.run("web-01", { ...batch, requests: requests.slice(0, 1) });
    assert.equal(await connected, undefined);
    assert.equal(result!.error?.code, "E_SUDO_DENIED");
    await refused.close();
  } finally {
    await Deno.remove(rule).catch(() => {});
  }
});

test("keys of every type log in, from files and from the agent", async (sshd) => {
  const { ssh_allow_agent: _, ...data } = sshd.data() as Data;
  for (
    const [type, bits] of [["ed25519", ""], ["rsa", "2048"], ["ecdsa", "256"], ["ecdsa", "384"], [
      "ecdsa",
      "521",
    ]]
  ) {
    const key = `${sshd.directory}/${type}${bits}`;
    await must("ssh-keygen", "-q", "-t", type!, ...(bits ? ["-b", bits] : []), "-N", "", "-f", key);
    await Deno.copyFile(`${key}.pub`, `${sshd.directory}/authorized_keys`);
    await works({ ...data, ssh_key: key });
    await withAgent(async (_socket, add) => {
      await add(key);
      const { ssh_key: _, ...keyless } = data;
      await works({ ...keyless, ssh_look_for_keys: false });
      // Only the public half is a file; the private one is in the agent.
      const half = `${key}-half`;
      await Deno.copyFile(`${key}.pub`, half);
      await works({ ...data, ssh_key: half });
      assert.equal((await failure({ ...data, ssh_key: sshd.wrongKey })).code, "E_SSH_AUTH");
    });
  }
});

test("an agent's many keys, IdentityAgent and a wrong socket", async (sshd) => {
  const { ssh_key: key, ssh_allow_agent: _, ...data } = sshd.data() as Data;
  await withAgent(async (socket, add) => {
    await add(sshd.wrongKey);
    await add(String(key));
    await works({ ...data, ssh_look_for_keys: false });
    const config = `${sshd.directory}/config-agent`;
    await Deno.writeTextFile(config, `Host *\n  IdentityAgent ${socket}\n  IdentityFile none\n`);
    Deno.env.set("SSH_AUTH_SOCK", "/nowhere");
    await works({ ...data, ssh_config_file: config });
    assert.equal((await failure({ ...data, ssh_look_for_keys: false })).code, "E_SSH_AUTH");
    assert.equal(
      (await failure({ ...data, ssh_config_file: config, ssh_allow_agent: false })).code,
      "E_SSH_AUTH",
    );
  });
});

test("a forwarded agent is there, and only when wanted", async (sshd) => {
  await withAgent(async (_socket, add) => {
    await add(sshd.key);
    const data = { ...sshd.data(), ssh_allow_agent: true };
    const with_ = await TestHost.connect("web-01", { ...data, ssh_forward_agent: true });
    assert.match(await with_.sh("ssh-add -l"), /ED25519/);
    await with_.close();
    const without = await TestHost.connect("web-01", data);
    assert.equal(await without.sh("echo [$SSH_AUTH_SOCK]"), "[]\n");
    await without.close();
  });
});

test("keyboard-interactive, and a key and a password together", async (sshd) => {
  const [user] = sshd.users;
  const { ssh_key: _, ...data } = sshd.data() as Data;
  data["ssh_look_for_keys"] = false;
  await works({ ...data, ssh_password: user!.password });
  const error = await failure({ ...data, ssh_password: "wrong" });
  assert.equal(error.code, "E_SSH_AUTH");
  assert.match(error.message, /it offers: keyboard-interactive/);
}, {
  config: [
    "UsePAM yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication yes",
    "PubkeyAuthentication no",
  ],
});

test("a server that wants a key and a password", async (sshd) => {
  const [user] = sshd.users;
  await works({ ...sshd.data(), ssh_password: user!.password });
  assert.match((await failure(sshd.data())).message, /it offers: password/);
  await withAgent(async (_socket, add) => {
    await add(sshd.key);
    await works({ ...sshd.data(), ssh_allow_agent: true, ssh_password: user!.password });
  });
}, { config: ["AuthenticationMethods publickey,password"] });

test("the environment that the configuration sends", async (sshd) => {
  const config = `${sshd.directory}/config-env`;
  await Deno.writeTextFile(config, "Host *\n  SetEnv DROVER_SET='a b'\n");
  const host = await TestHost.connect("web-01", { ...sshd.data(), ssh_config_file: config });
  assert.equal(await host.sh('echo "$DROVER_SET"'), "a b\n");
  await host.close();
  const environment = new ClientEnvironment(5);
  const { settings } = await environment.route("web-01", { ssh_config_file: config });
  const sent = environment.sentVariables({ ...settings, sendEnv: ["PAT?", "NOT_OURS*"] });
  assert.deepEqual(sent, { PATH: Deno.env.get("PATH"), DROVER_SET: "a b" });
}, { config: ["AcceptEnv DROVER_*"] });

test("host keys: hashed, revoked, changed under `no`, unknown under `ask`", async (sshd) => {
  const config = `${sshd.directory}/config-hash`;
  await Deno.writeTextFile(config, "Host *\n  HashKnownHosts yes\n");
  await works({ ...sshd.data(), ssh_config_file: config });
  assert.match(await Deno.readTextFile(sshd.knownHosts), /^\|1\|/);
  await works({ ...sshd.data(), ssh_strict_host_key_checking: "yes" });
  const known = await Deno.readTextFile(sshd.knownHosts);
  const strict = `${sshd.directory}/other_hosts`;
  const data = { ...sshd.data(), ssh_known_hosts_file: strict };
  assert.equal(
    (await failure({ ...data, ssh_strict_host_key_checking: "ask" })).code,
    "E_SSH_HOST_KEY_UNKNOWN",
  );
  const [, ...rest] = known.trim().split(" ");
  await Deno.writeTextFile(strict, `@revoked * ${rest.join(" ")}\n`);
  assert.equal((await failure(data)).code, "E_SSH_HOST_KEY_REVOKED");
  const name = `[127.0.0.1]:${sshd.port}`;
  await must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${sshd.directory}/foreign`);
  const foreign = (await Deno.readTextFile(`${sshd.directory}/foreign.pub`)).split(" ").slice(0, 2).join(" ");
  await Deno.writeTextFile(strict, `${name} ${foreign}\n`);
  const changed = await failure(data);
  assert.equal(changed.code, "E_SSH_HOST_KEY_CHANGED");
  assert.ok(changed.hint?.includes(`ssh-keygen -f '${strict}' -R '${name}'`), changed.hint);
  await works({ ...data, ssh_strict_host_key_checking: "no" });
  // A host that may be another one gets no password.
  const { ssh_key: _, ...keyless }: Data = {
    ...data,
    ssh_strict_host_key_checking: "no",
    ssh_look_for_keys: false,
  };
  assert.equal((await failure({ ...keyless, ssh_password: sshd.users[0]!.password })).code, "E_SSH_AUTH");
});

test("jump hosts: a chain, shared by hosts, and their errors", async (sshd) => {
  await using proxy = startProxy(sshd.port);
  const config = `${sshd.directory}/config-jump`;
  const login = `  User ${
    sshd.users[0]!.name
  }\n  IdentityFile ${sshd.key}\n  UserKnownHostsFile ${sshd.knownHosts}\n`;
  const jumps = (extra: string) =>
    `Host first\n  HostName 127.0.0.1\n  Port ${proxy.port}\n${login}` +
    `Host second\n  HostName 127.0.0.1\n  Port ${sshd.port}\n${login}${extra}`;
  await Deno.writeTextFile(config, jumps("Host web-*\n  ProxyJump first,second\n"));
  const port = createPort({ connectTimeout: 10, sudoPerCommand: false });
  const data = { ...sshd.data(), ssh_config_file: config };
  const outputs = await Promise.all(["web-01", "web-02", "web-03"].map(async (name, id) => {
    assert.equal(await port.connect({ name, data }), undefined);
    const batch = { id, lane: "facts" as const, stopOnFailure: true, live: false };
    const [result] = await port.run(name, { ...batch, requests: [command("echo there")] });
    return decode(result!.stdout);
  }));
  assert.deepEqual(outputs, ["there\n", "there\n", "there\n"]);
  assert.equal(proxy.accepted, 1);
  await port.close();
  const refused = await failure({ ...data, ssh_port: 1 });
  assert.equal(refused.code, "E_SSH_REFUSED");
  await Deno.writeTextFile(config, jumps(`Host third\n  User nobody-there\nHost web-*\n  ProxyJump third\n`));
  assert.equal((await failure({ ...data })).code, "E_SSH_RESOLVE");
});

test("what carries a host is chosen and told", async (sshd) => {
  const choices: BackendEvent[] = [];
  const told = { onBackend: (event: BackendEvent) => void choices.push(event) };
  const { ssh_backend: _, ...data } = sshd.data() as Data;
  const last = (): string => {
    const { backend, reason } = choices.at(-1)!;
    return `${backend}: ${reason}`;
  };
  await works(data, told);
  assert.equal(last(), "ssh2: its configuration is understood");
  await works(data, { ...told, sshBackend: "openssh" });
  assert.equal(last(), "openssh: it was asked for");
  const config = `${sshd.directory}/config-proxy`;
  await Deno.writeTextFile(config, "\nHost *\n  ProxyCommand nc %h %p\n");
  const proxied = { ...data, ssh_config_file: config };
  const unable = await failure({ ...proxied, ssh_backend: "ssh2" });
  assert.equal(unable.code, "E_SSH_CONFIG");
  assert.match(unable.message, /ProxyCommand \(.*config-proxy line 3\)/);
  await Deno.writeTextFile(config, "Host *\n  Ciphers aes128-ctr\n");
  await works(proxied, told);
  assert.match(last(), /^openssh: only OpenSSH can follow Ciphers \(/);
  assert.equal((await failure({ ...data, ssh_key: sshd.wrongKey }, told)).code, "E_SSH_AUTH");
  assert.equal(last(), "openssh: the bundled ssh2 could not log in");
  const { ssh_key: _key, ...keyless }: Data = { ...data, ssh_look_for_keys: false };
  const count = choices.length;
  assert.equal((await failure({ ...keyless, ssh_password: "wrong" }, told)).code, "E_SSH_AUTH");
  assert.equal(choices.length, count, "a wrong password is not tried twice");
  assert.equal((await failure({ ...data, ssh_backend: "nonsense" })).code, "E_SSH_CONFIG");
  await Deno.writeTextFile(sshd.knownHosts, `@cert-authority * ssh-ed25519 ${await blobOf(sshd.key)}\n`);
  await works(data, told);
  assert.match(last(), /^openssh: only OpenSSH can follow @cert-authority \(.*known_hosts line 1\)/);
});

async function blobOf(key: string): Promise<string> {
  return (await Deno.readTextFile(`${key}.pub`)).split(" ")[1]!;
}

test("a certificate and a server with strange algorithms are OpenSSH's", async (sshd) => {
  const { ssh_backend: _, ...data } = sshd.data() as Data;
  const choices: BackendEvent[] = [];
  const told = { onBackend: (event: BackendEvent) => void choices.push(event) };
  await works(data, told);
  assert.match(choices.at(-1)!.reason, /no algorithm in common/);
  await Deno.copyFile(`${sshd.key}.pub`, `${sshd.key}-cert.pub`);
  await works(data, told);
  assert.match(choices.at(-1)!.reason, /the certificate .*key-cert\.pub/);
}, { config: ["KexAlgorithms sntrup761x25519-sha512@openssh.com"] });

test("a machine without an ssh program", async (sshd) => {
  const { ssh_backend: _, ...data } = sshd.data() as Data;
  const path = Deno.env.get("PATH")!;
  try {
    Deno.env.set("PATH", "/nowhere");
    const choices: BackendEvent[] = [];
    await works(data, { onBackend: (event) => void choices.push(event) });
    assert.equal(choices[0]?.reason, "there is no ssh program");
    assert.equal((await failure({ ...data, ssh_key: sshd.wrongKey })).code, "E_SSH_AUTH");
    const config = `${sshd.directory}/config-proxy`;
    await Deno.writeTextFile(config, "ProxyCommand x\n");
    const error = await failure({ ...data, ssh_config_file: config });
    assert.match(error.hint ?? "", /Install OpenSSH's client/);
  } finally {
    Deno.env.set("PATH", path);
  }
});

test("a process that may not use the network leaves it to OpenSSH", async (sshd) => {
  const { ssh_backend: _, ...data } = sshd.data() as Data;
  const script = `
    import { TestHost } from "${new URL("../support/ports.ts", import.meta.url)}";
    const host = await TestHost.connect("web-01", ${JSON.stringify(data)}, {
      onBackend: ({ backend, reason }) => console.log(backend, reason),
    });
    console.log(await host.sh("echo in"));
    await host.close();`;
  const file = `${sshd.directory}/run.ts`;
  await Deno.writeTextFile(file, script);
  const configuration = new URL("../../deno.json", import.meta.url).pathname;
  const allowed = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-run"];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...allowed, "--config", configuration, file],
  }).output();
  assert.match(decode(stdout), /^openssh .*network is not allowed.*\nin\n/, decode(stderr));
});
