/** What a template is made of, once it is read. */

import type { BinaryOperator, Comparison } from "./operators.ts";
import type { Value } from "./values.ts";

/** An expression. */
export type Expression =
  & { line: number }
  & (
    | { kind: "constant"; value: Value }
    | { kind: "name"; name: string }
    | { kind: "attribute"; target: Expression; name: string }
    | { kind: "item"; target: Expression; key: Expression }
    | { kind: "slice"; target: Expression; start?: Expression; stop?: Expression; step?: Expression }
    | { kind: "call"; target: Expression; args: CallArguments }
    /** Without a target: the filter of a block, whose target is the block's text. */
    | { kind: "filter"; target: Expression | undefined; name: string; args: CallArguments }
    | { kind: "test"; target: Expression; name: string; args: CallArguments }
    | { kind: "list" | "tuple"; items: Expression[] }
    | { kind: "dict"; pairs: [Expression, Expression][] }
    | { kind: "binary"; operator: BinaryOperator; left: Expression; right: Expression }
    | { kind: "sign"; operator: "+" | "-"; operand: Expression }
    | { kind: "not"; operand: Expression }
    | { kind: "and" | "or"; left: Expression; right: Expression }
    | { kind: "compare"; first: Expression; rest: { operator: Comparison; operand: Expression }[] }
    | { kind: "concat"; parts: Expression[] }
    | { kind: "conditional"; test: Expression; then: Expression; otherwise: Expression | undefined }
  );

/** The arguments of a call. */
export interface CallArguments {
  positional: Expression[];
  named: [string, Expression][];
  /** What stands behind `*`. */
  spread?: Expression;
  /** What stands behind `**`. */
  spreadNamed?: Expression;
}

/** What is assigned to. */
export type Target =
  & { line: number }
  & (
    | { kind: "name"; name: string }
    | { kind: "namespace"; name: string; attribute: string }
    | { kind: "tuple"; items: Target[] }
  );

/** The parameters and the body of a macro or a call block. */
export interface MacroDefinition {
  name: string | undefined;
  parameters: { name: string; default: Expression | undefined }[];
  body: Statement[];
  /** Which of `caller`, `kwargs` and `varargs` the body asks for: what it does not ask for, it does not take. */
  uses: ReadonlySet<string>;
}

/** A block that templates can override. */
export interface BlockDefinition {
  name: string;
  line: number;
  scoped: boolean;
  required: boolean;
  body: Statement[];
}

/** A `for` statement. */
export interface ForLoop {
  target: Target;
  items: Expression;
  filter: Expression | undefined;
  recursive: boolean;
  body: Statement[];
  otherwise: Statement[];
  /** Whether the body has the variable `loop`. */
  hasLoop: boolean;
}

/** A statement. */
export type Statement =
  & { line: number }
  & (
    | { kind: "text"; text: string }
    | { kind: "print"; values: Expression[] }
    | { kind: "for"; loop: ForLoop }
    | { kind: "if"; branches: { test: Expression; body: Statement[] }[]; otherwise: Statement[] }
    | { kind: "set"; target: Target; value: Expression }
    | { kind: "set_block"; target: Target; filter: Expression | undefined; body: Statement[] }
    | { kind: "macro"; macro: MacroDefinition }
    | { kind: "call_block"; call: Expression & { kind: "call" }; macro: MacroDefinition }
    | { kind: "filter_block"; filter: Expression; body: Statement[] }
    | { kind: "with"; targets: Target[]; values: Expression[]; body: Statement[] }
    | { kind: "autoescape"; on: Expression; body: Statement[] }
    | { kind: "block"; block: BlockDefinition }
    | { kind: "extends"; template: Expression }
    | { kind: "include"; template: Expression; ignoreMissing: boolean; withContext: boolean }
    | { kind: "import"; template: Expression; name: string; withContext: boolean }
    | { kind: "from_import"; template: Expression; names: [string, string][]; withContext: boolean }
    | { kind: "do"; value: Expression }
    | { kind: "break" | "continue" }
  );

/** Any part of a template. */
export type Node = Expression | Statement;

/** Whether a name is read somewhere in a part of a template; what its blocks do is their own affair. */
export function readsName(part: unknown, name: string): boolean {
  if (Array.isArray(part)) return part.some((item) => readsName(item, name));
  if (typeof part !== "object" || part === null) return false;
  const node = part as Partial<Node>;
  if (node.kind === "block") return false;
  if (node.kind === "name") return node.name === name;
  return Object.values(part).some((item) => readsName(item, name));
}

/** An expression as a path, for messages: `host.data["port"]`. */
export function pathOf(expression: Expression): string {
  switch (expression.kind) {
    case "name":
      return expression.name;
    case "attribute":
      return `${pathOf(expression.target)}.${expression.name}`;
    case "item":
      return `${pathOf(expression.target)}[${pathOf(expression.key)}]`;
    case "constant":
      return typeof expression.value === "string" ? `'${expression.value}'` : String(expression.value);
    case "call":
      return `${pathOf(expression.target)}()`;
    default:
      return "…";
  }
}
