/** The inventory as deploys see it: hosts and groups. */

import { didYouMean, DroverError } from "../errors/mod.ts";
import { requireScope } from "./context.ts";
import { frozenValues } from "./data.ts";
import type { Host } from "./host.ts";

/** The data of an inventory that belongs to no single host, with the winning value of each key. */
export interface InventoryData {
  /** Data of all hosts: of the group `all`, and global data. */
  all: Readonly<Record<string, unknown>>;
  /** Data by group. */
  groups: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Data of the command line. */
  override: Readonly<Record<string, unknown>>;
}

declare module "./context.ts" {
  interface Scope {
    inventory: Inventory;
  }
}

/** All hosts and groups of a run. Iterating goes over the hosts in their order. */
export class Inventory implements Iterable<Host> {
  readonly #hosts: ReadonlyMap<string, Host>;
  readonly #groups: ReadonlyMap<string, readonly Host[]>;
  readonly #data: InventoryData;

  /** @internal */
  constructor(
    hosts: readonly Host[],
    groups: ReadonlyMap<string, readonly Host[]>,
    data: InventoryData = { all: {}, groups: new Map(), override: {} },
  ) {
    this.#hosts = new Map(hosts.map((host) => [host.name, host]));
    this.#groups = groups;
    this.#data = data;
  }

  /** All hosts, in their order. */
  get hosts(): Host[] {
    return [...this.#hosts.values()];
  }

  /** How many hosts there are. */
  get length(): number {
    return this.#hosts.size;
  }

  /** Hosts by group name. */
  get groups(): Record<string, readonly Host[]> {
    return Object.fromEntries(this.#groups);
  }

  /**
   * A host by its name.
   *
   * @throws {DroverError} `E_HOST_NAME` if there is none and no fallback is given.
   */
  getHost<F = never>(name: string, ...fallback: [F?]): Host | F {
    const host = this.#hosts.get(name);
    if (host !== undefined) return host;
    if (fallback.length > 0) return fallback[0] as F;
    throw new DroverError("E_HOST_NAME", `There is no host "${name}" in the inventory`, {
      hint: didYouMean(name, this.#hosts.keys()),
    });
  }

  /**
   * The hosts of a group.
   *
   * @throws {DroverError} `E_GROUP_NAME` if there is none and no fallback is given.
   */
  getGroup<F = never>(name: string, ...fallback: [F?]): readonly Host[] | F {
    const group = this.#groups.get(name);
    if (group !== undefined) return group;
    if (fallback.length > 0) return fallback[0] as F;
    throw new DroverError("E_GROUP_NAME", `There is no group "${name}" in the inventory`, {
      hint: didYouMean(name, this.#groups.keys()),
    });
  }

  /** Goes over all hosts, also those that the run does not work on. The same as iterating the inventory. */
  *iterAllHosts(): Generator<Host, void, void> {
    yield* this.#hosts.values();
  }

  /** Goes over the hosts that the run works on (`targets`, `--limit`, `--exclude`), those that have failed included. */
  *iterActivatedHosts(): Generator<Host, void, void> {
    yield* this.getActivatedHosts();
  }

  /** Goes over the hosts that the run works on and that have not failed. */
  *iterActiveHosts(): Generator<Host, void, void> {
    yield* this.getActiveHosts();
  }

  /** The hosts that the run works on, in the order of the inventory, those that have failed included. */
  getActivatedHosts(): Host[] {
    const { activeHosts, failedHosts } = requireScope("inventory.getActivatedHosts").state;
    return this.#inOrder([...activeHosts, ...failedHosts]);
  }

  /** The hosts that the run works on and that have not failed, in the order of the inventory. */
  getActiveHosts(): Host[] {
    return this.#inOrder(requireScope("inventory.getActiveHosts").state.activeHosts);
  }

  /** Data of all hosts: that of the group `all`, then global data. A host's own and its groups' are stronger. */
  getData(): Record<string, unknown> {
    return { ...frozenValues(this.#data.all) };
  }

  /** Data of the command line: `--data` and flags such as `--ssh-user`, stronger than all other. */
  getOverrideData(): Record<string, unknown> {
    return { ...frozenValues(this.#data.override) };
  }

  /**
   * The data that belongs to one host alone; `getHost(name).data` is all that holds for it.
   *
   * @throws {DroverError} `E_HOST_NAME` if there is no such host.
   */
  getHostData(name: string): Record<string, unknown> {
    return this.getHost(name).hostData;
  }

  /**
   * The data of a group, without that of others that its hosts belong to.
   *
   * @throws {DroverError} `E_GROUP_NAME` if there is no such group.
   */
  getGroupData(name: string): Record<string, unknown> {
    this.getGroup(name);
    return { ...frozenValues(this.#data.groups.get(name) ?? {}) };
  }

  /**
   * The data of several groups together; a later group wins.
   *
   * @throws {DroverError} `E_GROUP_NAME` if one of them does not exist.
   */
  getGroupsData(names: Iterable<string>): Record<string, unknown> {
    return Object.assign({}, ...[...names].map((name) => this.getGroupData(name)));
  }

  /** Goes over the hosts in their order. */
  [Symbol.iterator](): Iterator<Host> {
    return this.#hosts.values();
  }

  #inOrder(hosts: readonly Host[]): Host[] {
    const wanted = new Set(hosts);
    return this.hosts.filter((host) => wanted.has(host));
  }
}
