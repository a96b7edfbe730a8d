/** `value.name` and `value[key]`, as Jinja2 looks them up: each falls back to the other. */

import type { Surroundings } from "./callables.ts";
import { attributeOf } from "./methods.ts";
import { itemOf } from "./operators.ts";
import { str } from "./printing.ts";
import { isText, PyObject, textOf, Undefined, type Value } from "./values.ts";

/** `value.name`: the attribute, or the item of that name, or undefined. */
export function attribute(value: Value, name: string, path: () => string, surroundings: Surroundings): Value {
  return orElse(
    attributeOf(value, name, surroundings),
    () => orElse(itemOf(value, name), () => missing(value, name, path)),
  );
}

/** `value[key]`: the item, or the attribute of that name, or undefined. */
export function subscript(value: Value, key: Value, path: () => string, surroundings: Surroundings): Value {
  const item = itemOf(value, key);
  if (item !== undefined) return item;
  const found = isText(key) ? attributeOf(value, textOf(key), surroundings) : undefined;
  return orElse(found, () => missing(value, str(key), path));
}

/** The attribute alone, or undefined. */
export function attributeOnly(value: Value, name: string, surroundings: Surroundings): Value {
  return orElse(attributeOf(value, name, surroundings), () => missing(value, name, () => name));
}

/** None is a value: only what is not there is looked for elsewhere. */
function orElse(value: Value | undefined, otherwise: () => Value): Value {
  return value === undefined ? otherwise() : value;
}

function missing(value: Value, key: string, path: () => string): Undefined {
  return new Undefined({
    path: path(),
    key,
    candidates: () => value instanceof PyObject ? value.names() : [],
  });
}

/** What follows a path such as `address.city` or `0`. */
export function attributeGetter(
  path: Value | undefined,
  surroundings: Surroundings,
  otherwise: Value = null,
): (item: Value) => Value {
  if (path === undefined || path === null) return (item) => item;
  const keys = isText(path)
    ? textOf(path).split(".").map((key) => /^\d+$/.test(key) ? BigInt(key) : key)
    : [path];
  return (item) =>
    keys.reduce<Value>((value, key) => {
      const found = subscript(value, key, () => str(path), surroundings);
      return found instanceof Undefined && otherwise !== null ? otherwise : found;
    }, item);
}
