/** What templates see of the variables they are given: plain data, secrets in clear. */

import { resolveSecrets, Secret } from "../command/mod.ts";

/** As much of a host as a template needs. */
interface HostLike {
  readonly name: string;
  readonly groups: readonly string[];
  readonly data: { toObject(): Record<string, unknown> };
}

/** As much of an inventory as a template needs. */
export interface InventoryLike {
  readonly hosts: readonly HostLike[];
  readonly groups: Readonly<Record<string, readonly HostLike[]>>;
}

/** A host as templates see it. */
export interface TemplateHost {
  name: string;
  groups: string[];
  data: Record<string, unknown>;
}

/** Whether a value is a host, or an object of the same shape. */
export function isHost(value: unknown): value is HostLike {
  return hasKeys(value, ["name", "groups", "data"]) &&
    typeof (value as unknown as HostLike).data === "object" && "get" in value.data &&
    typeof (value as unknown as HostLike).data.toObject === "function";
}

/** Whether a value is an inventory, or an object of the same shape. */
export function isInventory(value: unknown): value is InventoryLike {
  return hasKeys(value, ["hosts", "groups"]) && Array.isArray((value as unknown as InventoryLike).hosts);
}

/** A host as plain data. */
export function plainHost(host: HostLike): TemplateHost {
  return {
    name: host.name,
    groups: [...host.groups],
    data: toPlain(host.data.toObject()) as Record<string, unknown>,
  };
}

/** An inventory as plain data: `hosts`, and `groups` by name. Each host is converted once. */
export function plainInventory(
  inventory: InventoryLike,
): { hosts: TemplateHost[]; groups: Record<string, TemplateHost[]> } {
  const hosts = new Map(inventory.hosts.map((host) => [host.name, plainHost(host)]));
  const groups = Object.entries(inventory.groups).map(([name, members]) =>
    [name, members.map((host) => hosts.get(host.name) ?? plainHost(host))] as const
  );
  return { hosts: [...hosts.values()], groups: Object.fromEntries(groups) };
}

/** A value as plain data: secrets revealed, sets as arrays, dates in ISO form, absent values left out. */
export function toPlain(value: unknown): unknown {
  if (typeof value === "string") return resolveSecrets(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Secret) return value.reveal();
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Set) return [...value].map(toPlain);
  if (isHost(value)) return plainHost(value);
  if (isInventory(value)) return plainInventory(value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.filter(([, item]) => item !== undefined).map(([key, item]) => [key, toPlain(item)]),
  );
}

function hasKeys<K extends string>(value: unknown, keys: readonly K[]): value is Record<K, object> {
  return typeof value === "object" && value !== null && keys.every((key) => key in value);
}
