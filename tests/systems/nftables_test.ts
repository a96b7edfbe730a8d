/** nftables of Debian, in a network of its own. */

import assert from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import * as nftables from "../../src/operations/nftables.ts";
import { FIREWALLS } from "../support/firewalls.ts";
import { networkRoot } from "../support/own_network.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

/** Rules as people write them, and as nft prints them. */
const SPELLINGS: readonly [string, string][] = [
  ["tcp dport { ssh,80 } accept", "tcp dport { 22, 80 } accept"],
  [
    "ip saddr 10.0.0.1/32   ct state established,related counter accept",
    "ip saddr 10.0.0.1 ct state established,related counter",
  ],
  [
    `iifname eth0 drop comment "it's; a test"`,
    'iifname "eth0" drop comment "it\'s; a test"',
  ],
  ["iif lo accept", 'iif "lo" accept'],
  ["ip saddr @blocked jump web", "ip saddr @blocked jump web"],
  [
    "icmp type echo-request limit rate 60/minute accept",
    "icmp type echo-request limit rate 60/minute accept",
  ],
  [
    `tcp dport { ${Array.from({ length: 40 }, (_, index) => 2000 + 2 * index).join(",")} } drop`,
    "tcp dport { 2000, 2002",
  ],
  ["ip6 saddr 2001:DB8::0001 log prefix dropped", 'ip6 saddr 2001:db8::1 log prefix "dropped"'],
];

Deno.test({
  name: "nftables.table, nftables.chain, nftables.rule and nftables.save",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await networkRoot(...FIREWALLS);
    const { host, run } = root;
    const input = { chain: "input", table: "filter" };
    await prove(root, nftables.table, {
      args: { table: "filter" },
      verify: "nft list tables",
      wanted: /^table inet filter$/,
      remove: { table: "filter", present: false },
    });
    await host.apply(nftables.table, { table: "filter" });
    const verify = "nft -s list chain inet filter input";
    await prove(root, nftables.chain, {
      args: { ...input, hook: "input", priority: -5, policy: "drop" },
      verify,
      wanted: /type filter hook input priority filter - 5; policy drop;/,
    });
    await prove(root, nftables.chain, {
      args: { ...input, hook: "input", policy: "accept" },
      verify,
      wanted: /policy accept;/,
    });
    await host.apply(nftables.chain, { chain: "web", table: "filter" });
    await run("nft add set inet filter blocked '{ type ipv4_addr; }'");

    for (const [rule, printed] of SPELLINGS) {
      await prove(root, nftables.rule, {
        args: { ...input, rule },
        verify,
        wanted: new RegExp(RegExp.escape(printed)),
        remove: { ...input, rule, present: false },
      });
    }
    await run("nft add rule inet filter input tcp dport 1 drop");
    await prove(root, nftables.rule, {
      args: { ...input, rule: "udp dport 53 accept", append: false },
      verify,
      wanted: /udp dport 53 accept\n.*tcp dport 1 drop/,
    });
    // The copy that tells the spelling is gone, and the rules are as they were.
    assert.equal((await host.fact(facts.nftables.NftChain, { ...input, family: "inet" }))?.rules.length, 2);
    await assert.rejects(host.apply(nftables.rule, { ...input, rule: "no such thing" }), /syntax error/);
    await assert.rejects(host.apply(nftables.rule, { chain: "none", table: "filter", rule: "drop" }));

    await prove(root, nftables.save, {
      args: {},
      verify: "cat /etc/nftables.conf",
      wanted: /^flush ruleset\n\ntable inet filter \{[^]*udp dport 53 accept/m,
    });
    await run("nft flush ruleset; /etc/nftables.conf");
    assert.deepEqual((await host.apply(nftables.save, {})).commands, []);

    await host.apply(nftables.rule, { chain: "web", table: "filter", rule: "drop" });
    await host.apply(nftables.chain, { chain: "web", table: "filter", present: false });
    assert.deepEqual(
      (await host.apply(nftables.chain, { chain: "web", table: "filter", present: false })).commands,
      [],
    );
    assert.doesNotMatch(await run("nft list ruleset"), /web/);
  },
});
