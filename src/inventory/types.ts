/** The types that inventories are written with, and what loading one reports. */

import type { Place } from "../errors/mod.ts";
import type { DataTypes } from "../host/mod.ts";

/** Data of a host or a group. Keys that you declared in `DataTypes` are checked. */
export type Data = Partial<DataTypes> & { [key: string]: unknown };

/**
 * A host: its name, or its name and its data.
 *
 * A name may carry user and port, as in `"deploy@web-01:2222"`: the host is `web-01`, the rest its data
 * `ssh_user` and `ssh_port`.
 *
 * Data in a tuple belongs to the host, wherever the tuple stands: it holds in every group of the host, and
 * whether or not `--limit` chooses the group that the tuple was written in. Where a host has several tuples,
 * the later one wins, key by key.
 */
export type HostEntry = string | readonly [name: string, data: Data];

/**
 * A group of hosts. Exported from an inventory, its name is the group's.
 *
 * @example
 * ```ts
 * export const web_servers: Hosts = [
 *   "web-01.example.com",
 *   ["web-02.example.com", { ssh_user: "deploy", ssh_port: 2222 }],
 * ];
 * ```
 */
export type Hosts = HostEntry[];

/**
 * Groups by name, each with its hosts or with hosts and data: what a function that makes an inventory
 * returns.
 *
 * @example
 * ```ts
 * export async function staging(): Promise<Groups> {
 *   const names: string[] = await (await fetch("https://cmdb.example.com/staging")).json();
 *   return { web_servers: [names, { app_port: 8080 }] };
 * }
 * ```
 */
export type Groups = Record<string, Hosts | [hosts: Hosts, data: Data]>;

/** Something that the user should know and that stops nothing. */
export interface InventoryWarning {
  /** One sentence without a final period. */
  text: string;
  hint?: string;
  place?: Place;
}
