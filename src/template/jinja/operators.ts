/** Python's operators: arithmetic, comparison, membership, subscripts. */

import { Dict, DictView } from "./dict.ts";
import { numeric, toFloat } from "./numbers.ts";
import { percentFormat } from "./percent_format.ts";
import { escape } from "./printing.ts";
import {
  article,
  charactersOf,
  Fault,
  isText,
  iterate,
  lengthOf,
  likeText,
  Markup,
  PyObject,
  Range,
  textOf,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from "./values.ts";

/** The operators between two values. */
export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";
/** The operators of comparisons. */
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

/** Texts and lists longer than this are a mistake, or worse. */
const MOST_REPEATED = 100_000_000;
/** Digits of whole numbers that a template can mean. */
const MOST_BITS = 100_000;

/** What an operator makes of two values. */
export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  requireDefined(left);
  if (operator === "%" && isText(left)) return percentFormat(left, right);
  requireDefined(right);
  const one = numeric(left);
  const other = numeric(right);
  if (one !== undefined && other !== undefined) return arithmetic(operator, one, other);
  if (operator === "+") {
    const sum = concatenated(left, right);
    if (sum !== undefined) return sum;
  }
  if (operator === "*") {
    if (typeof other === "bigint") return repeated(left, other) ?? unsupported(operator, left, right);
    if (typeof one === "bigint") return repeated(right, one) ?? unsupported(operator, left, right);
  }
  return unsupported(operator, left, right);
}

/** A number with its sign changed or kept. */
export function signed(operator: "+" | "-", value: Value): Value {
  requireDefined(value);
  const number = numeric(value);
  if (number === undefined) throw new Fault(`${article(typeName(value))} has no sign`);
  return operator === "-" ? -number : number;
}

function requireDefined(value: Value): void {
  if (value instanceof Undefined) value.fail();
}

function unsupported(operator: string, left: Value, right: Value): never {
  throw new Fault(
    `${article(typeName(left))} and ${article(typeName(right))} do not go together with "${operator}"`,
    operator === "+" && (isText(left) || isText(right)) ? "join texts with ~" : undefined,
  );
}

function arithmetic(operator: BinaryOperator, left: bigint | number, right: bigint | number): Value {
  if ((operator === "/" || operator === "//" || operator === "%") && Number(right) === 0) {
    throw new Fault("division by zero");
  }
  if (typeof left === "bigint" && typeof right === "bigint") return wholeArithmetic(operator, left, right);
  return floatArithmetic(operator, toFloat(left), toFloat(right));
}

function wholeArithmetic(operator: BinaryOperator, left: bigint, right: bigint): Value {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return toFloat(left) / toFloat(right);
    case "//":
      return (left - modulo(left, right)) / right;
    case "%":
      return modulo(left, right);
    case "**":
      if (right < 0n) return floatArithmetic("**", toFloat(left), toFloat(right));
      if (right * BigInt(left.toString(2).length) > MOST_BITS) throw new Fault("the power is too large");
      return left ** right;
  }
}

function modulo(left: bigint, right: bigint): bigint {
  const rest = left % right;
  return rest !== 0n && (rest < 0n) !== (right < 0n) ? rest + right : rest;
}

function floatArithmetic(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//": {
      const quotient = (left - floatModulo(left, right)) / right;
      const whole = Math.floor(quotient);
      return quotient - whole > 0.5 ? whole + 1 : whole;
    }
    case "%":
      return floatModulo(left, right);
    case "**": {
      if (left === 0 && right < 0) throw new Fault("0.0 cannot be raised to a negative power");
      const power = left ** right;
      if (Number.isNaN(power) && !Number.isNaN(left) && !Number.isNaN(right)) {
        throw new Fault("complex numbers are not supported");
      }
      if (!Number.isFinite(power) && Number.isFinite(left) && Number.isFinite(right)) {
        throw new Fault("the power is too large");
      }
      return power;
    }
  }
}

function floatModulo(left: number, right: number): number {
  const rest = left % right;
  if (rest === 0) return right < 0 ? -0 : 0;
  return (rest < 0) !== (right < 0) ? rest + right : rest;
}

function concatenated(left: Value, right: Value): Value | undefined {
  if (isText(left) && isText(right)) {
    if (typeof left === "string" && typeof right === "string") return left + right;
    return new Markup(escape(left).text + escape(right).text);
  }
  if (!Array.isArray(left) || !Array.isArray(right)) return undefined;
  if (left instanceof Tuple !== right instanceof Tuple) return undefined;
  return left instanceof Tuple ? Tuple.holding([...left, ...right]) : [...left, ...right];
}

function repeated(value: Value, times: bigint): Value | undefined {
  const count = times < 0n ? 0 : Number(times);
  const size = isText(value) ? textOf(value).length : Array.isArray(value) ? value.length : 0;
  if (size * count > MOST_REPEATED) throw new Fault("the repetition is too long");
  if (isText(value)) return likeText(value, textOf(value).repeat(count));
  if (!Array.isArray(value)) return undefined;
  const items = Array.from({ length: count }, () => [...value]).flat();
  return value instanceof Tuple ? Tuple.holding(items) : items;
}

/** Whether a comparison holds. */
export function compare(operator: Comparison, left: Value, right: Value): boolean {
  switch (operator) {
    case "==":
      return equal(left, right);
    case "!=":
      return !equal(left, right);
    case "in":
      return contains(right, left);
    case "not in":
      return !contains(right, left);
    case "<":
      return order(left, right, operator) < 0;
    case "<=":
      return order(left, right, operator) <= 0;
    case ">":
      return order(left, right, operator) > 0;
    case ">=":
      return order(left, right, operator) >= 0;
  }
}

/** Whether two values are equal in Python. */
export function equal(left: Value, right: Value): boolean {
  if (left instanceof Undefined && !left.lenient) return left.fail();
  if (right instanceof Undefined && !right.lenient) return right.fail();
  const one = numeric(left);
  const other = numeric(right);
  // deno-lint-ignore eqeqeq
  if (one !== undefined || other !== undefined) return one != undefined && other != undefined && one == other;
  if (isText(left) && isText(right)) return textOf(left) === textOf(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left instanceof Tuple === right instanceof Tuple && left.length === right.length &&
      left.every((item, index) => same(item, right[index]!));
  }
  if (left instanceof Dict && right instanceof Dict) return equalDicts(left, right);
  if (left instanceof Undefined) return right instanceof Undefined;
  if (left instanceof Range && right instanceof Range) {
    return equal([...left.iterate()], [...right.iterate()]);
  }
  if (left instanceof DictView && right instanceof DictView) {
    const items = [...right.iterate()];
    if (left.typeName === "dict_values" || right.typeName === "dict_values") return left === right;
    return left.length() === right.length() && [...left.iterate()].every((item) => contains(items, item));
  }
  return left === right;
}

/** Python's lists take what is identical for equal before they ask. */
function same(left: Value, right: Value): boolean {
  return left === right && typeof left === "object" || equal(left, right);
}

function equalDicts(left: Dict, right: Dict): boolean {
  return left.length() === right.length() && left.entries().every(([key, value]) => {
    const other = right.get(key);
    return other !== undefined && same(value, other);
  });
}

/** Whether a value is in another. */
export function contains(container: Value, value: Value): boolean {
  if (isText(container)) {
    requireDefined(value);
    if (!isText(value)) throw new Fault(`${article(typeName(value))} cannot be in a text`);
    return textOf(container).includes(textOf(value));
  }
  if (Array.isArray(container)) return container.some((item) => same(item, value));
  if (container instanceof Undefined) {
    if (!container.lenient) return container.fail();
    return false;
  }
  if (container instanceof PyObject) return container.contains(value, same);
  throw new Fault(`${article(typeName(container))} has no members`);
}

/** Less than, equal to or greater than zero, as the first value is against the second. */
export function order(left: Value, right: Value, operator = "<"): number {
  requireDefined(left);
  requireDefined(right);
  const one = numeric(left);
  const other = numeric(right);
  if (one !== undefined && other !== undefined) {
    if (Number.isNaN(one) || Number.isNaN(other)) return NaN;
    return one < other ? -1 : one > other ? 1 : 0;
  }
  if (isText(left) && isText(right)) return orderOfTexts(textOf(left), textOf(right));
  if (Array.isArray(left) && Array.isArray(right) && left instanceof Tuple === right instanceof Tuple) {
    const index = left.findIndex((item, at) => at >= right.length || !same(item, right[at]!));
    if (index < 0 || index >= right.length) return left.length - right.length;
    return order(left[index]!, right[index]!, operator);
  }
  throw new Fault(
    `${article(typeName(left))} and ${article(typeName(right))} cannot be compared with "${operator}"`,
  );
}

/** By code points: JavaScript's own order is another one beyond the first 65,536. */
function orderOfTexts(left: string, right: string): number {
  if (left === right) return 0;
  const [one, other] = [charactersOf(left), charactersOf(right)];
  if (typeof one === "string" && typeof other === "string") return left < right ? -1 : 1;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const difference = one[index]!.codePointAt(0)! - other[index]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** The items in order, those that are equal as they were. */
export function sorted(items: Iterable<Value>, key: (item: Value) => Value, reverse = false): Value[] {
  const keyed = [...items].map((item) => ({ item, key: key(item) }));
  keyed.sort((one, other) => reverse ? order(other.key, one.key) : order(one.key, other.key));
  return keyed.map(({ item }) => item);
}

/** What `value[key]` is; nothing where there is no such item. */
export function itemOf(value: Value, key: Value): Value | undefined {
  if (value instanceof Undefined) return value.fail();
  if (key instanceof Undefined) return key.fail();
  const index = numeric(key);
  if (typeof index === "bigint") {
    if (Array.isArray(value)) return value.at(Number(index));
    if (isText(value)) {
      const char = characterAt(textOf(value), Number(index));
      return char === undefined ? undefined : likeText(value, char);
    }
    if (value instanceof Range) {
      const at = Number(index) < 0 ? Number(index) + value.length() : Number(index);
      return at >= 0 && at < value.length() ? value.at(at) : undefined;
    }
  }
  return value instanceof PyObject ? value.item(key) : undefined;
}

function characterAt(text: string, index: number): string | undefined {
  const characters = charactersOf(text);
  return characters[index < 0 ? index + characters.length : index];
}

/** What `value[start:stop:step]` is. */
export function sliceOf(value: Value, start: Value, stop: Value, step: Value): Value {
  requireDefined(value);
  const items = isText(value)
    ? [...textOf(value)]
    : Array.isArray(value)
    ? value
    : value instanceof Range
    ? [...value.iterate()]
    : undefined;
  if (items === undefined) throw new Fault(`${article(typeName(value))} cannot be sliced`);
  const picked = [...sliceIndexes(items.length, start, stop, step)].map((index) => items[index]!);
  if (isText(value)) return likeText(value, picked.join(""));
  if (value instanceof Range) return sliceOfRange(value, sliceBounds(items.length, start, stop, step));
  return value instanceof Tuple ? Tuple.holding(picked) : picked;
}

function sliceOfRange(range: Range, { from, to, by }: { from: number; to: number; by: number }): Range {
  return new Range(range.at(from), range.at(to), range.step * BigInt(by));
}

function* sliceIndexes(length: number, start: Value, stop: Value, step: Value): Iterable<number> {
  const { from, to, by } = sliceBounds(length, start, stop, step);
  for (let index = from; by > 0 ? index < to : index > to; index += by) yield index;
}

function sliceBounds(
  length: number,
  start: Value,
  stop: Value,
  step: Value,
): { from: number; to: number; by: number } {
  const by = step === null ? 1 : sliceNumber(step);
  if (by === 0) throw new Fault("the step of a slice cannot be zero");
  const [lowest, highest] = by > 0 ? [0, length] : [-1, length - 1];
  const bound = (value: Value, otherwise: number) => {
    if (value === null) return otherwise;
    const index = sliceNumber(value);
    return Math.min(Math.max(index < 0 ? index + length : index, lowest), highest);
  };
  return { from: bound(start, by > 0 ? lowest : highest), to: bound(stop, by > 0 ? highest : lowest), by };
}

function sliceNumber(value: Value): number {
  requireDefined(value);
  const number = numeric(value);
  if (typeof number !== "bigint") throw new Fault("the bounds of a slice are whole numbers");
  return Number(number);
}

/** How long a value is, or an error. */
export function requireLength(value: Value): number {
  const length = typeof value === "string"
    ? lengthOf(value)
    : Array.isArray(value)
    ? value.length
    : value instanceof PyObject
    ? value.length()
    : undefined;
  if (length === undefined) throw new Fault(`${article(typeName(value))} has no length`);
  return length;
}

/** The items of a value as an array of their own. */
export function listOf(value: Value): Value[] {
  return [...iterate(value)];
}
