/** The variable `loop`. */

import { NativeFunction } from "./callables.ts";
import { compare } from "./operators.ts";
import { type Arguments, Fault, iterate, PyObject, sizeOf, Tuple, Undefined, type Value } from "./values.ts";

/** What a loop knows about itself. It looks one item ahead, and counts them all only when it is asked to. */
export class Loop extends PyObject {
  readonly typeName = "LoopContext";
  readonly #size: number | undefined;
  #items: Iterator<Value>;
  #index = -1;
  #before: Value | undefined;
  #current: Value | undefined;
  #after: Value | undefined;
  #counted: number | undefined;
  #lastChanged: Value | undefined;

  /** `recurse` renders the loop's body over other items, for loops that are marked so. */
  constructor(
    items: Value,
    readonly depth0: number,
    readonly recurse?: (items: Value, depth: number) => Value,
  ) {
    super();
    this.#size = Array.isArray(items) || items instanceof PyObject ? sizeOf(items) : undefined;
    this.#items = iterate(items)[Symbol.iterator]();
    if (typeof items === "string") this.#counted = [...items].length;
  }

  /** Goes to the next item; nothing where there is none. */
  advance(): Value | undefined {
    const next = this.#peek();
    this.#after = undefined;
    if (next === undefined) return undefined;
    this.#before = this.#current;
    this.#current = next;
    this.#index++;
    return next;
  }

  override repr(): string {
    return `<LoopContext ${this.#index + 1}/${this.length()}>`;
  }

  override length(): number {
    if (this.#counted !== undefined) return this.#counted;
    if (this.#size !== undefined) return this.#size;
    const ahead = this.#after === undefined ? 0 : 1;
    const rest: Value[] = [];
    for (let next = this.#items.next(); next.done !== true; next = this.#items.next()) rest.push(next.value);
    this.#items = rest[Symbol.iterator]();
    return this.#counted = rest.length + this.#index + 1 + ahead;
  }

  override attribute(name: string): Value | undefined {
    const read = this.#attributes[name];
    return Object.hasOwn(this.#attributes, name) ? read!() : undefined;
  }

  override names(): string[] {
    return Object.keys(this.#attributes);
  }

  override call({ positional: [items] }: Arguments): Value {
    if (this.recurse === undefined) {
      throw new Fault("the loop is not marked as recursive", "write {% for … recursive %}");
    }
    if (items === undefined) throw new Fault("it needs the items of the inner loop");
    return this.recurse(items, this.depth0 + 1);
  }

  readonly #attributes: Readonly<Record<string, () => Value>> = {
    index: () => BigInt(this.#index + 1),
    index0: () => BigInt(this.#index),
    revindex: () => BigInt(this.length() - this.#index),
    revindex0: () => BigInt(this.length() - this.#index - 1),
    first: () => this.#index === 0,
    last: () => this.#peek() === undefined,
    length: () => BigInt(this.length()),
    depth: () => BigInt(this.depth0 + 1),
    depth0: () => BigInt(this.depth0),
    previtem: () => this.#neighbour(this.#before, "there is no previous item"),
    nextitem: () => this.#neighbour(this.#peek(), "there is no next item"),
    cycle: () =>
      new NativeFunction("cycle", ({ positional }) => {
        if (positional.length === 0) throw new Fault("it needs values to go through");
        return positional[this.#index % positional.length]!;
      }),
    changed: () =>
      new NativeFunction("changed", ({ positional }) => {
        const value = Tuple.holding(positional);
        if (this.#lastChanged !== undefined && compare("==", this.#lastChanged, value)) return false;
        this.#lastChanged = value;
        return true;
      }),
  };

  #neighbour(value: Value | undefined, message: string): Value {
    return value === undefined ? new Undefined({ path: "loop", message }) : value;
  }

  #peek(): Value | undefined {
    if (this.#after === undefined) {
      const next = this.#items.next();
      this.#after = next.done === true ? undefined : next.value;
    }
    return this.#after;
  }
}
