/** Facts about the chains and rules of iptables and ip6tables. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { splitQuoted } from "./quoted_words.ts";

/** The argument of the facts about chains and rules. */
export interface IptablesTableArgs {
  /** `filter`, `nat`, `mangle`, `raw` or `security`. Default: `filter`. */
  table?: string | undefined;
}

/** The argument of {@linkcode IptablesSaved}. */
export interface IptablesSavedArgs {
  /** 4 for iptables, 6 for ip6tables. Default: 4. */
  version?: number | undefined;
}

/** Arguments of {@linkcode IptablesRuleExists}. */
export interface IptablesRuleExistsArgs {
  /** The words of the rule: its chain, and what follows it on a command line. */
  rule: readonly string[];
  /** The table of its chain. Default: `filter`. */
  table?: string | undefined;
  /** 4 for iptables, 6 for ip6tables. Default: 4. */
  version?: number | undefined;
}

/** A rule, spelled as iptables spells it: `10.0.0.1/32`, `tcp`. What it does not say is not there. */
export interface IptablesRule {
  /** The chain that it stands in. */
  chain: string;
  /** Its target. */
  jump?: string;
  /** Protocol (`-p`). */
  protocol?: string;
  /** Any protocol but this one. */
  notProtocol?: string;
  /** Source address (`-s`). */
  source?: string;
  /** Any source but this one. */
  notSource?: string;
  /** Destination address (`-d`). */
  destination?: string;
  /** Any destination but this one. */
  notDestination?: string;
  /** Interface that packets come in by (`-i`). */
  inInterface?: string;
  /** Any but this one. */
  notInInterface?: string;
  /** Interface that packets go out by (`-o`). */
  outInterface?: string;
  /** Any but this one. */
  notOutInterface?: string;
  /** Where DNAT sends packets. */
  toDestination?: string;
  /** What SNAT makes of sources. */
  toSource?: string;
  /** Ports of REDIRECT. */
  toPorts?: string;
  /** What lines of LOG start with. */
  logPrefix?: string;
  /** All other words: `["-m", "tcp", "--dport", "22"]`. */
  extras?: string[];
}

const OPTIONS: Readonly<Record<string, string>> = {
  "-A": "chain",
  "-j": "jump",
  "-p": "protocol",
  "-s": "source",
  "-d": "destination",
  "-i": "inInterface",
  "-o": "outInterface",
  "--to-destination": "toDestination",
  "--to-source": "toSource",
  "--to-ports": "toPorts",
  "--log-prefix": "logPrefix",
};

/**
 * The chains of a table of iptables, with their policies; `-` for chains that were made, which have none. Empty where
 * the table has not been used yet.
 *
 * @example
 * ```ts
 * const { INPUT } = await host.getFact(facts.iptables.IptablesChains, { table: "filter" });
 * ```
 */
export const IptablesChains: Fact<Record<string, string>, IptablesTableArgs> = chainsFact(4);

/**
 * The same as {@linkcode IptablesChains}, of ip6tables.
 *
 * @example
 * ```ts
 * const { INPUT } = await host.getFact(facts.iptables.Ip6tablesChains);
 * ```
 */
export const Ip6tablesChains: Fact<Record<string, string>, IptablesTableArgs> = chainsFact(6);

/**
 * The rules of a table of iptables, in their order.
 *
 * @example
 * ```ts
 * const rules = await host.getFact(facts.iptables.IptablesRules, { table: "nat" });
 * const forwarded = rules.filter((rule) => rule.jump === "DNAT");
 * ```
 */
export const IptablesRules: Fact<IptablesRule[], IptablesTableArgs> = rulesFact(4);

/**
 * The same as {@linkcode IptablesRules}, of ip6tables.
 *
 * @example
 * ```ts
 * const rules = await host.getFact(facts.iptables.Ip6tablesRules);
 * ```
 */
export const Ip6tablesRules: Fact<IptablesRule[], IptablesTableArgs> = rulesFact(6);

/**
 * Whether there is a rule, however it is spelled: iptables itself compares. `undefined` where it does not understand
 * the question, as where there is no such chain.
 *
 * @example
 * ```ts
 * const rule = ["INPUT", "-p", "tcp", "--dport", "ssh", "-j", "ACCEPT"];
 * const open = await host.getFact(facts.iptables.IptablesRuleExists, { rule });
 * ```
 */
export const IptablesRuleExists: Fact<boolean | undefined, IptablesRuleExistsArgs> = fact<
  boolean | undefined,
  IptablesRuleExistsArgs
>({
  name: "iptables.IptablesRuleExists",
  about: ({ version = 4, table = "filter", rule }) => ({
    kind: "iptables",
    name: chainName(version, table, rule[0] ?? ""),
    parts: [rule.join(" ")],
  }),
  remember: { rule: isPlainRule, table: "line", version: "number" },
  parameters: { rule: "string[]", table: "string?", version: "number?" },
  requires: ({ version = 4 }) => iptablesProgram(version),
  command: ({ rule, table = "filter", version = 4 }) =>
    sh`out=$(${iptablesProgram(version)} -t ${table} -C ${rule} 2>&1); s=$?
case $s in
0) echo exists;;
1) echo missing;;
2) ;;
*) printf '%s\\n' "$out" >&2; exit $s;;
esac`,
  default: () => undefined,
  process: ([answer]) => answer === "exists",
});

/**
 * All tables as `iptables-save` prints them, without counters and comments: what a file holds that restores them.
 *
 * @example
 * ```ts
 * const text = await host.getFact(facts.iptables.IptablesSaved, { version: 6 });
 * ```
 */
export const IptablesSaved: Fact<string, IptablesSavedArgs> = fact<string, IptablesSavedArgs>({
  name: "iptables.IptablesSaved",
  about: () => ({ kind: "iptables" }),
  remember: { version: "number" },
  parameters: { version: "number?" },
  requires: ({ version = 4 }) => `${iptablesProgram(version)}-save`,
  command: ({ version = 4 }) => sh`${`${iptablesProgram(version)}-save`}`,
  default: () => "",
  process: (lines) =>
    lines.filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => `${line.replace(/^(:.*) \[\d+:\d+\]$/, "$1 [0:0]")}\n`).join(""),
});

/** The program for a version of the protocol. */
export function iptablesProgram(version: number): string {
  return version === 6 ? "ip6tables" : "iptables";
}

/** What a chain is called where plans tell what touches what. */
export function chainName(version: number, table: string, chain: string): string {
  return `${iptablesProgram(version)} ${table} ${chain}`;
}

/** Options that load no other file and run no program, with words that cannot be options. */
function isPlainRule(rule: unknown): boolean {
  if (!Array.isArray(rule)) return false;
  return rule.every((word, index) =>
    typeof word === "string" && (/^[\w:.,+ ]([\w:.,/+ -]*[\w:.,+ ])?$/.test(word) && !word.includes("..") ||
      index > 0 && PLAIN_OPTIONS.has(word))
  );
}

const PLAIN_OPTIONS: ReadonlySet<string> = new Set([
  ...["!", "-p", "-s", "-d", "-i", "-o", "-m", "-j", "--dport", "--sport", "--dports", "--sports"],
  ...["--ctstate", "--state", "--comment", "--icmp-type", "--limit", "--limit-burst"],
  ...["--to-destination", "--to-source", "--to-ports", "--log-prefix"],
]);

function chainsFact(version: 4 | 6): Fact<Record<string, string>, IptablesTableArgs> {
  return fact<Record<string, string>, IptablesTableArgs>({
    ...listing(version),
    name: version === 4 ? "iptables.IptablesChains" : "iptables.Ip6tablesChains",
    default: () => ({}),
    process: (lines) => {
      const chains = lines.map((line) => /^:(\S+) (\S+)/.exec(line)).filter((match) => match !== null);
      return Object.fromEntries(chains.map(([, name = "", policy = ""]) => [name, policy]));
    },
  });
}

function rulesFact(version: 4 | 6): Fact<IptablesRule[], IptablesTableArgs> {
  return fact<IptablesRule[], IptablesTableArgs>({
    ...listing(version),
    name: version === 4 ? "iptables.IptablesRules" : "iptables.Ip6tablesRules",
    default: () => [],
    process: (lines) => lines.filter((line) => line.startsWith("-A ")).map(parseRule),
  });
}

function listing(version: 4 | 6) {
  const program = `${iptablesProgram(version)}-save`;
  return {
    about: () => ({ kind: "iptables" }),
    remember: { table: "line" as const },
    parameters: { table: "string?" as const },
    requires: program,
    command: ({ table = "filter" }: IptablesTableArgs) => sh`${program} -t ${table}`,
  };
}

/** A line of iptables-save: options with their words, some behind a `!`. */
function parseRule(line: string): IptablesRule {
  const known: Record<string, string> = {};
  const extras: string[] = [];
  const words = splitQuoted(line);
  for (let index = 0; index < words.length; index++) {
    const not = words[index] === "!";
    const option = words[not ? index + 1 : index] ?? "";
    const name = OPTIONS[option];
    if (name === undefined) {
      extras.push(words[index]!);
      continue;
    }
    index += not ? 2 : 1;
    known[not ? `not${name[0]!.toUpperCase()}${name.slice(1)}` : name] = words[index] ?? "";
  }
  return { ...known, ...(extras.length > 0 ? { extras } : {}) } as IptablesRule;
}
