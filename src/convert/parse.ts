/** Reads Python: the parser's tree becomes plain values, and what is no Python is told with its line. */

import { parser } from "@lezer/python";
import {
  type Argument,
  type Clause,
  type Entry,
  type Expression,
  type ExpressionKind,
  type ImportedName,
  type Item,
  type Parameter,
  type Span,
  type Statement,
  type StatementKind,
} from "./ast.ts";
import { readString } from "./python_string.ts";

type ParserNode = ReturnType<typeof parser.parse>["topNode"];

/** A file as it was read. */
export interface PythonFile {
  statements: Statement[];
  text: string;
}

/** What is wrong with a file that is no Python 3. */
export class NoPython extends Error {
  override readonly name = "NoPython";

  constructor(message: string, readonly line: number, readonly column: number) {
    super(message);
  }
}

/**
 * Reads a file of Python 3.
 *
 * @throws {NoPython} For the first line that is none.
 */
export function parsePython(source: string): PythonFile {
  const text = source.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  const reader = new Reader(text);
  const top = parser.parse(text).topNode;
  reader.refuse(top);
  return { statements: reader.block(childrenOf(top)), text };
}

/** `not` binds tighter than the parser thinks: `not a and b` is put together anew. */
type Chain = { operand: Expression; nots: number; then?: "and" | "or" }[];

class Reader {
  readonly #text: string;
  readonly #lineStarts: number[];

  constructor(text: string) {
    this.#text = text;
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** Refuses what the parser could not make sense of, and Python 2. */
  refuse(top: ParserNode): void {
    top.cursor().iterate((node) => {
      if (node.name === "PrintStatement") {
        throw this.#noPython("print is a statement of Python 2 here; pyinfra needs Python 3", node.from);
      }
      if (!node.type.isError) return;
      const line = this.#lineText(node.from).trim();
      const old = /^(exec\s+["'\w]|raise \w+,|except [\w.]+,)/.test(line);
      const what = old ? "this is Python 2; pyinfra needs Python 3" : "this is no valid Python";
      throw this.#noPython(`${what}: ${line === "" ? "the file ends too early" : line}`, node.from);
    });
  }

  block(nodes: readonly ParserNode[]): Statement[] {
    const statements: Statement[] = [];
    for (const node of nodes.flatMap((one) => one.name === "StatementGroup" ? childrenOf(one) : [one])) {
      if ([":", ";"].includes(node.name)) continue;
      const statement: Statement = { ...this.#statement(node), span: this.#span(node) };
      const before = statements.at(-1);
      const isTrailing = statement.kind === "comment" && before !== undefined && before.kind !== "comment" &&
        !this.#text.slice(before.span.to, statement.span.from).includes("\n");
      if (isTrailing) before.trailing = statement.text;
      else statements.push(statement);
    }
    return statements;
  }

  #statement(node: ParserNode): StatementKind {
    const children = childrenOf(node);
    switch (node.name) {
      case "Comment":
        return { kind: "comment", text: this.#textOf(node).replace(/^#+ ?/, "") };
      case "ExpressionStatement":
        return { kind: "expression", value: this.#list(children) };
      case "AssignStatement":
        return this.#assignment(children);
      case "UpdateStatement": {
        const at = children.findIndex(({ name }) => name === "UpdateOp");
        return {
          kind: "update",
          target: this.#list(children.slice(0, at)),
          operator: this.#textOf(children[at]!).slice(0, -1),
          value: this.#list(children.slice(at + 1)),
        };
      }
      case "DeleteStatement":
        return { kind: "delete", targets: this.#items(children.slice(1)).map(({ value }) => value) };
      case "PassStatement":
        return { kind: "pass" };
      case "BreakStatement":
        return { kind: "break" };
      case "ContinueStatement":
        return { kind: "continue" };
      case "ReturnStatement":
        return { kind: "return", value: children.length > 1 ? this.#list(children.slice(1)) : undefined };
      case "RaiseStatement":
        return {
          kind: "raise",
          value: children[1] === undefined ? undefined : this.#expression(children[1]),
        };
      case "AssertStatement": {
        const [test, message] = this.#items(children.slice(1)).map(({ value }) => value);
        return { kind: "assert", test: test!, message };
      }
      case "ImportStatement":
        return this.#import(children);
      case "IfStatement":
        return this.#if(children);
      case "WhileStatement": {
        const { bodies, test } = this.#bodies(children);
        return { kind: "while", test: this.#list(test), body: bodies[0]!, otherwise: bodies[1] };
      }
      case "ForStatement":
        return this.#for(children);
      case "WithStatement":
        return this.#with(children);
      case "FunctionDefinition":
        return this.#function(children, []);
      case "DecoratedStatement": {
        const last = children.at(-1)!;
        if (last.name !== "FunctionDefinition") return { kind: "other", what: "a class" };
        const decorators = children.filter(({ name }) => name === "Decorator");
        return this.#function(childrenOf(last), decorators.map((one) => this.#decorator(one)));
      }
      default:
        return { kind: "other", what: OTHER_STATEMENTS[node.name] ?? node.name };
    }
  }

  #assignment(children: readonly ParserNode[]): StatementKind {
    const annotated = children.find(({ name }) => name === "TypeDef");
    const groups = split(children.filter((one) => one !== annotated), "AssignOp");
    const values = groups.map((group) => this.#list(group));
    const value = groups.length > 1 ? values.pop() : undefined;
    return { kind: "assign", targets: values, value, annotation: this.#annotation(annotated) };
  }

  #annotation(node: ParserNode | undefined): string | undefined {
    return node === undefined ? undefined : this.#textOf(node).replace(/^(:|->)\s*/, "");
  }

  #import(children: readonly ParserNode[]): StatementKind {
    const text = children.map((one) => this.#textOf(one)).join(" ").replaceAll(" . ", ".");
    if (children[0]!.name === "import") {
      return { kind: "import", names: importedNames(text.replace(/^import /, "")) };
    }
    const [, module = "", names = ""] = /^from ([\s\S]*?) import ([\s\S]*)$/.exec(text) ?? [];
    return {
      kind: "from",
      module: module.replaceAll(" ", ""),
      names: importedNames(names.replaceAll(/[()]|#.*/g, "")),
    };
  }

  #if(children: readonly ParserNode[]): StatementKind {
    const branches: { test: Expression; body: Statement[] }[] = [];
    let otherwise: Statement[] | undefined;
    let test: ParserNode[] = [];
    let isElse = false;
    for (const child of children) {
      if (["if", "elif"].includes(child.name)) test = [];
      else if (child.name === "else") isElse = true;
      else if (child.name !== "Body") test.push(child);
      else if (isElse) otherwise = this.block(childrenOf(child));
      else branches.push({ test: this.#list(test), body: this.block(childrenOf(child)) });
    }
    return { kind: "if", branches, otherwise };
  }

  #bodies(children: readonly ParserNode[]): { bodies: Statement[][]; test: ParserNode[] } {
    const bodies = children.filter(({ name }) => name === "Body").map((one) => this.block(childrenOf(one)));
    return { bodies, test: children.slice(1, children.findIndex(({ name }) => name === "Body")) };
  }

  #for(children: readonly ParserNode[]): StatementKind {
    if (children[0]!.name === "async") return { kind: "other", what: "async for" };
    const { bodies, test } = this.#bodies(children);
    const at = test.findIndex(({ name }) => name === "in");
    return {
      kind: "for",
      target: this.#list(test.slice(0, at)),
      values: this.#list(test.slice(at + 1)),
      body: bodies[0]!,
      otherwise: bodies[1],
    };
  }

  #with(children: readonly ParserNode[]): StatementKind {
    if (children[0]!.name === "async") return { kind: "other", what: "async with" };
    const { bodies, test } = this.#bodies(children);
    const contexts = split(test, ",").map((group) => {
      const as = group.findIndex(({ name }) => name === "as");
      return {
        value: this.#list(as < 0 ? group : group.slice(0, as)),
        as: as < 0 ? undefined : this.#textOf(group[as + 1]!),
      };
    });
    return { kind: "with", contexts, body: bodies[0]! };
  }

  #function(children: readonly ParserNode[], decorators: Expression[]): StatementKind {
    if (children[0]!.name === "async") return { kind: "other", what: "an async function" };
    const named = (name: string) => children.find((one) => one.name === name)!;
    return {
      kind: "function",
      name: this.#textOf(named("VariableName")),
      parameters: this.#parameters(named("ParamList")),
      body: this.block(childrenOf(named("Body"))),
      decorators,
      span: this.#span(named("VariableName")),
    };
  }

  #decorator(node: ParserNode): Expression {
    const children = childrenOf(node);
    const names = children.filter(({ name }) => ["VariableName", "PropertyName"].includes(name));
    const span = this.#span(node);
    const called = names.slice(1).reduce<Expression>(
      (object, one) => ({ kind: "attribute", object, name: this.#textOf(one), span }),
      { kind: "name", name: this.#textOf(names[0]!), span },
    );
    const args = children.find(({ name }) => name === "ArgList");
    return args === undefined ? called : { kind: "call", called, args: this.#arguments(args), span };
  }

  #parameters(node: ParserNode): Parameter[] {
    let afterStar = false;
    return split(childrenOf(node).filter(({ name }) => !["(", ")", "Comment"].includes(name)), ",")
      .filter((group) => group.length > 0)
      .flatMap((group): Parameter[] => {
        const first = this.#textOf(group[0]!);
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
          name: this.#textOf(name!),
          kind,
          default: assign < 0 ? undefined : this.#list(group.slice(assign + 1)),
          annotation: this.#annotation(group.find((one) => one.name === "TypeDef")),
        }];
      });
  }

  /** One expression, or the tuple that several with commas between them make. */
  #list(nodes: readonly ParserNode[]): Expression {
    const solid = nodes.filter(({ name }) => name !== "Comment");
    if (solid.length === 1) return this.#expression(solid[0]!);
    const items = this.#items(nodes);
    const isTuple = solid.some(({ name }) => name === ",");
    if (!isTuple && items.length === 1) return items[0]!.value;
    const [first, last] = [solid[0]!, solid.at(-1)!];
    return { kind: "tuple", items, span: { ...this.#span(first), to: last.to } };
  }

  #items(nodes: readonly ParserNode[]): Item[] {
    const items: (Item & { comments: string[] })[] = [];
    let comments: string[] = [];
    let star = false;
    for (const node of nodes) {
      if ([",", "(", ")", "[", "]", "{", "}"].includes(node.name)) continue;
      if (node.name === "Comment") {
        this.#keepComment(node, items, comments);
        continue;
      }
      if (node.name === "*") {
        star = true;
        continue;
      }
      const value = this.#expression(node);
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
  #keepComment(node: ParserNode, items: readonly (Item & { comments: string[] })[], next: string[]): void {
    const text = this.#textOf(node).replace(/^#+ ?/, "");
    const last = items.at(-1);
    const isBehind = last !== undefined && !this.#text.slice(last.value.span.to, node.from).includes("\n");
    (isBehind ? last.comments : next).push(text);
  }

  #expression(node: ParserNode): Expression {
    const span = this.#span(node);
    if (node.name === "ParenthesizedExpression") {
      const inner = childrenOf(node).filter(({ name }) => !["(", ")", "Comment"].includes(name));
      return { ...this.#list(inner), isParenthesised: true };
    }
    if (isBoolean(node)) return this.#fromChain(this.#chain(node), span);
    return { ...this.#kindOf(node), span };
  }

  #kindOf(node: ParserNode): ExpressionKind {
    const children = childrenOf(node);
    switch (node.name) {
      case "VariableName":
        return { kind: "name", name: this.#textOf(node) };
      case "Number":
        return { kind: "number", text: this.#textOf(node) };
      case "Boolean":
        return { kind: "constant", value: this.#textOf(node) === "True" };
      case "None":
        return { kind: "constant", value: null };
      case "String":
      case "FormatString":
        return this.#string([node]);
      case "ContinuedString":
        return this.#string(children.filter(({ name }) => name !== "Comment"));
      case "BinaryExpression":
        return this.#binary(children);
      case "UnaryExpression":
        return {
          kind: "unary",
          operator: this.#textOf(children[0]!),
          operand: this.#expression(children[1]!),
        };
      case "ConditionalExpression": {
        const [yes, , test, , no] = children.filter(({ name }) => name !== "Comment");
        return {
          kind: "conditional",
          test: this.#expression(test!),
          yes: this.#expression(yes!),
          no: this.#expression(no!),
        };
      }
      case "LambdaExpression": {
        const list = children.find(({ name }) => name === "ParamList");
        return {
          kind: "lambda",
          parameters: list === undefined ? [] : this.#parameters(list),
          body: this.#expression(children.at(-1)!),
        };
      }
      case "CallExpression":
        return {
          kind: "call",
          called: this.#expression(children[0]!),
          args: this.#arguments(children.at(-1)!),
        };
      case "MemberExpression":
        return this.#member(children);
      case "ArrayExpression":
        return { kind: "list", items: this.#items(children) };
      case "TupleExpression":
        return { kind: "tuple", items: this.#items(children) };
      case "SetExpression":
        return { kind: "set", items: this.#items(children) };
      case "DictionaryExpression":
        return { kind: "dictionary", entries: this.#entries(children) };
      case "ArrayComprehensionExpression":
        return this.#comprehension("list", children.slice(1, -1));
      case "SetComprehensionExpression":
        return this.#comprehension("set", children.slice(1, -1));
      case "ComprehensionExpression":
        return this.#comprehension("generator", children.slice(1, -1));
      case "DictionaryComprehensionExpression":
        return this.#comprehension("dictionary", children.slice(1, -1));
      default:
        return { kind: "other", what: OTHER_EXPRESSIONS[node.name] ?? `"${this.#textOf(node)}"` };
    }
  }

  #string(nodes: readonly ParserNode[]): ExpressionKind {
    const pieces = nodes.map((node) => readString(this.#textOf(node)));
    const parts = nodes.flatMap((node, index) => {
      const piece = pieces[index]!;
      if (node.name === "String") return [piece.decode(piece.content)];
      const replacements = childrenOf(node).filter(({ name }) => name === "FormatReplacement");
      let at = node.from + piece.start;
      const end = node.from + piece.start + piece.content.length;
      const found: ExpressionParts = [];
      const literal = (to: number) => {
        const raw = this.#text.slice(at, to).replaceAll("{{", "{").replaceAll("}}", "}");
        if (raw !== "") found.push(piece.decode(raw));
      };
      for (const replacement of replacements) {
        literal(replacement.from);
        found.push(this.#replacement(replacement));
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

  #replacement(node: ParserNode): ExpressionParts[number] {
    const children = childrenOf(node);
    const conversion = children.find(({ name }) => name === "FormatConversion");
    const spec = children.find(({ name }) => name === "FormatSpec");
    const values = children.filter(({ name }) =>
      !["{", "}", "FormatConversion", "FormatSpec", "FormatSelfDoc"].includes(name)
    );
    const isNested = spec !== undefined && childrenOf(spec).some(({ name }) => name === "FormatReplacement");
    return {
      value: this.#expression(values[0]!),
      conversion: conversion === undefined ? undefined : this.#textOf(conversion),
      spec: spec === undefined ? undefined : this.#textOf(spec).slice(1),
      unusual: isNested || values.length !== 1 || children.some(({ name }) => name === "FormatSelfDoc"),
    };
  }

  #binary(children: readonly ParserNode[]): ExpressionKind {
    const solid = children.filter(({ name }) => name !== "Comment");
    const left = this.#expression(solid[0]!);
    const right = this.#expression(solid.at(-1)!);
    const operator = solid.slice(1, -1).map((one) => this.#textOf(one)).join(" ");
    const isComparison = solid[1]!.name === "CompareOp" || ["in", "not", "is"].includes(solid[1]!.name);
    return { kind: isComparison ? "compare" : "binary", operator, left, right };
  }

  /** The operands of `and`, `or` and `not` in their order, whatever the parser made of them. */
  #chain(node: ParserNode): Chain {
    if (!isBoolean(node)) return [{ operand: this.#expression(node), nots: 0 }];
    const children = childrenOf(node).filter(({ name }) => name !== "Comment");
    if (node.name === "UnaryExpression") {
      const [first, ...rest] = this.#chain(children[1]!);
      return [{ ...first!, nots: first!.nots + 1 }, ...rest];
    }
    const left = this.#chain(children[0]!);
    const last = left.pop()!;
    return [...left, { ...last, then: children[1]!.name as "and" | "or" }, ...this.#chain(children[2]!)];
  }

  #fromChain(chain: Chain, span: Span): Expression {
    for (const operator of ["or", "and"] as const) {
      const at = chain.findLastIndex(({ then }) => then === operator);
      if (at < 0) continue;
      const { then: _, ...last } = chain[at]!;
      return {
        kind: "boolean",
        operator,
        left: this.#fromChain([...chain.slice(0, at), last], span),
        right: this.#fromChain(chain.slice(at + 1), span),
        span,
      };
    }
    const { operand, nots } = chain[0]!;
    let value = operand;
    for (let count = 0; count < nots; count++) value = { kind: "not", operand: value, span: operand.span };
    return value;
  }

  #member(children: readonly ParserNode[]): ExpressionKind {
    const object = this.#expression(children[0]!);
    const last = children.at(-1)!;
    if (last.name === "PropertyName") return { kind: "attribute", object, name: this.#textOf(last) };
    const inner = children.slice(1).filter(({ name }) => !["[", "]", "Comment"].includes(name));
    if (!inner.some(({ name }) => name === ":")) {
      return { kind: "subscript", object, index: this.#list(inner) };
    }
    if (inner.some(({ name }) => name === ",")) {
      return { kind: "other", what: "a slice of several dimensions" };
    }
    const [start, stop, step] = split(inner, ":").map((group) =>
      group.length === 0 ? undefined : this.#list(group)
    );
    return {
      kind: "slice",
      object,
      ...(start === undefined ? {} : { start }),
      ...(stop === undefined ? {} : { stop }),
      ...(step === undefined ? {} : { step }),
    };
  }

  #arguments(node: ParserNode): Argument[] {
    const args: (Argument & { comments: string[] })[] = [];
    const inner = childrenOf(node).slice(1, -1);
    // `f(x for x in y)`: the parentheses are the generator's as well.
    if (inner.some(({ name }) => name === "for")) {
      const value: Expression = { ...this.#comprehension("generator", inner), span: this.#span(node) };
      return [{ value, comments: [] }];
    }
    let comments: string[] = [];
    for (const group of split(inner, ",")) {
      for (const one of group) if (one.name === "Comment") this.#keepComment(one, args, comments);
      const solid = group.filter(({ name }) => name !== "Comment");
      if (solid.length === 0) continue;
      const first = this.#textOf(solid[0]!);
      const isNamed = solid[1]?.name === "AssignOp";
      const value = isNamed ? solid.slice(2) : ["*", "**"].includes(first) ? solid.slice(1) : solid;
      args.push({
        name: isNamed ? first : undefined,
        spread: first === "*" || first === "**" ? first : undefined,
        value: this.#list(value),
        comments,
      });
      comments = [];
    }
    args.at(-1)?.comments.push(...comments);
    return args;
  }

  #entries(children: readonly ParserNode[]): Entry[] {
    const entries: (Entry & { comments: string[] })[] = [];
    let comments: string[] = [];
    for (const group of split(children.slice(1, -1), ",")) {
      for (const one of group) if (one.name === "Comment") this.#keepComment(one, entries, comments);
      const solid = group.filter(({ name }) => name !== "Comment");
      if (solid.length === 0) continue;
      const colon = solid.findIndex(({ name }) => name === ":");
      const key = colon < 0 ? undefined : this.#list(solid.slice(0, colon));
      entries.push({ key, value: this.#list(solid.slice(colon + 1 || 1)), comments });
      comments = [];
    }
    entries.at(-1)?.comments.push(...comments);
    return entries;
  }

  #comprehension(
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
      if (solid[at]!.name === "if") clauses.at(-1)!.conditions.push(this.#list(part));
      else {
        const middle = part.findIndex(({ name }) => name === "in");
        clauses.push({
          target: this.#list(part.slice(0, middle)),
          values: this.#list(part.slice(middle + 1)),
          conditions: [],
        });
      }
      at = next < 0 ? solid.length : next;
    }
    return {
      kind: "comprehension",
      of,
      ...(colon < 0 ? {} : { key: this.#list(head.slice(0, colon)) }),
      element: this.#list(colon < 0 ? head : head.slice(colon + 1)),
      clauses,
    };
  }

  #span({ from, to }: ParserNode): Span {
    return { from, to, line: this.#lineOf(from) };
  }

  #lineOf(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #lineText(offset: number): string {
    const start = this.#lineStarts[this.#lineOf(offset) - 1]!;
    return this.#text.slice(start).split("\n", 1)[0]!;
  }

  #noPython(message: string, offset: number): NoPython {
    const line = this.#lineOf(offset);
    return new NoPython(message, line, offset - this.#lineStarts[line - 1]! + 1);
  }

  #textOf({ from, to }: ParserNode): string {
    return this.#text.slice(from, to);
  }
}

type ExpressionParts = Extract<ExpressionKind, { kind: "string" }>["parts"] extends readonly (infer P)[] ? P[]
  : never;

const OTHER_STATEMENTS: Readonly<Record<string, string>> = {
  TryStatement: "try",
  ClassDefinition: "a class",
  MatchStatement: "match",
  ScopeStatement: "global and nonlocal",
  YieldStatement: "a generator",
  TypeDefinition: "a type",
};

const OTHER_EXPRESSIONS: Readonly<Record<string, string>> = {
  NamedExpression: "an assignment inside an expression (:=)",
  YieldExpression: "a generator",
  AwaitExpression: "await",
};

function childrenOf(node: ParserNode): ParserNode[] {
  const children: ParserNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function isBoolean(node: ParserNode): boolean {
  const first = node.firstChild;
  if (node.name === "UnaryExpression") return first?.name === "not";
  return node.name === "BinaryExpression" && ["and", "or"].includes(first?.nextSibling?.name ?? "");
}

/** Groups of nodes between separators; the last is left out where nothing follows. */
function split(nodes: readonly ParserNode[], separator: string): ParserNode[][] {
  const groups: ParserNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === separator) groups.push([]);
    else groups.at(-1)!.push(node);
  }
  return groups;
}

function importedNames(text: string): ImportedName[] {
  return text.split(",").map((one) => one.trim()).filter((one) => one !== "").map((one) => {
    const [name = "", as = name] = one.split(/\s+as\s+/);
    return { name: name.replaceAll(" ", ""), as };
  });
}

function mergeTexts(parts: ExpressionParts): ExpressionParts {
  const merged: ExpressionParts = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged;
}
