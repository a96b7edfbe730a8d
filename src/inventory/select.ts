/** Chooses the hosts to work on: `targets`, `--limit` and `--exclude`. */

import { didYouMean } from "../errors/mod.ts";
import type { Host, Inventory } from "../host/mod.ts";
import type { InventoryWarning } from "./types.ts";

/** What narrows the hosts down. */
export interface Selection {
  /** Names in `targets`; nothing when the inventory has none, which means all hosts. */
  targets: ReadonlySet<string> | undefined;
  limit: readonly string[];
  exclude: readonly string[];
}

/**
 * The hosts to work on, in the order of the inventory. A pattern is the name of a group, or else a glob over
 * the names of hosts (`web-*`, `db-0[12]`, `[!a]*`). Several are joined by "or". They choose among `targets`:
 * a host that the inventory does not name a target is never worked on.
 */
export function selectHosts(
  inventory: Inventory,
  selection: Selection,
): { selected: Host[]; warnings: InventoryWarning[] } {
  const warnings: InventoryWarning[] = [];
  const targets = inventory.hosts.filter((host) => selection.targets?.has(host.name) ?? true);
  const isTarget = new Set(targets);
  const collect = (option: string, patterns: readonly string[]) => {
    const names = new Set<string>();
    for (const pattern of patterns) {
      const matching = matchingHosts(inventory, pattern);
      const inTargets = matching.filter((host) => isTarget.has(host));
      for (const host of inTargets) names.add(host.name);
      if (inTargets.length === 0) warnings.push(noMatch(option, pattern, matching, inventory));
    }
    return names;
  };
  const limited = collect("--limit", selection.limit);
  const excluded = collect("--exclude", selection.exclude);
  const isChosen = (host: Host) => selection.limit.length === 0 || limited.has(host.name);
  return { selected: targets.filter((host) => isChosen(host) && !excluded.has(host.name)), warnings };
}

function matchingHosts(inventory: Inventory, pattern: string): readonly Host[] {
  const group = inventory.getGroup(pattern, undefined);
  if (group !== undefined) return group;
  const glob = globToRegExp(pattern);
  return inventory.hosts.filter((host) => host.name === pattern || glob.test(host.name));
}

function noMatch(
  option: string,
  pattern: string,
  matching: readonly Host[],
  inventory: Inventory,
): InventoryWarning {
  if (matching.length > 0) {
    return {
      text: `${option} "${pattern}" matches no host to work on`,
      hint: `${
        matching.map((host) => host.name).slice(0, 5).join(", ")
      } of the inventory not being in targets`,
    };
  }
  const isEmptyGroup = inventory.getGroup(pattern, undefined) !== undefined;
  if (isEmptyGroup) return { text: `${option} "${pattern}" matches no host`, hint: "the group is empty" };
  const names = [...Object.keys(inventory.groups), ...inventory.hosts.map((host) => host.name)];
  const hint = pattern.includes(",")
    ? `write ${pattern.split(",").map((part) => `${option} ${part.trim()}`).join(" ")}`
    : didYouMean(pattern, names);
  return {
    text: `${option} "${pattern}" matches no group and no host`,
    ...hint === undefined ? {} : { hint },
  };
}

/** A shell pattern as a regular expression over the whole text: `*`, `?`, `[abc]`, `[a-c]`, `[!abc]`. */
export function globToRegExp(glob: string): RegExp {
  const source = glob.replaceAll(
    /\*+|\?|\[(!?)(\]?[^\]]*)\]|[\s\S]/gu,
    (token, negated: string | undefined, members: string | undefined) => {
      if (token.startsWith("*")) return ".*";
      if (token === "?") return ".";
      if (members === undefined || members === "") return escapeToken(token);
      return `[${negated === "!" ? "^" : ""}${members.replaceAll(/[\\\][^]/g, "\\$&")}]`;
    },
  );
  try {
    return new RegExp(`^${source}$`, "s");
  } catch {
    // A range that is none, such as [z-a]: then the pattern is a name like any other.
    return new RegExp(`^${glob.replaceAll(/[\s\S]/g, escapeToken)}$`, "s");
  }
}

function escapeToken(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
