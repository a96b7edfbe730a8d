/** OpenRC on a Debian of its own, with services that the test makes. */

import assert from "node:assert/strict";
import { openrc, server } from "../../src/operations/mod.ts";
import * as facts from "../../src/facts/mod.ts";
import { debianRoot } from "../support/debian_root.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

/** A daemon, and a service that fails. Nothing has booted the root: its runlevel is said to be the default one. */
const SERVICES = String.raw`
cat > /etc/init.d/web.d@1 <<'END'
#!/sbin/openrc-run
command=/usr/bin/sleep
command_args=1000
command_background=true
pidfile=/run/web.pid
END
cat > /etc/init.d/dies <<'END'
#!/sbin/openrc-run
start() { eend 1 "cannot start"; }
END
chmod 755 /etc/init.d/web.d@1 /etc/init.d/dies
mkdir -p /run/openrc
echo default > /run/openrc/softlevel`;

Deno.test({
  name: "OpenRC: openrc.service, server.service",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await debianRoot("openrc", ["openrc"], SERVICES);
    const { host, run } = root;
    const service = "web.d@1";
    const status = `rc-service ${service} status`;
    await prove(root, openrc.service, {
      args: { service },
      verify: status,
      wanted: /status: started/,
      remove: { service, running: false },
    });
    const runlevels = `rc-update show -v | grep '${service}' | tr -s ' '`;
    await prove(root, openrc.service, {
      args: { service, running: null, enabled: true },
      verify: runlevels,
      wanted: /\| default$/,
      remove: { service, running: null, enabled: false },
    });
    await prove(root, openrc.service, {
      args: { service, running: null, enabled: true, runlevel: "boot" },
      verify: runlevels,
      wanted: /\| boot$/,
      remove: { service, running: null, enabled: false, runlevel: "boot" },
    });
    await host.apply(server.service, { service, enabled: true });
    assert.match(await run(runlevels), /\| default$/);
    assert.equal((await host.fact(facts.openrc.OpenrcStatus))[service], true);
    // Debian's start-stop-daemon does not tell OpenRC of the daemon, as OpenRC's own does.
    await run(
      `kill -9 $(cat /run/web.pid); rm /run/web.pid; cd /run/openrc/daemons; mkdir ${service}; ` +
        `printf 'exec=/usr/bin/sleep\\npidfile=/run/web.pid\\n' > ${service}/001`,
    );
    assert.deepEqual(await host.fact(facts.openrc.OpenrcCrashed), [service]);
    assert.equal((await host.fact(facts.openrc.OpenrcStatus))[service], false);
    await host.apply(server.service, { service });
    assert.match(await run(`${status}; rc-status --crashed`), /^ \* status: started$/);
    const pid = await run("cat /run/web.pid");
    await host.apply(openrc.service, { service, restarted: true });
    assert.notEqual(await run("cat /run/web.pid"), pid);
    await assert.rejects(host.apply(openrc.service, { service: "dies" }), /cannot start/);
    await assert.rejects(host.apply(openrc.service, { service: "absent" }), /does not exist/);
    await host.apply(server.service, { service, running: false, enabled: false });
    assert.doesNotMatch(await run(runlevels), /default/);
  },
});
