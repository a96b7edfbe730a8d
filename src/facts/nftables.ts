/** Facts about nftables: its tables, chains and rules. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** Arguments of {@linkcode NftChain}. */
export interface NftChainArgs {
  /** Name of the chain. */
  chain: string;
  /** Its table. */
  table: string;
  /** The family of the table: `inet`, `ip`, `ip6`, `arp`, `bridge`, `netdev`. Default: `inet`. */
  family?: string | undefined;
}

/** Arguments of {@linkcode NftSpelling}. */
export interface NftSpellingArgs extends NftChainArgs {
  /** The rule. */
  rule: string;
}

/** A chain with its rules. */
export interface NftChainInfo {
  /** `filter`, `nat` or `route`; only of chains that the kernel calls, as all up to `policy`. */
  type?: string;
  /** Where the kernel calls it: `input`, `postrouting`. */
  hook?: string;
  /** Its place among those of the same hook, as nft names it: `filter`, `srcnat`, `10`. */
  priority?: string;
  /** What becomes of packets that no rule decides about. */
  policy?: string;
  /** Its rules in their order. */
  rules: NftRule[];
}

/** A rule. */
export interface NftRule {
  /** The number by which nft deletes it. */
  handle: number;
  /** How nft spells it, without the values of its counters. */
  rule: string;
}

/**
 * All tables, with their families: `inet filter`.
 *
 * @example
 * ```ts
 * const tables = await host.getFact(facts.nftables.NftTables);
 * if (!tables.includes("inet filter")) { … }
 * ```
 */
export const NftTables: Fact<string[]> = fact<string[]>({
  name: "nftables.NftTables",
  about: () => ({ kind: "nftables" }),
  remember: {},
  requires: "nft",
  command: () => "nft list tables",
  default: () => [],
  process: (lines) => lines.flatMap((line) => /^table (\S+ \S+)$/.exec(line)?.[1] ?? []),
});

/**
 * A chain with its rules; `undefined` if there is no such chain.
 *
 * @example
 * ```ts
 * const input = await host.getFact(facts.nftables.NftChain, { chain: "input", table: "filter" });
 * if (input?.policy !== "drop") { … }
 * ```
 */
export const NftChain: Fact<NftChainInfo | undefined, NftChainArgs> = fact<
  NftChainInfo | undefined,
  NftChainArgs
>({
  name: "nftables.NftChain",
  about: ({ chain, table, family = "inet" }) => ({ kind: "nftables", name: `${family} ${table} ${chain}` }),
  remember: { chain: isName, table: isName, family: (value) => value === undefined || isName(value) },
  parameters: { chain: "string", table: "string", family: "string?" },
  requires: "nft",
  command: ({ chain, table, family = "inet" }) =>
    sh`if out=$(nft -s -a list chain ${family} ${table} ${chain} 2>&1); then printf '%s\\n' "$out"
else case $out in *'No such file or directory'*) ;; *) printf '%s\\n' "$out" >&2; false;; esac
fi`,
  default: () => undefined,
  process: parseChain,
});

/**
 * How nft would spell a rule: it is added to a copy of the rules in a network of its own, which is gone at once.
 * `undefined` where that cannot be told, as where it names interfaces by their numbers (`iif`), or there is no `unshare`.
 *
 * @example
 * ```ts
 * const rule = "tcp dport { ssh, 80 } accept";
 * const spelled = await host.getFact(facts.nftables.NftSpelling, { rule, chain: "input", table: "filter" });
 * ```
 */
export const NftSpelling: Fact<string | undefined, NftSpellingArgs> = fact<
  string | undefined,
  NftSpellingArgs
>({
  name: "nftables.NftSpelling",
  about: ({ table, family = "inet" }) => ({ kind: "nftables table", name: `${family} ${table}` }),
  // A rule may include files.
  remember: { rule: "unset", chain: "unset", table: "unset", family: "unset" },
  parameters: { rule: "string", chain: "string", table: "string", family: "string?" },
  requires: "nft",
  command: ({ rule, chain, table, family = "inet" }) => {
    const place = sh`${family} ${table} ${chain}`;
    // A copy cannot be made where rules name interfaces by their numbers; most rules need none.
    const script = sh`nft -f - 2>/dev/null
nft add table ${family} ${table} && nft add chain ${place} && nft add rule ${place} ${rule} && nft -s -a list chain ${place}`;
    return sh`nft -s list ruleset | unshare --net sh -c ${script.raw} 2>/dev/null || true`;
  },
  default: () => undefined,
  process: (lines) => parseChain(lines)?.rules.at(-1)?.rule,
});

/**
 * The whole ruleset as nft prints it, without the values of counters: what a file holds that restores it.
 *
 * @example
 * ```ts
 * const text = await host.getFact(facts.nftables.NftRuleset);
 * ```
 */
export const NftRuleset: Fact<string> = fact<string>({
  name: "nftables.NftRuleset",
  about: () => ({ kind: "nftables" }),
  remember: {},
  requires: "nft",
  command: () => "nft -s list ruleset",
  default: () => "",
  process: (lines) => `${lines.join("\n")}\n`,
});

/** What nft takes for the name of a table, a chain or a family. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z_.][\w./-]*$/.test(value);
}

/** A rule ends with its handle; sets with many elements take several lines. */
function parseChain(lines: readonly string[]): NftChainInfo | undefined {
  const start = lines.findIndex((line) => /^\tchain \S+ \{/.test(line));
  if (start < 0) return undefined;
  const info: NftChainInfo = { rules: [] };
  let open = "";
  for (const line of lines.slice(start + 1)) {
    if (/^\t?\}/.test(line)) break;
    const base = /^\s*type (\w+) hook (\w+) .*?priority ([^;]+);(?: policy (\w+);)?/.exec(line);
    if (base !== null) {
      const [, type = "", hook = "", priority = "", policy] = base;
      Object.assign(info, { type, hook, priority, ...(policy === undefined ? {} : { policy }) });
      continue;
    }
    if (open === "" && /^\s*comment "/.test(line) && !/# handle \d+$/.test(line)) continue;
    open = `${open} ${line.trim()}`.trim();
    const [, rule, handle] = /^(.*) # handle (\d+)$/.exec(open) ?? [];
    if (rule === undefined) continue;
    info.rules.push({ handle: Number(handle), rule });
    open = "";
  }
  return info;
}
