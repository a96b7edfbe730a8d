/** What statements share while the body of a function, or a file, is written. */

import { type Expression, type Statement } from "./ast.ts";
import { type Context } from "./context.ts";
import { type Declarations } from "./declarations.ts";
import { type Doc, HARD } from "./layout.ts";
import { safeName } from "./names.ts";

/** A statement of one kind. */
export type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** A context with the declarations of the function that is being written. */
export interface Body extends Context {
  declarations: Declarations;
  /** At the top of a file, where names may be exported. */
  isTop: boolean;
  /** Writes the statements of a block. */
  block(statements: readonly Statement[], body: Body): Doc[];
  /** The type that a name of the file says it has. */
  annotate?(name: string, value: Expression): string | undefined;
}

/** The lines of a block, between braces. */
export function inBraces(docs: readonly Doc[]): Doc {
  if (docs.length === 0) return "{}";
  return ["{", { indent: docs.flatMap((doc): Doc[] => doc === "" ? [HARD] : [HARD, doc]) }, HARD, "}"];
}

/** The lines of a statement as they were written, without their indentation. */
export function sourceOf(statement: Statement, { module }: Body): string {
  const { text } = module.python;
  const start = text.lastIndexOf("\n", statement.span.from - 1) + 1;
  const from = statement.kind === "function" && statement.decorators.length > 0
    ? text.lastIndexOf("\n", statement.decorators[0]!.span.from - 1) + 1
    : start;
  const indent = /^[ \t]*/.exec(text.slice(from))![0];
  const end = statement.span.to;
  const lines = text.slice(from, end).trimEnd().split("\n");
  return lines.map((line) => line.startsWith(indent) ? line.slice(indent.length) : line).join("\n");
}

/** The same body inside a block, where nothing is exported. */
export function within(body: Body): Body {
  return { ...body, isTop: false };
}

/** Code below each other. */
export function lines(docs: readonly Doc[]): Doc {
  return docs.flatMap((doc, index): Doc[] => index === 0 ? [doc] : [HARD, doc]);
}

/** `export ` in front of a name that other files import, if it can stand there. */
export function exported(name: string, { isTop, module, output }: Body): string {
  if (!isTop || !module.exported.has(name)) return "";
  if (safeName(name) === name) return "export ";
  output.renamed.add(name);
  return "";
}
