/** Jinja2's filters for lists and dictionaries. */

import { type Native, type Surroundings, takes, takesAny } from "./callables.ts";
import { flag, textArgument, wholeArgument } from "./conversions.ts";
import { Dict, DictView, hashKey, reversed } from "./dict.ts";
import { attributeGetter, attributeOnly } from "./lookup.ts";
import { binary, equal, listOf, order, requireLength, sorted } from "./operators.ts";
import { escape, str } from "./printing.ts";
import {
  type Arguments,
  Fault,
  Generator,
  Group,
  isText,
  iterate,
  likeText,
  Markup,
  Range,
  textOf,
  truth,
  Tuple,
  Undefined,
  type Value,
} from "./values.ts";

/** The filters by name. */
export const LIST_FILTERS: Readonly<Record<string, Native>> = {
  attr: takes(
    ["name"],
    (value, { name }, surroundings) => attributeOnly(value, textArgument(name!), surroundings),
  ),
  batch: takes(
    ["linecount", "fill_with?"],
    (value, { linecount, fill_with = null }) =>
      new Generator(batches(value, wholeArgument(linecount!), fill_with)),
  ),
  count: takes([], (value) => BigInt(requireLength(value))),
  d: takes(["default_value?", "boolean?"], orDefault),
  default: takes(["default_value?", "boolean?"], orDefault),
  dictsort: takes(
    ["case_sensitive?", "by?", "reverse?"],
    (value, { case_sensitive, by = "key", reverse }) => {
      if (!(value instanceof Dict)) return requireDict(value);
      const index = ["key", "value"].indexOf(str(by));
      if (index < 0) throw new Fault('it sorts by "key" or "value"');
      const fold = folding(case_sensitive);
      const items = value.entries().map((entry): Value => Tuple.holding(entry));
      return sorted(items, (item) => fold((item as Tuple)[index]!), flag(reverse));
    },
  ),
  first: takes([], (value) => {
    for (const item of iterate(value)) return item;
    return new Undefined({ path: "first", message: "there is no first item: the list is empty" });
  }),
  groupby: takes(["attribute", "default?", "case_sensitive?"], groupBy),
  items: takes([], (value) => {
    if (value instanceof Undefined) return new Generator([]);
    if (!(value instanceof Dict)) return requireDict(value);
    return new Generator(value.entries().map((entry) => Tuple.holding(entry)));
  }),
  join: takes(["d?", "attribute?"], (value, { d = "", attribute }, surroundings) => {
    const items = [...iterate(value)].map(attributeGetter(attribute, surroundings));
    if (!surroundings.autoescape) return items.map(str).join(str(d));
    if (!items.concat([d]).some((item) => item instanceof Markup)) return items.map(str).join(str(d));
    return new Markup(items.map((item) => escape(item).text).join(escape(d).text));
  }),
  last: takes([], (value) => {
    const items = backwards(value);
    return items.length > 0
      ? items[0]!
      : new Undefined({ path: "last", message: "there is no last item: the list is empty" });
  }),
  length: takes([], (value) => BigInt(requireLength(value))),
  list: takes([], listOf),
  map: takesAny((value, args, surroundings) => new Generator(mapped(value, args, surroundings))),
  max: takes(["case_sensitive?", "attribute?"], extreme((difference) => difference > 0)),
  min: takes(["case_sensitive?", "attribute?"], extreme((difference) => difference < 0)),
  random: takes([], (value) => {
    const length = requireLength(value);
    if (length === 0) {
      return new Undefined({ path: "random", message: "there is no random item: the list is empty" });
    }
    if (value instanceof Dict) throw new Fault("it needs a list", "write …|list|random");
    return listOf(value)[Math.floor(Math.random() * length)]!;
  }),
  reject: takesAny((value, args, surroundings) =>
    new Generator(selected(value, args, surroundings, false, false))
  ),
  rejectattr: takesAny((value, args, surroundings) =>
    new Generator(selected(value, args, surroundings, false, true))
  ),
  reverse: takes([], (value) => {
    if (isText(value)) return likeText(value, [...textOf(value)].reverse().join(""));
    if (value instanceof Generator) return listOf(value).reverse();
    return reversed(listOf(value));
  }),
  select: takesAny((value, args, surroundings) =>
    new Generator(selected(value, args, surroundings, true, false))
  ),
  selectattr: takesAny((value, args, surroundings) =>
    new Generator(selected(value, args, surroundings, true, true))
  ),
  slice: takes(
    ["slices", "fill_with?"],
    (value, { slices, fill_with = null }) => new Generator(columns(value, wholeArgument(slices!), fill_with)),
  ),
  sort: takes(
    ["reverse?", "case_sensitive?", "attribute?"],
    (value, { reverse, case_sensitive, attribute }, surroundings) => {
      const fold = folding(case_sensitive);
      const paths = isText(attribute ?? null) ? textOf(attribute as string | Markup).split(",") : [attribute];
      const getters = paths.map((path) => attributeGetter(path, surroundings));
      return sorted(iterate(value), (item) => getters.map((get) => fold(get(item))), flag(reverse));
    },
  ),
  sum: takes(["attribute?", "start?"], (value, { attribute, start = 0n }, surroundings) => {
    if (isText(start)) throw new Fault("it cannot sum texts", "use join");
    const get = attributeGetter(attribute, surroundings);
    return [...iterate(value)].reduce<Value>((sum, item) => binary("+", sum, get(item)), start);
  }),
  unique: takes(["case_sensitive?", "attribute?"], (value, { case_sensitive, attribute }, surroundings) => {
    const fold = folding(case_sensitive);
    const get = attributeGetter(attribute, surroundings);
    return new Generator(uniqueItems(value, (item) => fold(get(item))));
  }),
};

function orDefault(value: Value, args: Readonly<Record<string, Value | undefined>>): Value {
  const { default_value = "", boolean } = args;
  if (value instanceof Undefined) return default_value;
  return flag(boolean) && !truth(value) ? default_value : value;
}

function requireDict(value: Value): never {
  if (value instanceof Undefined) return value.fail();
  throw new Fault("it needs a dictionary");
}

/** Texts in small letters, unless case matters. */
function folding(caseSensitive: Value | undefined): (value: Value) => Value {
  return (value) => !flag(caseSensitive) && isText(value) ? textOf(value).toLowerCase() : value;
}

function* batches(value: Value, size: number, fill: Value): Iterable<Value> {
  let batch: Value[] = [];
  for (const item of iterate(value)) {
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
    batch.push(item);
  }
  if (batch.length === 0) return;
  while (fill !== null && batch.length < size) batch.push(fill);
  yield batch;
}

function* columns(value: Value, count: number, fill: Value): Iterable<Value> {
  const items = listOf(value);
  if (count === 0) throw new Fault("division by zero");
  const size = Math.floor(items.length / count);
  const longer = items.length % count;
  for (let index = 0, from = 0; index < count; index++) {
    const end = from + size + (index < longer ? 1 : 0);
    const column = items.slice(from, end);
    if (fill !== null && index >= longer) column.push(fill);
    yield column;
    from = end;
  }
}

function* mapped(value: Value, args: Arguments, surroundings: Surroundings): Iterable<Value> {
  if (!truth(value)) return;
  const change = mapping(args, surroundings);
  for (const item of iterate(value)) yield change(item);
}

function mapping({ positional, named }: Arguments, surroundings: Surroundings): (item: Value) => Value {
  const attribute = named.get("attribute");
  if (positional.length === 0 && attribute !== undefined) {
    const other = [...named.keys()].find((name) => name !== "attribute" && name !== "default");
    if (other !== undefined) throw new Fault(`it has no argument "${other}"`);
    return attributeGetter(attribute, surroundings, named.get("default") ?? null);
  }
  const [name, ...rest] = positional;
  if (name === undefined) throw new Fault("it needs the name of a filter, or attribute=");
  const filter = surroundings.filter(textArgument(name));
  return (item) => filter.run(item, { positional: rest, named }, surroundings);
}

function* selected(
  value: Value,
  { positional, named }: Arguments,
  surroundings: Surroundings,
  wanted: boolean,
  byAttribute: boolean,
): Iterable<Value> {
  if (!truth(value)) return;
  if (byAttribute && positional.length === 0) throw new Fault("it needs the name of an attribute");
  const get = attributeGetter(byAttribute ? positional[0] : undefined, surroundings);
  const [name, ...rest] = byAttribute ? positional.slice(1) : positional;
  const test = name === undefined ? undefined : surroundings.test(textArgument(name));
  for (const item of iterate(value)) {
    const tested = get(item);
    const holds = test === undefined ? tested : test.run(tested, { positional: rest, named }, surroundings);
    if (truth(holds) === wanted) yield item;
  }
}

function* uniqueItems(value: Value, key: (item: Value) => Value): Iterable<Value> {
  const seen = new Set<unknown>();
  for (const item of iterate(value)) {
    const hash = hashKey(key(item));
    if (seen.has(hash)) continue;
    seen.add(hash);
    yield item;
  }
}

function extreme(better: (difference: number) => boolean) {
  return (
    value: Value,
    { case_sensitive, attribute }: Readonly<Record<string, Value | undefined>>,
    surroundings: Surroundings,
  ): Value => {
    const items = listOf(value);
    if (items.length === 0) {
      return new Undefined({ path: "max", message: "there is no such item: the list is empty" });
    }
    const fold = folding(case_sensitive);
    const get = attributeGetter(attribute, surroundings);
    const keys = items.map((item) => fold(get(item)));
    let best = 0;
    keys.forEach((key, index) => {
      if (index > 0 && better(order(key, keys[best]!))) best = index;
    });
    return items[best]!;
  };
}

function backwards(value: Value): Value[] {
  if (
    isText(value) || Array.isArray(value) || value instanceof Dict || value instanceof Range ||
    value instanceof DictView
  ) {
    return listOf(value).reverse();
  }
  if (value instanceof Undefined) return value.fail();
  throw new Fault("it needs a list", "make a list first: …|list|last");
}

function groupBy(
  value: Value,
  { attribute, default: otherwise = null, case_sensitive }: Readonly<Record<string, Value | undefined>>,
  surroundings: Surroundings,
): Value {
  const get = attributeGetter(attribute, surroundings, otherwise);
  const fold = folding(case_sensitive);
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sorted(iterate(value), (one) => fold(get(one)))) {
    const key = fold(get(item));
    const last = groups.at(-1);
    if (last !== undefined && equal(last.key, key)) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups.map(({ items }) => Group.make(get(items[0]!), items));
}
