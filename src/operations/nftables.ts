/** Tables, chains and rules of nftables. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { isName, NftChain, NftRuleset, NftSpelling, NftTables } from "../facts/nftables.ts";
import { effect, host, type Operation, operation, restsOn, touches } from "../host/mod.ts";
import { put } from "./files/put.ts";

/** Arguments of {@linkcode table}. */
export interface TableArgs {
  /** Name of the table. */
  table: string;
  /** `inet`, `ip`, `ip6`, `arp`, `bridge` or `netdev`. Default: `inet`. */
  family?: string | undefined;
  /** Whether it shall be there. Default: `true`. */
  present?: boolean | undefined;
}

/** Arguments of {@linkcode chain}. */
export interface ChainArgs {
  /** Name of the chain. */
  chain: string;
  /** Its table. */
  table: string;
  /** The family of the table. Default: `inet`. */
  family?: string | undefined;
  /** Whether it shall be there. Default: `true`. */
  present?: boolean | undefined;
  /** Where the kernel calls it: `input`, `forward`, `postrouting`. Without it, only rules that jump to it do. */
  hook?: string | undefined;
  /** With `hook`: `filter`, `nat` or `route`. Default: `filter`. */
  type?: string | undefined;
  /** With `hook`: its place among others: `filter`, `srcnat - 5`, 10. Default: 0. */
  priority?: number | string | undefined;
  /** With `hook`: what becomes of packets that no rule decides about, `accept` or `drop`. */
  policy?: "accept" | "drop" | undefined;
}

/** Arguments of {@linkcode rule}. */
export interface RuleArgs {
  /** The rule, as nft reads it: `tcp dport { ssh, 80 } accept`. */
  rule: string;
  /** The chain that it stands in. */
  chain: string;
  /** The table of the chain. */
  table: string;
  /** The family of the table. Default: `inet`. */
  family?: string | undefined;
  /** Whether it shall be there. Default: `true`. */
  present?: boolean | undefined;
  /** Whether it is added at the end of the chain; otherwise at the start. Default: `true`. */
  append?: boolean | undefined;
}

/** Arguments of {@linkcode save}. */
export interface SaveArgs {
  /** The file, which the service `nftables` loads when the machine boots. Default: `/etc/nftables.conf`. */
  path?: string | undefined;
}

const FAMILIES = ["inet", "ip", "ip6", "arp", "bridge", "netdev"];

/**
 * Makes or removes a table. Changes something if it is missing, or is there, with `present: false`; it is removed with
 * all that is in it.
 *
 * @example
 * ```ts
 * await nftables.table({ table: "filter", _sudo: true });
 * ```
 */
export const table: Operation<TableArgs> = operation<TableArgs>("nftables.table", async function* (args) {
  const { table: name, family = "inet", present = true } = args;
  checkPlace("nftables.table", family, name);
  touches({ kind: "nftables table", name: `${family} ${name}` });
  const exists = (await host.getFact(NftTables)).includes(`${family} ${name}`);
  if (exists === present) {
    return host.noop(`table ${family} ${name} ${present ? "exists" : "does not exist"}`);
  }
  effect(present ? "create" : "remove");
  yield sh`nft ${present ? "add" : "delete"} table ${family} ${name}`;
}, { parameters: { table: "string", family: "string?", present: "boolean?" } });

/**
 * Makes or removes a chain, or sets its policy. Changes something if it is missing or has another policy (or is there,
 * with `present: false`); type, hook and priority of a chain that exists are left as they are, for nft cannot change them.
 * It is removed with its rules; no other rule may jump to it.
 *
 * @example
 * ```ts
 * await nftables.chain({ chain: "input", table: "filter", hook: "input", policy: "drop", _sudo: true });
 * ```
 */
export const chain: Operation<ChainArgs> = operation<ChainArgs>("nftables.chain", async function* (args) {
  const { chain: name, table: tableName, family = "inet", present = true, hook, policy } = args;
  checkPlace("nftables.chain", family, tableName, name);
  const { type = "filter", priority = 0 } = args;
  if (hook !== undefined && !(isName(hook) && isName(type) && /^-?\w+( [+-] \d+)?$/.test(String(priority)))) {
    throw new DroverError("E_ARGUMENT", "nftables.chain cannot use this hook, type or priority", {
      hint: 'such as hook: "input", type: "filter", priority: 0',
    });
  }
  if (hook === undefined && policy !== undefined) {
    throw new DroverError("E_ARGUMENT", "nftables.chain takes a policy only with a hook");
  }
  touches({ kind: "nftables", name: `${family} ${tableName} ${name}` });
  restsOn({ kind: "nftables table", name: `${family} ${tableName}` });
  const place = sh`${family} ${tableName} ${name}`;
  const found = await host.getFact(NftChain, { chain: name, table: tableName, family });
  if (!present) {
    if (found === undefined) return host.noop(`chain ${place} does not exist`);
    effect("remove");
    // A chain with rules cannot be deleted.
    yield sh`nft ${`flush chain ${place.raw}; delete chain ${place.raw}`}`;
    return;
  }
  if (found === undefined) {
    effect("create");
    const base = `{ type ${type} hook ${hook} priority ${priority}; ${
      policy === undefined ? "" : `policy ${policy}; `
    }}`;
    yield sh`nft add chain ${place} ${hook !== undefined && base}`;
    return;
  }
  if (policy === undefined || policy === found.policy) return host.noop(`chain ${place} exists`);
  yield sh`nft add chain ${place} ${`{ policy ${policy}; }`}`;
}, {
  parameters: {
    chain: "string",
    table: "string",
    family: "string?",
    present: "boolean?",
    hook: "string?",
    type: "string?",
    priority: "number | string?",
    policy: "'accept' | 'drop'?",
  },
});

/**
 * Adds or removes a rule. Changes something if the chain has no such rule, or has one, with `present: false`; nft itself
 * tells how it spells the rule, so that `ssh` is port 22. Rules are lost when the machine boots: see {@linkcode save}.
 *
 * @example
 * ```ts
 * await nftables.rule({ rule: "ct state established,related accept", chain: "input", table: "filter", _sudo: true });
 * await nftables.rule({ rule: "tcp dport { ssh, https } accept", chain: "input", table: "filter", _sudo: true });
 * ```
 */
export const rule: Operation<RuleArgs> = operation<RuleArgs>("nftables.rule", async function* (args) {
  const { rule: text, chain: chainName, table: tableName, family = "inet", present = true, append = true } =
    args;
  checkPlace("nftables.rule", family, tableName, chainName);
  checkText(text);
  touches({ kind: "nftables", name: `${family} ${tableName} ${chainName}`, parts: [plain(text)] });
  restsOn({ kind: "nftables table", name: `${family} ${tableName}` });
  const place_ = { chain: chainName, table: tableName, family };
  const [found, spelled = text] = await Promise.all([
    host.getFact(NftChain, place_),
    host.getFact(NftSpelling, { ...place_, rule: text }),
  ]);
  const same = (found?.rules ?? []).filter((one) => plain(one.rule) === plain(spelled));
  const place = sh`${family} ${tableName} ${chainName}`;
  if (present) {
    if (same.length > 0) return host.noop(`the rule of ${place} exists`);
    effect("create");
    yield sh`nft ${append ? "add" : "insert"} rule ${place} ${text}`;
    return;
  }
  if (same.length === 0) return host.noop(`the rule of ${place} does not exist`);
  effect("remove");
  for (const { handle } of same) yield sh`nft delete rule ${place} handle ${handle}`;
}, {
  parameters: {
    rule: "string",
    chain: "string",
    table: "string",
    family: "string?",
    present: "boolean?",
    append: "boolean?",
  },
});

/**
 * Writes all tables as they are to the file from which they come back when the machine boots. Changes something if the file
 * does not hold them. The service `nftables` has to be enabled.
 *
 * @example
 * ```ts
 * await nftables.rule({ rule: "tcp dport https accept", chain: "input", table: "filter", _sudo: true });
 * await nftables.save({ _sudo: true });
 * await systemd.service({ service: "nftables", running: null, enabled: true, _sudo: true });
 * ```
 */
export const save: Operation<SaveArgs> = operation<SaveArgs>("nftables.save", async function* (args) {
  const { path = "/etc/nftables.conf" } = args;
  restsOn({ kind: "nftables" }, { kind: "nftables table" });
  const ruleset = await host.getFact(NftRuleset);
  const text = `#!/usr/sbin/nft -f\n\nflush ruleset\n\n${ruleset}`;
  yield* put.steps({ src: new TextEncoder().encode(text), dest: path, mode: "755" });
}, { parameters: { path: "string?" } });

function checkPlace(operationName: string, family: string, ...names: string[]): void {
  if (!FAMILIES.includes(family)) {
    throw new DroverError("E_ARGUMENT", `${operationName} knows no family ${JSON.stringify(family)}`, {
      hint: `the families are ${FAMILIES.join(", ")}`,
    });
  }
  const wrong = names.find((name) => !isName(name));
  if (wrong === undefined) return;
  throw new DroverError("E_ARGUMENT", `${operationName} cannot use the name ${JSON.stringify(wrong)}`, {
    hint: "names of tables and chains are letters, digits, dashes, dots and underscores",
  });
}

/** A rule is one rule: nft would run what follows as commands of their own. */
function checkText(text: string): void {
  const unquoted = text.replaceAll(/"[^"\n]*"/g, "");
  if (text.trim() !== "" && !/[;\n"]/.test(unquoted) && !unquoted.startsWith("-")) return;
  throw new DroverError("E_ARGUMENT", `${JSON.stringify(text)} is not one rule of nftables`);
}

/** Quotes and spaces tell nothing of which rules differ. */
function plain(text: string): string {
  return text.replaceAll('"', "").replaceAll(/\s+/g, " ").trim();
}
