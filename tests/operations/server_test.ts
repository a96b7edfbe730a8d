/** Operations of the server module: what they do in given situations. */

import assert from "node:assert/strict";
import { secret, sh, Upload } from "../../src/command/mod.ts";
import type { AnyOperation } from "../../src/host/mod.ts";
import * as server from "../../src/operations/server/mod.ts";
import { collectSteps } from "../../src/testing/mod.ts";

type Facts = Record<string, unknown | ((args: Record<string, unknown>) => unknown)>;

/** The commands of an operation where the host answers with these facts. */
async function commands(operation: AnyOperation, args: object, facts: Facts = {}): Promise<string[]> {
  const { steps } = await collect(operation, args, facts);
  return steps.map(String);
}

function collect(operation: AnyOperation, args: object, facts: Facts = {}) {
  return collectSteps(operation, args as Record<string, unknown>, {
    facts: (fact, factArgs) => {
      const answer = facts[fact.name];
      return typeof answer === "function" ? answer(factArgs) : answer;
    },
    deployFile: new URL("./deploy.ts", import.meta.url).pathname,
  });
}

const LINUX: Facts = { "server.Os": "Linux", "server.Groups": [], "server.Users": {} };
const APP = {
  uid: 1500,
  gid: 1500,
  home: "/srv/app",
  shell: "/bin/sh",
  group: "app",
  groups: ["docker"],
  comment: "App",
  password: "$6$old",
};
const WITH_APP: Facts = {
  ...LINUX,
  "server.Users": { app: APP },
  "files.Directory": { user: "app", group: "app" },
};

Deno.test("shell: one command, several, and values in sh", async () => {
  assert.deepEqual(await commands(server.shell, { commands: "echo 'a  b'" }), ["echo 'a  b'"]);
  assert.deepEqual(await commands(server.shell, { commands: sh`echo ${"a b"}` }), ["echo 'a b'"]);
  assert.deepEqual(await commands(server.shell, { commands: ["a", sh`b ${secret("hush!")}`] }), [
    "a",
    "b ***",
  ]);
  assert.equal(server.shell.idempotent, false);
  for (const wrong of [[], [""], "  ", [1], undefined, [["a"]]]) {
    await assert.rejects(commands(server.shell, { commands: wrong }), { code: "E_ARGUMENT" });
  }
});

Deno.test("group: number and range, and what other systems call them", async () => {
  const args = { group: "app", system: true, gid: 2000 };
  assert.deepEqual(await commands(server.group, args, LINUX), ["groupadd -r app --gid 2000"]);
  const openBsd = { ...LINUX, "server.Os": "OpenBSD" };
  assert.deepEqual(await commands(server.group, args, openBsd), ["groupadd -g 2000 app"]);
  const there = { ...LINUX, "server.Groups": ["app"] };
  assert.deepEqual(await commands(server.group, args, there), []);
  assert.deepEqual(await commands(server.group, { group: "app", present: false }, there), ["groupdel app"]);
  assert.deepEqual(await commands(server.group, { group: "app", present: false }, LINUX), []);
  for (const group of ["-r", "", "a b", "a:b", "$(id)", "a\nb"]) {
    await assert.rejects(commands(server.group, { group }, LINUX), { code: "E_ARGUMENT" });
  }
  await assert.rejects(commands(server.group, { group: "a", gid: "1; id" }, LINUX), { code: "E_ARGUMENT" });
});

Deno.test("user: a new one with everything", async () => {
  const found = await commands(server.user, {
    user: "app",
    home: "/srv/my app",
    shell: "/bin/bash",
    group: "web",
    groups: ["docker", "adm"],
    system: true,
    uid: 1500,
    comment: "It's the app",
    unique: false,
    createHome: true,
    ensureHome: false,
    password: "$6$salt$hash",
  }, LINUX);
  assert.deepEqual(found, [
    `useradd -d '/srv/my app' -s /bin/bash -g web -G docker,adm -r --uid 1500 -c 'It'"'"'s the app' -o -m app`,
    "printf '%s\\n' *** | chpasswd -e",
  ]);
});

Deno.test("user: the hash reaches the command but is never shown", async () => {
  const { steps } = await collect(
    server.user,
    { user: "app", ensureHome: false, password: "$6$salt$h" },
    LINUX,
  );
  assert.deepEqual(steps.map((step) => (step as { raw: string }).raw), [
    "useradd -d /home/app -M app",
    "printf '%s\\n' 'app:$6$salt$h' | chpasswd -e",
  ]);
  const bsd = { ...LINUX, "server.Os": "FreeBSD" };
  const args = { user: "app", ensureHome: false, password: secret("$6$salt$h"), uid: 9, system: true };
  assert.deepEqual(await commands(server.user, args, bsd), [
    "printf '%s\\n' *** | pw useradd -n app -d /home/app -u 9 -H 0",
  ]);
  for (const password of ["hunter2", "", "a:b", "$6$a\nroot"]) {
    await assert.rejects(commands(server.user, { user: "app", password }, LINUX), { code: "E_ARGUMENT" });
  }
});

Deno.test("user: an existing one is changed only where it differs", async () => {
  const same = {
    user: "app",
    shell: "/bin/sh",
    group: "app",
    groups: ["docker"],
    comment: "App",
    uid: 1500,
    password: "$6$old",
  };
  const nothing = await collect(server.user, same, WITH_APP);
  assert.deepEqual(nothing.steps, []);
  assert.ok(nothing.notes.some((note) => note.kind === "noop"));
  const changed = {
    user: "app",
    ensureHome: false,
    home: "/home/app",
    shell: "/bin/bash",
    comment: "",
    uid: 1501,
  };
  assert.deepEqual(await commands(server.user, changed, WITH_APP), [
    "usermod -d /home/app -s /bin/bash -c '' -u 1501 app",
  ]);
  assert.deepEqual(await commands(server.user, { user: "app", password: "!" }, WITH_APP), [
    "printf '%s\\n' *** | chpasswd -e",
  ]);
});

Deno.test("user: groups replace, append adds, an empty list removes", async () => {
  const of = (args: object, facts = WITH_APP) =>
    commands(server.user, { user: "app", ensureHome: false, ...args }, facts);
  assert.deepEqual(await of({ groups: ["adm"] }), ["usermod -G adm app"]);
  assert.deepEqual(await of({ groups: ["adm"], append: true }), ["usermod -a -G adm app"]);
  assert.deepEqual(await of({ groups: ["docker"], append: true }), []);
  assert.deepEqual(await of({ groups: ["docker", "app"] }), []);
  assert.deepEqual(await of({ groups: [] }), ["usermod -G '' app"]);
  const bsd = { ...WITH_APP, "server.Os": "FreeBSD" };
  assert.deepEqual(await of({ groups: ["adm"], append: true }, bsd), ["pw usermod -n app -G docker,adm"]);
});

Deno.test("user: the home belongs to the primary group that the user has", async () => {
  const facts = {
    ...WITH_APP,
    "server.Users": { app: { ...APP, group: "users" } },
    "files.Directory": { user: "root", group: "root", mode: 755 },
  };
  const found = await commands(server.user, { user: "app" }, facts);
  assert.deepEqual(found, ["chown app:users /srv/app"]);
});

Deno.test("user: bad input", async () => {
  const wrong = [
    { user: "a b" },
    { user: "-rf" },
    { user: "app", group: "x;y" },
    { user: "app", groups: ["ok", "no,no"] },
    { user: "app", home: "/a:b" },
    { user: "app", shell: "" },
    { user: "app", comment: "two\nlines" },
    { user: "app", uid: 1.5 },
    { user: "app", deleteKeys: true },
    { user: "app", publicKeys: [""] },
    { user: "app", publicKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----\nx"] },
  ];
  for (const args of wrong) {
    await assert.rejects(commands(server.user, args, WITH_APP), { code: "E_ARGUMENT" }, JSON.stringify(args));
  }
  await assert.rejects(commands(server.user, { user: "app", publicKeys: ["keys/none.pub"] }, WITH_APP), {
    code: "E_LOCAL_FILE",
  });
});

Deno.test("authorized keys: what is missing is appended, comments do not count", async () => {
  const facts = {
    "files.Directory": { user: "app", group: "app", mode: 700 },
    "files.File": { user: "app", group: "app", mode: 600 },
    "files.FindInFile": ({ pattern }: Record<string, unknown>) =>
      String(pattern).includes("one") ? ["ssh-ed25519 AAone"] : ["# ssh-ed25519 AAtwo"],
  };
  const args = {
    user: "app",
    publicKeys: ["ssh-ed25519 AAone", "ssh-ed25519 AAtwo", "ssh-ed25519 AAtwo"],
    authorizedKeyDirectory: "/etc/keys/my app",
    authorizedKeyFilename: "keys",
  };
  const file = "'/etc/keys/my app/keys'";
  assert.deepEqual(await commands(server.userAuthorizedKeys, args, facts), [
    `( [ $(tail -c1 ${file} | wc -l) -eq 0 ] && echo ; echo 'ssh-ed25519 AAtwo' ) >> ${file}`,
  ]);
});

Deno.test("authorized keys: no user, no home", async () => {
  await assert.rejects(commands(server.userAuthorizedKeys, { user: "app", publicKeys: ["ssh-rsa AA"] }), {
    code: "E_NO_USER",
  });
});

Deno.test("service: the first manager that the host has", async () => {
  const which = (...programs: string[]) => ({ command }: Record<string, unknown>) =>
    programs.includes(String(command)) ? `/bin/${command}` : undefined;
  const systemd = {
    "server.Which": which("systemctl", "service"),
    "systemd.SystemdUnits": {
      "nginx.service": { running: true, loadState: "loaded", fileState: "disabled", startedBy: [] },
    },
  };
  const args = { service: "nginx", reloaded: true, enabled: true };
  assert.deepEqual(await commands(server.service, args, systemd), [
    "systemctl reload nginx.service",
    "systemctl enable nginx.service",
  ]);
  const openrc = { "server.Which": which("rc-service"), "openrc.OpenrcStatus": { nginx: false } };
  assert.deepEqual(await commands(server.service, { service: "nginx" }, openrc), ["rc-service nginx start"]);
  await assert.rejects(commands(server.service, { service: "nginx" }, {}), {
    code: "E_SERVICE_MANAGER",
    hint: "looked for systemctl, rc-service, initctl, sv, service, launchctl, s6-svscan, supervisorctl, " +
      "/etc/init.d and /etc/rc.d",
  });
  await assert.rejects(commands(server.service, { service: "-h" }, systemd), { code: "E_ARGUMENT" });
});

Deno.test("packages: the first manager that the host has", async () => {
  const which = (program: string) => ({ command }: Record<string, unknown>) =>
    command === program && "/usr/bin/x";
  await assert.rejects(commands(server.packages, { packages: "git" }), {
    code: "E_PACKAGE_MANAGER",
    hint:
      "looked for zypper, apk, apt, brew, dnf, pacman, xbps-install, yum, opkg, pkg, pkgin, pkg_add in PATH",
  });
  const debian = { "server.Which": which("apt"), "deb.DebPackages": { git: ["1"] } };
  assert.deepEqual(await commands(server.packages, { packages: ["git"] }, debian), []);
  assert.match(
    (await commands(server.packages, { packages: "curl" }, debian)).join("\n"),
    /apt-get .*install curl/,
  );
});

Deno.test("hostname: with hostnamectl, and without", async () => {
  const args = { hostname: "web-01.example.com" };
  const ctl = { "server.Hostname": "old", "server.Which": "/usr/bin/hostnamectl" };
  assert.deepEqual(await commands(server.hostname, args, ctl), [
    "hostnamectl set-hostname web-01.example.com",
  ]);
  const plain = { "server.Hostname": "old", "server.Os": "Linux" };
  const steps = await commands(server.hostname, args, plain);
  assert.equal(steps[0], "hostname web-01.example.com");
  assert.match(steps[1] ?? "", /\/etc\/hostname/);
  assert.equal((await commands(server.hostname, { ...args, hostnameFile: false }, plain)).length, 1);
  const lost = { "server.Hostname": args.hostname, "server.Os": "Linux", "server.Command": "old" };
  assert.match((await commands(server.hostname, args, lost))[0] ?? "", /upload .* to \/etc\/hostname/);
  assert.deepEqual(await commands(server.hostname, args, { ...lost, "server.Command": args.hostname }), []);
  for (const hostname of ["", "-a", "a b", "a;b", "a.", "x".repeat(300)]) {
    await assert.rejects(commands(server.hostname, { hostname }, plain), { code: "E_ARGUMENT" });
  }
});

Deno.test("kill", async () => {
  assert.deepEqual(await commands(server.kill, { pid: 12 }), ["kill -TERM 12"]);
  assert.deepEqual(await commands(server.kill, { pid: 12, signal: "SIGHUP" }), ["kill -HUP 12"]);
  assert.deepEqual(await commands(server.kill, { pid: 12, signal: 9 }), ["kill -9 12"]);
  for (const args of [{ pid: -1 }, { pid: 0 }, { pid: 1.5 }, { pid: 1, signal: "TERM; id" }]) {
    await assert.rejects(commands(server.kill, args), { code: "E_ARGUMENT" });
  }
});

Deno.test("modprobe: dashes and underscores are the same", async () => {
  const loaded = { "server.KernelModules": { br_netfilter: {} } };
  assert.deepEqual(await commands(server.modprobe, { module: "br-netfilter" }, loaded), []);
  assert.deepEqual(await commands(server.modprobe, { module: ["br-netfilter", "loop"] }, loaded), [
    "modprobe -a loop",
  ]);
  await assert.rejects(commands(server.modprobe, { module: "--all" }, loaded), { code: "E_ARGUMENT" });
});

Deno.test("mount: odd paths, and a slash too many", async () => {
  const mounts = { "server.Mounts": { "/my data": { options: ["rw"] } } };
  assert.deepEqual(await commands(server.mount, { path: "/my data/" }, mounts), []);
  assert.deepEqual(await commands(server.mount, { path: "/my data", mounted: false }, mounts), [
    "umount '/my data'",
  ]);
  assert.deepEqual(await commands(server.mount, { path: "/new", mounted: false }, mounts), []);
  assert.deepEqual(await commands(server.mount, { path: "/my data", options: ["rw", "ro"] }, mounts), [
    "mount -o remount,rw,ro '/my data'",
  ]);
  for (const args of [{ path: "data" }, { path: "/a", options: ["a,b"] }, { path: "/a", options: [""] }]) {
    await assert.rejects(commands(server.mount, args, mounts), { code: "E_ARGUMENT" });
  }
});

Deno.test("sysctl: now, and for later boots", async () => {
  const facts = { "server.Sysctl": { "vm.swappiness": 60, "net.ipv4.tcp_rmem": [1, 2, 3] } };
  const of = (args: object) => commands(server.sysctl, args, facts);
  assert.deepEqual(await of({ key: "vm.swappiness", value: "60" }), []);
  assert.deepEqual(await of({ key: "net.ipv4.tcp_rmem", value: [1, 2, 3] }), []);
  assert.deepEqual(await of({ key: "net.ipv4.tcp_rmem", value: "1 2 3" }), []);
  assert.deepEqual(await of({ key: "vm.swappiness", value: "a'b" }), [`sysctl vm.swappiness='a'"'"'b'`]);
  const persisted = await of({
    key: "vm.swappiness",
    value: 10,
    persist: true,
    persistFile: "/etc/sysctl.d/9.conf",
  });
  assert.equal(persisted.length, 2);
  assert.match(persisted[1] ?? "", /vm\.swappiness = 10/);
  for (const args of [{ key: "-a", value: 1 }, { key: "a=b", value: 1 }, { key: "a", value: "" }]) {
    await assert.rejects(of(args), { code: "E_ARGUMENT" });
  }
});

Deno.test("timezone", async () => {
  const facts = { "server.Timezone": "Europe/Berlin" };
  assert.deepEqual(await commands(server.timezone, { timezone: "Europe/Berlin" }, facts), []);
  const [link] = await commands(server.timezone, { timezone: "UTC" }, facts);
  assert.match(link ?? "", /ln -sfn \/usr\/share\/zoneinfo\/UTC \/etc\/localtime/);
  const [ctl] = await commands(server.timezone, { timezone: "UTC" }, { ...facts, "server.Which": "/bin/x" });
  assert.match(ctl ?? "", /timedatectl set-timezone UTC/);
  for (const timezone of ["", "../etc/passwd", "-a", "a b", "/abs"]) {
    await assert.rejects(commands(server.timezone, { timezone }, facts), { code: "E_ARGUMENT" });
  }
});

Deno.test("locale: enabling and disabling, whatever the spelling of UTF-8", async () => {
  const facts = {
    "server.Locales": ["C", "en_US.utf8"],
    "files.FindInFile": ({ pattern }: Record<string, unknown>) =>
      String(pattern).includes("en_US") ? ["en_US.UTF-8 UTF-8"] : ["# de_DE.UTF-8 UTF-8"],
  };
  assert.deepEqual(await commands(server.locale, { locale: "en_US.UTF-8" }, facts), []);
  assert.deepEqual(await commands(server.locale, { locale: "fr_FR.UTF-8", present: false }, facts), []);
  const added = await commands(server.locale, { locale: "de_DE.UTF-8" }, facts);
  assert.equal(added.at(-1), "locale-gen");
  const removed = await commands(server.locale, { locale: "en_US.UTF-8", present: false }, facts);
  assert.match(removed[0] ?? "", /# en_US\.UTF-8 UTF-8/);
  await assert.rejects(commands(server.locale, { locale: "xx_XX" }, facts), { code: "E_LOCALE" });
  await assert.rejects(commands(server.locale, { locale: "a b" }, facts), { code: "E_ARGUMENT" });
});

Deno.test("security limits: the last line for a limit counts", async () => {
  const limit = (value: string) => ({ domain: "*", limitType: "soft", item: "nofile", value });
  const args = { domain: "*", limitType: "soft", item: "nofile", value: 1024 };
  const of = (...limits: object[]) =>
    commands(server.securityLimit, args, { "server.SecurityLimits": limits });
  assert.deepEqual(await of(limit("1"), limit("1024")), []);
  assert.equal((await of(limit("1024"), limit("1"))).length, 1);
  await assert.rejects(commands(server.securityLimit, { ...args, limitType: "firm" }), {
    code: "E_ARGUMENT",
  });
  await assert.rejects(commands(server.securityLimit, { ...args, domain: "a b" }), { code: "E_ARGUMENT" });
});

Deno.test("etc hosts: bad input", async () => {
  const wrong = [{ ip: "10.0.0" }, { ip: "10.0.0.1" }, { ip: "::1", hostnames: ["a b"] }, {
    ip: "x",
    present: false,
  }];
  for (const args of wrong) await assert.rejects(commands(server.etcHosts, args), { code: "E_ARGUMENT" });
});

Deno.test("script: uploaded for its owner only, removed by the command that runs it", async () => {
  const src = new URL("./server_test.ts", import.meta.url).pathname;
  const { steps } = await collect(server.script, { src, args: ["--name", "a b", 3, "-"] });
  const [upload, run] = steps;
  assert.ok(upload instanceof Upload);
  assert.equal(upload.mode, "700");
  assert.match(upload.dest, /^\/tmp\/[.\w-]{12,}$/);
  assert.ok(String(run).startsWith(`trap 'rm -f ${upload.dest}' EXIT; `));
  assert.ok(String(run).includes(`${upload.dest} --name 'a b' 3 -; exit $?`));
  await assert.rejects(commands(server.script, { src: "no/such.sh" }), { code: "E_LOCAL_FILE" });
  await assert.rejects(commands(server.script, { src: "/tmp" }), { code: "E_LOCAL_FILE" });
});

Deno.test("wait and reboot check their numbers", async () => {
  for (
    const args of [{ port: 0 }, { port: 70000 }, { port: 1.5 }, { port: 22, timeout: -1 }, {
      port: 22,
      interval: 0,
    }]
  ) {
    await assert.rejects(commands(server.wait, args), { code: "E_ARGUMENT" });
  }
  await assert.rejects(commands(server.reboot, { delay: -1 }), { code: "E_ARGUMENT" });
  await assert.rejects(commands(server.reboot, { rebootTimeout: Number.NaN }), { code: "E_ARGUMENT" });
  const steps = await commands(server.reboot, {}, { "server.BootId": "one" });
  assert.equal(steps.length, 2);
  assert.match(steps[1] ?? "", /^call wait for test-host to boot/);
});
