/** Functions, filters, tests and methods: how their arguments reach them. */

import { didYouMean } from "../../errors/mod.ts";
import { type Arguments, Fault, PyObject, type Value } from "./values.ts";

/** Arguments by the names of the parameters. */
export type Bound = Readonly<Record<string, Value | undefined>>;

/** What filters and tests may ask of the template that they stand in. */
export interface Surroundings {
  /** Whether what is printed here is escaped. */
  readonly autoescape: boolean;
  filter(name: string): Native;
  test(name: string): Native;
  hasFilter(name: string): boolean;
  hasTest(name: string): boolean;
}

/** Something built in: it is given what it stands behind (`value|name`, `value.name()`) and its arguments. */
export interface Native {
  run(subject: Value, args: Arguments, surroundings: Surroundings): Value;
}

type Run = (subject: Value, args: Bound, surroundings: Surroundings) => Value;

/**
 * Something with parameters: `name` must be given, `name?` may be.
 *
 * @example
 * ```ts
 * takes(["width?"], (value, { width = 80n }) => center(str(value), width));
 * ```
 */
export function takes(parameters: readonly string[], run: Run): Native {
  return { run: (subject, args, surroundings) => run(subject, bind(parameters, args), surroundings) };
}

/** The same, whose arguments cannot be named, as with most methods of Python's own types. */
export function takesUnnamed(parameters: readonly string[], run: Run): Native {
  return {
    run: (subject, args, surroundings) => {
      const [name] = args.named.keys();
      if (name !== undefined) throw new Fault(`the argument "${name}" cannot be named`);
      return run(subject, bind(parameters, args), surroundings);
    },
  };
}

/** Something that takes any arguments. */
export function takesAny(run: Native["run"]): Native {
  return { run };
}

function bind(parameters: readonly string[], { positional, named }: Arguments): Bound {
  const names = parameters.map((parameter) => parameter.replace("?", ""));
  if (positional.length > names.length) {
    const most = names.length === 0
      ? "no arguments"
      : names.length === 1
      ? "one argument"
      : `${names.length} arguments`;
    throw new Fault(`it takes ${most}, not ${positional.length}`);
  }
  const bound: Record<string, Value> = Object.create(null);
  positional.forEach((value, index) => bound[names[index]!] = value);
  for (const [name, value] of named) {
    if (!names.includes(name)) throw new Fault(`it has no argument "${name}"`, didYouMean(name, names));
    if (name in bound) throw new Fault(`the argument "${name}" is given twice`);
    bound[name] = value;
  }
  const missing = parameters.find((parameter) => !parameter.endsWith("?") && !(parameter in bound));
  if (missing !== undefined) throw new Fault(`the argument "${missing}" is missing`);
  return bound;
}

/** A function as a value. */
export class NativeFunction extends PyObject {
  readonly typeName: string = "function";

  constructor(readonly name: string, readonly run: (args: Arguments) => Value) {
    super();
  }

  override repr(): string {
    throw new Fault(`"${this.name}" is a function and cannot be printed`, `call it: ${this.name}()`);
  }

  override truth(): boolean {
    return true;
  }

  override call(args: Arguments): Value {
    return this.run(args);
  }
}
