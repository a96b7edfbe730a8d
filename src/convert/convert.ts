/** Converts the Python files of a project, all at once: they import each other. */

import { everyExpression, type Expression } from "./ast.ts";
import type { Todo } from "./context.ts";
import {
  type BrokenFile,
  everyStatement,
  inOrder,
  type Module,
  pathOf,
  type Project,
  readProject,
  tooDeep,
} from "./project.ts";
import { PYTHON_TEXT } from "./python_file.ts";
import { writeModule, type Written } from "./write_file.ts";
import { namesHere, PYINFRA_MODULES } from "../errors/mod.ts";
import { definedOperations } from "../host/mod.ts";

/** How many calls of operations there are, and what became of them. */
export interface Calls {
  converted: number;
  /** They stand in the code as comments. */
  left: number;
  /** They are of modules that Drover does not have; they stand in the code as comments. */
  missing: number;
}

/** A file of Python and what became of it. */
export interface ConvertedFile {
  /** The file of Python, from the project's directory. */
  from: string;
  /** The file of TypeScript, from the directory that is written to. */
  to: string;
  role: Module["role"];
  calls: Calls;
  todos: Todo[];
}

/** What a conversion gives. */
export interface Conversion {
  files: ConvertedFile[];
  /** Files that are no Python 3. */
  broken: BrokenFile[];
  /** What is to be written, by path. */
  texts: Map<string, string>;
}

/**
 * Converts files of Python.
 *
 * @param texts Their contents by path, from the project's directory, with `/`.
 */
export async function convert(texts: ReadonlyMap<string, string>): Promise<Conversion> {
  await Promise.all([import("../operations/mod.ts"), import("../facts/mod.ts")]);
  const { project, broken } = readProject(texts);
  const files: ConvertedFile[] = [];
  const made = new Map<string, string>();
  for (const module of inOrder(project)) {
    // A directory that is a package to Python is one to TypeScript by itself.
    if (module.path.endsWith("__init__.py") && module.python.statements.length === 0) continue;
    const written = writeOrRefuse(module, project);
    if (written === undefined) {
      broken.push({ path: module.path, problem: tooDeep() });
      continue;
    }
    const { path, text, output } = written;
    made.set(path, text);
    if (output.usesPython) made.set(project.pythonFile, PYTHON_TEXT);
    const todos = [...output.todos, ...output.notes].sort((a, b) => a.line - b.line);
    files.push({
      from: module.path,
      to: path,
      role: module.role,
      calls: countCalls(module, new Set(output.converted)),
      todos,
    });
  }
  files.sort((one, other) => one.from < other.from ? -1 : 1);
  return { files, broken, texts: made };
}

function writeOrRefuse(module: Module, project: Project): Written | undefined {
  try {
    return writeModule(module, project);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Counts the calls of operations of a file, also those in statements that were not read in detail. */
function countCalls(module: Module, converted: ReadonlySet<number>): Calls {
  const calls: Calls = { converted: 0, left: 0, missing: 0 };
  const lookUp = (name: string) => module.imports.get(name);
  const note = (path: string | undefined, isConverted: boolean) => {
    const [, name = ""] = /^pyinfra\.operations\.(\w+)(?:\.\w+){1,2}$/.exec(path ?? "") ?? [];
    if (!PYINFRA_MODULES.includes(name)) return;
    if (isConverted) calls.converted++;
    else if (isMissing(name)) calls.missing++;
    else calls.left++;
  };
  for (const expression of everyExpression(module.python.statements)) {
    if (expression.kind !== "call") continue;
    note(pathOf(expression.called, lookUp), converted.has(expression.span.from));
  }
  for (const statement of everyStatement(module.python.statements)) {
    if (statement.kind !== "other") continue;
    const text = module.python.text.slice(statement.span.from, statement.span.to);
    for (const [, dotted = ""] of text.matchAll(/(?<![\w.])([A-Za-z_][\w.]*)\(/g)) {
      note(pathOf(chainOf(dotted, statement.span), lookUp), false);
    }
  }
  return calls;
}

function chainOf(dotted: string, span: Expression["span"]): Expression {
  const [first = "", ...rest] = dotted.split(".");
  return rest.reduce<Expression>(
    (object, name) => ({ kind: "attribute", object, name, span }),
    { kind: "name", name: first, span },
  );
}

/** Whether Drover has nothing of a module of pyinfra's. */
function isMissing(module: string): boolean {
  const known = new Set([...definedOperations().keys()].map((name) => name.split(".")[0]!));
  return !namesHere(module).some((name) => known.has(name));
}
