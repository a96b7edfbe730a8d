/** Finds the values of expressions. */

import type { Surroundings } from "./callables.ts";
import { Dict } from "./dict.ts";
import { attribute, subscript } from "./lookup.ts";
import { binary, compare, listOf, signed, sliceOf } from "./operators.ts";
import { placed } from "./places.ts";
import { escape, str } from "./printing.ts";
import type { Scope } from "./scope.ts";
import { type CallArguments, type Expression, pathOf } from "./syntax.ts";
import {
  type Arguments,
  article,
  Fault,
  isText,
  Markup,
  PyObject,
  textOf,
  truth,
  Tuple,
  typeName,
  Undefined,
  UndefinedFault,
  type Value,
} from "./values.ts";

/** Evaluates expressions in what is around them. */
export class Evaluator {
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * The value of an expression.
   *
   * @throws {PlacedFault} If it has none.
   */
  evaluate(expression: Expression, scope: Scope): Value {
    try {
      return this.#value(expression, scope);
    } catch (error) {
      throw placed(error, expression.line);
    }
  }

  /** What a filter without a target makes of a value: that of `{% filter … %}` or `{% set x | … %}`. */
  filtered(filter: Expression | undefined, value: Value, scope: Scope): Value {
    if (filter === undefined || filter.kind !== "filter") return value;
    try {
      return this.#filter(filter.name, this.filtered(filter.target, value, scope), filter.args, scope);
    } catch (error) {
      throw placed(error, filter.line);
    }
  }

  /** A call, with an argument `caller` where it stands in a call block. */
  call(target: Value, args: Arguments, path: () => string): Value {
    if (target instanceof Undefined) return target.fail();
    if (!(target instanceof PyObject) || target.call === undefined) {
      throw new Fault(`"${path()}" is ${article(typeName(target))} and cannot be called`);
    }
    return named(() => `${path()}()`, () => (target as Required<PyObject>).call(args));
  }

  /** The arguments of a call. */
  arguments(args: CallArguments, scope: Scope): Arguments {
    const positional = args.positional.map((one) => this.evaluate(one, scope));
    const given = new Map<string, Value>();
    for (const [name, value] of args.named) given.set(name, this.evaluate(value, scope));
    if (args.spread !== undefined) positional.push(...listOf(this.evaluate(args.spread, scope)));
    if (args.spreadNamed === undefined) return { positional, named: given };
    const more = this.evaluate(args.spreadNamed, scope);
    if (!(more instanceof Dict)) throw new Fault("** needs a dictionary");
    for (const [key, value] of more.entries()) {
      if (!isText(key)) throw new Fault("the names of arguments are texts");
      if (given.has(textOf(key))) throw new Fault(`the argument "${textOf(key)}" is given twice`);
      given.set(textOf(key), value);
    }
    return { positional, named: given };
  }

  #value(expression: Expression, scope: Scope): Value {
    const value = (one: Expression) => this.evaluate(one, scope);
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "name":
        return this.#variable(expression.name, scope);
      case "attribute":
        return attribute(
          value(expression.target),
          expression.name,
          () => pathOf(expression),
          this.#surroundings,
        );
      case "item":
        return subscript(
          value(expression.target),
          value(expression.key),
          () => pathOf(expression),
          this.#surroundings,
        );
      case "slice": {
        const bound = (one: Expression | undefined) => one === undefined ? null : value(one);
        return sliceOf(
          value(expression.target),
          bound(expression.start),
          bound(expression.stop),
          bound(expression.step),
        );
      }
      case "call": {
        const target = value(expression.target);
        return this.call(target, this.arguments(expression.args, scope), () => pathOf(expression.target));
      }
      case "filter":
        return this.#filter(expression.name, value(expression.target!), expression.args, scope);
      case "test":
        return this.#test(expression.name, value(expression.target), expression.args, scope);
      case "list":
        return expression.items.map(value);
      case "tuple":
        return Tuple.holding(expression.items.map(value));
      case "dict":
        return new Dict(expression.pairs.map(([key, item]) => [value(key), value(item)] as const));
      case "binary":
        return binary(expression.operator, value(expression.left), value(expression.right));
      case "sign":
        return signed(expression.operator, value(expression.operand));
      case "not":
        return !truth(value(expression.operand));
      case "and": {
        const left = value(expression.left);
        return truth(left) ? value(expression.right) : left;
      }
      case "or": {
        const left = value(expression.left);
        return truth(left) ? left : value(expression.right);
      }
      case "compare":
        return this.#compare(expression, scope);
      case "concat":
        return this.#concat(expression.parts.map(value));
      case "conditional":
        if (truth(value(expression.test))) return value(expression.then);
        return expression.otherwise === undefined
          ? withoutElse(expression.then)
          : value(expression.otherwise);
    }
  }

  #variable(name: string, scope: Scope): Value {
    const value = scope.get(name);
    if (value !== undefined) return value;
    return new Undefined({ path: name, key: name, candidates: () => scope.names() });
  }

  #compare(expression: Expression & { kind: "compare" }, scope: Scope): boolean {
    let left = this.evaluate(expression.first, scope);
    for (const { operator, operand } of expression.rest) {
      const right = this.evaluate(operand, scope);
      if (!compare(operator, left, right)) return false;
      left = right;
    }
    return true;
  }

  #concat(parts: Value[]): Value {
    if (this.#surroundings.autoescape && parts.some((part) => part instanceof Markup)) {
      return new Markup(parts.map((part) => escape(part).text).join(""));
    }
    return parts.map(str).join("");
  }

  #filter(name: string, value: Value, args: CallArguments, scope: Scope): Value {
    const filter = this.#surroundings.filter(name);
    const given = this.arguments(args, scope);
    return named(() => `${name} filter`, () => filter.run(value, given, this.#surroundings));
  }

  #test(name: string, value: Value, args: CallArguments, scope: Scope): Value {
    const test = this.#surroundings.test(name);
    const given = this.arguments(args, scope);
    return named(() => `test "${name}"`, () => test.run(value, given, this.#surroundings));
  }
}

/** Jinja2 prints nothing for an `if` without `else` that does not hold, strict or not. */
function withoutElse(then: Expression): Undefined {
  const message = "the condition does not hold, and there is no else";
  return new Undefined({ path: pathOf(then), message }, true);
}

/** Says in errors what they come from. */
function named<T>(name: () => string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Fault) || error instanceof UndefinedFault) throw error;
    throw new Fault(`${name()}: ${error.message}`, error.hint);
  }
}
