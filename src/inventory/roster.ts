/** Brings the lists of an inventory together: which hosts there are, in which groups, with which own data. */

import { DroverError, messageOf } from "../errors/mod.ts";
import type { DataLayer } from "../host/mod.ts";
import type { ConnectorHost, ConnectorNames } from "./connector_names.ts";
import { hostError, type ParsedHost, tupleData } from "./host_entry.ts";
import type { ParsedList } from "./shape.ts";
import type { InventoryWarning } from "./types.ts";

/** All hosts and groups of an inventory, before data files are read. */
export interface Roster {
  /** In their order: that of `all`, else of `targets` and then of the groups. */
  hosts: readonly RosterHost[];
  /** Names of hosts by group: explicit groups in the order of definition, then those of connectors. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** The groups that only connectors give. */
  connectorGroups: ReadonlySet<string>;
  /** Names in `targets`, when the inventory has it. */
  targets: ReadonlySet<string> | undefined;
  warnings: InventoryWarning[];
}

/** A host and what its tuples say about it. */
export interface RosterHost {
  name: string;
  /** Data of its tuples, the strongest first. */
  tuples: readonly DataLayer[];
  /** What connectors know about it. */
  connectors: readonly DataLayer[];
}

interface Gathered {
  name: string;
  tuples: DataLayer[];
  seenData: Set<object>;
  connectors: DataLayer[];
  connectorGroups: Set<string>;
}

/** Joins lists; hosts of a connector that stands for several take the place of its name. */
export async function makeRoster(lists: readonly ParsedList[], connectors: ConnectorNames): Promise<Roster> {
  const gathered = new Map<string, Gathered>();
  const members = new Map<ParsedList, string[]>();
  for (const list of lists) members.set(list, await gather(list, gathered, connectors));

  const all = lists.find((list) => list.role === "all");
  const targets = lists.find((list) => list.role === "targets");
  const ordered = all === undefined
    ? [targets, ...lists.filter((list) => list !== targets)].filter((list) => list !== undefined)
    : [all];
  const names = new Set(ordered.flatMap((list) => members.get(list)!));

  const warnings: InventoryWarning[] = [];
  const groups = new Map<string, readonly string[]>();
  for (const list of lists) {
    const own = members.get(list)!;
    const inside = own.filter((name) => names.has(name));
    if (inside.length < own.length) warnings.push(notInAll(list, own.filter((name) => !names.has(name))));
    if (list.role === "group") groups.set(list.name, inside);
  }
  const hosts = [...names].map((name) => gathered.get(name)!);
  const connectorGroups = addConnectorGroups(hosts, groups);
  return {
    hosts,
    groups,
    connectorGroups,
    targets: targets && new Set(members.get(targets)!.filter((name) => names.has(name))),
    warnings,
  };
}

async function gather(
  list: ParsedList,
  gathered: Map<string, Gathered>,
  connectors: ConnectorNames,
): Promise<string[]> {
  const members = new Set<string>();
  for (const entry of list.hosts) {
    const expanded = await expand(entry, connectors);
    for (const { name, groups, data } of expanded) {
      members.add(name);
      const host = gathered.get(name) ?? newcomer(name);
      gathered.set(name, host);
      for (const group of groups) host.connectorGroups.add(group);
      if (Object.keys(data).length > 0) host.connectors.unshift({ source: entry.name, values: data });
      // `targets = [...db, ...web]` holds the tuples of both groups once more; the order of the groups counts.
      const identity = entry.data;
      if (identity !== undefined && host.seenData.has(identity)) continue;
      if (identity !== undefined) host.seenData.add(identity);
      const values = tupleData(entry);
      if (Object.keys(values).length > 0) host.tuples.unshift({ source: `${list.source} (host)`, values });
    }
  }
  return [...members];
}

async function expand(entry: ParsedHost, connectors: ConnectorNames): Promise<ConnectorHost[]> {
  try {
    return await connectors.expand(entry.name);
  } catch (error) {
    if (error instanceof DroverError) throw error.with({ place: entry.context.place() });
    throw hostError(entry.context, messageOf(error), undefined);
  }
}

function newcomer(name: string): Gathered {
  return { name, tuples: [], seenData: new Set(), connectors: [], connectorGroups: new Set() };
}

function addConnectorGroups(hosts: readonly Gathered[], groups: Map<string, readonly string[]>): Set<string> {
  const joined = new Map<string, string[]>();
  for (const host of hosts) {
    for (const group of host.connectorGroups) {
      const members = joined.get(group) ?? [];
      joined.set(group, members);
      members.push(host.name);
    }
  }
  const added = new Set([...joined.keys()].filter((group) => !groups.has(group)));
  for (const [group, members] of joined) {
    groups.set(group, [...new Set([...groups.get(group) ?? [], ...members])]);
  }
  return added;
}

function notInAll(list: ParsedList, missing: readonly string[]): InventoryWarning {
  const shown = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", …" : "");
  return {
    text: `"${list.name}" names hosts that are not in "all": ${shown}`,
    hint: "all is the complete list of hosts when it is exported; to choose hosts to work on, export targets",
  };
}

/**
 * Hosts named on the command line or on standard input as a list.
 *
 * @throws {DroverError} `E_INVENTORY_DUPLICATE` if a host is there twice with different addresses.
 */
export function rejectConflicts(list: ParsedList): InventoryWarning[] {
  const first = new Map<string, string>();
  const warnings: InventoryWarning[] = [];
  for (const host of list.hosts) {
    const written = first.get(host.name);
    if (written === undefined) first.set(host.name, host.written);
    else if (written === host.written) warnings.push({ text: `Host "${host.name}" is named twice` });
    else {
      throw new DroverError(
        "E_INVENTORY_DUPLICATE",
        `"${written}" and "${host.written}" are the same host, "${host.name}"`,
        { hint: "to reach it in two ways, give it two names with ssh_hostname in an inventory file" },
      );
    }
  }
  return warnings;
}
