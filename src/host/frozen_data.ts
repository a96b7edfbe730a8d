/** Data that nobody can change in place: hosts share it, and plans rest on it. */

import { DroverError } from "../errors/mod.ts";

/** Frozen values by the words that a deploy reads them with: `host.data.app.ports`. */
const names = new WeakMap<object, string>();

/** What changes a value of these classes although it is frozen, or says too little when it is. */
const MUTATORS: ReadonlyMap<object, readonly string[]> = new Map<object, readonly string[]>([
  [Array.prototype, "copyWithin fill pop push reverse shift sort splice unshift".split(" ")],
  [Map.prototype, "set delete clear getOrInsert getOrInsertComputed".split(" ")],
  [Set.prototype, "add delete clear".split(" ")],
  [Date.prototype, Object.getOwnPropertyNames(Date.prototype).filter((name) => name.startsWith("set"))],
]);

/** Hidden from loops, comparisons, JSON and clones. */
const REFUSALS = new Map([...MUTATORS].map(([prototype, methods]) => [
  prototype,
  Object.fromEntries(methods.map((method) => [method, { value: refuse }])) as PropertyDescriptorMap,
]));

/**
 * A copy of data that cannot be changed, at any depth: an attempt throws at its own line, so that no change is
 * lost without a word and none reaches another host. Lists, objects, maps, sets and dates are copied. Functions,
 * bytes and instances of other classes, secrets among them, stay what they are.
 *
 * @param name How a deploy reads the value, for messages: `host.data.ports`.
 */
export function frozenData<T>(value: T, name: string): T {
  return freeze(value, name, new Map()) as T;
}

function freeze(value: unknown, name: string, copies: Map<object, object>): unknown {
  if (typeof value !== "object" || value === null || names.has(value)) return value;
  const made = copies.get(value);
  if (made !== undefined) return made;
  const copy = emptyLike(value);
  if (copy === undefined) return value;
  copies.set(value, copy);
  const inner = (one: unknown, place: string) => freeze(one, `${name}${place}`, copies);
  if (value instanceof Map) {
    for (const [key, one] of value) (copy as typeof value).set(inner(key, ""), inner(one, ""));
  } else if (value instanceof Set) { for (const one of value) (copy as typeof value).add(inner(one, "")); }
  else copyProperties(value, copy, inner);
  Object.defineProperties(copy, REFUSALS.get(Object.getPrototypeOf(copy)) ?? {});
  names.set(copy, name);
  return Object.freeze(copy);
}

/** Something to copy a value into; nothing for what is no plain data. */
function emptyLike(value: object): object | undefined {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) return new Array((value as unknown[]).length);
  if (prototype === Object.prototype || prototype === null) return Object.create(prototype);
  if (prototype === Map.prototype) return new Map();
  if (prototype === Set.prototype) return new Set();
  if (prototype === Date.prototype) return new Date((value as Date).getTime());
  return undefined;
}

function copyProperties(from: object, to: object, inner: (value: unknown, place: string) => unknown): void {
  for (const [key, { value, get, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
    if (!enumerable) continue;
    const place = Array.isArray(from) ? `[${key}]` : `.${key}`;
    Object.defineProperty(to, key, {
      enumerable,
      ...(get === undefined ? { value: inner(value, place) } : { get }),
    });
  }
}

function refuse(this: object): never {
  const name = names.get(this) ?? "a value of host.data";
  throw new DroverError("E_DATA_CONSTANT", `${name} cannot be changed in place`, { hint: COPY_HINT });
}

const COPY_HINT =
  "hosts share their data; change a copy, as in [...list, item], { ...record, key: value } or " +
  "structuredClone(value), and assign it to host.data if others are to see it";

const SHARED_HINT =
  "values of facts and of host.data are shared and cannot be changed in place: copy it first, as in " +
  "[...value].sort(), value.toSorted(), { ...record, key: value } or structuredClone(value)";

/** What to do about an exception that says that something frozen was written to; nothing for any other message. */
export function frozenDataHint(message: string): string | undefined {
  const isRefusal =
    /object is not extensible|read only property|^Cannot (?:delete|redefine) property|only a getter/
      .test(message);
  return isRefusal ? SHARED_HINT : undefined;
}
