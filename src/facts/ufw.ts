/** Facts about ufw: its state, its policies and its rules. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** What ufw does with packets that no rule decides about. */
export interface UfwPolicies {
  /** `allow`, `deny` or `reject`, for packets to the host. */
  incoming: string;
  /** The same for packets from it. */
  outgoing: string;
  /** The same for packets through it. */
  routed: string;
}

/** The state of ufw. */
export interface UfwState {
  /** Whether its rules are in force now. */
  active: boolean;
  /** Whether they will be when the machine boots. */
  enabled: boolean;
  /** How much it logs: `off`, `low`, `medium`, `high` or `full`. */
  logging: string;
  /** What becomes of all other packets. */
  policies: UfwPolicies;
}

/** Arguments of {@linkcode UfwWouldChange}. */
export interface UfwWouldChangeArgs {
  /** Words behind `ufw` that add or delete a rule. */
  command: readonly string[];
  /** Whether another comment of a rule is a change, too. Default: `false`. */
  comments?: boolean | undefined;
}

const POLICIES: Readonly<Record<string, string>> = { ACCEPT: "allow", DROP: "deny", REJECT: "reject" };

/**
 * The state of ufw and what is set up for it, also while it is inactive; `undefined` where there is no ufw.
 *
 * @example
 * ```ts
 * const ufw = await host.getFact(facts.ufw.UfwStatus);
 * if (ufw?.active !== true) { … }
 * ```
 */
export const UfwStatus: Fact<UfwState | undefined> = fact<UfwState | undefined>({
  name: "ufw.UfwStatus",
  about: () => ({ kind: "ufw" }),
  remember: {},
  requires: "ufw",
  setup: () => sh`export LC_ALL=C`,
  // While it is inactive, it tells nothing else itself.
  command: () => "ufw status && cat /etc/ufw/ufw.conf /etc/default/ufw",
  default: () => undefined,
  process: (lines) => {
    const setting = (name: string) =>
      lines.map((line) => new RegExp(`^${name}=["']?(\\w+)`).exec(line)?.[1]).findLast((one) =>
        one !== undefined
      ) ?? "";
    const policy = (chain: string) => POLICIES[setting(`DEFAULT_${chain}_POLICY`)] ?? "";
    return {
      active: lines.includes("Status: active"),
      enabled: setting("ENABLED") === "yes",
      logging: setting("LOGLEVEL"),
      policies: { incoming: policy("INPUT"), outgoing: policy("OUTPUT"), routed: policy("FORWARD") },
    };
  },
});

/**
 * The rules that were added, as the words behind `ufw` that add them, also while it is inactive.
 *
 * @example
 * ```ts
 * const rules = await host.getFact(facts.ufw.UfwRules);
 * if (!rules.includes("allow 22/tcp")) { … }
 * ```
 */
export const UfwRules: Fact<string[]> = fact<string[]>({
  name: "ufw.UfwRules",
  about: () => ({ kind: "ufw rule" }),
  remember: {},
  requires: "ufw",
  setup: () => sh`export LC_ALL=C`,
  command: () => "ufw show added",
  default: () => [],
  process: (lines) => lines.flatMap((line) => /^ufw (.+)$/.exec(line)?.[1] ?? []),
});

/**
 * Whether a command would change any rule, which ufw itself simulates: it knows that `ssh` is port 22. `undefined` where
 * ufw does not understand the command.
 *
 * @example
 * ```ts
 * const closed = await host.getFact(facts.ufw.UfwWouldChange, { command: ["allow", "ssh"] });
 * ```
 */
export const UfwWouldChange: Fact<boolean | undefined, UfwWouldChangeArgs> = fact<
  boolean | undefined,
  UfwWouldChangeArgs
>({
  name: "ufw.UfwWouldChange",
  about: () => ({ kind: "ufw rule" }),
  remember: { command: "lines", comments: "boolean" },
  parameters: { command: "string[]", comments: "boolean?" },
  requires: "ufw",
  setup: () => sh`export LC_ALL=C`,
  // A simulation shows each file that it would write; one that has the rule shows none.
  command: ({ command }) =>
    sh`if out=$(ufw --dry-run ${command} 2>&1)
then { printf '%s\\n' "$out"; echo ${NOW}; cat /etc/ufw/user*.rules; } | grep -E ${SHOWN}
else case $out in *'be root'*) printf '%s\\n' "$out" >&2; false;; esac
fi`,
  default: () => undefined,
  process: (lines, { comments = false }) => {
    const at = lines.indexOf(NOW);
    const rules = lines.map((line) => comments ? line : line.replace(/ comment=\S*$/, ""));
    const now = rulesByFile(rules.slice(at + 1));
    return [...rulesByFile(rules.slice(0, at))].some(([file, after]) => now.get(file) !== after);
  },
});

const NOW = "now:";
/** The start of a file, which tells the version of the protocol, and the rules in it. */
const SHOWN = "^(now:$|:ufw6?-user-input |### tuple )";

function rulesByFile(lines: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  let file = "";
  for (const line of lines) {
    if (line.startsWith(":")) file = line;
    files.set(file, `${files.get(file) ?? ""}${line}\n`);
  }
  return files;
}
