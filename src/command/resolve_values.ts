/** Puts the values of secrets into arguments and data, at any depth. */

import { hasSecrets } from "./mask.ts";
import { resolveBytes, resolveSecrets } from "./resolve.ts";
import { Secret } from "./secret.ts";

/** How values are resolved. */
export interface ResolveOptions {
  /** Makes texts of secrets that stand by themselves. Default: they stay what they are. */
  reveal?: boolean;
}

/**
 * A value whose texts carry the values of their secrets: texts, bytes, lists and plain objects. What has none stays
 * the very same object.
 *
 * @throws {DroverError} `E_SECRET` if a part of a secret was cut off or changed.
 */
export function resolveValues<T>(value: T, options: ResolveOptions = {}): T {
  return hasSecrets() ? resolve(value, options, new Map()) as T : value;
}

function resolve(value: unknown, options: ResolveOptions, known: Map<object, unknown>): unknown {
  if (typeof value === "string") return resolveSecrets(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Secret) return options.reveal ? value.reveal() : value;
  if (value instanceof Uint8Array) return resolveBytes(value);
  if (known.has(value)) return known.get(value);
  known.set(value, value);
  const made = Array.isArray(value)
    ? resolveList(value, options, known)
    : resolveObject(value, options, known);
  known.set(value, made);
  return made;
}

function resolveList(list: unknown[], options: ResolveOptions, known: Map<object, unknown>): unknown[] {
  const made = list.map((item) => resolve(item, options, known));
  return made.every((item, index) => item === list[index]) ? list : made;
}

/** Objects of classes are their own affair. */
function resolveObject(value: object, options: ResolveOptions, known: Map<object, unknown>): object {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value);
  const made = entries.map(([key, item]) => [resolveSecrets(key), resolve(item, options, known)] as const);
  const isSame = made.every(([key, item], index) =>
    key === entries[index]![0] && item === entries[index]![1]
  );
  return isSame ? value : Object.fromEntries(made);
}
