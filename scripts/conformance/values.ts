/** Values of fixtures as values of ours. */

import { camelCase } from "../../src/errors/mod.ts";

/** An argument of an operation: nothing is `undefined`, prefixes tell what a text or list stands for. */
export function toValue(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value === "string" && value.startsWith("datetime:")) return new Date(`${value.slice(9)}Z`);
  if (typeof value === "string" && value.startsWith("path:")) return value.slice(5);
  if (typeof value === "string" && value.startsWith("io:")) return new TextEncoder().encode(value.slice(3));
  if (Array.isArray(value) && value[0] === "set:") return value.slice(1);
  return value;
}

/** A fact's value. A key that has underscores can be a field of a record or a name on the host: both are found. */
export function toFactValue(value: unknown): unknown {
  if (Array.isArray(value)) return (value[0] === "set:" ? value.slice(1) : value).map(toFactValue);
  if (typeof value !== "object" || value === null) return toValue(value);
  const entries = Object.entries(value).map(([key, inner]) => [key, toFactValue(inner)] as const);
  // What is listed by its name has values of its own, where a record has at least one that is none.
  const isList = entries.every(([, inner]) => typeof inner === "object");
  const made: Record<string, unknown> = {};
  for (const [key, inner] of entries) {
    const field = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(key) ? camelCase(key) : key;
    const [shown, hidden] = isList ? [key, field] : [field, key];
    made[shown] = inner;
    if (hidden !== shown) Object.defineProperty(made, hidden, { value: inner });
  }
  return made;
}
