/** The methods of Python's lists, tuples, dictionaries and numbers, and what `value.name` is. */

import {
  type Native,
  NativeFunction,
  type Surroundings,
  takes,
  takesAny,
  takesUnnamed,
} from "./callables.ts";
import { flag, wholeArgument } from "./conversions.ts";
import { DataDict, Dict, DictView } from "./dict.ts";
import { equal, itemOf, listOf, sorted } from "./operators.ts";
import { repr } from "./printing.ts";
import { markedMethod, textMethods } from "./text_methods.ts";
import {
  article,
  Fault,
  Group,
  isText,
  Markup,
  PyObject,
  Range,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from "./values.ts";

type Methods = Readonly<Record<string, Native>>;

/** `value.name` as Python has it; nothing where there is no such attribute. */
export function attributeOf(value: Value, name: string, surroundings: Surroundings): Value | undefined {
  if (value instanceof Undefined) return value.fail();
  if (name.startsWith("__")) throw new Fault(`Python's internals ("${name}") are not supported`);
  const own = value instanceof PyObject
    ? value.attribute(name)
    : value instanceof Group
    ? value.named(name)
    : undefined;
  if (own !== undefined) return own;
  const property = numberProperty(value, name);
  if (property !== undefined) return property;
  const methods = methodsOf(value);
  if (!Object.hasOwn(methods, name)) return undefined;
  const method = value instanceof Markup ? markedMethod(name, methods[name]!) : methods[name]!;
  return new NativeFunction(name, (args) => method.run(value, args, surroundings));
}

function methodsOf(value: Value): Methods {
  if (isText(value)) return TEXT_METHODS;
  if (value instanceof Tuple || value instanceof Range) return SEQUENCE_METHODS;
  if (Array.isArray(value)) return LIST_METHODS;
  if (value instanceof Dict) return DICT_METHODS;
  return NONE;
}

const NONE: Methods = {};

/** Fields of formats see attributes and items, and nothing that has to be called. */
const TEXT_METHODS = textMethods({
  attribute(value, name) {
    if (value instanceof DataDict || value instanceof PyObject && !(value instanceof Dict)) {
      const found = value.attribute(name);
      if (found !== undefined) return found;
    }
    throw new Fault(`${article(typeName(value))} has no attribute "${name}" that a format could show`);
  },
  item(value, key) {
    const found = itemOf(value, key);
    if (found === undefined) throw new Fault(`${article(typeName(value))} has no item ${repr(key)}`);
    return found;
  },
});

const SEQUENCE_METHODS: Methods = {
  count: takesUnnamed(
    ["value"],
    (subject, { value }) => BigInt(listOf(subject).filter((item) => equal(item, value!)).length),
  ),
  index: takesUnnamed(["value", "start?", "stop?"], (subject, { value, start, stop }) => {
    const items = listOf(subject);
    const bound = (given: Value | undefined, otherwise: number) => {
      const index = given === undefined ? otherwise : wholeArgument(given);
      return index < 0 ? Math.max(0, index + items.length) : index;
    };
    const end = bound(stop, items.length);
    for (let index = bound(start, 0); index < Math.min(end, items.length); index++) {
      if (equal(items[index]!, value!)) return BigInt(index);
    }
    throw new Fault(`${repr(value!)} is not in the list`);
  }),
};

const LIST_METHODS: Methods = {
  ...SEQUENCE_METHODS,
  append: changing(["value"], (list, { value }) => void list.push(value!)),
  clear: changing([], (list) => void list.splice(0)),
  copy: takesUnnamed([], (list) => listOf(list)),
  extend: changing(["items"], (list, { items }) => void list.push(...listOf(items!))),
  insert: changing(
    ["index", "value"],
    (list, { index, value }) => void list.splice(wholeArgument(index!), 0, value!),
  ),
  pop: changing(["index?"], (list, { index }) => {
    const at = index === undefined ? -1 : wholeArgument(index);
    const from = at < 0 ? at + list.length : at;
    if (list.length === 0 || from < 0 || from >= list.length) {
      throw new Fault("the list has no such item to pop");
    }
    return list.splice(from, 1)[0]!;
  }),
  remove: changing(["value"], (list, { value }) => {
    const index = list.findIndex((item) => equal(item, value!));
    if (index < 0) throw new Fault(`${repr(value!)} is not in the list`);
    list.splice(index, 1);
  }),
  reverse: changing([], (list) => void list.reverse()),
  sort: takes(["key?", "reverse?"], (subject, { key, reverse }) => {
    const list = subject as Value[];
    if (key !== undefined && key !== null && !(key instanceof PyObject && key.call)) {
      throw new Fault("the key is a function");
    }
    const of = key instanceof PyObject
      ? (item: Value) => key.call!({ positional: [item], named: new Map() })
      : (item: Value) => item;
    list.splice(0, list.length, ...sorted(list, of, flag(reverse)));
    return null;
  }),
};

type Change = (list: Value[], args: Readonly<Record<string, Value | undefined>>) => Value | void;

function changing(parameters: readonly string[], run: Change): Native {
  return takesUnnamed(parameters, (subject, args) => run(subject as Value[], args) ?? null);
}

const DICT_METHODS: Methods = {
  clear: dictMethod([], (dict) => void dict.clear()),
  copy: dictMethod([], (dict) => new Dict(dict.entries())),
  get: dictMethod(["key", "default?"], (dict, { key, default: otherwise = null }) => {
    const value = dict.get(key!);
    return value === undefined ? otherwise : value;
  }),
  items: dictMethod(
    [],
    (dict) => new DictView("dict_items", () => dict.entries().map((entry) => Tuple.holding(entry))),
  ),
  keys: dictMethod([], (dict) => new DictView("dict_keys", () => dict.keys())),
  values: dictMethod([], (dict) => new DictView("dict_values", () => dict.values())),
  pop: dictMethod(["key", "default?"], (dict, { key, default: otherwise }) => {
    const value = dict.has(key!) ? dict.get(key!) : otherwise;
    if (value === undefined) throw new Fault(`the dictionary has no key ${repr(key!)}`);
    dict.delete(key!);
    return value;
  }),
  popitem: dictMethod([], (dict) => {
    const last = dict.entries().at(-1);
    if (last === undefined) throw new Fault("the dictionary is empty");
    dict.delete(last[0]);
    return Tuple.holding(last);
  }),
  setdefault: dictMethod(["key", "default?"], (dict, { key, default: otherwise = null }) => {
    if (!dict.has(key!)) dict.set(key!, otherwise);
    return dict.get(key!)!;
  }),
  update: takesAny((subject, { positional, named }) => {
    for (const [key, value] of dictFrom({ positional, named }).entries()) (subject as Dict).set(key, value);
    return null;
  }),
};

type DictRun = (dict: Dict, args: Readonly<Record<string, Value | undefined>>) => Value | void;

function dictMethod(parameters: readonly string[], run: DictRun): Native {
  return takesUnnamed(parameters, (subject, args) => run(subject as Dict, args) ?? null);
}

/** What Python's `dict(…)` makes of its arguments. */
export function dictFrom(
  { positional, named }: { positional: Value[]; named: ReadonlyMap<string, Value> },
): Dict {
  if (positional.length > 1) throw new Fault("it takes one dictionary or list of pairs");
  const [given] = positional;
  const dict = new Dict(
    given === undefined ? [] : given instanceof Dict ? given.entries() : listOf(given).map(pairOf),
  );
  for (const [name, value] of named) dict.set(name, value);
  return dict;
}

function pairOf(value: Value): [Value, Value] {
  const pair = listOf(value);
  if (pair.length !== 2) throw new Fault("a dictionary is made of pairs");
  return [pair[0]!, pair[1]!];
}

function numberProperty(value: Value, name: string): Value | undefined {
  if (typeof value === "number" && name === "is_integer") {
    return new NativeFunction(name, () => Number.isInteger(value));
  }
  if (typeof value === "bigint" && name === "bit_length") {
    return new NativeFunction(
      name,
      () => BigInt(value === 0n ? 0 : value.toString(2).replace("-", "").length),
    );
  }
  return undefined;
}
