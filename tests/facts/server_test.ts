/** Facts of the server module: samples of other systems' output, and this machine read for real. */

import assert from "node:assert/strict";
import * as server from "../../src/facts/server/mod.ts";
import { busyboxPath, LocalHost } from "../support/local_host.ts";
import { requirement } from "../support/skip.ts";

Deno.test("users: one line each, whatever the comment holds", () => {
  const users = server.Users.process([
    "app:x:1500:1500:The | app, v2:/srv/app:/bin/bash|app|app docker www-data app|app pts/3 10.0.0.9 Tue Mar 5 09:08:07 +0100 2024|$6$salt$hash",
    "daemon:*:1:1::/:/usr/sbin/nologin|daemon|daemon|daemon **Never logged in**|*",
    "broken line",
  ], {});
  assert.deepEqual(Object.keys(users), ["app", "daemon"]);
  assert.deepEqual(users.app, {
    uid: 1500,
    gid: 1500,
    comment: "The | app, v2",
    home: "/srv/app",
    shell: "/bin/bash",
    group: "app",
    groups: ["docker", "www-data"],
    lastlog: "Tue Mar 5 09:08:07 +0100 2024",
    loginTime: new Date("2024-03-05T08:08:07Z"),
    password: "$6$salt$hash",
  });
  assert.equal(users.daemon?.comment, undefined);
  assert.equal(users.daemon?.loginTime, undefined);
});

Deno.test("the distribution: version, codename and systems older than os-release", () => {
  const read = (...lines: string[]) => server.LinuxDistribution.process(lines, {});
  const ubuntu = read(
    "/etc/lsb-release",
    "DISTRIB_ID=Ubuntu",
    "DISTRIB_RELEASE=22.04",
    "---",
    "/etc/os-release",
    'NAME="Ubuntu"',
    "ID=ubuntu",
    'VERSION_ID="22.04"',
    "VERSION_CODENAME=jammy",
    "---",
  );
  assert.deepEqual([ubuntu.name, ubuntu.major, ubuntu.minor, ubuntu.releaseMeta.CODENAME], [
    "Ubuntu",
    22,
    4,
    "jammy",
  ]);
  const debian = read("/etc/os-release", "ID=debian", 'VERSION_ID="12"', 'VERSION="12 (bookworm)"', "---");
  assert.deepEqual([debian.name, debian.major, debian.minor], ["Debian", 12, undefined]);
  assert.equal(debian.releaseMeta.CODENAME, "bookworm");
  const old = read("/etc/redhat-release", "CentOS release 6.10 (Final)", "---");
  assert.deepEqual([old.name, old.major, old.minor], ["CentOS", 6, 10]);
  const alpine = read("/etc/os-release", "ID=alpine", "VERSION_ID=3.20.1", "PRETTY_NAME='A \"b\"'", "---");
  assert.deepEqual([alpine.name, alpine.major, alpine.minor], ["Alpine", 3, 20]);
  assert.equal(alpine.releaseMeta.PRETTY_NAME, 'A "b"');
  assert.deepEqual(read(), { name: undefined, major: undefined, minor: undefined, releaseMeta: {} });
});

Deno.test("mounts: spaces, parentheses and the BSD spelling", () => {
  const mounts = server.Mounts.process([
    "/dev/sdb1 on /mnt/my disk (old) type ext4 (rw,noatime)",
    "tank/home on /usr/home (zfs, local, nfsv4acls)",
    "tmpfs on /tmp type tmpfs (rw,nosuid)",
    "nonsense",
  ], {});
  assert.deepEqual(mounts, {
    "/mnt/my disk (old)": { device: "/dev/sdb1", type: "ext4", options: ["rw", "noatime"] },
    "/usr/home": { device: "tank/home", type: "zfs", options: ["local", "nfsv4acls"] },
    "/tmp": { device: "tmpfs", type: "tmpfs", options: ["rw", "nosuid"] },
  });
});

Deno.test("kernel settings: numbers, lists, sentences and the other systems' spelling", () => {
  const settings = server.Sysctl.process([
    "net.ipv4.tcp_rmem = 4096\t131072\t6291456",
    "kernel.version = #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1",
    "kernel.core_pattern = core",
    "kern.ostype: FreeBSD",
    "net.empty = ",
    "kern.securelevel=-1",
  ], {});
  assert.deepEqual(settings, {
    "net.ipv4.tcp_rmem": [4096, 131072, 6291456],
    "kernel.version": "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1",
    "kernel.core_pattern": "core",
    "kern.ostype": "FreeBSD",
    "net.empty": "",
    "kern.securelevel": -1,
  });
});

Deno.test("listening ports from ss, netstat, sockstat and the kernel's tables", () => {
  const ss = server.Ports.process([
    "ss",
    "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
    'tcp   LISTEN 0      511    0.0.0.0:80   0.0.0.0:*    users:(("nginx",pid=812,fd=6),("nginx",pid=811,fd=6))',
    'tcp   LISTEN 0      128    [::]:22      [::]:*       users:(("sshd",pid=700,fd=4))',
    "udp   UNCONN 0      0      127.0.0.53%lo:53 0.0.0.0:*",
  ], {});
  assert.deepEqual(ss, [
    { port: 22, protocol: "tcp", address: "::", process: "sshd", pid: 700 },
    { port: 53, protocol: "udp", address: "127.0.0.53", process: undefined, pid: undefined },
    { port: 80, protocol: "tcp", address: "0.0.0.0", process: "nginx", pid: 812 },
  ]);
  const netstat = server.Ports.process([
    "netstat",
    "Active Internet connections (only servers)",
    "tcp        0      0 0.0.0.0:22     0.0.0.0:*     LISTEN      700/sshd: /usr/sbin",
    "udp6       0      0 :::5353        :::*                      55/avahi-daemon",
    "tcp        0      0 127.0.0.1:631  0.0.0.0:*     LISTEN      -",
  ], {});
  assert.deepEqual(netstat.map(({ port, process, pid }) => [port, process, pid]), [
    [22, "sshd", 700],
    [631, undefined, undefined],
    [5353, "avahi-daemon", 55],
  ]);
  const bsd = server.Ports.process(["sockstat", "root sshd 1234 4 tcp4 *:22 *:*"], {});
  assert.deepEqual(bsd, [{ port: 22, protocol: "tcp", address: "*", process: "sshd", pid: 1234 }]);
  const kernel = server.Ports.process([
    "tcp",
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1",
    "   1: 0100007F:1F91 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 1 1",
    "tcp6",
    "   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0:0 0",
    "udp",
    "   9: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2",
  ], {});
  assert.deepEqual(kernel.map(({ port, protocol, address }) => [port, protocol, address]), [
    [22, "tcp", "::1"],
    [53, "udp", "0.0.0.0"],
    [8080, "tcp", "127.0.0.1"],
  ]);
});

Deno.test("processes from BusyBox, whose columns have fixed widths", () => {
  const processes = server.Processes.process([
    "PID   USER     STAT COMMAND          COMMAND",
    "    1 root     S<   init             /sbin/init",
    "   77 www-data S    my worker        my worker --queue a b",
  ], {});
  assert.deepEqual(processes[77], {
    user: "www-data",
    state: "S",
    cpuPercent: undefined,
    memPercent: undefined,
    command: "my worker",
    args: "my worker --queue a b",
  });
});

Deno.test("logins: open, ended, crashed and the system's own", () => {
  const logins = server.Last.process([
    "jane     pts/0        10.0.0.7         Tue Mar  5 09:08:07 2024   still logged in",
    "joe      pts/1                         Mon Mar  4 10:00:00 2024 - Mon Mar  4 11:30:00 2024  (01:30)",
    "joe      tty1                          Mon Mar  4 09:00:00 2024 - crash                     (00:30)",
    "reboot   system boot  6.1.0-18-amd64   Mon Mar  4 08:00:00 2024   still running",
    "",
    "wtmp begins Mon Mar  4 08:00:00 2024",
  ], {});
  assert.equal(logins.length, 4);
  assert.deepEqual(logins[0], {
    user: "jane",
    terminal: "pts/0",
    host: "10.0.0.7",
    login: new Date("2024-03-05T09:08:07Z"),
    logout: undefined,
    state: "still logged in",
  });
  assert.deepEqual(logins[1]?.logout, new Date("2024-03-04T11:30:00Z"));
  assert.equal(logins[2]?.state, "crash");
  assert.deepEqual([logins[3]?.user, logins[3]?.terminal], ["reboot", "system boot"]);
});

Deno.test("small parsers", () => {
  assert.equal(server.Uptime.process(["5025.31 9000.12"], {}), 5025);
  assert.equal(server.Uptime.process(["1700000500", "{ sec = 1700000000, usec = 5 } Tue"], {}), 500);
  assert.equal(server.LoadAverage.process(["{ 0,25 1,50 2,00 }"], {}).fiveMinutes, 1.5);
  assert.equal(server.LoadAverage.process(["0.25 1.50 2.00 1/123 4567"], {}).fifteenMinutes, 2);
  assert.equal(server.Timezone.process(["/usr/share/zoneinfo/Europe/Amsterdam"], {}), "Europe/Amsterdam");
  assert.equal(
    server.Timezone.process(["/var/db/timezone/zoneinfo/America/New_York"], {}),
    "America/New_York",
  );
  assert.equal(server.Timezone.process(["../usr/share/zoneinfo/UTC"], {}), "UTC");
  assert.deepEqual(server.Locales.process(["C", "en_US.utf8", "de_DE.utf8@euro"], {}), [
    "C",
    "en_US.UTF-8",
    "de_DE.UTF-8@euro",
  ]);
  assert.deepEqual(server.EtcHosts.process(["10.0.0.1 a b # c", "10.0.0.1\tb d", "# x", ""], {}), {
    "10.0.0.1": ["a", "b", "d"],
  });
  assert.equal(server.Home.process(["~nobody-there"], { user: "nobody-there" }), undefined);
  assert.equal(server.Selinux.process(["SELinux status:                 enabled"], {}).mode, "enabled");
  assert.deepEqual(server.KernelModules.process(["loop 40960 2 - Live 0x0000000000000000"], {}), {
    loop: { size: 40960, instances: 2, state: "Live" },
  });
  assert.deepEqual(server.AuthorizedKeys.process(["# me", " ssh-ed25519 AAAA me ", ""], { user: "me" }), [
    "ssh-ed25519 AAAA me",
  ]);
});

Deno.test("arguments that could leave their place in a command are refused or quoted", () => {
  assert.throws(() => server.Home.command({ user: "x; reboot" }), { code: "E_ARGUMENT" });
  assert.throws(() => server.AuthorizedKeys.command({ user: "$(id)" }), { code: "E_ARGUMENT" });
  assert.equal(String(server.Which.command({ command: "a b" })), "command -v 'a b' || true");
  assert.throws(() => server.Port.command({ port: 0 }), { code: "E_ARGUMENT" });
  assert.throws(() => server.Processes.command({ pid: -1 }), { code: "E_ARGUMENT" });
});

async function text(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args }).output();
  return new TextDecoder().decode(stdout).trim();
}

async function readEverything(host: LocalHost): Promise<void> {
  assert.equal(await host.fact(server.Kernel), "Linux");
  assert.equal(await host.fact(server.Os), "Linux");
  assert.equal(await host.fact(server.KernelVersion), await text("uname", "-r"));
  assert.equal(await host.fact(server.Arch), await text("uname", "-m"));
  assert.equal(await host.fact(server.Hostname), await text("uname", "-n"));
  assert.equal(await host.fact(server.User), await text("id", "-un"));
  assert.match(await host.fact(server.Path), /\/bin/);
  assert.equal(await host.fact(server.Command, { command: "echo a; echo b" }), "a\nb");
  assert.match(await host.fact(server.Which, { command: "sh" }) ?? "", /sh$/);
  assert.equal(await host.fact(server.Which, { command: "no such program" }), undefined);
  assert.equal(await host.fact(server.MacosVersion), undefined);
  assert.equal(typeof await host.fact(server.RebootRequired), "boolean");
  assert.ok(Math.abs((await host.fact(server.Date)).getTime() - globalThis.Date.now()) < 5000);
  assert.ok(
    Math.abs(await host.fact(server.Uptime) - Number((await text("cat", "/proc/uptime")).split(".")[0])) < 5,
  );
  assert.ok((await host.fact(server.LoadAverage)).oneMinute >= 0);
  assert.ok((await host.fact(server.Groups)).includes("root"));
  assert.equal(await host.fact(server.Home, { user: "root" }), "/root");
  assert.equal(await host.fact(server.Home, { user: "no-such-user" }), undefined);
  const users = await host.fact(server.Users);
  assert.equal(users.root?.uid, 0);
  assert.equal(users.root?.group, "root");
  assert.deepEqual(Object.keys(users).length, (await text("cat", "/etc/passwd")).split("\n").length);
  assert.ok((await host.fact(server.Mounts))["/proc"]?.type === "proc");
  assert.equal(typeof (await host.fact(server.LinuxDistribution)).name, "string");
  assert.equal(await host.fact(server.LinuxName), (await host.fact(server.LinuxDistribution)).name);
  assert.ok((await host.fact(server.OsRelease)).id !== undefined);
  assert.deepEqual(await host.fact(server.AuthorizedKeys, { user: "root", path: "/no/such file" }), []);
  assert.deepEqual(await host.fact(server.EtcHosts, { path: "/no/such file" }), {});
  assert.equal(typeof await host.fact(server.TmpDir), "string");
  assert.equal(typeof await host.fact(server.HasGui), "boolean");
  assert.ok(Array.isArray(await host.fact(server.LinuxGui)));
  assert.ok(Array.isArray(await host.fact(server.SecurityLimits)));
  assert.ok(Array.isArray(await host.fact(server.Locales)));
  assert.equal(typeof await host.fact(server.KernelModules), "object");
  assert.equal(typeof await host.fact(server.Selinux), "object");
  assert.ok((await host.fact(server.BootId)).length > 8);
  await host.fact(server.Timezone);
  await host.fact(server.Last);
  await host.fact(server.LsbRelease);
  await findOwnPort(host);
}

async function findOwnPort(host: LocalHost): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const found = await host.fact(server.Port, { port });
  assert.deepEqual([found?.port, found?.protocol, found?.address], [port, "tcp", "127.0.0.1"]);
  assert.equal(await host.fact(server.Port, { port, protocol: "udp" }), undefined);
  assert.ok((await host.fact(server.Ports)).some((one) => one.port === port));
}

Deno.test("every fact on this machine", async () => {
  await using host = await LocalHost.connect();
  await readEverything(host);
});

Deno.test({
  name: "every fact with BusyBox's programs",
  ignore: requirement("busybox"),
  fn: async () => {
    await using busybox = await busyboxPath();
    await using host = await LocalHost.connect(busybox.connector);
    await readEverything(host);
  },
});

for (const busy of [false, true]) {
  Deno.test({
    name: `kernel parameters and processes ${busy ? "with BusyBox's programs" : "on this machine"}`,
    ignore: requirement(busy ? "busybox" : "procps"),
    fn: async () => {
      await using busybox = busy ? await busyboxPath() : undefined;
      await using host = await LocalHost.connect(busybox?.connector);
      const key = "kernel.ostype";
      assert.deepEqual(await host.fact(server.Sysctl, { keys: [key] }), { [key]: "Linux" });
      const shell = await host.fact(server.Processes, { pid: Deno.pid });
      assert.match(shell[Deno.pid]?.args ?? "", /deno/);
      assert.ok(Object.keys(await host.fact(server.Processes)).length > 1);
    },
  });
}

Deno.test("listening ports without ss and netstat", async () => {
  const directory = await Deno.makeTempDir();
  try {
    for (const program of ["cat", "sh"]) {
      await Deno.symlink((await text("sh", "-c", `command -v ${program}`)).trim(), `${directory}/${program}`);
    }
    await using host = await LocalHost.connect({ _env: { PATH: directory } });
    await findOwnPort(host);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test({
  name: "password hashes and failed logins are there for root",
  ignore: requirement("root"),
  fn: async () => {
    await using host = await LocalHost.connect();
    assert.notEqual((await host.fact(server.Users)).daemon?.password, "");
    assert.ok(Array.isArray(await host.fact(server.Lastb)));
  },
});
