/** Jinja2's tests: what may stand behind `is`. */

import { numeric } from "./numbers.ts";
import { type Native, takes } from "./callables.ts";
import { CHARACTER_TESTS } from "./characters.ts";
import { Dict, hashKey } from "./dict.ts";
import { binary, compare, type Comparison, contains, equal } from "./operators.ts";
import { str } from "./printing.ts";
import { isText, iterate, Markup, PyObject, Range, Undefined, type Value } from "./values.ts";

function comparison(operator: Comparison): Native {
  return takes(["other"], (value, { other }) => compare(operator, value, other!));
}

function is(test: (value: Value) => boolean): Native {
  return takes([], test);
}

/** The tests by name. */
export const TESTS: Readonly<Record<string, Native>> = {
  boolean: is((value) => typeof value === "boolean"),
  callable: is((value) =>
    value instanceof PyObject && !(value instanceof Undefined) && value.call !== undefined
  ),
  defined: is((value) => !(value instanceof Undefined)),
  divisibleby: takes(["num"], (value, { num }) => equal(binary("%", value, num!), 0n)),
  escaped: is((value) => value instanceof Markup),
  even: is((value) => equal(binary("%", value, 2n), 0n)),
  false: is((value) => value === false),
  filter: takes([], (value, _, surroundings) => isKnown(value, (name) => surroundings.hasFilter(name))),
  float: is((value) => typeof value === "number"),
  in: takes(["seq"], (value, { seq }) => contains(seq!, value)),
  integer: is((value) => typeof value === "bigint"),
  iterable: is((value) => {
    if (value instanceof PyObject && !(value instanceof Undefined)) return isIterable(value);
    return value instanceof Undefined
      ? [...value.iterate()].length === 0
      : Array.isArray(value) || isText(value);
  }),
  lower: is((value) => CHARACTER_TESTS.islower!(str(value))),
  mapping: is((value) => value instanceof Dict),
  none: is((value) => value === null),
  number: is((value) => numeric(value) !== undefined),
  odd: is((value) => equal(binary("%", value, 2n), 1n)),
  sameas: takes(["other"], (value, { other }) => value === other),
  sequence: is((value) =>
    isText(value) || Array.isArray(value) || value instanceof Dict || value instanceof Range
  ),
  string: is(isText),
  test: takes([], (value, _, surroundings) => isKnown(value, (name) => surroundings.hasTest(name))),
  true: is((value) => value === true),
  undefined: is((value) => value instanceof Undefined),
  upper: is((value) => CHARACTER_TESTS.isupper!(str(value))),
  "==": comparison("=="),
  eq: comparison("=="),
  equalto: comparison("=="),
  "!=": comparison("!="),
  ne: comparison("!="),
  ">": comparison(">"),
  gt: comparison(">"),
  greaterthan: comparison(">"),
  ">=": comparison(">="),
  ge: comparison(">="),
  "<": comparison("<"),
  lt: comparison("<"),
  lessthan: comparison("<"),
  "<=": comparison("<="),
  le: comparison("<="),
};

/** What cannot be a key is an error, as in Python. */
function isKnown(value: Value, has: (name: string) => boolean): boolean {
  const key = hashKey(value);
  return typeof key === "string" && has(key);
}

function isIterable(value: PyObject): boolean {
  return value instanceof Markup ||
    value.iterate !== PyObject.prototype.iterate && iterate(value) !== undefined;
}
