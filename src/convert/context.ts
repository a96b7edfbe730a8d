/** What the parts of the converter share while they write one file. */

import { type Expression, type Span, Untranslatable } from "./ast.ts";
import type { Doc } from "./layout.ts";
import { type Binding, type Module, pathOf, type Project } from "./project.ts";
import type { Type } from "./value_types.ts";

/** An expression of TypeScript. */
export interface Code {
  doc: Doc;
  type: Type;
  /** How tightly it holds together; see {@linkcode LEVEL}. */
  level: number;
  /** Whether there is an `await` in it. */
  awaits: boolean;
  /** Whether it may be written twice: a name, or members of one. */
  isStable: boolean;
  /** The same condition the other way round, where that can be written shorter than with `!`. */
  negation?: { doc: Doc; level: number };
}

/** Precedences of TypeScript, as far as brackets are needed for them. */
export const LEVEL = {
  assignment: 2,
  conditional: 3,
  or: 4,
  and: 5,
  equality: 9,
  relation: 10,
  sum: 12,
  product: 13,
  power: 14,
  unary: 15,
  call: 18,
  primary: 20,
} as const;

/** Something that could not be carried over. */
export interface Todo {
  /** From the project's directory. */
  file: string;
  line: number;
  reason: string;
  /** The lines of Python. */
  source: string;
}

/** What has been written of a file, and what that needs. */
export interface Output {
  /** Names from `"drover"`. */
  drover: Set<string>;
  droverTypes: Set<string>;
  /** Names that are exported and have to be called differently in the file. */
  renamed: Set<string>;
  operations: Set<string>;
  /** Names of other files, by file; `*` for the file as a whole. */
  files: Map<string, Map<string, string>>;
  usesPython: boolean;
  usesAny: boolean;
  todos: Todo[];
  notes: Todo[];
  /** Where the operations were called that have come over. */
  converted: number[];
}

/** The names of a function, or of a file. */
export class Scope {
  readonly #names = new Map<string, Binding>();
  readonly #lost = new Map<string, string>();

  constructor(readonly parent: Scope | undefined) {}

  /** What a name stands for here. */
  find(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.parent?.find(name);
  }

  set(name: string, binding: Binding): void {
    this.#names.set(name, binding);
  }

  /** The statement that makes a name was not carried over, so nothing that needs it can be. */
  lose(name: string, why: string): void {
    this.#lost.set(name, why);
  }

  /** The names of this scope that did not come over, and why. */
  get lost(): ReadonlyMap<string, string> {
    return this.#lost;
  }

  whyLost(name: string): string | undefined {
    if (this.#lost.has(name)) return this.#lost.get(name);
    return this.#names.has(name) ? undefined : this.parent?.whyLost(name);
  }
}

/** Where code is being written. */
export interface Context {
  project: Project;
  module: Module;
  output: Output;
  scope: Scope;
  /** Whether `await` may stand here. */
  isAsync: boolean;
  /** Writes any expression. */
  write(expression: Expression, context: Context): Code;
  /** Writes an expression as what Python takes for true or false. */
  test(expression: Expression, context: Context): Code;
}

/** Code that needs no brackets anywhere. */
export function primary(doc: Doc, type: Type, more: Partial<Code> = {}): Code {
  return { doc, type, level: LEVEL.primary, awaits: false, isStable: false, ...more };
}

/** Code in brackets, where it would not hold together otherwise. */
export function wrap(code: Code, level: number): Doc {
  return code.level >= level ? code.doc : ["(", code.doc, ")"];
}

/** What a fact reads may be nothing, which Python does not ask about: its type is left open where it is used at once. */
export function loose(code: Code, context: Context): Code {
  if (code.type.is !== "fact" || code.isStable) return code;
  context.output.usesAny = true;
  return { ...code, doc: ["(", code.doc, " as any)"], level: LEVEL.primary };
}

/** A call of one of the functions that keep Python's meaning. */
export function python(context: Context, name: string, args: readonly Code[], type: Type): Code {
  context.output.usesPython = true;
  const docs = args.flatMap(({ doc }, index): Doc[] => index === 0 ? [doc] : [", ", doc]);
  return primary([`py.${name}(`, ...docs, ")"], type, {
    level: LEVEL.call,
    awaits: args.some(({ awaits }) => awaits),
  });
}

/** `await` before a call. */
export function awaiting(doc: Doc, type: Type, context: Context, span: Span): Code {
  if (!context.isAsync) throw new Untranslatable("it would have to be awaited where nothing can be", span);
  return { doc: ["await ", doc], type, level: LEVEL.unary, awaits: true, isStable: false };
}

/** The path of Python that a chain of names stands for. */
export function pathIn(expression: Expression, context: Context): string | undefined {
  return pathOf(expression, (name) => context.scope.find(name));
}

/** Gives up on what cannot be carried over. */
export function refuse(reason: string, at: { span: Span }): never {
  throw new Untranslatable(reason, at.span);
}
