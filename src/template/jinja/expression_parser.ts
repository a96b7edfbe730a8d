/** Reads expressions, with the precedence that Jinja2 gives to operators. */

import { SyntaxFault, type Token } from "./lexer.ts";
import type { BinaryOperator, Comparison } from "./operators.ts";
import type { CallArguments, Expression, Target } from "./syntax.ts";
import type { Value } from "./values.ts";

const CONSTANTS: Readonly<Record<string, Value>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};
const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="];

/** Reads the tokens of expressions, one after the other. */
export class ExpressionParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#at]!;
  }

  get following(): Token {
    return this.#tokens[this.#at + 1] ?? this.current;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  isName(name: string, token = this.current): boolean {
    return token.kind === "name" && token.value === name;
  }

  isOperator(operator: string, token = this.current): boolean {
    return token.kind === "operator" && token.value === operator;
  }

  skipName(name: string): boolean {
    return this.isName(name) && this.next() !== undefined;
  }

  skipOperator(operator: string): boolean {
    return this.isOperator(operator) && this.next() !== undefined;
  }

  expectName(): Token {
    return this.current.kind === "name" ? this.next() : this.fail("a name");
  }

  expectOperator(operator: string): Token {
    return this.isOperator(operator) ? this.next() : this.fail(`"${operator}"`);
  }

  fail(expected: string): never {
    throw new SyntaxFault(`expected ${expected}, found ${describe(this.current)}`, this.current.line);
  }

  /** An expression; with commas, a tuple. */
  tuple(
    options: { conditional?: boolean; end?: string; inParentheses?: boolean; simple?: boolean } = {},
  ): Expression {
    const { conditional = true, end, inParentheses = false, simple = false } = options;
    const { line } = this.current;
    const items: Expression[] = [];
    let commas = false;
    while (!this.#atTupleEnd(end)) {
      items.push(simple ? this.#primary() : this.expression(conditional));
      if (!this.skipOperator(",")) break;
      commas = true;
    }
    if (!commas && items.length === 1) return items[0]!;
    if (!commas && !inParentheses) return this.fail("an expression");
    return { kind: "tuple", items, line };
  }

  #atTupleEnd(end: string | undefined): boolean {
    const { kind } = this.current;
    if (kind === "variable_end" || kind === "block_end" || this.isOperator(")")) return true;
    return end !== undefined && this.isName(end);
  }

  /** What is assigned to: a name, names with commas, an attribute of a namespace. */
  target(options: { end?: string; namespace?: boolean } = {}): Target {
    const { line } = this.current;
    if (options.namespace && this.isOperator(".", this.following) && this.current.kind === "name") {
      const name = this.next().value;
      this.next();
      return { kind: "namespace", name, attribute: this.expectName().value, line };
    }
    return asTarget(this.tuple({ simple: true, ...(options.end === undefined ? {} : { end: options.end }) }));
  }

  /** A single name that is assigned to. */
  nameTarget(): string {
    const { line } = this.current;
    const name = this.expectName().value;
    if (Object.hasOwn(CONSTANTS, name)) throw new SyntaxFault(`"${name}" cannot be assigned to`, line);
    return name;
  }

  expression(conditional = true): Expression {
    return conditional ? this.#conditional() : this.#or();
  }

  #conditional(): Expression {
    let value = this.#or();
    while (this.isName("if")) {
      const { line } = this.next();
      const test = this.#or();
      const otherwise = this.skipName("else") ? this.#conditional() : undefined;
      value = { kind: "conditional", test, then: value, otherwise, line };
    }
    return value;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.isName("or")) {
      const { line } = this.next();
      left = { kind: "or", left, right: this.#and(), line };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.isName("and")) {
      const { line } = this.next();
      left = { kind: "and", left, right: this.#not(), line };
    }
    return left;
  }

  #not(): Expression {
    if (!this.isName("not")) return this.#compare();
    const { line } = this.next();
    return { kind: "not", operand: this.#not(), line };
  }

  #compare(): Expression {
    const first = this.#sum();
    const rest: { operator: Comparison; operand: Expression }[] = [];
    for (let operator = this.#comparison(); operator !== undefined; operator = this.#comparison()) {
      rest.push({ operator, operand: this.#sum() });
    }
    return rest.length === 0 ? first : { kind: "compare", first, rest, line: first.line };
  }

  #comparison(): Comparison | undefined {
    if (this.current.kind === "operator" && COMPARISONS.includes(this.current.value)) {
      return this.next().value as Comparison;
    }
    if (this.skipName("in")) return "in";
    if (!this.isName("not") || !this.isName("in", this.following)) return undefined;
    this.next();
    this.next();
    return "not in";
  }

  #sum(): Expression {
    return this.#binary(["+", "-"], () => this.#concat());
  }

  #concat(): Expression {
    const first = this.#product();
    if (!this.isOperator("~")) return first;
    const parts = [first];
    while (this.skipOperator("~")) parts.push(this.#product());
    return { kind: "concat", parts, line: first.line };
  }

  #product(): Expression {
    return this.#binary(["*", "/", "//", "%"], () => this.#binary(["**"], () => this.#unary()));
  }

  #binary(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (this.current.kind === "operator" && operators.includes(this.current.value)) {
      const { value, line } = this.next();
      left = { kind: "binary", operator: value as BinaryOperator, left, right: operand(), line };
    }
    return left;
  }

  #unary(withFilters = true): Expression {
    let node: Expression;
    if (this.isOperator("-") || this.isOperator("+")) {
      const { value, line } = this.next();
      node = { kind: "sign", operator: value as "+" | "-", operand: this.#unary(false), line };
    } else node = this.#primary();
    node = this.#postfix(node);
    return withFilters ? this.#filtersAndTests(node) : node;
  }

  #primary(): Expression {
    const token = this.current;
    const { line, value } = token;
    switch (token.kind) {
      case "name":
        this.next();
        return Object.hasOwn(CONSTANTS, value)
          ? { kind: "constant", value: CONSTANTS[value]!, line }
          : { kind: "name", name: value, line };
      case "string": {
        let text = "";
        while (this.current.kind === "string") text += this.next().value;
        return { kind: "constant", value: text, line };
      }
      case "integer":
        this.next();
        return { kind: "constant", value: BigInt(value.replaceAll("_", "").toLowerCase()), line };
      case "float":
        this.next();
        return { kind: "constant", value: Number(value.replaceAll("_", "")), line };
      default:
        return this.#bracketed();
    }
  }

  #bracketed(): Expression {
    const { line } = this.current;
    if (this.skipOperator("(")) {
      const value = this.tuple({ inParentheses: true });
      this.expectOperator(")");
      return value;
    }
    if (this.skipOperator("[")) {
      return { kind: "list", items: this.#separated("]", () => this.expression()), line };
    }
    if (this.skipOperator("{")) {
      const pair = (): [Expression, Expression] => {
        const key = this.expression();
        this.expectOperator(":");
        return [key, this.expression()];
      };
      return { kind: "dict", pairs: this.#separated("}", pair), line };
    }
    return this.fail("an expression");
  }

  /** Parts with commas between, up to a closing bracket. */
  #separated<T>(end: string, part: () => T): T[] {
    const parts: T[] = [];
    while (!this.skipOperator(end)) {
      if (parts.length > 0) {
        this.expectOperator(",");
        if (this.skipOperator(end)) break;
      }
      parts.push(part());
    }
    return parts;
  }

  #postfix(node: Expression): Expression {
    for (let value = node;;) {
      if (this.isOperator(".") || this.isOperator("[")) value = this.#subscript(value);
      else if (this.isOperator("(")) value = this.#call(value);
      else return value;
    }
  }

  #filtersAndTests(node: Expression): Expression {
    for (let value = node;;) {
      if (this.isOperator("|")) value = this.filters(value)!;
      else if (this.isName("is")) value = this.#test(value);
      else if (this.isOperator("(")) value = this.#call(value);
      else return value;
    }
  }

  #subscript(target: Expression): Expression {
    const { line, value } = this.next();
    if (value === ".") {
      const token = this.next();
      if (token.kind === "name") return { kind: "attribute", target, name: token.value, line };
      if (token.kind !== "integer") throw new SyntaxFault("expected a name or a number", token.line);
      return { kind: "item", target, key: { kind: "constant", value: BigInt(token.value), line }, line };
    }
    const start = this.isOperator(":") ? undefined : this.expression();
    if (start !== undefined && this.isOperator(",")) return this.#tupleKey(target, start, line);
    if (start !== undefined && this.skipOperator("]")) return { kind: "item", target, key: start, line };
    this.expectOperator(":");
    const bound = () => this.isOperator(":") || this.isOperator("]") ? undefined : this.expression();
    const stop = bound();
    const step = this.skipOperator(":") ? bound() : undefined;
    this.expectOperator("]");
    return {
      kind: "slice",
      target,
      line,
      ...(start && { start }),
      ...(stop && { stop }),
      ...(step && { step }),
    };
  }

  #tupleKey(target: Expression, first: Expression, line: number): Expression {
    const items = [first];
    while (this.skipOperator(",")) items.push(this.expression());
    this.expectOperator("]");
    return { kind: "item", target, key: { kind: "tuple", items, line }, line };
  }

  #call(target: Expression): Expression {
    const { line } = this.current;
    return { kind: "call", target, args: this.#callArguments(), line };
  }

  #callArguments(): CallArguments {
    const { line } = this.expectOperator("(");
    const args: CallArguments = { positional: [], named: [] };
    const ensure = (holds: boolean) => {
      if (!holds) throw new SyntaxFault("the arguments of the call are in a wrong order", line);
    };
    this.#separated(")", () => {
      if (this.skipOperator("*")) {
        ensure(args.spread === undefined && args.spreadNamed === undefined);
        args.spread = this.expression();
      } else if (this.skipOperator("**")) {
        ensure(args.spreadNamed === undefined);
        args.spreadNamed = this.expression();
      } else if (this.current.kind === "name" && this.isOperator("=", this.following)) {
        ensure(args.spreadNamed === undefined);
        const name = this.next().value;
        this.next();
        if (args.named.some(([other]) => other === name)) {
          throw new SyntaxFault(`the argument "${name}" is given twice`, line);
        }
        args.named.push([name, this.expression()]);
      } else {
        ensure(args.spread === undefined && args.spreadNamed === undefined && args.named.length === 0);
        args.positional.push(this.expression());
      }
    });
    return args;
  }

  /** The filters behind a value; `inline` where the first one has no `|`, as in `{% filter … %}`. */
  filters(target: Expression | undefined, inline = false): Expression | undefined {
    let value = target;
    for (let first = inline; first || this.isOperator("|"); first = false) {
      if (!first) this.next();
      const { line } = this.current;
      const name = this.#dottedName();
      const args = this.isOperator("(") ? this.#callArguments() : { positional: [], named: [] };
      value = { kind: "filter", target: value, name, args, line };
    }
    return value;
  }

  #test(target: Expression): Expression {
    const { line } = this.next();
    const negated = this.skipName("not");
    const name = this.#dottedName();
    const test: Expression = { kind: "test", target, name, args: this.#testArguments(), line };
    return negated ? { kind: "not", operand: test, line } : test;
  }

  #testArguments(): CallArguments {
    if (this.isOperator("(")) return this.#callArguments();
    const { kind } = this.current;
    const argument = kind === "name" || kind === "string" || kind === "integer" || kind === "float" ||
      this.isOperator("[") || this.isOperator("{");
    if (!argument || ["else", "or", "and"].some((name) => this.isName(name))) {
      return { positional: [], named: [] };
    }
    if (this.isName("is")) throw new SyntaxFault("tests with is cannot be chained", this.current.line);
    return { positional: [this.#postfix(this.#primary())], named: [] };
  }

  #dottedName(): string {
    let name = this.expectName().value;
    while (this.skipOperator(".")) name += `.${this.expectName().value}`;
    return name;
  }
}

function asTarget(expression: Expression): Target {
  const { line } = expression;
  if (expression.kind === "name") return { kind: "name", name: expression.name, line };
  if (expression.kind === "tuple") return { kind: "tuple", items: expression.items.map(asTarget), line };
  throw new SyntaxFault("this cannot be assigned to", line);
}

function describe(token: Token): string {
  switch (token.kind) {
    case "end":
      return "the end of the template";
    case "variable_end":
    case "block_end":
      return "the end of the tag";
    case "string":
      return "a text";
    default:
      return `"${token.value}"`;
  }
}
