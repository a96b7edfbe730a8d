/** The inventory as deploys see it: hosts and groups. */

import { didYouMean, DroverError } from "../errors/mod.ts";
import type { Host } from "./host.ts";

declare module "./context.ts" {
  interface Scope {
    inventory: Inventory;
  }
}

/** All hosts and groups of a run. Iterating goes over the hosts in their order. */
export class Inventory implements Iterable<Host> {
  readonly #hosts: ReadonlyMap<string, Host>;
  readonly #groups: ReadonlyMap<string, readonly Host[]>;

  /** @internal */
  constructor(hosts: readonly Host[], groups: ReadonlyMap<string, readonly Host[]>) {
    this.#hosts = new Map(hosts.map((host) => [host.name, host]));
    this.#groups = groups;
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

  /** Goes over the hosts in their order. */
  [Symbol.iterator](): Iterator<Host> {
    return this.#hosts.values();
  }
}
