/** ufw of Debian, in a network of its own. */

import assert from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import * as ufw from "../../src/operations/ufw.ts";
import { FIREWALLS } from "../support/firewalls.ts";
import { networkRoot } from "../support/own_network.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

/** Rules as people write them, and what `ufw show added` makes of them. */
const SPELLINGS: readonly [Record<string, unknown>, string][] = [
  [{ action: "allow", destinationPort: "ssh", protocol: "tcp" }, "allow 22/tcp"],
  [
    { action: "limit", destinationPort: 22, protocol: "tcp", comment: 'it is "ssh"' },
    "limit 22/tcp comment 'it is \"ssh\"'",
  ],
  [{ action: "deny", source: "10.0.0.1/255.0.0.0" }, "deny from 10.0.0.0/8"],
  [{ action: "allow", app: "WWW Full" }, "allow 'WWW Full'"],
  [
    { action: "allow", inInterface: "eth0", source: "2001:DB8::1", sourcePort: 123, protocol: "udp" },
    "allow in on eth0",
  ],
  [
    { action: "allow", route: true, inInterface: "eth0", outInterface: "eth1" },
    "route allow in on eth0 out on eth1",
  ],
];

Deno.test({
  name: "ufw.rule and ufw.firewall, inactive and active",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await networkRoot(...FIREWALLS);
    const { host, run } = root;
    const verify = "ufw show added";
    for (const [args, printed] of SPELLINGS) {
      await prove(root, ufw.rule, {
        args,
        verify,
        wanted: new RegExp(`^ufw ${RegExp.escape(printed)}`, "m"),
        remove: { ...args, present: false },
      });
    }

    await host.apply(ufw.rule, { action: "allow", destinationPort: 22, protocol: "tcp" });
    await prove(root, ufw.firewall, {
      args: { incoming: "reject", outgoing: "deny", routed: "allow", logging: "medium" },
      verify: "ufw status verbose | head -n 3; grep ENABLED= /etc/ufw/ufw.conf",
      wanted:
        /^Status: active\nLogging: on \(medium\)\nDefault: reject \(incoming\), deny \(outgoing\), \w+ \(routed\)\nENABLED=yes$/,
    });
    assert.match(await run("iptables -S ufw-user-input"), /--dport 22 -j ACCEPT/);
    await prove(root, ufw.rule, {
      args: { action: "allow", destinationPort: 443, protocol: "tcp", insert: 1 },
      verify: "ufw status numbered",
      wanted: /^\[ 1\] 443\/tcp +ALLOW IN/m,
      remove: { action: "allow", destinationPort: "https", protocol: "tcp", present: false },
    });
    // A comment is changed, and kept by whom it does not matter to; another action replaces the rule.
    const ssh = { action: "allow", destinationPort: 22, protocol: "tcp" };
    await prove(root, ufw.rule, {
      args: { ...ssh, comment: "one" },
      verify,
      wanted: /22\/tcp comment 'one'$/,
    });
    assert.deepEqual((await host.apply(ufw.rule, ssh)).commands, []);
    await prove(root, ufw.rule, { args: { ...ssh, action: "limit" }, verify, wanted: /^ufw limit 22\/tcp/m });
    assert.deepEqual((await host.fact(facts.ufw.UfwRules)).length, 1);
    // Half of it was removed by hand.
    await host.apply(ufw.rule, ssh);
    await run("ufw --force delete 2");
    assert.doesNotMatch(await run("ufw status"), /22\/tcp \(v6\)/);
    assert.notDeepEqual((await host.apply(ufw.rule, ssh)).commands, []);
    assert.match(await run("ufw status"), /22\/tcp \(v6\)/);
    // What ufw does not understand is told by ufw.
    await assert.rejects(host.apply(ufw.rule, { action: "allow", app: "No Such" }), /No Such/);
    await prove(root, ufw.firewall, {
      args: { enabled: false },
      verify: "ufw status; grep ENABLED= /etc/ufw/ufw.conf",
      wanted: /^Status: inactive\nENABLED=no$/,
    });
    assert.equal((await host.fact(facts.ufw.UfwStatus))?.policies.incoming, "reject");
  },
});
