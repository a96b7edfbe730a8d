/** iptables of Debian, in a network of its own. */

import assert from "node:assert/strict";
import * as facts from "../../src/facts/mod.ts";
import * as iptables from "../../src/operations/iptables.ts";
import { FIREWALLS } from "../support/firewalls.ts";
import { networkRoot } from "../support/own_network.ts";
import { prove } from "../support/proof.ts";
import { requirement } from "../support/skip.ts";

const ACCEPT = { chain: "INPUT", jump: "ACCEPT" };

/** Rules as people write them, and the words of them that iptables prints in its own spelling. */
const SPELLINGS: readonly [Record<string, unknown>, string][] = [
  [
    { ...ACCEPT, protocol: "TCP", destinationPort: "ssh", source: "10.0.0.1" },
    "-s 10.0.0.1/32 .* --dport 22 ",
  ],
  [
    { ...ACCEPT, protocol: "udp", sourcePort: "1024:", destinationPort: 53 },
    "--sport 1024:65535 --dport 53 ",
  ],
  [
    { ...ACCEPT, protocol: "tcp", extras: "-m multiport --dports 80,https,8000:8010" },
    "--dports 80,443,8000:8010 ",
  ],
  [{ ...ACCEPT, extras: "-m conntrack --ctstate NEW,ESTABLISHED,RELATED" }, "NEW,RELATED,ESTABLISHED "],
  [{ ...ACCEPT, extras: ["-m", "comment", "--comment", `it's "a" test`] }, "--comment .*a.* test\\S+ "],
  [
    { ...ACCEPT, protocol: "icmp", extras: "--icmp-type echo-request -m limit --limit 60/minute" },
    "--limit 1/sec ",
  ],
  [{ ...ACCEPT, notSource: "10.0.0.0/255.255.0.0", inInterface: "eth+" }, "! -s 10.0.0.0/16 -i eth\\+ "],
  [{ ...ACCEPT, source: "0.0.0.0/0", notInInterface: "lo" }, "-A INPUT ! -i lo "],
  [{ ...ACCEPT, source: "1.2.3.4,5.6.7.8" }, "-s 5.6.7.8/32 "],
  [{ chain: "INPUT", jump: "LOG", logPrefix: "dropped: " }, '--log-prefix "dropped: "'],
  [{ chain: "INPUT", jump: "REJECT", protocol: "6" }, "-p tcp .*--reject-with icmp-port-unreachable"],
  [{ chain: "FORWARD", jump: "ACCEPT", extras: "! --fragment", append: false }, "-A FORWARD "],
  [
    { chain: "PREROUTING", table: "nat", jump: "DNAT", protocol: "tcp", toDestination: "10.0.0.5:80" },
    ":80$",
  ],
  [
    { chain: "PREROUTING", table: "nat", jump: "REDIRECT", protocol: "tcp", toPorts: 8000 },
    "--to-ports 8000$",
  ],
  [{ chain: "POSTROUTING", table: "nat", jump: "SNAT", toSource: "1.1.1.1" }, "--to-source 1.1.1.1$"],
];

Deno.test({
  name: "iptables.rule is found again however it is spelled",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await networkRoot(...FIREWALLS);
    for (const [args, printed] of SPELLINGS) {
      await prove(root, iptables.rule, {
        args,
        verify: `iptables-save -t ${args.table ?? "filter"} | grep ^-A`,
        wanted: new RegExp(printed, "m"),
        remove: { ...args, present: false },
      });
    }
    await prove(root, iptables.rule, {
      args: { ...ACCEPT, version: 6, source: "2001:DB8::0001", protocol: "ipv6-icmp" },
      verify: "ip6tables-save | grep ^-A",
      wanted: /^-A INPUT -s 2001:db8::1\/128 -p ipv6-icmp -j ACCEPT$/,
      remove: { ...ACCEPT, version: 6, source: "2001:db8::1/128", protocol: "icmpv6", present: false },
    });
  },
});

Deno.test({
  name: "iptables.chain and iptables.save: policies, chains with rules, and a file that restores them",
  ignore: requirement("debianRoot"),
  fn: async () => {
    await using root = await networkRoot(...FIREWALLS);
    const { host, run } = root;
    // No table has been used: nothing is listed, but the system's chains are there.
    await prove(root, iptables.chain, {
      args: { chain: "INPUT", policy: "DROP" },
      verify: "iptables -S INPUT",
      wanted: /^-P INPUT DROP$/,
      remove: { chain: "INPUT", policy: "ACCEPT" },
    });
    await prove(root, iptables.chain, {
      args: { chain: "my-web", table: "nat", version: 6 },
      verify: "ip6tables -t nat -S | grep my-web",
      wanted: /^-N my-web$/,
      remove: { chain: "my-web", table: "nat", version: 6, present: false },
    });

    await host.apply(iptables.chain, { chain: "web" });
    await host.apply(iptables.rule, { chain: "web", jump: "DROP", source: "10.0.0.0/8" });
    assert.deepEqual(await host.fact(facts.iptables.IptablesRules), [
      { chain: "web", source: "10.0.0.0/8", jump: "DROP" },
    ]);
    assert.deepEqual(await host.fact(facts.iptables.IptablesChains), {
      INPUT: "ACCEPT",
      FORWARD: "ACCEPT",
      OUTPUT: "ACCEPT",
      web: "-",
    });
    await assert.rejects(host.apply(iptables.chain, { chain: "web", present: false }));
    // A chain that does not exist has no rules, and nothing is told of it but by iptables itself.
    const nowhere = { chain: "nowhere", jump: "ACCEPT" };
    assert.deepEqual((await host.apply(iptables.rule, { ...nowhere, present: false })).commands, []);
    await assert.rejects(host.apply(iptables.rule, nowhere));

    await prove(root, iptables.save, {
      args: {},
      verify: "cat /etc/iptables/rules.v4; stat -c %a /etc/iptables/rules.v4",
      wanted: /^-A web -s 10\.0\.0\.0\/8 -j DROP\nCOMMIT\n([^]*\n)?600$/m,
    });
    await run("iptables -F; iptables -X; iptables-restore /etc/iptables/rules.v4");
    assert.deepEqual((await host.apply(iptables.save, {})).commands, []);
    await host.apply(iptables.rule, { chain: "web", jump: "DROP", source: "192.168.0.0/16" });
    assert.notDeepEqual((await host.apply(iptables.save, {})).commands, []);
  },
});
