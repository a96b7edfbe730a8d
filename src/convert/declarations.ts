/** Where variables are declared: Python has them per function, TypeScript per block. */

import { blocksOf, everyExpression, type Expression, expressionsOf, namesIn, type Statement } from "./ast.ts";
import { everyStatement } from "./project.ts";

/** How the variables of a function, or of a file, are declared. */
export interface Declarations {
  /** Names that an assignment or a loop declares. */
  inline: ReadonlyMap<Statement, ReadonlySet<string>>;
  /** Names that are declared in front of a statement. */
  before: ReadonlyMap<Statement, readonly string[]>;
  /** Names that are assigned more than once. */
  reassigned: ReadonlySet<string>;
  /** Names whose lists or dictionaries are changed in place. */
  mutated: ReadonlySet<string>;
  /** Names that are compared with something. */
  compared: ReadonlySet<string>;
}

const MUTATORS = new Set(
  "append extend insert remove pop clear sort reverse update setdefault add discard".split(" "),
);

/** Plans the declarations of a function's body, or of a file. */
export function planDeclarations(body: readonly Statement[], given: readonly string[] = []): Declarations {
  const counts = assignmentCounts(body);
  const inline = new Map<Statement, Set<string>>();
  const before = new Map<Statement, string[]>();
  for (const name of counts.keys()) if (!given.includes(name)) place(name, body, inline, before);
  for (const [statement, names] of inline) {
    if (statement.kind !== "assign") continue;
    // Names that are assigned together are declared together.
    for (const target of statement.targets) {
      const all = targetNames(target);
      if (target.kind === "name" || all.every((name) => names.has(name))) continue;
      const apart = all.filter((name) => names.delete(name));
      before.set(statement, [...before.get(statement) ?? [], ...apart]);
    }
  }
  return {
    inline,
    before,
    reassigned: new Set([...counts].filter(([, count]) => count > 1).map(([name]) => name)),
    mutated: mutatedNames(body),
    compared: comparedNames(body),
  };
}

/** Names that are compared or tested, directly. */
function comparedNames(body: readonly Statement[]): Set<string> {
  const found = new Set<string>();
  const note = (...expressions: Expression[]) => {
    for (const one of expressions) if (one.kind === "name") found.add(one.name);
  };
  for (const expression of everyExpression(body)) {
    if (expression.kind === "compare" || expression.kind === "boolean") {
      note(expression.left, expression.right);
    } else if (expression.kind === "not") note(expression.operand);
    else if (expression.kind === "conditional") note(expression.test);
    else if (expression.kind === "comprehension") {
      note(...expression.clauses.flatMap(({ conditions }) => conditions));
    }
  }
  for (const statement of everyStatement(body)) {
    if (statement.kind === "if") note(...statement.branches.map(({ test }) => test));
    if (statement.kind === "while" || statement.kind === "assert") note(statement.test);
  }
  return found;
}

/** The names that a target assigns. */
export function targetNames(target: Expression): string[] {
  if (target.kind === "name") return [target.name];
  if (target.kind !== "tuple" && target.kind !== "list") return [];
  return target.items.flatMap(({ value }) => targetNames(value));
}

/** Statements of a function itself, at any depth but not in functions inside. */
function* ownStatements(body: readonly Statement[]): Generator<Statement> {
  for (const statement of body) {
    yield statement;
    if (statement.kind === "function") continue;
    for (const block of blocksOf(statement)) yield* ownStatements(block);
  }
}

function assignmentCounts(body: readonly Statement[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const statement of ownStatements(body)) {
    const targets = statement.kind === "assign"
      ? statement.targets
      : statement.kind === "for" || statement.kind === "update"
      ? [statement.target]
      : [];
    for (const name of targets.flatMap(targetNames)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Names whose value a statement changes in place, at any depth. */
export function mutatedNames(body: readonly Statement[]): Set<string> {
  const found = new Set<string>();
  const rootOf = (expression: Expression): string | undefined => {
    if (expression.kind === "name") return expression.name;
    if (expression.kind === "subscript" || expression.kind === "attribute") return rootOf(expression.object);
    return undefined;
  };
  const note = (expression: Expression) => {
    const name = rootOf(expression);
    if (name !== undefined) found.add(name);
  };
  for (const expression of everyExpression(body)) {
    if (expression.kind !== "call" || expression.called.kind !== "attribute") continue;
    if (MUTATORS.has(expression.called.name)) note(expression.called.object);
  }
  for (const statement of everyStatement(body)) {
    if (statement.kind === "update") note(statement.target);
    const targets = statement.kind === "assign" || statement.kind === "delete" ? statement.targets : [];
    for (const target of targets) if (target.kind === "subscript") note(target.object);
  }
  return found;
}

const mentioned = new WeakMap<Statement, ReadonlySet<string>>();

/** Whether a name of the function that a statement stands in is mentioned in it. */
function mentions(statement: Statement, name: string): boolean {
  return mentionedNames(statement).has(name);
}

function mentionedNames(statement: Statement): ReadonlySet<string> {
  const known = mentioned.get(statement);
  if (known !== undefined) return known;
  const names = new Set(expressionsOf(statement).flatMap((one) => [...namesIn(one)]));
  const inner = blocksOf(statement).flat().flatMap((one) => [...mentionedNames(one)]);
  if (statement.kind === "function") {
    const own = new Set([
      ...statement.parameters.map((one) => one.name),
      ...assignmentCounts(statement.body).keys(),
    ]);
    for (const name of inner) if (!own.has(name)) names.add(name);
    names.add(statement.name);
  } else for (const name of inner) names.add(name);
  mentioned.set(statement, names);
  return names;
}

function mentionedIn(expressions: readonly Expression[], name: string): boolean {
  return expressions.some((one) => [...namesIn(one)].includes(name));
}

/** Whether a loop gives a name its values, without looking at what it was before. */
function loopsOver(statement: Statement, name: string): boolean {
  return statement.kind === "for" && targetNames(statement.target).includes(name) &&
    !mentionedIn([statement.values], name) && !(statement.otherwise ?? []).some((one) => mentions(one, name));
}

/** Whether a statement gives a name a value, without looking at what it was before. */
function assigns(statement: Statement, name: string): boolean {
  return statement.kind === "assign" && statement.targets.flatMap(targetNames).includes(name) &&
    statement.value !== undefined && !mentionedIn([statement.value], name);
}

/** Finds the innermost block that holds all mentions of a name, and how it is declared there. */
function place(
  name: string,
  block: readonly Statement[],
  inline: Map<Statement, Set<string>>,
  before: Map<Statement, string[]>,
): void {
  const declareAt = (one: Statement) => inline.set(one, (inline.get(one) ?? new Set()).add(name));
  const mentioning = block.filter((one) => mentions(one, name));
  // A loop's variable that is given a value again before it is looked at is the loop's own.
  const isOwn = (one: Statement, index: number) => {
    const next = mentioning[index + 1];
    return loopsOver(one, name) && (next === undefined || loopsOver(next, name) || assigns(next, name));
  };
  const found = mentioning.filter((one, index) => !isOwn(one, index));
  for (const one of mentioning) if (!found.includes(one)) declareAt(one);
  const [first] = found;
  if (first === undefined) return;
  if (found.length === 1 && first.kind !== "function" && !mentionedIn(expressionsOf(first), name)) {
    const inner = blocksOf(first).filter((one) => one.some((statement) => mentions(statement, name)));
    if (inner.length === 1) return place(name, inner[0]!, inline, before);
  }
  if (assigns(first, name)) return void declareAt(first);
  before.set(first, [...before.get(first) ?? [], name]);
}
