/**
 * The values of templates, as Python has them. Whole numbers are `bigint`, floats are `number`, `None` is `null`,
 * lists are arrays; what JavaScript has no kind of its own for is a {@linkcode PyObject}.
 */

/** A value of a template. */
export type Value = null | boolean | bigint | number | string | Value[] | PyObject;

/** The arguments of a call. */
export interface Arguments {
  positional: Value[];
  named: ReadonlyMap<string, Value>;
}

/** Something that Jinja2 would refuse too, or that this implementation does not follow it in. */
export class Fault extends Error {
  constructor(message: string, readonly hint?: string) {
    super(message);
  }
}

/** A value that JavaScript has no kind of its own for. What it does not override, it cannot do. */
export abstract class PyObject {
  /** The type's name in messages. */
  abstract readonly typeName: string;

  /** What `repr` says of it. Python prints an address of most objects, which no template can mean. */
  repr(): string {
    throw new Fault(`${article(this.typeName)} cannot be printed`);
  }

  str(): string {
    return this.repr();
  }

  /** What `value.name` is, beside the methods of its type. */
  attribute(_name: string): Value | undefined {
    return undefined;
  }

  /** What `value[key]` is. */
  item(_key: Value): Value | undefined {
    return undefined;
  }

  /** The items, in order. */
  iterate(): Iterable<Value> {
    throw new Fault(`${article(this.typeName)} is not iterable`);
  }

  /** How many items there are; nothing where that cannot be told. */
  length(): number | undefined {
    return undefined;
  }

  contains(value: Value, equal: (one: Value, other: Value) => boolean): boolean {
    for (const item of this.iterate()) if (equal(item, value)) return true;
    return false;
  }

  truth(): boolean {
    return this.length() !== 0;
  }

  /** Calls it; only what can be called has this. */
  call?(args: Arguments): Value;

  /** The names that it has, for suggestions. */
  names(): string[] {
    return [];
  }
}

/** A tuple. */
export class Tuple extends Array<Value> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static holding(items: Iterable<Value>): Tuple {
    const tuple = new Tuple();
    for (const item of items) tuple.push(item);
    return tuple;
  }
}

/** What `groupby` gives for each group: a pair whose parts have names. */
export class Group extends Tuple {
  static make(grouper: Value, list: Value[]): Group {
    const group = new Group();
    group.push(grouper, list);
    return group;
  }

  /** `group.grouper` and `group.list`. */
  named(name: string): Value | undefined {
    return name === "grouper" ? this[0] : name === "list" ? this[1] : undefined;
  }
}

/** Text that needs no escaping any more. */
export class Markup extends PyObject {
  readonly typeName = "Markup";

  constructor(readonly text: string) {
    super();
  }

  override str(): string {
    return this.text;
  }

  override iterate(): Iterable<Value> {
    return this.text;
  }

  override length(): number {
    return [...this.text].length;
  }
}

/** Why there is no value. */
export interface UndefinedReason {
  /** The expression that has none: `host.data.port`. */
  path: string;
  /** The part of it that is missing: `port`. */
  key?: string;
  /** The names that exist in its place. */
  candidates?: () => string[];
  /** What is wrong, where it is not that something is missing. */
  message?: string;
}

/** The error of using an undefined value. */
export class UndefinedFault extends Fault {
  constructor(readonly reason: UndefinedReason) {
    super(reason.message ?? `"${reason.path}" is undefined`);
  }
}

/** A value that is not defined: it can be tested and defaulted, all else is an error. */
export class Undefined extends PyObject {
  readonly typeName = "Undefined";

  /** The value of `x if y` without `else` may be printed (as nothing) even where undefined ones may not. */
  constructor(readonly reason: UndefinedReason, readonly lenient = false) {
    super();
  }

  fail(): never {
    throw new UndefinedFault(this.reason);
  }

  override repr(): string {
    return "Undefined";
  }

  override str(): string {
    return this.lenient ? "" : this.fail();
  }

  override attribute(): never {
    return this.fail();
  }

  override item(): never {
    return this.fail();
  }

  override iterate(): Iterable<Value> {
    return this.lenient ? [] : this.fail();
  }

  override length(): number {
    return this.lenient ? 0 : this.fail();
  }

  override truth(): boolean {
    return this.lenient ? false : this.fail();
  }

  override call(): never {
    return this.fail();
  }
}

/** What Python calls a generator: its items can be taken once. */
export class Generator extends PyObject {
  readonly typeName = "generator";
  readonly #items: Iterator<Value>;

  constructor(items: Iterable<Value>) {
    super();
    this.#items = items[Symbol.iterator]();
  }

  override repr(): string {
    throw new Fault("a generator cannot be printed", "make a list of it: …|list");
  }

  override *iterate(): Iterable<Value> {
    for (let next = this.#items.next(); next.done !== true; next = this.#items.next()) yield next.value;
  }

  override truth(): boolean {
    return true;
  }
}

/** What `range()` gives. */
export class Range extends PyObject {
  readonly typeName = "range";
  readonly #count: number;

  constructor(readonly start: bigint, readonly stop: bigint, readonly step: bigint) {
    super();
    if (step === 0n) throw new Fault("range() arg 3 must not be zero");
    const span = step > 0n ? stop - start : start - stop;
    const size = step > 0n ? step : -step;
    this.#count = span <= 0n ? 0 : Number((span + size - 1n) / size);
  }

  override repr(): string {
    return `range(${this.start}, ${this.stop}${this.step === 1n ? "" : `, ${this.step}`})`;
  }

  override *iterate(): Iterable<Value> {
    for (let index = 0; index < this.#count; index++) yield this.at(index);
  }

  at(index: number): bigint {
    return this.start + BigInt(index) * this.step;
  }

  override length(): number {
    return this.#count;
  }
}

/** Whether a value counts as true. */
export function truth(value: Value): boolean {
  if (value instanceof PyObject) return value.truth();
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

/** Whether a value is a text, escaped or not. */
export function isText(value: Value): value is string | Markup {
  return typeof value === "string" || value instanceof Markup;
}

/** A text without its mark. */
export function textOf(value: string | Markup): string {
  return typeof value === "string" ? value : value.text;
}

/** A text that is marked as another one is. */
export function likeText(model: Value, text: string): string | Markup {
  return model instanceof Markup ? new Markup(text) : text;
}

/** The name of a value's type in Python. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (value instanceof Tuple) return "tuple";
  if (Array.isArray(value)) return "list";
  if (value instanceof PyObject) return value.typeName;
  return { boolean: "bool", bigint: "int", number: "float", string: "str" }[
    typeof value as "boolean" | "bigint" | "number" | "string"
  ];
}

/**
 * The items of a value.
 *
 * @throws {Fault} If it has none.
 */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value) || typeof value === "string") return value;
  if (value instanceof PyObject) return value.iterate();
  throw new Fault(`${article(typeName(value))} is not iterable`);
}

/** How many items a value has; nothing where that cannot be told. */
export function sizeOf(value: Value): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (typeof value === "string") return lengthOf(value);
  return value instanceof PyObject ? value.length() : undefined;
}

const SURROGATE_REGEXP = /[\ud800-\udfff]/;

/** The length of a text in characters, as Python counts. */
export function lengthOf(text: string): number {
  return SURROGATE_REGEXP.test(text) ? [...text].length : text.length;
}

/** A text's characters: the text itself where each is one unit of JavaScript's. */
export function charactersOf(
  text: string,
): ArrayLike<string> & { slice(from: number, to?: number): unknown } {
  return SURROGATE_REGEXP.test(text) ? [...text] : text;
}

/** Part of a text, counted in characters. */
export function sliceText(text: string, from: number, to?: number): string {
  return SURROGATE_REGEXP.test(text) ? [...text].slice(from, to).join("") : text.slice(from, to);
}

/** A type's name in a sentence. */
export function article(name: string): string {
  if (name === "NoneType") return "none";
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}
