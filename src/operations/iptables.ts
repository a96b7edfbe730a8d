/** Chains and rules of iptables and ip6tables. */

import { raw, sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  chainName,
  Ip6tablesChains,
  Ip6tablesRules,
  IptablesChains,
  iptablesProgram,
  type IptablesRule,
  IptablesRuleExists,
  IptablesRules,
  IptablesSaved,
} from "../facts/iptables.ts";
import { splitQuoted } from "../facts/quoted_words.ts";
import { effect, host, type Operation, operation, restsOn, touches } from "../host/mod.ts";
import { put } from "./files/put.ts";

/** Arguments of {@linkcode chain}. */
export interface ChainArgs {
  /** Name of the chain. */
  chain: string;
  /** Whether it shall be there. Default: `true`. */
  present?: boolean | undefined;
  /** `filter`, `nat`, `mangle`, `raw` or `security`. Default: `filter`. */
  table?: string | undefined;
  /** What becomes of packets that no rule decides about: `ACCEPT` or `DROP`; for the chains of the system only. */
  policy?: string | undefined;
  /** 4 for iptables, 6 for ip6tables. Default: 4. */
  version?: number | undefined;
}

/** Arguments of {@linkcode rule}. */
export interface RuleArgs {
  /** The chain that it stands in. */
  chain: string;
  /** Its target: `ACCEPT`, `DROP`, `DNAT`, another chain. */
  jump: string;
  /** Whether it shall be there. Default: `true`. */
  present?: boolean | undefined;
  /** `filter`, `nat`, `mangle`, `raw` or `security`. Default: `filter`. */
  table?: string | undefined;
  /** Whether it is added at the end of the chain; otherwise at the start. Default: `true`. */
  append?: boolean | undefined;
  /** 4 for iptables, 6 for ip6tables. Default: 4. */
  version?: number | undefined;
  /** Protocol: `tcp`, `udp`, `icmp`. */
  protocol?: string | undefined;
  /** Any protocol but this one. */
  notProtocol?: string | undefined;
  /** Source address or network. */
  source?: string | undefined;
  /** Any source but this one. */
  notSource?: string | undefined;
  /** Destination address or network. */
  destination?: string | undefined;
  /** Any destination but this one. */
  notDestination?: string | undefined;
  /** Interface that packets come in by; `eth+` is any that starts so. */
  inInterface?: string | undefined;
  /** Any but this one. */
  notInInterface?: string | undefined;
  /** Interface that packets go out by. */
  outInterface?: string | undefined;
  /** Any but this one. */
  notOutInterface?: string | undefined;
  /** Where packets are sent, with the jump `DNAT`: `10.0.0.5:80`. */
  toDestination?: string | undefined;
  /** What their source becomes, with the jump `SNAT`. */
  toSource?: string | undefined;
  /** The ports that they are sent to, with the jump `REDIRECT`. */
  toPorts?: number | string | undefined;
  /** What lines in the log start with, with the jump `LOG`. */
  logPrefix?: string | undefined;
  /** Port, service or range (`8000:8010`) that packets go to; needs a protocol. */
  destinationPort?: number | string | undefined;
  /** Port, service or range that they come from; needs a protocol. */
  sourcePort?: number | string | undefined;
  /** Any other words before the jump: `-m conntrack --ctstate ESTABLISHED,RELATED`, or a list of words. */
  extras?: string | string[] | undefined;
}

/** Arguments of {@linkcode save}. */
export interface SaveArgs {
  /** The file. Default: `/etc/iptables/rules.v4` or `rules.v6`. */
  path?: string | undefined;
  /** 4 for iptables, 6 for ip6tables. Default: 4. */
  version?: number | undefined;
}

/** Tables with the chains that the system has in them. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  raw: ["PREROUTING", "OUTPUT"],
  security: ["INPUT", "FORWARD", "OUTPUT"],
};

/** The options before the jump, in the order of the command line; a `!` turns each into its opposite. */
const MATCHES = [
  ["-p", "protocol"],
  ["-s", "source"],
  ["-d", "destination"],
  ["-i", "inInterface"],
  ["-o", "outInterface"],
  ["! -p", "notProtocol"],
  ["! -s", "notSource"],
  ["! -d", "notDestination"],
  ["! -i", "notInInterface"],
  ["! -o", "notOutInterface"],
] as const;

/** The options behind the jump, with the only jump and table that have them. */
const JUMP_OPTIONS = [
  { option: "--log-prefix", argument: "logPrefix", jump: "LOG" },
  { option: "--to-destination", argument: "toDestination", jump: "DNAT", table: "nat" },
  { option: "--to-source", argument: "toSource", jump: "SNAT", table: "nat" },
  { option: "--to-ports", argument: "toPorts", jump: "REDIRECT", table: "nat" },
] as const;

/**
 * Makes or removes a chain, or sets the policy of one of the system's. Changes something if it is missing or has
 * another policy (or is there, with `present: false`). Only an empty chain that no rule jumps to can be removed.
 *
 * @example
 * ```ts
 * await iptables.chain({ chain: "web", _sudo: true });
 * await iptables.chain({ chain: "INPUT", policy: "DROP", _sudo: true });
 * ```
 */
export const chain: Operation<ChainArgs> = operation<ChainArgs>("iptables.chain", async function* (args) {
  const { chain: name, present = true, policy } = args;
  const { table, version, program } = target("iptables.chain", args);
  const isBuiltIn = TABLES[table]!.includes(name);
  if (!present && isBuiltIn) {
    throw new DroverError("E_ARGUMENT", `iptables.chain cannot remove ${name}, a chain of the system`);
  }
  touches({ kind: "iptables", name: chainName(version, table, name) });
  const chains = await host.getFact(version === 6 ? Ip6tablesChains : IptablesChains, { table });
  const listed = Object.hasOwn(chains, name) ? chains[name] : undefined;
  // A table that was never used is not listed; its chains accept everything.
  const found = listed ?? (isBuiltIn ? "ACCEPT" : undefined);
  if (!present) {
    if (found === undefined) return host.noop(`${program} chain ${name} does not exist`);
    effect("remove");
    yield sh`${program} -t ${table} -X ${name}`;
    return;
  }
  if (found === undefined) {
    effect("create");
    yield sh`${program} -t ${table} -N ${name}`;
  }
  if (policy !== undefined && policy !== found) yield sh`${program} -t ${table} -P ${name} ${policy}`;
  else if (found !== undefined) {
    host.noop(`${program} chain ${name} exists${policy === undefined ? "" : ` with the policy ${policy}`}`);
  }
}, {
  parameters: {
    chain: "string",
    present: "boolean?",
    table: "string?",
    policy: "string?",
    version: "number?",
  },
});

/**
 * Adds or removes a rule. Changes something if the chain has no such rule, or has one, with `present: false`; iptables
 * itself compares, so that `ssh` is port 22 and `60/minute` is `1/sec`. Rules are lost when the machine boots: see
 * {@linkcode save}.
 *
 * @example
 * ```ts
 * await iptables.rule({ chain: "INPUT", jump: "ACCEPT", protocol: "tcp", destinationPort: 22, _sudo: true });
 * await iptables.rule({
 *   chain: "INPUT",
 *   jump: "ACCEPT",
 *   extras: "-m conntrack --ctstate ESTABLISHED,RELATED",
 *   append: false,
 *   _sudo: true,
 * });
 * ```
 */
export const rule: Operation<RuleArgs> = operation<RuleArgs>("iptables.rule", async function* (args) {
  const { chain: name, present = true, append = true } = args;
  const { table, version, program } = target("iptables.rule", args);
  checkRule(args, table);
  const words = ruleWords(args);
  touches({ kind: "iptables", name: chainName(version, table, name), parts: [words.join(" ")] });
  const told = await host.getFact(IptablesRuleExists, { rule: words, table, version });
  const exists = told ?? await isListed(args, table, version);
  if (present === exists) {
    return host.noop(`the rule of the ${program} chain ${name} ${exists ? "exists" : "does not exist"}`);
  }
  effect(present ? "create" : "remove");
  const action = present ? append ? "-A" : "-I" : "-D";
  yield sh`${program} -t ${table} ${action} ${words.map((word) => word === "!" ? raw("!") : word)}`;
}, {
  parameters: {
    chain: "string",
    jump: "string",
    present: "boolean?",
    table: "string?",
    append: "boolean?",
    version: "number?",
    protocol: "string?",
    notProtocol: "string?",
    source: "string?",
    notSource: "string?",
    destination: "string?",
    notDestination: "string?",
    inInterface: "string?",
    notInInterface: "string?",
    outInterface: "string?",
    notOutInterface: "string?",
    toDestination: "string?",
    toSource: "string?",
    toPorts: "number | string?",
    logPrefix: "string?",
    destinationPort: "number | string?",
    sourcePort: "number | string?",
    extras: "string | string[]?",
  },
});

/**
 * Writes all chains and rules as they are to a file, from which `iptables-restore` brings them back when the machine
 * boots: with Debian's package `iptables-persistent`, or `iptables-services` and `/etc/sysconfig/iptables` on Red Hat's
 * systems. Changes something if the file does not hold them.
 *
 * @example
 * ```ts
 * await iptables.rule({ chain: "INPUT", jump: "ACCEPT", protocol: "tcp", destinationPort: 443, _sudo: true });
 * await iptables.save({ _sudo: true });
 * ```
 */
export const save: Operation<SaveArgs> = operation<SaveArgs>("iptables.save", async function* (args) {
  const version = checkVersion("iptables.save", args.version);
  const { path = `/etc/iptables/rules.v${version}` } = args;
  restsOn({ kind: "iptables" });
  const text = await host.getFact(IptablesSaved, { version });
  if (text === "") return host.noop(`${iptablesProgram(version)} has no tables`);
  yield* put.steps({ src: new TextEncoder().encode(text), dest: path, mode: "600" });
}, { parameters: { path: "string?", version: "number?" } });

function target(
  operationName: string,
  args: { chain: string; table?: string | undefined; version?: number | undefined },
) {
  const { table = "filter" } = args;
  const version = checkVersion(operationName, args.version);
  if (!/^[^\s!-]\S*$/.test(args.chain)) {
    throw new DroverError("E_ARGUMENT", `${JSON.stringify(args.chain)} is not the name of a chain`);
  }
  if (!Object.hasOwn(TABLES, table)) {
    throw new DroverError("E_ARGUMENT", `${operationName} knows no table ${JSON.stringify(table)}`, {
      hint: `the tables are ${Object.keys(TABLES).join(", ")}`,
    });
  }
  return { table, version, program: iptablesProgram(version) };
}

function checkVersion(operationName: string, version = 4): number {
  if (version === 4 || version === 6) return version;
  throw new DroverError("E_ARGUMENT", `version of ${operationName} cannot be ${version}`, {
    hint: "4 is for iptables, 6 for ip6tables",
  });
}

function checkRule(args: RuleArgs, table: string): void {
  if (!/^[^\s!-]\S*$/.test(args.jump)) {
    throw new DroverError("E_ARGUMENT", `${JSON.stringify(args.jump)} is nothing that a rule can jump to`);
  }
  const port = args.destinationPort !== undefined ? "destinationPort" : "sourcePort";
  if (args[port] !== undefined && !args.protocol) {
    throw new DroverError("E_ARGUMENT", `iptables.rule cannot tell a ${port} without a protocol`, {
      hint: 'add protocol: "tcp" or "udp"',
    });
  }
  for (const { argument, jump, ...only } of JUMP_OPTIONS) {
    if (args[argument] === undefined) continue;
    if (args.jump === jump && (!("table" in only) || table === only.table)) continue;
    const where = "table" in only ? ` in the table ${only.table}` : "";
    throw new DroverError(
      "E_ARGUMENT",
      `${argument} of iptables.rule is for the jump ${jump}${where}, not for ${args.jump} in ${table}`,
    );
  }
}

/** The rule as a command line spells it, from its chain on. */
function ruleWords(args: RuleArgs): string[] {
  return [
    args.chain,
    ...MATCHES.flatMap(([option, argument]) => {
      const value = args[argument];
      if (!value) return [];
      return [...option.split(" "), argument.endsWith("rotocol") ? value.toLowerCase() : value];
    }),
    ...extraWords(args),
    "-j",
    args.jump,
    ...JUMP_OPTIONS.flatMap(({ option, argument }) =>
      args[argument] === undefined ? [] : [option, String(args[argument])]
    ),
  ];
}

function extraWords({ extras = [], destinationPort, sourcePort }: RuleArgs): string[] {
  return [
    ...(typeof extras === "string" ? splitQuoted(extras) : extras),
    ...(destinationPort === undefined ? [] : ["--dport", String(destinationPort)]),
    ...(sourcePort === undefined ? [] : ["--sport", String(sourcePort)]),
  ];
}

/** Whether a rule of these very words is among those that are listed. */
async function isListed(args: RuleArgs, table: string, version: number): Promise<boolean> {
  const rules = await host.getFact(version === 6 ? Ip6tablesRules : IptablesRules, { table });
  const wanted: Record<string, string> = { chain: args.chain, jump: args.jump };
  for (const [, argument] of MATCHES) {
    const value = args[argument];
    if (value) wanted[argument] = argument.endsWith("rotocol") ? value.toLowerCase() : value;
  }
  for (const { argument } of JUMP_OPTIONS) {
    if (args[argument] !== undefined) wanted[argument] = String(args[argument]);
  }
  const extras = extraWords(args);
  const text = comparable({ ...wanted, extras } as unknown as IptablesRule);
  return rules.some((one) => comparable(one) === text);
}

/** A protocol loads its extension: `-p tcp` is listed as `-p tcp -m tcp`. */
function comparable({ extras = [], ...known }: IptablesRule): string {
  const words = extras.filter((word, index) =>
    !(word === "-m" && extras[index + 1] === known.protocol) &&
    !(word === known.protocol && extras[index - 1] === "-m")
  );
  return JSON.stringify([Object.entries(known).sort(), words.toSorted()]);
}
