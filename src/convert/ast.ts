/** Python's syntax as the converter reads it: plain values, free of the parser's own tree. */

/** Where something stands in its file: offsets into the text, and the line from 1. */
export interface Span {
  from: number;
  to: number;
  line: number;
}

/** A piece of a string: text as it is meant, or a value between braces. */
export type StringPart = string | {
  value: Expression;
  /** `!r`, `!s` or `!a`. */
  conversion?: string | undefined;
  /** What stands after the colon; nothing for a specification that holds values itself. */
  spec?: string | undefined;
  /** `{x=}`, or a specification with values: nothing that can be carried over. */
  unusual?: boolean;
};

/** An argument of a call. */
export interface Argument {
  /** `key=value`; `*` and `**` for lists and dictionaries that are spread. */
  name?: string | undefined;
  spread?: "*" | "**" | undefined;
  value: Expression;
  comments: readonly string[];
}

/** `for TARGET in VALUES if CONDITION…` of a comprehension. */
export interface Clause {
  target: Expression;
  values: Expression;
  conditions: Expression[];
}

/** An item of a list, a tuple or a set, with the comments that belong to it. */
export interface Item {
  value: Expression;
  comments: readonly string[];
}

/** An entry of a dictionary. */
export interface Entry extends Item {
  /** Nothing for `**value`. */
  key: Expression | undefined;
}

/** A parameter of a function. */
export interface Parameter {
  name: string;
  /** `*args`, `**kwargs`, or a bare `*` that ends the positional ones. */
  kind: "plain" | "keyword" | "*" | "**";
  default?: Expression | undefined;
  annotation?: string | undefined;
}

/** What expressions there are. */
export type ExpressionKind =
  | { kind: "name"; name: string }
  | { kind: "string"; parts: readonly StringPart[]; bytes: boolean; isTriple: boolean }
  | { kind: "number"; text: string }
  | { kind: "constant"; value: true | false | null }
  | { kind: "binary"; operator: string; left: Expression; right: Expression }
  | { kind: "unary"; operator: string; operand: Expression }
  | { kind: "boolean"; operator: "and" | "or"; left: Expression; right: Expression }
  | { kind: "not"; operand: Expression }
  | { kind: "compare"; operator: string; left: Expression; right: Expression }
  | { kind: "conditional"; test: Expression; yes: Expression; no: Expression }
  | { kind: "lambda"; parameters: Parameter[]; body: Expression }
  | { kind: "call"; called: Expression; args: Argument[] }
  | { kind: "attribute"; object: Expression; name: string }
  | { kind: "subscript"; object: Expression; index: Expression }
  | { kind: "slice"; object: Expression; start?: Expression; stop?: Expression; step?: Expression }
  | { kind: "list" | "tuple" | "set"; items: Item[] }
  | { kind: "star"; value: Expression }
  | { kind: "dictionary"; entries: Entry[] }
  | {
    kind: "comprehension";
    of: "list" | "set" | "dictionary" | "generator";
    key?: Expression;
    element: Expression;
    clauses: Clause[];
  }
  /** Syntax that is not carried over; `what` names it. */
  | { kind: "other"; what: string };

/** An expression, with its place and whether it stood in parentheses. */
export type Expression = ExpressionKind & { span: Span; isParenthesised?: boolean };

/** `def`. */
export interface FunctionDefinition {
  kind: "function";
  name: string;
  parameters: Parameter[];
  body: Statement[];
  decorators: Expression[];
  span: Span;
}

/** A name that an import brings, and what it is called here. */
export interface ImportedName {
  name: string;
  as: string;
}

/** What statements there are. */
export type StatementKind =
  | { kind: "comment"; text: string }
  | { kind: "expression"; value: Expression }
  | { kind: "assign"; targets: Expression[]; value: Expression | undefined; annotation: string | undefined }
  | { kind: "update"; target: Expression; operator: string; value: Expression }
  | { kind: "delete"; targets: Expression[] }
  | { kind: "pass" | "break" | "continue" }
  | { kind: "return"; value: Expression | undefined }
  | { kind: "raise"; value: Expression | undefined }
  | { kind: "assert"; test: Expression; message: Expression | undefined }
  | { kind: "import"; names: ImportedName[] }
  | { kind: "from"; module: string; names: ImportedName[] }
  | { kind: "if"; branches: { test: Expression; body: Statement[] }[]; otherwise: Statement[] | undefined }
  | { kind: "while"; test: Expression; body: Statement[]; otherwise: Statement[] | undefined }
  | {
    kind: "for";
    target: Expression;
    values: Expression;
    body: Statement[];
    otherwise: Statement[] | undefined;
  }
  | { kind: "with"; contexts: { value: Expression; as: string | undefined }[]; body: Statement[] }
  | FunctionDefinition
  /** `try`, classes, `match`, `global` and other statements that are not carried over. */
  | { kind: "other"; what: string; reason?: string };

/** A statement, with the comment that stands behind it on its line. */
export type Statement = StatementKind & { span: Span; trailing?: string };

/** Something that cannot be carried over, and why: one sentence without a final period. */
export class Untranslatable extends Error {
  override readonly name = "Untranslatable";

  constructor(message: string, readonly span: Span) {
    super(message);
  }
}

/** The expressions directly inside another one. */
export function partsOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "string":
      return expression.parts.flatMap((part) => typeof part === "string" ? [] : [part.value]);
    case "binary":
    case "boolean":
    case "compare":
      return [expression.left, expression.right];
    case "unary":
    case "not":
      return [expression.operand];
    case "conditional":
      return [expression.test, expression.yes, expression.no];
    case "lambda":
      return [expression.body, ...expression.parameters.flatMap((one) => one.default ?? [])];
    case "call":
      return [expression.called, ...expression.args.map(({ value }) => value)];
    case "attribute":
      return [expression.object];
    case "subscript":
      return [expression.object, expression.index];
    case "slice":
      return [expression.object, expression.start, expression.stop, expression.step].filter(isGiven);
    case "list":
    case "tuple":
    case "set":
      return expression.items.map(({ value }) => value);
    case "star":
      return [expression.value];
    case "dictionary":
      return expression.entries.flatMap(({ key, value }) => [key, value].filter(isGiven));
    case "comprehension":
      return [
        expression.key,
        expression.element,
        ...expression.clauses.flatMap(({ target, values, conditions }) => [target, values, ...conditions]),
      ].filter(isGiven);
    default:
      return [];
  }
}

/** The expressions of a statement itself, without those of the statements inside. */
export function expressionsOf(statement: Statement): Expression[] {
  switch (statement.kind) {
    case "expression":
      return [statement.value];
    case "assign":
      return [...statement.targets, statement.value].filter(isGiven);
    case "update":
      return [statement.target, statement.value];
    case "delete":
      return statement.targets;
    case "return":
    case "raise":
      return [statement.value].filter(isGiven);
    case "assert":
      return [statement.test, statement.message].filter(isGiven);
    case "if":
      return statement.branches.map(({ test }) => test);
    case "while":
      return [statement.test];
    case "for":
      return [statement.target, statement.values];
    case "with":
      return statement.contexts.map(({ value }) => value);
    case "function":
      return [...statement.decorators, ...statement.parameters.flatMap((one) => one.default ?? [])];
    default:
      return [];
  }
}

/** The blocks of a statement. */
export function blocksOf(statement: Statement): Statement[][] {
  switch (statement.kind) {
    case "if":
      return [...statement.branches.map(({ body }) => body), statement.otherwise].filter(isGiven);
    case "while":
    case "for":
      return [statement.body, statement.otherwise].filter(isGiven);
    case "with":
    case "function":
      return [statement.body];
    default:
      return [];
  }
}

/** Every expression of some statements at any depth; functions inside only where `into` says so. */
export function* everyExpression(
  statements: readonly Statement[],
  into: (statement: FunctionDefinition) => boolean = () => true,
): Generator<Expression> {
  for (const statement of statements) {
    for (const expression of expressionsOf(statement)) yield* withParts(expression);
    if (statement.kind === "function" && !into(statement)) continue;
    for (const block of blocksOf(statement)) yield* everyExpression(block, into);
  }
}

/** An expression and all inside it. */
export function* withParts(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of partsOf(expression)) yield* withParts(part);
}

/** The names that an expression takes from around it, without those of its own lambdas and comprehensions. */
export function* namesIn(expression: Expression): Generator<string> {
  if (expression.kind === "name") yield expression.name;
  const own = new Set(
    expression.kind === "lambda"
      ? expression.parameters.map(({ name }) => name)
      : expression.kind === "comprehension"
      ? expression.clauses.flatMap(({ target }) => [...namesIn(target)])
      : [],
  );
  for (const part of partsOf(expression)) {
    for (const name of namesIn(part)) if (!own.has(name)) yield name;
  }
}

/** `a.b.c` as text, if an expression is such a chain of names. */
export function dottedName(expression: Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "attribute") return undefined;
  const object = dottedName(expression.object);
  return object === undefined ? undefined : `${object}.${expression.name}`;
}

/** The text of a string that holds no values. */
export function literalText(expression: Expression | undefined): string | undefined {
  if (expression?.kind !== "string" || expression.bytes) return undefined;
  return expression.parts.every((part) => typeof part === "string") ? expression.parts.join("") : undefined;
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}
