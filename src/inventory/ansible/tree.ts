/** Reads inventories of Ansible in YAML and JSON: groups as a tree, or what a program prints for `--list`. */

import { DroverError } from "../../errors/mod.ts";
import { isMapping } from "../data_file.ts";
import { expandHosts } from "./host_ranges.ts";
import type { AnsibleInventory, Variables } from "./model.ts";

/**
 * Adds what a file says. A mapping with `_meta`, or with lists of hosts, is what programs print.
 *
 * @throws {DroverError} `E_INVENTORY_SHAPE`.
 */
export function readTree(value: unknown, label: string, inventory: AnsibleInventory): void {
  if (value === null || value === undefined) return;
  if (!isMapping(value)) throw wrong(label, "must be a mapping of groups", "all:\\n  hosts:\\n    web-01:");
  const isList = "_meta" in value ||
    Object.values(value).some((one) => Array.isArray(one) || isMapping(one) && Array.isArray(one.hosts));
  for (const [name, group] of Object.entries(value)) {
    if (isList) addListed(name, group, label, inventory);
    else addGroup(name, group, label, inventory, []);
  }
}

function addGroup(
  name: string,
  value: unknown,
  label: string,
  inventory: AnsibleInventory,
  above: readonly string[],
): void {
  const group = inventory.group(name);
  if (value === null || value === undefined) return;
  if (!isMapping(value)) {
    throw wrong(label, `the group "${name}" must be a mapping of hosts, vars and children`);
  }
  if (above.includes(name)) throw wrong(label, `the group "${name}" is its own child`);
  const unknown = Object.keys(value).find((key) => !["hosts", "vars", "children"].includes(key));
  if (unknown !== undefined) {
    throw wrong(label, `the group "${name}" has "${unknown}"`, 'a group has "hosts", "vars" and "children"');
  }
  Object.assign(group.vars, variablesOf(value.vars, `vars of "${name}"`, label));
  for (const [pattern, vars] of Object.entries(variablesOf(value.hosts, `hosts of "${name}"`, label))) {
    const own = variablesOf(vars, `the host "${pattern}"`, label);
    for (const host of hostsOf(pattern, label)) inventory.addHost(name, host.name, { ...host.vars, ...own });
  }
  for (const [child, inner] of Object.entries(variablesOf(value.children, `children of "${name}"`, label))) {
    group.children.add(child);
    addGroup(child, inner, label, inventory, [...above, name]);
  }
}

function addListed(name: string, value: unknown, label: string, inventory: AnsibleInventory): void {
  if (name === "_meta") {
    const hostVars = isMapping(value) ? variablesOf(value.hostvars, "_meta.hostvars", label) : {};
    for (const [host, vars] of Object.entries(hostVars)) {
      const known = inventory.hostVars.get(host);
      inventory.hostVars.set(host, { ...known, ...variablesOf(vars, `the host "${host}"`, label) });
    }
    return;
  }
  const group = inventory.group(name);
  const { hosts = [], vars, children = [] } = Array.isArray(value)
    ? { hosts: value }
    : isMapping(value)
    ? value
    : {};
  if (!Array.isArray(hosts) || !Array.isArray(children)) {
    throw wrong(label, `"hosts" and "children" of the group "${name}" must be lists`);
  }
  Object.assign(group.vars, variablesOf(vars, `vars of "${name}"`, label));
  for (const host of hosts) inventory.addHost(name, String(host), {});
  for (const child of children) {
    group.children.add(String(child));
    inventory.group(String(child));
  }
}

function hostsOf(pattern: string, label: string): { name: string; vars: Variables }[] {
  try {
    const { hosts, port } = expandHosts(pattern);
    return hosts.map((name) => ({ name, vars: port === undefined ? {} : { ansible_port: port } }));
  } catch (thrown) {
    if (thrown instanceof RangeError) throw wrong(label, thrown.message);
    throw thrown;
  }
}

function variablesOf(value: unknown, what: string, label: string): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  if (typeof value === "string") return { [value]: undefined };
  if (isMapping(value)) return value;
  throw wrong(label, `${what} must be a mapping`);
}

function wrong(label: string, why: string, hint?: string): DroverError {
  return new DroverError("E_INVENTORY_SHAPE", `${label}: ${why}`, { hint });
}
