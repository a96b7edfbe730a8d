/** Reads Python: the parser's tree becomes plain values, and what is no Python is told with its line. */

import { type Expression, type ImportedName, type Statement, type StatementKind } from "./ast.ts";
import { childrenOf, type ParserNode, parseTree, split } from "./parser_nodes.ts";
import { ExpressionReader } from "./read_expressions.ts";

/** A file as it was read. */
export interface PythonFile {
  statements: Statement[];
  text: string;
}

/**
 * Reads a file of Python 3.
 *
 * @throws {NoPython} For the first line that is none.
 */
export function parsePython(source: string): PythonFile {
  const text = source.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  const reader = new Reader(text);
  const top = parseTree(text);
  reader.refuse(top);
  return { statements: reader.block(childrenOf(top)), text };
}

class Reader extends ExpressionReader {
  /** Refuses what the parser could not make sense of, and Python 2. */
  refuse(top: ParserNode): void {
    top.cursor().iterate((node) => {
      if (node.name === "PrintStatement") {
        throw this.noPython("print is a statement of Python 2 here; pyinfra needs Python 3", node.from);
      }
      if (!node.type.isError) return;
      const whole = this.lineText(node.from).trim();
      const line = whole.length > 80 ? `${whole.slice(0, 79)}…` : whole;
      const old = /^(exec\s+["'\w]|raise \w+,|except [\w.]+,)/.test(line);
      const what = old ? "this is Python 2; pyinfra needs Python 3" : "this is no valid Python";
      throw this.noPython(`${what}: ${line === "" ? "the file ends too early" : line}`, node.from);
    });
  }

  block(nodes: readonly ParserNode[]): Statement[] {
    const statements: Statement[] = [];
    for (const node of nodes.flatMap((one) => one.name === "StatementGroup" ? childrenOf(one) : [one])) {
      if ([":", ";"].includes(node.name)) continue;
      const statement: Statement = { ...this.#statement(node), span: this.span(node) };
      const before = statements.at(-1);
      const isTrailing = statement.kind === "comment" && before !== undefined && before.kind !== "comment" &&
        !this.text.slice(before.span.to, statement.span.from).includes("\n");
      if (isTrailing) before.trailing = statement.text;
      else statements.push(statement);
    }
    return statements;
  }

  #statement(node: ParserNode): StatementKind {
    const children = childrenOf(node);
    switch (node.name) {
      case "Comment":
        return { kind: "comment", text: this.textOf(node).replace(/^#+ ?/, "") };
      case "ExpressionStatement":
        return { kind: "expression", value: this.list(children) };
      case "AssignStatement":
        return this.#assignment(children);
      case "UpdateStatement": {
        const at = children.findIndex(({ name }) => name === "UpdateOp");
        return {
          kind: "update",
          target: this.list(children.slice(0, at)),
          operator: this.textOf(children[at]!).slice(0, -1),
          value: this.list(children.slice(at + 1)),
        };
      }
      case "DeleteStatement":
        return { kind: "delete", targets: this.items(children.slice(1)).map(({ value }) => value) };
      case "PassStatement":
        return { kind: "pass" };
      case "BreakStatement":
        return { kind: "break" };
      case "ContinueStatement":
        return { kind: "continue" };
      case "ReturnStatement":
        return { kind: "return", value: children.length > 1 ? this.list(children.slice(1)) : undefined };
      case "RaiseStatement":
        return {
          kind: "raise",
          value: children[1] === undefined ? undefined : this.expression(children[1]),
        };
      case "AssertStatement": {
        const [test, message] = this.items(children.slice(1)).map(({ value }) => value);
        return { kind: "assert", test: test!, message };
      }
      case "ImportStatement":
        return this.#import(children);
      case "IfStatement":
        return this.#if(children);
      case "WhileStatement": {
        const { bodies, test } = this.#bodies(children);
        return { kind: "while", test: this.list(test), body: bodies[0]!, otherwise: bodies[1] };
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
    const values = groups.map((group) => this.list(group));
    const value = groups.length > 1 ? values.pop() : undefined;
    return { kind: "assign", targets: values, value, annotation: this.annotation(annotated) };
  }

  #import(children: readonly ParserNode[]): StatementKind {
    const text = children.map((one) => this.textOf(one)).join(" ").replaceAll(" . ", ".");
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
      else branches.push({ test: this.list(test), body: this.block(childrenOf(child)) });
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
      target: this.list(test.slice(0, at)),
      values: this.list(test.slice(at + 1)),
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
        value: this.list(as < 0 ? group : group.slice(0, as)),
        as: as < 0 ? undefined : this.textOf(group[as + 1]!),
      };
    });
    return { kind: "with", contexts, body: bodies[0]! };
  }

  #function(children: readonly ParserNode[], decorators: Expression[]): StatementKind {
    if (children[0]!.name === "async") return { kind: "other", what: "an async function" };
    const named = (name: string) => children.find((one) => one.name === name)!;
    return {
      kind: "function",
      name: this.textOf(named("VariableName")),
      parameters: this.parameters(named("ParamList")),
      body: this.block(childrenOf(named("Body"))),
      decorators,
      span: this.span(named("VariableName")),
    };
  }

  #decorator(node: ParserNode): Expression {
    const children = childrenOf(node);
    const names = children.filter(({ name }) => ["VariableName", "PropertyName"].includes(name));
    const span = this.span(node);
    const called = names.slice(1).reduce<Expression>(
      (object, one) => ({ kind: "attribute", object, name: this.textOf(one), span }),
      { kind: "name", name: this.textOf(names[0]!), span },
    );
    const args = children.find(({ name }) => name === "ArgList");
    return args === undefined ? called : { kind: "call", called, args: this.arguments(args), span };
  }
}

const OTHER_STATEMENTS: Readonly<Record<string, string>> = {
  TryStatement: "try",
  ClassDefinition: "a class",
  MatchStatement: "match",
  ScopeStatement: "global and nonlocal",
  YieldStatement: "a generator",
  TypeDefinition: "a type",
};

function importedNames(text: string): ImportedName[] {
  return text.split(",").map((one) => one.trim()).filter((one) => one !== "").map((one) => {
    const [name = "", as = name] = one.split(/\s+as\s+/);
    return { name: name.replaceAll(" ", ""), as };
  });
}
