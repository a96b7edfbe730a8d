/** Init scripts, runit, s6 and Supervisor on a Debian of their own, with services that the test makes. */

import assert from "node:assert/strict";
import { runit, s6, server, supervisor, sysvinit } from "../../src/operations/mod.ts";
import * as facts from "../../src/facts/mod.ts";
import { type DebianRoot, debianRoot } from "../support/debian_root.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

const PACKAGES = ["runit", "s6", "supervisor", "sysv-rc"];

/** A name with everything that names may have. */
const ODD = "web.d@1";

/** Services that sleep, and one that fails at once. */
const SERVICES = `
for s in ${ODD} held dies; do
  mkdir -p /etc/sv/$s
  printf '#!/bin/sh\\ntrap "" HUP\\nexec sleep 1000\\n' > /etc/sv/$s/run
  chmod 755 /etc/sv/$s/run
done
printf '#!/bin/sh\\nsleep 0.2\\nexit 1\\n' > /etc/sv/dies/run`;

/** A program that supervises services in a root until it is disposed of. */
function start(root: DebianRoot, program: string, ...args: string[]): AsyncDisposable {
  const child = new Deno.Command("chroot", {
    args: [root.path, program, ...args],
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root" },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      // runsvdir leaves its services on TERM, and ends them on HUP; the others end them on TERM.
      child.kill(program === "runsvdir" ? "SIGHUP" : "SIGTERM");
      // s6-svscan may wait without end for a supervisor that it has told to go a moment before.
      for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        if (await endsWithin(child.status, 10)) break;
        for (const { pid } of await processesIn(root)) killed(pid, signal);
      }
      await child.status;
      const left = (await processesIn(root)).map(({ line }) => line);
      assert.deepEqual(left, [], `${program} leaves nothing behind`);
    },
  };
}

async function endsWithin(status: Promise<unknown>, seconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => timer = setTimeout(() => resolve(false), seconds * 1000));
  return await Promise.race([status.then(() => true), late]).finally(() => clearTimeout(timer));
}

/** One that has ended meanwhile needs no signal. */
function killed(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Processes whose root it is, five seconds later at most; the connector's own are none of them. */
async function processesIn(root: DebianRoot): Promise<{ pid: number; line: string }[]> {
  const found: { pid: number; line: string }[] = [];
  for (let attempt = 0; attempt < 50; attempt++) {
    found.length = 0;
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const place = await Deno.readLink(`/proc/${name}/root`).catch(() => "");
      const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
      if (place === root.path && /sleep|sv|s6|supervis/.test(line)) {
        found.push({ pid: Number(name), line: line.replaceAll("\0", " ") });
      }
    }
    if (found.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return found;
}

Deno.test({
  name: "init scripts: sysvinit.service, sysvinit.enable, server.service",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("services", PACKAGES, INIT_SCRIPTS);
    const { host, run } = root;
    const pid = `cat /run/${ODD}.pid 2> /dev/null | wc -l`;
    await prove(root, sysvinit.service, {
      args: { service: ODD },
      verify: pid,
      wanted: /^1$/,
      remove: { service: ODD, running: false },
    });
    const links = `ls /etc/rc?.d | grep ${ODD} | sort | uniq -c | tr -s ' '`;
    await prove(root, sysvinit.service, {
      args: { service: ODD, running: null, enabled: true },
      verify: links,
      wanted: / S01web\.d@1$/m,
      remove: { service: ODD, running: null, enabled: false },
      removed: /^ 7 K01web\.d@1\n 1 S01myweb\.d@1$/,
    });
    // What was disabled has links that update-rc.d leaves alone unless it is told to enable.
    await host.apply(sysvinit.service, { service: ODD, running: null, enabled: true });
    assert.match(await run(links), / 4 S01/);
    await prove(root, sysvinit.enable, {
      args: { service: "app", startPriority: 7, startLevels: [3], stopLevels: [] },
      verify: "readlink /etc/rc3.d/S07app",
      wanted: /^\/etc\/init.d\/app$/,
    });
    const status = await host.fact(facts.sysvinit.InitdStatus);
    assert.equal(status[ODD], false);
    assert.equal(status.odd, null, "a status that is none is not known");
    assert.ok(!("app" in status), "a script without status is not run");
    assert.equal(await run("ls /run/app-was-run 2> /dev/null"), "");
    // runit is installed, too, and does not run.
    await run("mkfifo /run/initctl");
    await prove(root, server.service, {
      args: { service: ODD },
      verify: pid,
      wanted: /^1$/,
      remove: { service: ODD, running: false },
    });
    await assert.rejects(host.apply(sysvinit.service, { service: "absent" }), /absent/);
    assert.deepEqual(
      (await host.apply(sysvinit.service, { service: "absent", running: false, enabled: false })).commands,
      [],
    );
  },
});

/** One that keeps to the standard, one without status, one with a status of its own, and one of a like name. */
const INIT_SCRIPTS = String.raw`
cat > /etc/init.d/${ODD} <<'END'
#!/bin/sh
### BEGIN INIT INFO
# Provides: ${ODD}
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
case $1 in
  start) echo 1 > /run/${ODD}.pid;;
  stop) rm -f /run/${ODD}.pid;;
  status) test -e /run/${ODD}.pid || exit 3;;
esac
END
printf '#!/bin/sh\ntouch /run/app-was-run\n' > /etc/init.d/app
printf '#!/bin/sh\n# status\nexit 64\n' > /etc/init.d/odd
printf '#!/bin/sh\n' > /etc/init.d/my${ODD}
chmod 755 /etc/init.d/app /etc/init.d/odd /etc/init.d/*${ODD}
ln -s ../init.d/my${ODD} /etc/rc2.d/S01my${ODD}`;

Deno.test({
  name: "runit: runit.service, runit.manage, runit.auto, runit.waitRunsv, server.service",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("services", PACKAGES, SERVICES);
    const { host, run } = root;
    // Without the seconds that it has been so.
    const status = (name: string) => `SVDIR=/etc/service sv status ${name} | sed 's/ [0-9]*s\\b//g'`;
    const isHeld = (name: string) => `test -e /etc/sv/${name}/down && echo held || echo free`;
    await assert.rejects(host.apply(runit.waitRunsv, { service: ODD, timeout: 1 }), /does runsvdir run/);
    await using _runit = start(root, "runsvdir", "/etc/service");
    await prove(root, runit.service, {
      args: { service: ODD },
      verify: status(ODD),
      wanted: /^run: /,
      remove: { service: ODD, running: false },
      removed: /^down: /,
    });
    // The root has init scripts, too: runit is the one that comes first.
    await prove(root, server.service, { args: { service: ODD }, verify: status(ODD), wanted: /^run: / });
    await prove(root, runit.service, {
      args: { service: ODD, running: null, enabled: false },
      verify: isHeld(ODD),
      wanted: /^held$/,
      remove: { service: ODD, running: null, enabled: true },
    });
    await prove(root, runit.service, {
      args: { service: "held", running: false },
      verify: `${status("held")}; ${isHeld("held")}`,
      wanted: /^down: held.*\nfree$/,
    });
    await prove(root, runit.auto, {
      args: { service: "dies", auto: false },
      verify: isHeld("dies"),
      wanted: /^held$/,
      remove: { service: "dies" },
    });
    await prove(root, runit.manage, {
      args: { service: "dies" },
      verify: "readlink /etc/service/dies",
      wanted: /^\/etc\/sv\/dies$/,
    });
    await host.apply(runit.waitRunsv, { service: "dies" });
    const before = await run(status(ODD));
    await host.apply(runit.service, { service: ODD, restarted: true });
    assert.notEqual(await run(status(ODD)), before);
    const states = await host.fact(facts.runit.RunitStatus, { svdir: "/etc/service" });
    assert.equal(states[ODD], true);
    assert.equal(states.held, false);
    await host.apply(runit.service, { service: "dies", managed: false });
    assert.match(await run("ls /etc/service"), /^(?![^]*dies)/);
    await host.apply(runit.manage, { service: ODD, managed: false });
  },
});

Deno.test({
  name: "s6: s6.service, server.service",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("services", PACKAGES, `${SERVICES}\nmkdir /run/service`);
    const { host, run } = root;
    const status = (name: string) => `s6-svstat -u /run/service/${name}`;
    await assert.rejects(host.apply(s6.service, { service: ODD, sourcedir: "/etc/sv" }), /s6-svscanctl/);
    await run(`rm /run/service/${ODD}`);
    await using _s6 = start(root, "s6-svscan", "/run/service");
    await prove(root, s6.service, {
      args: { service: ODD, sourcedir: "/etc/sv" },
      verify: status(ODD),
      wanted: /^true$/,
      remove: { service: ODD, running: false },
      removed: /^false$/,
    });
    await prove(root, s6.service, {
      args: { service: "held", running: false, sourcedir: "/etc/sv" },
      verify: `${status("held")}; test -e /etc/sv/held/down && echo held || echo free`,
      wanted: /^false\nfree$/,
    });
    await prove(root, s6.service, {
      args: { service: ODD, running: null, enabled: false },
      verify: `test -e /etc/sv/${ODD}/down && echo held || echo free`,
      wanted: /^held$/,
      remove: { service: ODD, running: null, enabled: true },
    });
    await host.apply(s6.service, { service: ODD });
    const pid = `s6-svstat -p /run/service/${ODD}`;
    const before = await run(pid);
    await host.apply(s6.service, { service: ODD, restarted: true });
    assert.notEqual(await run(pid), before);
    const { commands } = await host.apply(s6.service, { service: ODD, reloaded: true, command: "-c" });
    assert.equal(commands.length, 2);
    assert.deepEqual(await host.fact(facts.s6.S6Status), { [ODD]: true, held: false });
    await host.apply(s6.service, { service: "held", managed: false, sourcedir: "/etc/sv" });
    // Its supervisor has been told to end.
    const supervised = "for i in $(seq 50); do s6-svok /etc/sv/held || exit 0; sleep 0.1; done; echo still";
    assert.equal(await run(supervised), "");
    // Elsewhere it is the only manager of services.
    await run("mv /etc/init.d /etc/init.gone; rm /usr/bin/sv /usr/sbin/service");
    await prove(root, server.service, {
      args: { service: ODD, running: false },
      verify: status(ODD),
      wanted: /^false$/,
      remove: { service: ODD },
    });
  },
});

const PROGRAMS = `
mkdir -p /run /var/log/supervisor
cat > /etc/supervisor/conf.d/test.conf <<'END'
[program:web.d]
command=sleep 1000
autostart=false
startsecs=0
[program:mail]
command=sleep 1000
process_name=%(program_name)s_%(process_num)02d
numprocs=2
autostart=false
startsecs=0
[program:fatal]
command=/nowhere
autostart=false
[program:retrying]
command=sh -c 'trap "" HUP; test -e /run/mended && exec sleep 1000; exit 1'
autostart=true
startsecs=1
startretries=60
END`;

Deno.test({
  name: "Supervisor: supervisor.service, supervisor.update",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("services", PACKAGES, PROGRAMS);
    const { host, run } = root;
    const status = (name: string) => `supervisorctl status ${name} | tr -s ' ' | cut -d' ' -f1,2`;
    await assert.rejects(host.apply(supervisor.service, { service: "web.d" }), {
      code: "E_SERVICE_MANAGER",
      message: /does not run there/,
    });
    await using _supervisor = start(root, "supervisord", "-n");
    await run(
      "for i in 1 2 3 4 5 6 7 8 9 10; do supervisorctl status > /dev/null; test $? -ne 4 && break; sleep 1; done",
    );
    await host.apply(supervisor.service, { service: "web.d" });
    assert.equal(await run(status("web.d")), "web.d RUNNING");
    await host.apply(supervisor.service, { service: "mail:mail_01" });
    await prove(root, supervisor.service, {
      args: { service: "mail:*" },
      verify: status("mail:*"),
      wanted: /^mail:mail_00 RUNNING\nmail:mail_01 RUNNING$/,
      remove: { service: "mail:*", running: false },
      removed: /^mail:mail_00 STOPPED\nmail:mail_01 STOPPED$/,
    });
    await assert.rejects(host.apply(supervisor.service, { service: "fatal" }), /start fatal: failure/);
    await assert.rejects(host.apply(supervisor.service, { service: "unknown" }), /start unknown: failure/);
    assert.deepEqual(
      (await host.apply(supervisor.service, { service: "unknown:*", running: false })).commands,
      [],
    );
    // Until its next attempt, Supervisor would say that it is started already.
    await run("touch /run/mended");
    await host.apply(supervisor.service, { service: "retrying" });
    const isUp = `for i in 1 2 3 4 5 6; do ${status("retrying")} | grep RUNNING && break; sleep 1; done`;
    assert.equal(await run(isUp), "retrying RUNNING");
    const pid = "supervisorctl pid retrying";
    const before = await run(pid);
    await host.apply(supervisor.service, { service: "retrying", restarted: true, reloaded: true });
    assert.notEqual(await run(pid), before);
    await run(
      "printf '[program:new]\\ncommand=sleep 1000\\nautostart=false\\n' > /etc/supervisor/conf.d/new.conf",
    );
    await host.apply(supervisor.update, {});
    assert.equal((await host.fact(facts.supervisor.SupervisorStatus)).new, "STOPPED");
    await prove(root, supervisor.service, {
      args: { service: "mail:*", running: null, enabled: true },
      verify: "cat /etc/supervisor/conf.d/test.conf",
      wanted: /^\[program:mail\]\nautostart=true\n(?:(?!autostart).*\n)+\[program:fatal\]/m,
      remove: { service: "mail:*", running: null, enabled: false },
      removed: /^\[program:mail\]\nautostart=false\n(?:(?!autostart).*\n)+\[program:fatal\]/m,
    });
    await assert.rejects(host.apply(supervisor.service, { service: "unknown", enabled: true }), {
      code: "E_SERVICE",
    });
    await host.apply(supervisor.service, { service: "all", running: false });
    assert.doesNotMatch(await run("supervisorctl status"), /RUNNING/);
  },
});
