/** Makes values of templates from what deploys give them, and the other way round for their functions. */

import { resolveSecrets, Secret } from "../../command/mod.ts";
import { didYouMean } from "../../errors/mod.ts";
import { NativeFunction } from "./callables.ts";
import { DataDict, Dict } from "./dict.ts";
import { str } from "./printing.ts";
import { type Arguments, article, Fault, Markup, PyObject, typeName, type Value } from "./values.ts";

/** As much of a host as a template needs. */
interface HostLike {
  readonly name: string;
  readonly groups: readonly string[];
  readonly data: { toObject(): Record<string, unknown> };
}

/** As much of an inventory as a template needs. */
interface InventoryLike {
  readonly hosts: readonly HostLike[];
  readonly groups: Readonly<Record<string, readonly HostLike[]>>;
}

/**
 * A value of a deploy as templates see it: mappings keep their order, what is `undefined` or `null` is `none`, a
 * secret is what it hides, sets are lists, dates are in ISO form.
 *
 * @throws {Fault} For what no template can use.
 */
export function toValue(given: unknown, seen = new Map<object, Value>()): Value {
  switch (typeof given) {
    case "undefined":
      return null;
    case "boolean":
    case "bigint":
      return given;
    case "string":
      return resolveSecrets(given);
    case "number":
      // JavaScript has one kind of numbers: whole ones that it writes as such are taken for Python's int.
      return Number.isInteger(given) && Math.abs(given) < 1e21 ? BigInt(given) : given;
    case "function":
      return new HostFunction(given.name, given as (...args: unknown[]) => unknown);
    case "symbol":
      throw new Fault("a symbol cannot be used in a template");
    default:
      return given === null ? null : ofObject(given as object, seen);
  }
}

function ofObject(given: object, seen: Map<object, Value>): Value {
  const known = seen.get(given);
  if (known !== undefined) return known;
  if (given instanceof Secret) return given.reveal();
  if (given instanceof Date) return given.toISOString();
  if (given instanceof Promise) throw new Fault("a promise cannot be used in a template", "await it first");
  if (given instanceof Error || ArrayBuffer.isView(given)) {
    throw new Fault(`${article(given.constructor.name)} cannot be used in a template`);
  }
  if (isHost(given)) return remember(given, new TemplateHost(given), seen);
  if (isInventory(given)) return remember(given, new TemplateInventory(given), seen);
  if (Array.isArray(given) || given instanceof Set) {
    const list: Value[] = [];
    seen.set(given, list);
    for (const item of given) list.push(toValue(item, seen));
    return list;
  }
  const dict = remember(given, new Dict(), seen);
  for (const [key, item] of given instanceof Map ? given : Object.entries(given)) {
    dict.set(toValue(key, seen), toValue(item, seen));
  }
  return dict;
}

function remember<V extends Value>(given: object, value: V, seen: Map<object, Value>): V {
  seen.set(given, value);
  return value;
}

/** A value of a template as functions of deploys are given it. */
export function fromValue(value: Value): unknown {
  if (typeof value === "bigint") {
    return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map(fromValue);
  if (value instanceof Markup) return value.text;
  if (value instanceof Dict) {
    return Object.fromEntries(value.entries().map(([key, item]) => [str(key), fromValue(item)]));
  }
  if (value instanceof PyObject) {
    if (value instanceof TemplateHost) return value.host;
    throw new Fault(`${article(typeName(value))} cannot be given to a function`);
  }
  return value;
}

class HostFunction extends NativeFunction {
  constructor(name: string, given: (...args: unknown[]) => unknown) {
    super(name, ({ positional, named }: Arguments) => {
      const args = positional.map(fromValue);
      if (named.size > 0) args.push(fromValue(new Dict(named)));
      return toValue(given(...args));
    });
  }
}

/** A host: `name`, `groups`, `data`. */
class TemplateHost extends PyObject {
  readonly typeName = "Host";
  #data: Dict | undefined;

  constructor(readonly host: HostLike) {
    super();
  }

  override str(): string {
    return this.host.name;
  }

  override repr(): string {
    return `Host(${this.host.name})`;
  }

  override truth(): boolean {
    return true;
  }

  override attribute(name: string): Value | undefined {
    if (name === "name") return this.host.name;
    if (name === "groups") return [...this.host.groups];
    return name === "data" ? this.#data ??= dataOf(this.host) : undefined;
  }

  override names(): string[] {
    return ["name", "groups", "data"];
  }
}

function dataOf(host: HostLike): Dict {
  const data = new DataDict();
  for (const [key, value] of Object.entries(host.data.toObject())) data.set(key, toValue(value));
  return data;
}

/** An inventory: its hosts one by one, `hosts`, `groups`, and the methods that pyinfra's templates call. */
class TemplateInventory extends PyObject {
  readonly typeName = "Inventory";
  readonly #hosts = new Map<HostLike, TemplateHost>();

  constructor(readonly inventory: InventoryLike) {
    super();
  }

  override iterate(): Iterable<Value> {
    return this.#all(this.inventory.hosts);
  }

  override length(): number {
    return this.inventory.hosts.length;
  }

  override attribute(name: string): Value | undefined {
    const { hosts, groups } = this.inventory;
    switch (name) {
      case "hosts":
        return this.#all(hosts);
      case "groups":
        return new Dict(
          Object.entries(groups).map(([group, members]) => [group, this.#all(members)] as const),
        );
      case "get_host":
        return this.#finder(
          "host",
          (wanted) => hosts.find((host) => host.name === wanted),
          () => hosts.map((host) => host.name),
        );
      case "get_group":
        return this.#finder(
          "group",
          (wanted) => Object.hasOwn(groups, wanted) ? groups[wanted] : undefined,
          () => Object.keys(groups),
        );
      default:
        return undefined;
    }
  }

  override names(): string[] {
    return ["hosts", "groups", "get_host", "get_group"];
  }

  #finder(
    kind: "host" | "group",
    find: (name: string) => HostLike | readonly HostLike[] | undefined,
    names: () => string[],
  ): NativeFunction {
    return new NativeFunction(`get_${kind}`, ({ positional: [name, otherwise], named }) => {
      const wanted = str(name ?? named.get("name") ?? "");
      const found = find(wanted);
      if (found !== undefined) return Array.isArray(found) ? this.#all(found) : this.#host(found as HostLike);
      const other = otherwise ?? named.get("default");
      if (other !== undefined) return other;
      throw new Fault(`there is no ${kind} "${wanted}" in the inventory`, didYouMean(wanted, names()));
    });
  }

  #all(hosts: readonly HostLike[]): Value[] {
    return hosts.map((host) => this.#host(host));
  }

  #host(host: HostLike): TemplateHost {
    const made = this.#hosts.get(host) ?? new TemplateHost(host);
    this.#hosts.set(host, made);
    return made;
  }
}

function isHost(value: object): value is HostLike {
  return hasKeys(value, ["name", "groups", "data"]) && typeof value.data === "object" &&
    value.data !== null && typeof Reflect.get(value.data, "toObject") === "function";
}

function isInventory(value: object): value is InventoryLike {
  return hasKeys(value, ["hosts", "groups"]) && Array.isArray(value.hosts) && value.hosts.every(isHost);
}

function hasKeys<K extends string>(value: object, keys: readonly K[]): value is Record<K, unknown> {
  return keys.every((key) => key in value);
}
