/**
 * Finds the variables that a part of a template sets before it reads them. In Jinja2 these do not exist until they
 * are set, even where one of that name was given: loops and macros that stand before see nothing.
 */

import type { Expression, Statement, Target } from "./syntax.ts";

/** The variables of a part of a template. */
export interface Symbols {
  /** Those that it mentions itself; what its loops, macros and the like mention is their own. */
  readonly mentioned: ReadonlySet<string>;
  /** Those that it surely sets before it reads them. */
  readonly setFirst: ReadonlySet<string>;
}

/** No variables. */
export const NO_SYMBOLS: Symbols = { mentioned: new Set(), setFirst: new Set() };

const known = new WeakMap<Statement[], Symbols>();

/** The variables of a body. */
export function symbolsOf(body: Statement[]): Symbols {
  const found = known.get(body) ?? analyse(body);
  known.set(body, found);
  return found;
}

function analyse(body: Statement[]): Symbols {
  const mentioned = new Set<string>();
  const setFirst = new Set<string>();
  const set = (name: string) => {
    if (!mentioned.has(name)) setFirst.add(name);
    mentioned.add(name);
  };
  for (const statement of body) {
    for (const name of namesRead(statement)) mentioned.add(name);
    // What only some branches set comes from outside in the others.
    if (statement.kind === "if") {
      for (const branch of [...statement.branches.map((one) => one.body), statement.otherwise]) {
        for (const name of symbolsOf(branch).mentioned) mentioned.add(name);
      }
    }
    namesSet(statement).forEach(set);
  }
  return { mentioned, setFirst };
}

/** The names that a statement reads outside of its body. */
function namesRead(statement: Statement): string[] {
  switch (statement.kind) {
    case "print":
    case "with":
      return statement.values.flatMap(namesIn);
    case "for":
      return namesIn(statement.loop.items);
    case "if":
      return statement.branches.flatMap(({ test }) => namesIn(test));
    case "set":
    case "do":
      return namesIn(statement.value);
    case "call_block":
      return namesIn(statement.call);
    case "filter_block":
    case "set_block":
      return statement.filter === undefined ? [] : namesIn(statement.filter);
    case "extends":
    case "include":
    case "import":
    case "from_import":
      return namesIn(statement.template);
    default:
      return [];
  }
}

function namesSet(statement: Statement): string[] {
  switch (statement.kind) {
    case "set":
    case "set_block":
      return namesOf(statement.target);
    case "macro":
      return [statement.macro.name!];
    case "import":
      return [statement.name];
    case "from_import":
      return statement.names.map(([, alias]) => alias);
    default:
      return [];
  }
}

function namesOf(target: Target): string[] {
  if (target.kind === "tuple") return target.items.flatMap(namesOf);
  return target.kind === "name" ? [target.name] : [];
}

function namesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(namesIn);
  if (typeof part !== "object" || part === null) return [];
  const node = part as Partial<Expression>;
  if (node.kind === "name") return [node.name!];
  return Object.values(part).flatMap(namesIn);
}
