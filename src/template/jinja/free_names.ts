/** Finds the variables that a template needs from outside, without rendering it. */

import type { Expression, MacroDefinition, Statement, Target } from "./syntax.ts";

/** A variable that is read without a definition of the template's own, and where. */
export interface FreeName {
  name: string;
  line: number;
  /** The attributes that are read of it, one in the other: `data` and `port` of `host.data.port`. */
  path: readonly string[];
}

/** Filters that make something of what is undefined. */
const FORGIVING_FILTERS: ReadonlySet<string> = new Set(["default", "d"]);
/** What the language defines in places of its own. */
const SPECIAL_NAMES = ["loop", "self", "caller", "varargs", "kwargs", "super", "true", "false", "none"];

/**
 * The variables that a template reads and that nothing in it defines. Where it tests a name (`is defined`, which other
 * tests ask too), or gives it a default, the name is nobody's mistake, anywhere in the template.
 */
export function freeNames(body: readonly Statement[]): FreeName[] {
  const search = new Search();
  search.statements(body, new Scope(SPECIAL_NAMES));
  return search.found.filter(({ name, path }) => !search.isForgiven(name, path));
}

/** Names that a part of a template defines anywhere: by assignments, loops, macros and imports. */
export function definedNames(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(definedNames);
  if (typeof part !== "object" || part === null) return [];
  const { target, targets, macro, name, names, kind } = part as Record<string, unknown>;
  const isTarget = kind !== "attribute" && kind !== "item" && kind !== "call" && kind !== "test" &&
    kind !== "filter" &&
    kind !== "slice";
  const assigned = [
    ...isTarget && target !== undefined ? [target] : [],
    ...Array.isArray(targets) ? targets : [],
  ] as Target[];
  const called = (macro as MacroDefinition | undefined)?.name;
  return [
    ...assigned.flatMap(namesOf),
    ...called === undefined ? [] : [called],
    ...kind === "import" ? [name as string] : [],
    ...kind === "from_import" ? (names as [string, string][]).map(([, own]) => own) : [],
    ...Object.values(part).flatMap(definedNames),
  ];
}

/** Names that are defined so far. */
class Scope {
  readonly #names: Set<string>;

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
  }

  /** A scope inside, whose definitions do not come out. */
  inside(names: Iterable<string> = []): Scope {
    return new Scope([...this.#names, ...names]);
  }
}

class Search {
  readonly found: FreeName[] = [];
  readonly #forgiven = new Set<string>();

  isForgiven(name: string, path: readonly string[]): boolean {
    const parts = [name, ...path];
    return parts.some((_, index) => this.#forgiven.has(parts.slice(0, index + 1).join(".")));
  }

  statements(body: readonly Statement[], scope: Scope): void {
    // Macros may call those that come after them.
    for (const statement of body) {
      if (statement.kind === "macro" && statement.macro.name !== undefined) scope.add([statement.macro.name]);
    }
    for (const statement of body) this.#statement(statement, scope);
  }

  #statement(statement: Statement, scope: Scope): void {
    switch (statement.kind) {
      case "text":
      case "break":
      case "continue":
        return;
      case "print":
        return this.#all(statement.values, scope);
      case "do":
        return this.#expression(statement.value, scope);
      case "for":
        return this.#for(statement.loop, scope);
      case "if": {
        for (const { test, body } of statement.branches) {
          this.#expression(test, scope);
          // What a branch sets is there afterwards, if only perhaps.
          this.statements(body, scope);
        }
        return this.statements(statement.otherwise, scope);
      }
      case "set":
        this.#expression(statement.value, scope);
        return scope.add(namesOf(statement.target));
      case "set_block":
        if (statement.filter !== undefined) this.#expression(statement.filter, scope);
        this.statements(statement.body, scope.inside());
        return scope.add(namesOf(statement.target));
      case "macro":
        return this.#macro(statement.macro, scope);
      case "call_block":
        this.#expression(statement.call, scope);
        return this.#macro(statement.macro, scope);
      case "filter_block":
        this.#expression(statement.filter, scope);
        return this.statements(statement.body, scope.inside());
      case "with":
        this.#all(statement.values, scope);
        return this.statements(statement.body, scope.inside(statement.targets.flatMap(namesOf)));
      case "autoescape":
        return this.statements(statement.body, scope);
      case "block":
        return this.statements(statement.block.body, scope.inside());
      case "extends":
      case "include":
        return this.#expression(statement.template, scope);
      case "import":
        this.#expression(statement.template, scope);
        return scope.add([statement.name]);
      case "from_import":
        this.#expression(statement.template, scope);
        return scope.add(statement.names.map(([, name]) => name));
    }
  }

  #for(
    { target, items, filter, body, otherwise }: (Statement & { kind: "for" })["loop"],
    scope: Scope,
  ): void {
    this.#expression(items, scope);
    const inside = scope.inside(namesOf(target));
    if (filter !== undefined) this.#expression(filter, inside);
    this.statements(body, inside);
    this.statements(otherwise, scope.inside());
  }

  #macro({ parameters, body }: MacroDefinition, scope: Scope): void {
    for (const { default: value } of parameters) if (value !== undefined) this.#expression(value, scope);
    this.statements(body, scope.inside(parameters.map(({ name }) => name)));
  }

  #all(expressions: readonly Expression[], scope: Scope): void {
    for (const expression of expressions) this.#expression(expression, scope);
  }

  #expression(expression: Expression, scope: Scope): void {
    const path = pathFrom(expression);
    if (path !== undefined) {
      const [name = "", ...rest] = path;
      if (!scope.has(name)) this.found.push({ name, line: expression.line, path: rest });
      return;
    }
    this.#forgive(expression);
    // Everything else is made of expressions, whatever it is.
    for (const part of Object.values(expression)) this.#parts(part, scope);
  }

  #parts(part: unknown, scope: Scope): void {
    if (Array.isArray(part)) { for (const item of part) this.#parts(item, scope); }
    else if (isExpression(part)) this.#expression(part, scope);
    else if (typeof part === "object" && part !== null && !("kind" in part)) {
      for (const inner of Object.values(part)) this.#parts(inner, scope);
    }
  }

  /** Takes note of names that are asked for with care. */
  #forgive(expression: Expression): void {
    const isCareful = expression.kind === "filter"
      ? FORGIVING_FILTERS.has(expression.name)
      : expression.kind === "test";
    if (!isCareful || !("target" in expression) || expression.target === undefined) return;
    const path = pathFrom(expression.target);
    if (path !== undefined) this.#forgiven.add(path.join("."));
  }
}

/** `host`, `data`, `port` of `host.data.port` and `host.data["port"]`; nothing of any other expression. */
function pathFrom(expression: Expression): string[] | undefined {
  if (expression.kind === "name") return [expression.name];
  if (expression.kind === "attribute") {
    const path = pathFrom(expression.target);
    return path === undefined ? undefined : [...path, expression.name];
  }
  if (expression.kind !== "item" || expression.key.kind !== "constant") return undefined;
  const { value } = expression.key;
  const path = pathFrom(expression.target);
  return path === undefined || typeof value !== "string" ? undefined : [...path, value];
}

function isExpression(part: unknown): part is Expression {
  return typeof part === "object" && part !== null && "kind" in part && "line" in part;
}

function namesOf(target: Target): string[] {
  return target.kind === "tuple" ? target.items.flatMap(namesOf) : [target.name];
}
