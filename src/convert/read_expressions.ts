/** Reads expressions: the parser's nodes become plain values. */

import {
  type Argument,
  type Clause,
  type Entry,
  type Expression,
  type ExpressionKind,
  type Item,
  type Parameter,
  type Span,
} from "./ast.ts";
import { childrenOf, isBoolean, type ParserNode, split } from "./parser_nodes.ts";
import { readString } from "./python_string.ts";

/** What is wrong with a file that is no Python 3. */
export class NoPython extends Error {
  override readonly name = "NoPython";

  constructor(message: string, readonly line: number, readonly column: number) {
    super(message);
  }
}

/** `not` binds tighter than the parser thinks: `not a and b` is put together anew. */
type Chain = { operand: Expression; nots: number; then?: "and" | "or" }[];

/** Reads the expressions of one file. */
export class ExpressionReader {
  protected readonly text: string;
  readonly #lineStarts: number[];

  constructor(text: string) {
    this.text = text;
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  protected annotation(node: ParserNode | undefined): string | undefined {
    return node === undefined ? undefined : this.textOf(node).replace(/^(:|->)\s*/, "");
  }

  protected parameters(node: ParserNode): Parameter[] {
    let afterStar = false;
    return split(childrenOf(node).filter(({ name }) => !["(", ")", "Comment"].includes(name)), ",")
      .filter((group) => group.length > 0)
      .flatMap((group): Parameter[] => {
        const first = this.textOf(group[0]!);
        if (first === "/") return [];
        const name = group.find((one) => one.name === "VariableName");
        if (first === "*" && name === undefined) {
          afterStar = true;
          return [];
        }
        const kind = first === "*" || first === "**" ? first : afterStar ? "keyword" : "plain";
        if (first === "*") afterStar = true;
        const assign = group.findIndex((one) => one.name === "AssignOp");
        return [{
          name: this.textOf(name!),
          kind,
          default: assign < 0 ? undefined : this.list(group.slice(assign + 1)),
          annotation: this.annotation(group.find((one) => one.name === "TypeDef")),
        }];
      });
  }

  /** One expression, or the tuple that several with commas between them make. */
  protected list(nodes: readonly ParserNode[]): Expression {
    const solid = nodes.filter(({ name }) => name !== "Comment");
    if (solid.length === 1) return this.expression(solid[0]!);
    const items = this.items(nodes);
    const isTuple = solid.some(({ name }) => name === ",");
    if (!isTuple && items.length === 1) return items[0]!.value;
    const [first, last] = [solid[0]!, solid.at(-1)!];
    return { kind: "tuple", items, span: { ...this.span(first), to: last.to } };
  }

  protected items(nodes: readonly ParserNode[]): Item[] {
    const items: (Item & { comments: string[] })[] = [];
    let comments: string[] = [];
    let star = false;
    for (const node of nodes) {
      if ([",", "(", ")", "[", "]", "{", "}"].includes(node.name)) continue;
      if (node.name === "Comment") {
        this.keepComment(node, items, comments);
        continue;
      }
      if (node.name === "*") {
        star = true;
        continue;
      }
      const value = this.expression(node);
      items.push({
        value: star ? { kind: "star", value, span: value.span } : value,
        comments,
      });
      comments = [];
      star = false;
    }
    items.at(-1)?.comments.push(...comments);
    return items;
  }

  /** A comment belongs to the item that it stands behind, or to the next one. */
  protected keepComment(
    node: ParserNode,
    items: readonly (Item & { comments: string[] })[],
    next: string[],
  ): void {
    const text = this.textOf(node).replace(/^#+ ?/, "");
    const last = items.at(-1);
    const isBehind = last !== undefined && !this.text.slice(last.value.span.to, node.from).includes("\n");
    (isBehind ? last.comments : next).push(text);
  }

  protected expression(node: ParserNode): Expression {
    const span = this.span(node);
    if (node.name === "ParenthesizedExpression") {
      const inner = childrenOf(node).filter(({ name }) => !["(", ")", "Comment"].includes(name));
      return { ...this.list(inner), isParenthesised: true };
    }
    if (isBoolean(node)) return this.fromChain(this.chain(node), span);
    return { ...this.kindOf(node), span };
  }

  protected kindOf(node: ParserNode): ExpressionKind {
    const children = childrenOf(node);
    switch (node.name) {
      case "VariableName":
        return { kind: "name", name: this.textOf(node) };
      case "Number":
        return { kind: "number", text: this.textOf(node) };
      case "Boolean":
        return { kind: "constant", value: this.textOf(node) === "True" };
      case "None":
        return { kind: "constant", value: null };
      case "String":
      case "FormatString":
        return this.string([node]);
      case "ContinuedString":
        return this.string(children.filter(({ name }) => name !== "Comment"));
      case "BinaryExpression":
        return this.binary(children);
      case "UnaryExpression":
        return {
          kind: "unary",
          operator: this.textOf(children[0]!),
          operand: this.expression(children[1]!),
        };
      case "ConditionalExpression": {
        const [yes, , test, , no] = children.filter(({ name }) => name !== "Comment");
        return {
          kind: "conditional",
          test: this.expression(test!),
          yes: this.expression(yes!),
          no: this.expression(no!),
        };
      }
      case "LambdaExpression": {
        const list = children.find(({ name }) => name === "ParamList");
        return {
          kind: "lambda",
          parameters: list === undefined ? [] : this.parameters(list),
          body: this.expression(children.at(-1)!),
        };
      }
      case "CallExpression":
        return {
          kind: "call",
          called: this.expression(children[0]!),
          args: this.arguments(children.at(-1)!),
        };
      case "MemberExpression":
        return this.member(children);
      case "ArrayExpression":
        return { kind: "list", items: this.items(children) };
      case "TupleExpression":
        return { kind: "tuple", items: this.items(children) };
      case "SetExpression":
        return { kind: "set", items: this.items(children) };
      case "DictionaryExpression":
        return { kind: "dictionary", entries: this.entries(children) };
      case "ArrayComprehensionExpression":
        return this.comprehension("list", children.slice(1, -1));
      case "SetComprehensionExpression":
        return this.comprehension("set", children.slice(1, -1));
      case "ComprehensionExpression":
        return this.comprehension("generator", children.slice(1, -1));
      case "DictionaryComprehensionExpression":
        return this.comprehension("dictionary", children.slice(1, -1));
      default:
        return { kind: "other", what: OTHER_EXPRESSIONS[node.name] ?? `"${this.textOf(node)}"` };
    }
  }

  protected string(nodes: readonly ParserNode[]): ExpressionKind {
    const pieces = nodes.map((node) => readString(this.textOf(node)));
    const parts = nodes.flatMap((node, index) => {
      const piece = pieces[index]!;
      if (node.name === "String") return [piece.decode(piece.content)];
      const replacements = childrenOf(node).filter(({ name }) => name === "FormatReplacement");
      let at = node.from + piece.start;
      const end = node.from + piece.start + piece.content.length;
      const found: ExpressionParts = [];
      const literal = (to: number) => {
        const raw = this.text.slice(at, to).replaceAll("{{", "{").replaceAll("}}", "}");
        if (raw !== "") found.push(piece.decode(raw));
      };
      for (const replacement of replacements) {
        literal(replacement.from);
        found.push(this.replacement(replacement));
        at = replacement.to;
      }
      literal(end);
      return found;
    });
    return {
      kind: "string",
      parts: mergeTexts(parts),
      bytes: pieces.some(({ bytes }) => bytes),
      isTriple: pieces.some(({ isTriple }) => isTriple),
    };
  }

  protected replacement(node: ParserNode): ExpressionParts[number] {
    const children = childrenOf(node);
    const conversion = children.find(({ name }) => name === "FormatConversion");
    const spec = children.find(({ name }) => name === "FormatSpec");
    const values = children.filter(({ name }) =>
      !["{", "}", "FormatConversion", "FormatSpec", "FormatSelfDoc"].includes(name)
    );
    const isNested = spec !== undefined && childrenOf(spec).some(({ name }) => name === "FormatReplacement");
    return {
      value: this.expression(values[0]!),
      conversion: conversion === undefined ? undefined : this.textOf(conversion),
      spec: spec === undefined ? undefined : this.textOf(spec).slice(1),
      unusual: isNested || values.length !== 1 || children.some(({ name }) => name === "FormatSelfDoc"),
    };
  }

  protected binary(children: readonly ParserNode[]): ExpressionKind {
    const solid = children.filter(({ name }) => name !== "Comment");
    const left = this.expression(solid[0]!);
    const right = this.expression(solid.at(-1)!);
    const operator = solid.slice(1, -1).map((one) => this.textOf(one)).join(" ");
    const isComparison = solid[1]!.name === "CompareOp" || ["in", "not", "is"].includes(solid[1]!.name);
    return { kind: isComparison ? "compare" : "binary", operator, left, right };
  }

  /** The operands of `and`, `or` and `not` in their order, whatever the parser made of them. */
  protected chain(node: ParserNode): Chain {
    if (!isBoolean(node)) return [{ operand: this.expression(node), nots: 0 }];
    const children = childrenOf(node).filter(({ name }) => name !== "Comment");
    if (node.name === "UnaryExpression") {
      const [first, ...rest] = this.chain(children[1]!);
      return [{ ...first!, nots: first!.nots + 1 }, ...rest];
    }
    const left = this.chain(children[0]!);
    const last = left.pop()!;
    return [...left, { ...last, then: children[1]!.name as "and" | "or" }, ...this.chain(children[2]!)];
  }

  protected fromChain(chain: Chain, span: Span): Expression {
    for (const operator of ["or", "and"] as const) {
      const at = chain.findLastIndex(({ then }) => then === operator);
      if (at < 0) continue;
      const { then: _, ...last } = chain[at]!;
      return {
        kind: "boolean",
        operator,
        left: this.fromChain([...chain.slice(0, at), last], span),
        right: this.fromChain(chain.slice(at + 1), span),
        span,
      };
    }
    const { operand, nots } = chain[0]!;
    let value = operand;
    for (let count = 0; count < nots; count++) value = { kind: "not", operand: value, span: operand.span };
    return value;
  }

  protected member(children: readonly ParserNode[]): ExpressionKind {
    const object = this.expression(children[0]!);
    const last = children.at(-1)!;
    if (last.name === "PropertyName") return { kind: "attribute", object, name: this.textOf(last) };
    const inner = children.slice(1).filter(({ name }) => !["[", "]", "Comment"].includes(name));
    if (!inner.some(({ name }) => name === ":")) {
      return { kind: "subscript", object, index: this.list(inner) };
    }
    if (inner.some(({ name }) => name === ",")) {
      return { kind: "other", what: "a slice of several dimensions" };
    }
    const [start, stop, step] = split(inner, ":").map((group) =>
      group.length === 0 ? undefined : this.list(group)
    );
    return {
      kind: "slice",
      object,
      ...(start === undefined ? {} : { start }),
      ...(stop === undefined ? {} : { stop }),
      ...(step === undefined ? {} : { step }),
    };
  }

  protected arguments(node: ParserNode): Argument[] {
    const args: (Argument & { comments: string[] })[] = [];
    const inner = childrenOf(node).slice(1, -1);
    // `f(x for x in y)`: the parentheses are the generator's as well.
    if (inner.some(({ name }) => name === "for")) {
      const value: Expression = { ...this.comprehension("generator", inner), span: this.span(node) };
      return [{ value, comments: [] }];
    }
    let comments: string[] = [];
    for (const group of split(inner, ",")) {
      for (const one of group) if (one.name === "Comment") this.keepComment(one, args, comments);
      const solid = group.filter(({ name }) => name !== "Comment");
      if (solid.length === 0) continue;
      const first = this.textOf(solid[0]!);
      const isNamed = solid[1]?.name === "AssignOp";
      const value = isNamed ? solid.slice(2) : ["*", "**"].includes(first) ? solid.slice(1) : solid;
      args.push({
        name: isNamed ? first : undefined,
        spread: first === "*" || first === "**" ? first : undefined,
        value: this.list(value),
        comments,
      });
      comments = [];
    }
    args.at(-1)?.comments.push(...comments);
    return args;
  }

  protected entries(children: readonly ParserNode[]): Entry[] {
    const entries: (Entry & { comments: string[] })[] = [];
    let comments: string[] = [];
    for (const group of split(children.slice(1, -1), ",")) {
      for (const one of group) if (one.name === "Comment") this.keepComment(one, entries, comments);
      const solid = group.filter(({ name }) => name !== "Comment");
      if (solid.length === 0) continue;
      const colon = solid.findIndex(({ name }) => name === ":");
      const key = colon < 0 ? undefined : this.list(solid.slice(0, colon));
      entries.push({ key, value: this.list(solid.slice(colon + 1 || 1)), comments });
      comments = [];
    }
    entries.at(-1)?.comments.push(...comments);
    return entries;
  }

  protected comprehension(
    of: "list" | "set" | "dictionary" | "generator",
    inner: readonly ParserNode[],
  ): ExpressionKind {
    const solid = inner.filter(({ name }) => name !== "Comment");
    const start = solid.findIndex(({ name }) => name === "for");
    const head = solid.slice(0, start);
    const colon = head.findIndex(({ name }) => name === ":");
    const clauses: Clause[] = [];
    let at = start;
    while (at < solid.length) {
      const next = solid.findIndex(({ name }, index) => index > at && ["for", "if"].includes(name));
      const part = solid.slice(at + 1, next < 0 ? solid.length : next);
      if (solid[at]!.name === "if") clauses.at(-1)!.conditions.push(this.list(part));
      else {
        const middle = part.findIndex(({ name }) => name === "in");
        clauses.push({
          target: this.list(part.slice(0, middle)),
          values: this.list(part.slice(middle + 1)),
          conditions: [],
        });
      }
      at = next < 0 ? solid.length : next;
    }
    return {
      kind: "comprehension",
      of,
      ...(colon < 0 ? {} : { key: this.list(head.slice(0, colon)) }),
      element: this.list(colon < 0 ? head : head.slice(colon + 1)),
      clauses,
    };
  }

  protected span({ from, to }: ParserNode): Span {
    return { from, to, line: this.lineOf(from) };
  }

  protected lineOf(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  protected lineText(offset: number): string {
    const start = this.#lineStarts[this.lineOf(offset) - 1]!;
    return this.text.slice(start).split("\n", 1)[0]!;
  }

  protected noPython(message: string, offset: number): NoPython {
    const line = this.lineOf(offset);
    return new NoPython(message, line, offset - this.#lineStarts[line - 1]! + 1);
  }

  protected textOf({ from, to }: ParserNode): string {
    return this.text.slice(from, to);
  }
}

type ExpressionParts = Extract<ExpressionKind, { kind: "string" }>["parts"] extends readonly (infer P)[] ? P[]
  : never;

const OTHER_EXPRESSIONS: Readonly<Record<string, string>> = {
  NamedExpression: "an assignment inside an expression (:=)",
  YieldExpression: "a generator",
  AwaitExpression: "await",
};

function mergeTexts(parts: ExpressionParts): ExpressionParts {
  const merged: ExpressionParts = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged;
}
