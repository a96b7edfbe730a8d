/** Writes one file of Python as one of TypeScript: an inventory, data, options, or code. */

import { dirname, relative } from "node:path/posix";
import { type Expression, type Statement, Untranslatable } from "./ast.ts";
import { type Context, type Output, refuse, Scope } from "./context.ts";
import { planDeclarations } from "./declarations.ts";
import { writeExpression, writeTest } from "./expressions.ts";
import { type Doc, render } from "./layout.ts";
import { CONFIG_OPTIONS, safeName } from "./names.ts";
import { isHostList, type Module, type Project } from "./project.ts";
import { optionNamed } from "./assignments.ts";
import type { Body } from "./body.ts";
import { writeBlock } from "./statements.ts";

/** A file as it was written, and what is to be said about it. */
export interface Written {
  /** From the directory that is written to. */
  path: string;
  text: string;
  output: Output;
}

const OPERATIONS = "drover/operations";

/** The path that a file of Python has in TypeScript. */
export function writtenPath(path: string): string {
  return path.replace(/\.py$/, ".ts");
}

/**
 * Writes a file. A function may call one that is defined below it: when that turns out not to come over, the file
 * is written again with what is known then.
 */
export function writeModule(module: Module, project: Project): Written {
  for (;;) {
    const before = module.lost.size;
    const written = writeOnce(module, project);
    if (module.lost.size === before) return written;
  }
}

function writeOnce(module: Module, project: Project): Written {
  const output: Output = {
    drover: new Set(),
    droverTypes: new Set(),
    renamed: new Set(),
    operations: new Set(),
    files: new Map(),
    usesPython: false,
    usesAny: false,
    todos: [],
    notes: [],
    converted: [],
  };
  const scope = new Scope(undefined);
  for (const [name, binding] of module.imports) scope.set(name, binding);
  for (const { name } of definitionsIn(module)) {
    const why = module.lost.get(name);
    if (why !== undefined) scope.lose(name, why);
  }
  const context: Context = {
    project,
    module,
    output,
    scope,
    isAsync: true,
    write: writeExpression,
    test: writeTest,
  };
  const { statements } = module.python;
  const body: Body = {
    ...context,
    isTop: true,
    block: writeBlock,
    declarations: planDeclarations(statements),
  };
  const docs = module.role === "inventory" || module.role === "data" || module.role === "config"
    ? writeExports(statements, body)
    : writeBlock(statements, body);
  for (const [name, why] of scope.lost) module.lost.set(name, why);
  return { path: writtenPath(module.path), text: finish(module, project, docs, output), output };
}

function definitionsIn(module: Module): { name: string }[] {
  return module.python.statements.filter((one) => one.kind === "function");
}

/** Statements of a file whose names are exported for what they are: groups, data, options. */
function writeExports(statements: readonly Statement[], body: Body): Doc[] {
  const exported = new Set<string>();
  for (const statement of statements) {
    if (statement.kind !== "assign") continue;
    for (const target of statement.targets) {
      if (target.kind === "name" && isExported(target.name, statement, body)) exported.add(target.name);
    }
  }
  const own = {
    ...body,
    module: { ...body.module, exported: new Set([...body.module.exported, ...exported]) },
  };
  const rewritten = statements.map((one) => rewrite(one, own));
  const annotate = (name: string, value: Expression) => hostsType(name, value, exported, own);
  return writeBlock(rewritten, { ...own, declarations: planDeclarations(rewritten), annotate });
}

function isExported(name: string, statement: Extract<Statement, { kind: "assign" }>, body: Body): boolean {
  if (name.startsWith("__")) return false;
  const { role } = body.module;
  if (name === "default" && role !== "config") {
    refuse("what is called default would be the file as a whole to TypeScript", statement);
  }
  if (role === "config") return name in CONFIG_OPTIONS;
  if (role === "data") return true;
  // In an inventory, everything that is no group means nothing to pyinfra; here, it would be data.
  if (name.startsWith("_")) return false;
  const { value } = statement;
  if (isGroup(value, body)) return true;
  const mayBeList = value?.kind === "comprehension" && value.of === "list" || value?.kind === "binary" ||
    value?.kind === "call" && value.called.kind === "name" && ["list", "sorted"].includes(value.called.name);
  if (mayBeList && value !== undefined && !isText(value)) {
    body.output.todos.push({
      file: body.module.path,
      line: statement.span.line,
      reason: `whether ${name} is a list of hosts is not known: export it if it is a group`,
      source: body.module.python.text.slice(statement.span.from, statement.span.to),
    });
  }
  return false;
}

/** The lists of hosts of an inventory say that they are that. */
function hostsType(
  name: string,
  value: Expression,
  exported: ReadonlySet<string>,
  { module, output }: Body,
): string | undefined {
  if (module.role !== "inventory" || !exported.has(name)) return undefined;
  output.droverTypes.add("Hosts");
  if (value.kind !== "tuple") return "Hosts";
  output.droverTypes.add("Data");
  return "[Hosts, Data]";
}

function isGroup(value: Expression | undefined, body: Body, seen: readonly string[] = []): boolean {
  if (isHostList(value)) return true;
  if (value?.kind === "binary" && value.operator === "+") {
    return isGroup(value.left, body, seen) && isGroup(value.right, body, seen);
  }
  if (value?.kind === "tuple" && value.items.length === 2) {
    return value.items[1]!.value.kind === "dictionary" && isGroup(value.items[0]!.value, body, seen);
  }
  if (value?.kind === "comprehension") return value.of === "list" && isHostEntry(value.element);
  if (value?.kind !== "name" || seen.includes(value.name)) return false;
  return body.module.python.statements.some((one) =>
    one.kind === "assign" && isGroup(one.value, body, [...seen, value.name]) &&
    one.targets.some((target) => target.kind === "name" && target.name === value.name)
  );
}

function isHostEntry(element: Expression): boolean {
  if (isText(element)) return true;
  return element.kind === "tuple" && element.items.length === 2 && isText(element.items[0]!.value);
}

/** Whether an expression is a text for certain. */
function isText(expression: Expression): boolean {
  if (expression.kind === "string") return true;
  if (expression.kind === "binary") {
    return isText(expression.left) || expression.operator === "+" && isText(expression.right);
  }
  const { called } = expression.kind === "call" ? expression : { called: undefined };
  return called?.kind === "attribute" && called.name === "format" && isText(called.object);
}

/** Options are spelled differently, and `None` in data is a value. */
function rewrite(statement: Statement, body: Body): Statement {
  if (statement.kind !== "assign") return statement;
  if (body.module.role === "config") {
    const [target] = statement.targets;
    const option = target?.kind === "attribute" && target.object.kind === "name" ? target.name : undefined;
    const name = option ?? (target?.kind === "name" ? target.name : undefined);
    if (name === undefined || target === undefined || name !== name.toUpperCase()) return statement;
    try {
      const spelled = optionNamed(name, statement);
      body.module.exported.add(spelled);
      return { ...statement, targets: [{ kind: "name", name: spelled, span: target.span }] };
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      return { kind: "other", what: "an option", reason: error.message, span: statement.span };
    }
  }
  const { value } = statement;
  if (value?.kind === "constant" && value.value === null) {
    // Written out, since a name that is nothing is not exported at all.
    return { ...statement, value: { kind: "name", name: "null", span: value.span } };
  }
  return statement;
}

/** Comments, imports and code, put together. */
function finish(module: Module, project: Project, docs: readonly Doc[], output: Output): string {
  const [statement] = module.python.statements.filter(({ kind }) => kind !== "comment");
  const isDescribed = statement?.kind === "expression" && docs[0] !== undefined &&
    render(docs[0]).startsWith("/**");
  const head = isDescribed ? docs.slice(0, 1) : [];
  const code = isDescribed ? docs.slice(1) : docs;
  const lines: Doc[] = [];
  if (output.usesAny || needsAny(code)) lines.push("// deno-lint-ignore-file no-explicit-any");
  const imports = importLines(module, project, output);
  const parts: Doc[] = [
    ...lines,
    ...head,
    ...imports.length > 0 && (lines.length > 0 || head.length > 0) ? [""] : [],
    ...imports,
  ];
  const body = [...code];
  while (body[0] === "") body.shift();
  const all = parts.length > 0 && body.length > 0 ? [...parts, "", ...body] : [...parts, ...body];
  const renamed = [...output.renamed].map((name) => `export { ${safeName(name)} as ${name} };`);
  const text = [...all.map((doc) => render(doc)), ...renamed].join("\n");
  const isEmpty = !/^(import|export|await)\b/m.test(text);
  // Without an import or an export, a file would be a script, and `await` an error in it.
  return `${text}\n${isEmpty ? "\nexport {};\n" : ""}`.replace(/^\n+/, "");
}

function needsAny(docs: readonly Doc[]): boolean {
  return JSON.stringify(docs).includes(": any") || JSON.stringify(docs).includes("<any>");
}

function importLines(module: Module, project: Project, output: Output): string[] {
  const lines: string[] = [];
  const list = (names: Iterable<string>) => [...names].sort((a, b) => a.localeCompare(b)).join(", ");
  if (output.droverTypes.size > 0) lines.push(`import type { ${list(output.droverTypes)} } from "drover";`);
  if (output.drover.size > 0) lines.push(`import { ${list(output.drover)} } from "drover";`);
  if (output.operations.size > 0) lines.push(`import { ${list(output.operations)} } from "${OPERATIONS}";`);
  for (const [file, names] of [...output.files].sort()) {
    const words = [...names].map(([name, as]) => name === as ? name : `${name} as ${as}`);
    lines.push(`import { ${list(words)} } from "${fromHere(module.path, writtenPath(file))}";`);
  }
  if (output.usesPython) lines.push(`import * as py from "${fromHere(module.path, project.pythonFile)}";`);
  return lines;
}

function fromHere(path: string, target: string): string {
  const way = relative(dirname(path), target);
  return way.startsWith(".") ? way : `./${way}`;
}
