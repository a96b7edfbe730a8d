/** The functions that every template has. */

import { NativeFunction } from "./callables.ts";
import { wholeArgument } from "./conversions.ts";
import { Dict } from "./dict.ts";
import { dictFrom } from "./methods.ts";
import { repr, str } from "./printing.ts";
import { Scope } from "./scope.ts";
import { type Arguments, Fault, PyObject, Range, type Value } from "./values.ts";

/** Jinja2's limit of a range in its sandbox; a template that needs more is a mistake. */
const LONGEST_RANGE = 10_000_000;

/** An object that statements may assign to: `{% set ns.count = 1 %}`. */
export class Namespace extends PyObject {
  readonly typeName = "Namespace";

  constructor(readonly values: Dict) {
    super();
  }

  override repr(): string {
    return `<Namespace ${repr(this.values)}>`;
  }

  override truth(): boolean {
    return true;
  }

  override attribute(name: string): Value | undefined {
    return this.values.get(name);
  }

  override names(): string[] {
    return this.values.names();
  }
}

class Cycler extends PyObject {
  readonly typeName = "Cycler";
  #at = 0;

  constructor(readonly items: readonly Value[]) {
    super();
    if (items.length === 0) throw new Fault("it needs values to go through");
  }

  override truth(): boolean {
    return true;
  }

  override attribute(name: string): Value | undefined {
    if (name === "current") return this.items[this.#at]!;
    if (name === "next") return new NativeFunction("next", () => this.#next());
    return name === "reset" ? new NativeFunction("reset", () => this.#reset()) : undefined;
  }

  #next(): Value {
    const value = this.items[this.#at]!;
    this.#at = (this.#at + 1) % this.items.length;
    return value;
  }

  #reset(): Value {
    this.#at = 0;
    return null;
  }
}

function joiner({ positional: [separator], named }: Arguments): Value {
  const text = separator ?? named.get("sep") ?? ", ";
  let used = false;
  return new NativeFunction("joiner", () => {
    if (used) return text;
    used = true;
    return "";
  });
}

function range({ positional, named }: Arguments): Value {
  if (named.size > 0 || positional.length < 1 || positional.length > 3) {
    throw new Fault("it takes one to three numbers");
  }
  const [first, second, third = 1] = positional.map(wholeArgument);
  const [start, stop] = second === undefined ? [0, first!] : [first!, second];
  const made = new Range(BigInt(start), BigInt(stop), BigInt(third));
  if (made.length() > LONGEST_RANGE) throw new Fault(`a range has at most ${LONGEST_RANGE} numbers`);
  return made;
}

/** The functions, as the outermost variables. */
export function globalScope(): Scope {
  const scope = new Scope();
  const functions: Record<string, (args: Arguments) => Value> = {
    range,
    dict: dictFrom,
    namespace: (args) => new Namespace(dictFrom(args)),
    cycler: ({ positional }) => new Cycler(positional),
    joiner,
    lipsum: () => {
      throw new Fault("text made at random changes the file on every run and is not supported");
    },
  };
  for (const [name, run] of Object.entries(functions)) scope.set(name, new NativeFunction(name, run));
  return scope;
}

/** The message of a value that is no namespace. */
export function requireNamespace(value: Value, name: string): Namespace {
  if (value instanceof Namespace) return value;
  throw new Fault(`"${name}" is no namespace`, `make it one: {% set ${name} = namespace() %}`);
}

/** A text of a name or of names, for messages. */
export function namesText(value: Value): string {
  return Array.isArray(value) ? value.map(str).join(", ") : str(value);
}
