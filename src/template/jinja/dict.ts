/** Python's dictionaries: they keep their order, and 1, 1.0 and true are one key. */

import { Fault, Generator, PyObject, Tuple, typeName, Undefined, type Value } from "./values.ts";
import { Markup } from "./values.ts";

/** A dictionary. */
export class Dict extends PyObject {
  readonly typeName: string = "dict";
  readonly #entries = new Map<unknown, [Value, Value]>();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    super();
    for (const [key, value] of entries) this.set(key, value);
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashKey(key))?.[1];
  }

  has(key: Value): boolean {
    return this.#entries.has(hashKey(key));
  }

  /** Sets a value. A key that exists stays the one it was, and where it was. */
  set(key: Value, value: Value): void {
    const hash = hashKey(key);
    const entry = this.#entries.get(hash);
    if (entry === undefined) this.#entries.set(hash, [key, value]);
    else entry[1] = value;
  }

  delete(key: Value): void {
    this.#entries.delete(hashKey(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  entries(): [Value, Value][] {
    return [...this.#entries.values()];
  }

  keys(): Value[] {
    return this.entries().map(([key]) => key);
  }

  values(): Value[] {
    return this.entries().map(([, value]) => value);
  }

  override item(key: Value): Value | undefined {
    return this.get(key);
  }

  override iterate(): Iterable<Value> {
    return this.keys();
  }

  override length(): number {
    return this.#entries.size;
  }

  override contains(key: Value): boolean {
    return this.has(key);
  }

  override names(): string[] {
    return this.keys().filter((key) => typeof key === "string");
  }
}

/** Data of a host: its names come before the methods of dictionaries, as in pyinfra. */
export class DataDict extends Dict {
  override attribute(name: string): Value | undefined {
    return this.get(name);
  }
}

/** What `keys()`, `values()` and `items()` give: it follows the dictionary. */
export class DictView extends PyObject {
  constructor(readonly typeName: string, readonly items: () => Value[]) {
    super();
  }

  override iterate(): Iterable<Value> {
    return this.items();
  }

  override length(): number {
    return this.items().length;
  }
}

/** What tells a key from all others in JavaScript. */
export function hashKey(key: Value): unknown {
  if (typeof key === "boolean") return BigInt(key);
  if (typeof key === "number") return Number.isInteger(key) ? BigInt(key) : key;
  if (key instanceof Tuple) return `\0tuple(${key.map(hashKey).map(tagged).join("\0")})`;
  if (key instanceof Undefined && !key.lenient) return key.fail();
  if (key instanceof Markup) return key.text;
  if (Array.isArray(key) || key instanceof Dict) {
    throw new Fault(`a ${typeName(key)} cannot be a key`);
  }
  return key;
}

function tagged(hash: unknown): string {
  if (hash instanceof PyObject) throw new Fault(`a tuple with a ${hash.typeName} in it cannot be a key`);
  return `${typeof hash}:${String(hash)}`;
}

/** A generator over the keys backwards, as `reversed()` gives it. */
export function reversed(items: readonly Value[]): Generator {
  return new Generator([...items].reverse());
}
