/** firewalld of Debian, in a network of its own, running and not. */

import assert from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import * as firewalld from "../../src/operations/firewalld.ts";
import { FIREWALLS } from "../support/firewalls.ts";
import { networkRoot } from "../support/own_network.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

const START = `mkdir -p /run/dbus
dbus-daemon --system --fork
setsid firewalld --nofork --nopid --log-target=file </dev/null >/dev/null 2>&1 &
echo $! >/run/firewalld.pid
for try in $(seq 100); do firewall-cmd --state >/dev/null 2>&1 && break; sleep 0.2; done
firewall-cmd --state`;
const STOP = "kill $(cat /run/firewalld.pid) $(cat /run/dbus/pid)";

const SETTINGS = {
  services: ["http", "https"],
  ports: "8080/tcp",
  sourcePorts: "123/udp",
  sources: "10.0.0.0/8",
  interfaces: "eth7",
  forwardPorts: "port=80:proto=tcp:toport=8080",
  richRules: "rule family=ipv4   source address=192.168.0.0/16 accept",
  masquerade: true,
};

Deno.test({
  name: "firewalld.rule and firewalld.zone: for good and for now",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await networkRoot(...FIREWALLS);
    const { host, run } = root;
    const wanted =
      /http https ssh$[^]*^ {2}ports: 8080\/tcp$[^]*masquerade: yes[^]*toport=8080[^]*192\.168\.0\.0\/16" accept$/m;

    // What lasts is changed without firewalld.
    assert.equal(await host.fact(facts.firewalld.FirewalldRunning), false);
    const offline = "firewall-offline-cmd --zone=public --list-all";
    const before = await run(offline);
    await host.apply(firewalld.rule, SETTINGS);
    assert.match(await run(offline), wanted);
    assert.deepEqual((await host.apply(firewalld.rule, SETTINGS)).commands, []);
    await host.apply(firewalld.rule, { ...SETTINGS, present: false });
    assert.equal(await run(offline), before);

    assert.equal(await run(START), "running");
    try {
      const few = { services: "http", richRules: SETTINGS.richRules };
      await prove(root, firewalld.rule, {
        args: few,
        verify: "cat /etc/firewalld/zones/public.xml; nft list ruleset",
        wanted: /<service name="http"\/>[^]*<rule family="ipv4">[^]*tcp dport 80 /,
        remove: { ...few, present: false },
      });
      assert.match(await run("nft list ruleset"), /tcp dport 22 /);
      await prove(root, firewalld.zone, {
        args: { zone: "backend", target: "REJECT", isDefault: true },
        verify:
          "cat /etc/firewalld/zones/backend.xml; grep DefaultZone= /etc/firewalld/firewalld.conf; nft list ruleset",
        wanted: /target="%%REJECT%%"[^]*DefaultZone=backend\n[^]*chain filter_IN_backend /,
      });
      assert.equal(await host.fact(facts.firewalld.FirewalldDefaultZone), "backend");
      await host.apply(firewalld.rule, { zone: "backend", services: "http", permanent: false });
      assert.deepEqual((await host.fact(facts.firewalld.FirewalldZone))?.services, ["http"]);
      assert.deepEqual((await host.fact(facts.firewalld.FirewalldZone, { permanent: true }))?.services, []);
      await assert.rejects(host.apply(firewalld.rule, { services: "no-such" }), /INVALID_SERVICE/);
      assert.deepEqual(
        (await host.apply(firewalld.rule, { services: "no-such", present: false })).commands,
        [],
      );
    } finally {
      await run(STOP);
    }
  },
});
