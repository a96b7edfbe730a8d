import assert from "node:assert/strict";
import { createPort } from "../../src/connectors/mod.ts";
import type { PortError } from "../../src/shell/port.ts";
import { type Backend, overSsh } from "../support/over_ssh.ts";
import { command, decode, options, TestHost, upload } from "../support/ports.ts";
import { startProxy } from "../support/proxy.ts";
import { requirement } from "../support/skip.ts";
import { freePort, must, type Sshd, type SshdOptions } from "../support/sshd.ts";

type Data = Record<string, string | number | boolean>;

/** Everything below holds for both transports. */
const BACKENDS: readonly Backend[] = ["openssh", "ssh2"];

function test(
  name: string,
  fn: (sshd: Sshd, backend: Backend) => Promise<void>,
  given: SshdOptions = {},
  backends = BACKENDS,
  ignore = requirement("sshd"),
): void {
  for (const backend of backends) {
    overSsh(backend, `${name} (${backend})`, (sshd) => fn(sshd, backend), given, ignore);
  }
}

async function failure(
  data: Data,
  given: Partial<Parameters<typeof createPort>[0]> = {},
): Promise<PortError> {
  const port = createPort({ connectTimeout: 3, sudoPerCommand: false, ...given });
  const error = await port.connect({ name: "web-01", data });
  await port.close();
  assert.ok(error, "the connection should have failed");
  return error;
}

test("commands, facts lane and operations lane share one connection", async (sshd) => {
  await using proxy = startProxy(sshd.port);
  const host = await TestHost.connect("web-01", { ...sshd.data(), ssh_port: proxy.port });
  assert.equal(await host.sh("id -un"), `${sshd.users[0]!.name}\n`);
  const fact = await host.one(command("echo fact"), { lane: "facts" });
  assert.equal(decode(fact.stdout), "fact\n");
  const parallel = await Promise.all(
    [1, 2, 3].map((number) => host.one(command(`sleep 0.3; echo ${number}`), { lane: "facts" })),
  );
  assert.deepEqual(parallel.map((result) => decode(result.stdout)), ["1\n", "2\n", "3\n"]);
  assert.equal(proxy.accepted, 1);
  await host.close();
});

test("login shells csh and fish, and an rc file that prints", async (sshd) => {
  const [csh, fish, bash] = sshd.users;
  await Deno.writeTextFile(`${csh!.home}/.cshrc`, "echo noise from cshrc\n");
  await Deno.writeTextFile(`${bash!.home}/.bashrc`, "echo noise; echo more >&2; sleep 0.2\n");
  for (const user of [csh!, fish!, bash!]) {
    await using host = await TestHost.connect("web-01", sshd.data(user));
    assert.equal(await host.sh("printf %s it\\'s"), "it's");
    const result = await host.one(upload("text", '~/it\'s "a" file'));
    assert.equal(result.outcome, "success");
    assert.equal(await Deno.readTextFile(`${user.home}/it's "a" file`), "text");
  }
}, { shells: ["/usr/bin/csh", "/usr/bin/fish", "/bin/bash"] });

test("a batch sent while connecting comes with the greeting, without the noise before it", async (sshd) => {
  const [user] = sshd.users;
  await Deno.writeTextFile(`${user!.home}/.bashrc`, "echo noise; echo more >&2; sleep 0.2\n");
  const port = createPort({ connectTimeout: 5, sudoPerCommand: false });
  const batch = { id: 1, lane: "facts" as const, stopOnFailure: false, live: false };
  const early = async (data: Data) => {
    const connected = port.connect({ name: "web-01", data });
    const run = port.run("web-01", {
      ...batch,
      requests: [command("echo a; echo b >&2"), command("echo c")],
    });
    return { error: await connected, results: await run };
  };
  const { error, results } = await early(sshd.data(user));
  assert.equal(error, undefined);
  assert.deepEqual(results.map(({ stdout, stderr }) => decode(stdout) + decode(stderr)), ["a\nb\n", "c\n"]);
  await port.disconnect("web-01");

  const refused = await early({ ...sshd.data(user), ssh_key: sshd.wrongKey });
  assert.equal(refused.error?.code, "E_SSH_AUTH");
  for (const { outcome, error } of refused.results) {
    assert.deepEqual([outcome, error?.code], ["refused", "E_SSH_AUTH"]);
  }

  await Deno.writeTextFile(`${user!.home}/.bashrc`, "echo locked >&2; exit 9\n");
  const locked = await early(sshd.data(user));
  assert.match(locked.error?.detail ?? "", /locked/);
  for (const { outcome } of locked.results) assert.match(outcome, /lost|cancelled/);
  await port.close();
}, { shells: ["/bin/bash"] });

test(
  "a server of another make",
  async (sshd) => {
    const [user] = sshd.users;
    const { directory } = sshd;
    const port = freePort();
    await must("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", `${directory}/rsa`);
    await must("dropbearkey", "-t", "ed25519", "-f", `${directory}/dropbear`);
    await Deno.mkdir(`${user!.home}/.ssh`, { mode: 0o700 });
    const keys = await Promise.all(
      [`${sshd.key}.pub`, `${directory}/rsa.pub`].map((key) => Deno.readTextFile(key)),
    );
    await Deno.writeTextFile(`${user!.home}/.ssh/authorized_keys`, keys.join(""), { mode: 0o600 });
    await must("chown", "-R", user!.name, user!.home);
    const words = ["-F", "-E", "-p", `127.0.0.1:${port}`, "-r", `${directory}/dropbear`];
    const server = new Deno.Command("dropbear", { args: words, stderr: "null" }).spawn();
    try {
      const retries = {
        ssh_connect_retries: 20,
        ssh_connect_retry_min_delay: 0.1,
        ssh_connect_retry_max_delay: 0.2,
      };
      for (const key of [sshd.key, `${directory}/rsa`]) {
        const data = { ...sshd.data(user), ...retries, ssh_port: port, ssh_key: key };
        await using host = await TestHost.connect("web-01", { ...data, ssh_strict_host_key_checking: "no" });
        assert.equal(await host.sh("id -un"), `${user!.name}\n`);
      }
      const refused = await failure({ ...sshd.data(user), ssh_port: port, ssh_key: sshd.wrongKey });
      assert.equal(refused.code, "E_SSH_AUTH");
    } finally {
      server.kill("SIGTERM");
      await server.status;
    }
  },
  {},
  BACKENDS,
  requirement("sshd", "dropbear"),
);

test("a server that admits one session, where the first facts want sudo", async (sshd) => {
  const [user] = sshd.users;
  const rule = `/etc/sudoers.d/${user!.name}`;
  const passwords = {
    sudo: () => Promise.resolve(user!.password),
    ssh: () => Promise.resolve(undefined),
  };
  const [root, plain] = [command("id -un", { privilege: { sudo: {} } }), command("id -un")];
  const batch = { lane: "facts" as const, stopOnFailure: false, live: false };
  try {
    for (const tag of ["NOPASSWD: ALL", "ALL"]) {
      await Deno.writeTextFile(rule, `${user!.name} ALL=(ALL) ${tag}\n`);
      const port = createPort({ connectTimeout: 5, sudoPerCommand: false, passwords });
      const connected = port.connect({ name: "web-01", data: sshd.data() });
      const first = await port.run("web-01", { ...batch, id: 1, requests: [root, plain, root] });
      assert.equal(await connected, undefined);
      const second = await port.run("web-01", { ...batch, id: 2, requests: [plain, root] });
      const names = [...first, ...second].map(({ stdout }) => decode(stdout).trim());
      assert.deepEqual(names, ["root", user!.name, "root", user!.name, "root"], tag);
      await port.close();
    }
  } finally {
    await Deno.remove(rule).catch(() => {});
  }
}, { config: ["MaxSessions 1"] });

test("a server that admits one session serves everything", async (sshd) => {
  const [user] = sshd.users;
  await Deno.writeTextFile(`/etc/sudoers.d/${user!.name}`, `${user!.name} ALL=(ALL) NOPASSWD: ALL\n`);
  try {
    await using proxy = startProxy(sshd.port);
    await using host = await TestHost.connect("web-01", { ...sshd.data(), ssh_port: proxy.port });
    const facts = host.one(command("sleep 0.2; echo fact"), { lane: "facts" });
    const operation = host.one(command("echo operation"));
    assert.equal(decode((await facts).stdout), "fact\n");
    assert.equal(decode((await operation).stdout), "operation\n");
    const root = { privilege: { sudo: {} } };
    assert.equal(await host.sh("id -un", root), "root\n");
    assert.equal(await host.sh("id -un"), `${user!.name}\n`);
    assert.equal(await host.sh("id -un", { privilege: { sudo: { user: "nobody" } } }), "nobody\n");
    assert.equal(await host.sh("id -un", root), "root\n");
    const results = await host.batch([
      upload(new Uint8Array(2_000_000).fill(39), "~/large"),
      command("id -un", root),
    ]);
    assert.deepEqual(results.map(({ outcome }) => outcome), ["success", "success"]);
    assert.equal((await Deno.stat(`${user!.home}/large`)).size, 2_000_000);
    assert.ok(proxy.accepted <= 2, `${proxy.accepted} connections`);
    const killed = await host.one(command("sleep 60", { timeout: 0.3 }));
    assert.equal(killed.outcome, "timeout");
    assert.equal(await host.sh("echo again"), "again\n");
  } finally {
    await Deno.remove(`/etc/sudoers.d/${user!.name}`);
  }
}, { config: ["MaxSessions 1"] });

test("more parallel batches than sessions wait for their turn", async (sshd) => {
  await using host = await TestHost.connect("web-01", sshd.data());
  const results = await Promise.all(
    Array.from(
      { length: 20 },
      (_, index) => host.one(command(`sleep 0.05; echo ${index}`), { lane: "facts" }),
    ),
  );
  assert.deepEqual(
    results.map((result) => decode(result.stdout)),
    Array.from({ length: 20 }, (_, i) => `${i}\n`),
  );
}, { config: ["MaxSessions 3"] });

test("a connection cut during a command is a loss, and the next batch connects again", async (sshd) => {
  await using proxy = startProxy(sshd.port);
  await using host = await TestHost.connect("web-01", { ...sshd.data(), ssh_port: proxy.port });
  const running = host.batch([command("echo begun; sleep 30"), command("echo never")]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  proxy.cut();
  const results = await running;
  assert.deepEqual(results.map(({ outcome }) => outcome), ["lost", "lost"]);
  assert.equal(results[0]!.error?.code, "E_SSH_LOST");
  assert.equal(decode(results[0]!.stdout), "begun\n");
  proxy.mend();
  assert.equal(await host.sh("echo back"), "back\n");
});

test("a connection cut during an upload leaves the old file", async (sshd) => {
  const { home } = sshd.users[0]!;
  await Deno.writeTextFile(`${home}/file`, "old");
  await must("chown", sshd.users[0]!.name, `${home}/file`);
  await using proxy = startProxy(sshd.port, 20);
  await using host = await TestHost.connect("web-01", { ...sshd.data(), ssh_port: proxy.port });
  const running = host.one(upload(new Uint8Array(60_000_000), "~/file"));
  await new Promise((resolve) => setTimeout(resolve, 1200));
  proxy.cut();
  assert.equal((await running).outcome, "lost");
  for (let tries = 0; tries < 40 && (await names(home)).some((name) => name.startsWith(".drover")); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.equal(await Deno.readTextFile(`${home}/file`), "old");
  assert.deepEqual((await names(home)).filter((name) => name.startsWith(".drover")), []);
});

async function names(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name);
}

test("50 hosts at once", async (sshd) => {
  const port = createPort({ connectTimeout: 20, sudoPerCommand: false });
  const hosts = Array.from({ length: 50 }, (_, index) => `host-${index}`);
  const outputs = await Promise.all(hosts.map(async (name, index) => {
    const error = await port.connect({
      name,
      data: { ...sshd.data(), ssh_hostname: `127.0.1.${index + 1}` },
    });
    assert.equal(error, undefined);
    const [result] = await port.run(name, {
      id: index,
      lane: "facts",
      stopOnFailure: true,
      live: false,
      requests: [command(`echo ${name}`)],
    });
    return decode(result!.stdout);
  }));
  assert.deepEqual(outputs, hosts.map((name) => `${name}\n`));
  await port.close();
});

test("a wrong key is refused with the keys that were tried", async (sshd) => {
  const error = await failure({ ...sshd.data(), ssh_key: sshd.wrongKey });
  assert.equal(error.code, "E_SSH_AUTH");
  assert.match(error.message, new RegExp(`${sshd.users[0]!.name}@127.0.0.1 port ${sshd.port}`));
  assert.match(error.detail ?? "", /wrong_key/);
});

test("a missing key is named", async (sshd) => {
  assert.equal((await failure({ ...sshd.data(), ssh_key: "/no/such/key" })).code, "E_SSH_KEY_MISSING");
});

test("passwords and passphrases from data and from the source", async (sshd) => {
  const [user] = sshd.users;
  const { ssh_key: _, ...data } = sshd.data() as Data;
  data["ssh_look_for_keys"] = false;
  await (await TestHost.connect("web-01", { ...data, ssh_password: user!.password })).close();
  const asked: string[] = [];
  const passwords = {
    sudo: () => Promise.resolve(undefined),
    ssh: (_host: string, prompt: string) => {
      asked.push(prompt);
      return Promise.resolve(user!.password);
    },
  };
  const host = await TestHost.connect("web-01", data, { passwords });
  assert.equal(await host.sh("echo in"), "in\n");
  await host.close();
  assert.deepEqual(asked, ["ssh password on web-01"]);
  assert.equal((await failure({ ...data, ssh_password: "wrong" })).code, "E_SSH_AUTH");
  const twoLines = await failure({ ...data, ssh_password: "two\nlines" });
  assert.deepEqual([twoLines.code, twoLines.message], [
    "E_SSH_PASSWORD",
    "ssh_password of web-01 holds a line break",
  ]);
  const locked = `${sshd.directory}/locked`;
  await Deno.copyFile(sshd.key, locked);
  await must("ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", locked);
  const keyed = { ...sshd.data(), ssh_key: locked };
  assert.equal((await failure(keyed)).code, "E_SSH_KEY_PASSPHRASE");
  assert.equal((await failure({ ...keyed, ssh_key_password: "wrong" })).code, "E_SSH_KEY_PASSPHRASE");
  await (await TestHost.connect("web-01", { ...keyed, ssh_key_password: "open sesame" })).close();
});

test("a changed host key and an unknown host under strict checking", async (sshd) => {
  const strict = await failure({ ...sshd.data(), ssh_strict_host_key_checking: "yes" });
  assert.equal(strict.code, "E_SSH_HOST_KEY_UNKNOWN");
  await (await TestHost.connect("web-01", sshd.data())).close();
  await sshd.changeHostKey();
  const changed = await failure(sshd.data());
  assert.equal(changed.code, "E_SSH_HOST_KEY_CHANGED");
  assert.match(changed.hint ?? "", /ssh-keygen .*-R/);
});

test("the user's own configuration wins over our defaults and loses against data", async (sshd, backend) => {
  const file = `${sshd.directory}/user config`;
  await Deno.writeTextFile(
    file,
    [
      "Host web-01",
      `  HostName 127.0.0.1`,
      `  Port ${sshd.port}`,
      `  User ${sshd.users[0]!.name}`,
      `  IdentityFile ${sshd.key}`,
      `  UserKnownHostsFile ${sshd.knownHosts}`,
      "  RemoteCommand echo trap",
      "  RequestTTY force",
      "  LocalForward 127.0.0.1:1 127.0.0.1:1",
      "  PermitLocalCommand yes",
      "  LocalCommand echo trap",
      "",
    ].join("\n"),
  );
  await using host = await TestHost.connect("web-01", { ssh_config_file: file, ssh_backend: backend });
  assert.equal(await host.sh("id -un"), `${sshd.users[0]!.name}\n`);
  const error = await failure({ ssh_config_file: file, ssh_port: freePort(), ssh_backend: backend });
  assert.equal(error.code, "E_SSH_REFUSED");
});

test(
  "nothing of ours is left on this machine",
  async (sshd) => {
    const processes = async (): Promise<string[]> =>
      (await must("ps", "axww", "-o", "args")).split("\n")
        .filter((line) => /^(\S*\/)?ssh /.test(line) && line.includes(`Port=${sshd.port}`));
    const host = await TestHost.connect("web-01", sshd.data());
    await host.sh("true");
    await host.one(command("sleep 20 & echo left"));
    const running = await processes();
    assert.ok(running.length >= 2);
    const directory = /ControlPath=(\S+)\/[^/]+/.exec(running[0]!)?.[1] ?? "";
    assert.equal((await Deno.stat(directory)).mode! & 0o777, 0o700);
    await host.close();
    assert.deepEqual(await processes(), []);
    await assert.rejects(Deno.stat(directory), Deno.errors.NotFound);
  },
  {},
  ["openssh"],
);

test("refused, unresolvable and silent hosts", async (_, ssh_backend) => {
  assert.equal(
    (await failure({ ssh_backend, ssh_hostname: "127.0.0.1", ssh_port: freePort() })).code,
    "E_SSH_REFUSED",
  );
  assert.equal((await failure({ ssh_backend, ssh_hostname: "no-such-host.invalid" })).code, "E_SSH_RESOLVE");
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr;
  const started = performance.now();
  const error = await failure({ ssh_backend, ssh_hostname: "127.0.0.1", ssh_port: port }, {
    connectTimeout: 1,
  });
  assert.equal(error.code, "E_SSH_TIMEOUT");
  assert.ok(performance.now() - started < 5000);
  silent.close();
});

test("connecting is tried again", async (sshd) => {
  await using proxy = startProxy(sshd.port);
  proxy.cut();
  setTimeout(() => proxy.mend(), 300);
  await using host = await TestHost.connect("web-01", {
    ...sshd.data(),
    ssh_port: proxy.port,
    ssh_connect_retries: 5,
    ssh_connect_retry_min_delay: 0.2,
    ssh_connect_retry_max_delay: 0.3,
  });
  assert.equal(await host.sh("echo in"), "in\n");
  assert.ok(options().env !== undefined);
});
