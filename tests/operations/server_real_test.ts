/** Operations of the server module against this machine: what they leave behind, and that a second run rests. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { raw, sh } from "../../src/command/mod.ts";
import { Users } from "../../src/facts/server/mod.ts";
import * as server from "../../src/operations/server/mod.ts";
import { busyboxPath, LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";

const ROOT = requirement("root");

async function text(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** A name for a user or group that nobody else uses; it and its home are gone afterwards. */
function freshName(): { name: string; home: string } & AsyncDisposable {
  const name = `drover-${crypto.randomUUID().slice(0, 8)}`;
  const home = `/tmp/${name}-home`;
  return {
    name,
    home,
    [Symbol.asyncDispose]: async () => {
      await text("userdel", name);
      await text("groupdel", name);
      await Deno.remove(home, { recursive: true }).catch(() => {});
    },
  };
}

async function freshDirectory(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "drover server'" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function modeOf(path: string): Promise<string> {
  return text("stat", "-c", "%a %U:%G", path);
}

/** The same test with this machine's shell and programs, and with BusyBox's. */
function onBothShells(name: string, test: (host: LocalHost) => Promise<void>): void {
  for (const busy of [false, true]) {
    Deno.test({
      name: busy ? `${name} (BusyBox)` : name,
      ignore: ROOT || busy && requirement("busybox"),
      fn: async () => {
        await using busybox = busy ? await busyboxPath() : undefined;
        await using host = await LocalHost.connect(busybox?.connector);
        await test(host);
      },
    });
  }
}

onBothShells("a user with everything: created, found unchanged, changed, removed", async (host) => {
  await using fresh = freshName();
  const { name, home } = fresh;
  const hash =
    "$6$salt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/";
  const wanted = {
    user: name,
    home,
    shell: "/bin/sh",
    groups: ["daemon", "bin"],
    comment: 'It\'s a "test" | ünicode',
    password: hash,
    createHome: true,
    publicKeys: ["ssh-ed25519 AAAAone one@example.com"],
  };
  const first = await host.apply(server.user, wanted);
  assert.ok(first.commands.length > 0);
  assert.ok(!first.commands.join("\n").includes(hash));
  const created = (await host.fact(Users))[name];
  assert.equal(created?.home, home);
  assert.equal(created?.shell, "/bin/sh");
  assert.equal(created?.comment, wanted.comment);
  assert.equal(created?.password, hash);
  assert.deepEqual(created?.groups.toSorted(), ["bin", "daemon"]);
  assert.equal(await modeOf(`${home}/.ssh`), `700 ${name}:${name}`);
  assert.equal(await modeOf(`${home}/.ssh/authorized_keys`), `600 ${name}:${name}`);
  assert.equal(await modeOf(`${home}/.profile`).then((mode) => mode.includes(name)), true);
  assert.deepEqual((await host.apply(server.user, wanted)).commands, []);

  const changed = { user: name, groups: ["daemon"], comment: "Other", shell: "/bin/bash" };
  assert.equal((await host.apply(server.user, changed)).commands.length, 1);
  const now = (await host.fact(Users))[name];
  assert.deepEqual([now?.groups, now?.comment, now?.shell], [["daemon"], "Other", "/bin/bash"]);
  assert.deepEqual((await host.apply(server.user, changed)).commands, []);
  const appended = { user: name, groups: ["bin"], append: true };
  await host.apply(server.user, appended);
  assert.deepEqual((await host.fact(Users))[name]?.groups.toSorted(), ["bin", "daemon"]);
  assert.deepEqual((await host.apply(server.user, appended)).commands, []);
  await host.apply(server.user, { user: name, groups: [] });
  assert.deepEqual((await host.fact(Users))[name]?.groups, []);

  assert.equal((await host.apply(server.user, { user: name, present: false })).commands.length, 1);
  assert.equal((await host.fact(Users))[name], undefined);
  assert.deepEqual((await host.apply(server.user, { user: name, present: false })).commands, []);
});

onBothShells("keys: added one by one, then replaced; the file stays private", async (host) => {
  await using fresh = freshName();
  await using directory = await freshDirectory();
  const { name, home } = fresh;
  const file = `${home}/.ssh/authorized_keys`;
  const local = join(directory.path, "jane.pub");
  await Deno.writeTextFile(
    local,
    "ssh-ed25519 AAAAjane jane@example.com\n\n# old\nssh-rsa AAAAjane2 it's $HOME\n",
  );
  await host.apply(server.user, { user: name, home });
  const keys = (...publicKeys: string[]) => ({ user: name, publicKeys });
  await host.apply(server.userAuthorizedKeys, keys("ssh-ed25519 AAAAone one"));
  await Deno.writeTextFile(file, "# ssh-ed25519 AAAAtwo two\nssh-ed25519 AAAAone one");
  const odd = 'command="echo \\"a\\nb\\" $(id)",no-pty ssh-ed25519 AAAAodd odd';
  const all = keys("ssh-ed25519 AAAAone one", "ssh-ed25519 AAAAtwo two", local, odd);
  await host.apply(server.userAuthorizedKeys, all);
  assert.deepEqual((await Deno.readTextFile(file)).trimEnd().split("\n").filter((line) => line !== ""), [
    "# ssh-ed25519 AAAAtwo two",
    "ssh-ed25519 AAAAone one",
    "ssh-ed25519 AAAAtwo two",
    "ssh-ed25519 AAAAjane jane@example.com",
    "ssh-rsa AAAAjane2 it's $HOME",
    odd,
  ]);
  assert.deepEqual((await host.apply(server.userAuthorizedKeys, all)).commands, []);
  await Deno.chmod(file, 0o644);
  const replaced = { ...keys("ssh-ed25519 AAAAnew new"), deleteKeys: true };
  await host.apply(server.userAuthorizedKeys, replaced);
  assert.equal(await Deno.readTextFile(file), "ssh-ed25519 AAAAnew new\n");
  assert.equal(await modeOf(file), `600 ${name}:${name}`);
  assert.deepEqual((await host.apply(server.userAuthorizedKeys, replaced)).commands, []);
});

Deno.test({
  name: "a group: created with its number, found, removed",
  ignore: ROOT,
  fn: async () => {
    await using host = await LocalHost.connect();
    await using fresh = freshName();
    const gid = 40000 + Math.floor(Math.random() * 20000);
    await host.apply(server.group, { group: fresh.name, gid });
    assert.equal(await text("getent", "group", fresh.name), `${fresh.name}:x:${gid}:`);
    assert.deepEqual((await host.apply(server.group, { group: fresh.name })).commands, []);
    // A user of the same name takes the group over.
    await host.apply(server.user, { user: fresh.name, ensureHome: false, system: true });
    assert.equal(await text("id", "-g", fresh.name), String(gid));
    await host.apply(server.user, { user: fresh.name, present: false });
    await host.apply(server.group, { group: fresh.name, present: false });
    assert.equal(await text("getent", "group", fresh.name), "");
  },
});

Deno.test("shell commands run as they are, and stop at the first failure", async () => {
  await using host = await LocalHost.connect();
  await using directory = await freshDirectory();
  const mark = join(directory.path, "a mark");
  const { stdout } = await host.apply(server.shell, {
    commands: ["echo $((1 + 2))", sh`echo ${"$HOME 'x'"}`, raw("cat <<'END'\nlast\nEND")],
  });
  assert.equal(stdout, "3\n$HOME 'x'\nlast\n");
  await assert.rejects(host.apply(server.shell, { commands: ["false", sh`touch ${mark}`] }));
  await assert.rejects(Deno.stat(mark), Deno.errors.NotFound);
});

for (const tempDir of ["plain", "with a space"]) {
  Deno.test(`scripts run with their arguments and leave nothing behind, in a directory ${tempDir}`, async () => {
    await using directory = await freshDirectory();
    const temporary = join(directory.path, tempDir);
    await Deno.mkdir(temporary);
    await using host = await LocalHost.connect({ _tempDir: temporary });
    const src = join(directory.path, "script.sh");
    await Deno.writeTextFile(src, '#!/bin/sh\nstat -c %a "$0"\nprintf "<%s>" "$@"\nexit "$STATUS"\n', {
      mode: 0o644,
    });
    const args = ["a b", "", "it's", "$HOME", "-n", 7];
    const listed = () => Array.fromAsync(Deno.readDir(temporary));
    await Deno.writeTextFile(src, '#!/bin/sh\nstat -c %a "$0"\nprintf "<%s>" "$@"\n');
    const { stdout } = await host.apply(server.script, { src, args });
    assert.equal(stdout, "700\n<a b><><it's><$HOME><-n><7>");
    assert.deepEqual(await listed(), []);

    await Deno.writeTextFile(src, "#!/bin/sh\nexit 3\n");
    await assert.rejects(host.apply(server.script, { src }), /failure 3/);
    assert.deepEqual(await listed(), []);

    const template = join(directory.path, "script.sh.j2");
    await Deno.writeTextFile(template, "#!/bin/sh\necho {{ word }} on {{ host.name }}\n");
    const rendered = await host.apply(server.scriptTemplate, { src: template, data: { word: "hello" } });
    assert.equal(rendered.stdout, "hello on @local\n");
    assert.deepEqual(await listed(), []);
  });
}

Deno.test("a script whose time is up is removed too", async () => {
  await using directory = await freshDirectory();
  const temporary = join(directory.path, "tmp");
  await Deno.mkdir(temporary);
  await using host = await LocalHost.connect({ _tempDir: temporary, _timeout: 1 });
  const src = join(directory.path, "slow.sh");
  await Deno.writeTextFile(src, "#!/bin/sh\nsleep 30\n");
  await assert.rejects(host.apply(server.script, { src }), /timeout/);
  const left = await Array.fromAsync(Deno.readDir(temporary));
  assert.deepEqual(left, []);
});

for (const busy of [false, true]) {
  Deno.test({
    name: `wait for a port${busy ? " with BusyBox" : ""}`,
    ignore: busy && requirement("busybox"),
    fn: async () => {
      await using busybox = busy ? await busyboxPath() : undefined;
      await using host = await LocalHost.connect(busybox?.connector);
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr as Deno.NetAddr;
      await host.apply(server.wait, { port, timeout: 5 });
      listener.close();
      await assert.rejects(host.apply(server.wait, { port, timeout: 1 }), /nothing listens on port/);
    },
  });
}

Deno.test("a process is signalled", async () => {
  await using host = await LocalHost.connect();
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  await host.apply(server.kill, { pid: child.pid, signal: "KILL" });
  assert.equal((await child.status).signal, "SIGKILL");
});

Deno.test({
  name: "a file system is mounted, remounted and unmounted",
  ignore: requirement("mount"),
  fn: async () => {
    await using host = await LocalHost.connect();
    await using directory = await freshDirectory();
    const path = join(directory.path, "my disk");
    await Deno.mkdir(path);
    const args = { path, device: "none", fsType: "tmpfs", options: ["size=64k"] };
    await host.apply(server.mount, args);
    try {
      assert.deepEqual((await host.apply(server.mount, args)).commands, []);
      await host.apply(server.mount, { path, options: ["noexec", "size=64k"] });
      assert.deepEqual((await host.apply(server.mount, { path, options: ["noexec"] })).commands, []);
    } finally {
      await host.apply(server.mount, { path, mounted: false });
    }
    assert.deepEqual((await host.apply(server.mount, { path, mounted: false })).commands, []);
  },
});

Deno.test({
  name: "a kernel setting is written to a file once",
  ignore: requirement("root", "procps"),
  fn: async () => {
    await using host = await LocalHost.connect();
    await using directory = await freshDirectory();
    const persistFile = join(directory.path, "90 test.conf");
    const value = Number(await Deno.readTextFile("/proc/sys/kernel/pid_max"));
    const args = { key: "kernel.pid_max", value, persist: true, persistFile };
    await host.apply(server.sysctl, args);
    assert.equal((await Deno.readTextFile(persistFile)).trim(), `kernel.pid_max = ${value}`);
    assert.deepEqual((await host.apply(server.sysctl, args)).commands, []);
    await Deno.writeTextFile(persistFile, "# mine\n  kernel.pid_max=1\nkernel.pid_maximum = 2\n");
    await host.apply(server.sysctl, args);
    assert.equal(
      await Deno.readTextFile(persistFile),
      `# mine\nkernel.pid_max = ${value}\nkernel.pid_maximum = 2\n`,
    );
    assert.deepEqual((await host.apply(server.sysctl, args)).commands, []);
  },
});

Deno.test("names of an address are set, changed and removed", async () => {
  await using host = await LocalHost.connect();
  await using directory = await freshDirectory();
  const path = join(directory.path, "hosts");
  await Deno.writeTextFile(path, "127.0.0.1\tlocalhost\n10.0.0.10 other\n");
  const args = { ip: "10.0.0.1", hostnames: ["db.internal", "db"], path };
  await host.apply(server.etcHosts, args);
  assert.match(await Deno.readTextFile(path), /^10\.0\.0\.1\tdb\.internal db$/m);
  assert.deepEqual((await host.apply(server.etcHosts, args)).commands, []);
  await host.apply(server.etcHosts, { ...args, hostnames: "db2" });
  assert.equal(await Deno.readTextFile(path), "127.0.0.1\tlocalhost\n10.0.0.10 other\n10.0.0.1\tdb2\n");
  await host.apply(server.etcHosts, { ip: "10.0.0.1", present: false, path });
  assert.equal(await Deno.readTextFile(path), "127.0.0.1\tlocalhost\n10.0.0.10 other\n");
  assert.deepEqual(
    (await host.apply(server.etcHosts, { ip: "10.0.0.1", present: false, path })).commands,
    [],
  );
});

Deno.test({
  name: "a limit is set once",
  ignore: ROOT,
  fn: async () => {
    await using host = await LocalHost.connect();
    const domain = `drover-${crypto.randomUUID().slice(0, 8)}`;
    const file = "/etc/security/limits.conf";
    try {
      const args = { domain, limitType: "soft", item: "nofile", value: 1024 };
      await host.apply(server.securityLimit, args);
      assert.deepEqual((await host.apply(server.securityLimit, args)).commands, []);
      await host.apply(server.securityLimit, { ...args, value: 2048 });
      const lines = (await Deno.readTextFile(file)).split("\n").filter((line) => line.includes(domain));
      assert.deepEqual(lines, [`${domain}\tsoft\tnofile\t2048`]);
    } finally {
      await text("sed", "-i", `/^${domain}/d`, file);
    }
  },
});

Deno.test("what is as it should be stays", async () => {
  await using host = await LocalHost.connect();
  const { commands } = await host.apply(server.hostname, { hostname: await text("uname", "-n") });
  assert.deepEqual(commands, []);
  assert.deepEqual((await host.apply(server.packages, { packages: ["base-files"] })).commands, []);
});

Deno.test({
  name: "services on a machine whose systemd does not run",
  ignore: requirement("idleSystemd"),
  fn: async () => {
    await using host = await LocalHost.connect();
    await assert.rejects(host.apply(server.service, { service: "cron" }), {
      code: "E_SERVICE_MANAGER",
      message: /systemd is installed .* does not run/,
    });
  },
});
