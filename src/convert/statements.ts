/** Statements of Python in TypeScript. What cannot be carried over stays as a comment, with its reason. */

import { declareTarget, reference, writeAssignment, writeUpdate } from "./assignments.ts";
import {
  everyExpression,
  type Expression,
  literalText,
  namesIn,
  type Statement,
  Untranslatable,
} from "./ast.ts";
import { type Body, exported, inBraces, lines, type Of, sourceOf, within } from "./body.ts";
import { writeGlobals } from "./call_arguments.ts";
import { type Context, LEVEL, pathIn, refuse, Scope, wrap } from "./context.ts";
import { type Declarations, planDeclarations, targetNames } from "./declarations.ts";
import { writeFunction } from "./functions.ts";
import { type Doc, HARD } from "./layout.ts";
import { markOf, writeTodo } from "./left_over.ts";
import { safeName } from "./names.ts";
import { everyStatement } from "./project.ts";
import { quoteText } from "./python_string.ts";
import { ANY, elementOf } from "./value_types.ts";
import { iterable } from "./values.ts";

/** Writes the statements of a block, one below the other, with the blank lines that were between them. */
export function writeBlock(statements: readonly Statement[], body: Body): Doc[] {
  const docs: Doc[] = [];
  let end: number | undefined;
  for (const one of statements) {
    // Functions may be called above their definition, by other functions.
    if (one.kind !== "function" || body.scope.whyLost(one.name) !== undefined) continue;
    const info = body.module.functions.get(one)!;
    body.scope.set(one.name, { is: "function", info, name: safeName(one.name) });
  }
  for (const statement of statements) {
    const doc = writeOne(statement, body);
    if (doc === undefined) continue;
    if (end !== undefined && /\n[ \t]*\n/.test(gapBefore(statement, end, body))) docs.push("");
    docs.push(doc);
    end = statement.span.to;
  }
  return docs;
}

/** The text between two statements, without the line that the first one ends on. */
function gapBefore(statement: Statement, end: number, { module }: Body): string {
  const from = statement.kind === "function"
    ? module.python.text.lastIndexOf("\n", statement.span.from)
    : statement.span.from;
  const gap = module.python.text.slice(end, from + 1);
  return end > 0 && module.python.text[end - 1] === "\n" ? `\n${gap}` : gap;
}

function writeOne(statement: Statement, body: Body): Doc | undefined {
  const goBack = markOf(body.output);
  try {
    const declared = (body.declarations.before.get(statement) ?? []).map((name): Doc => {
      body.output.usesAny = true;
      body.scope.set(name, { is: "variable", type: ANY, name: safeName(name) });
      return [exported(name, body), `let ${safeName(name)}: any;`, HARD];
    });
    const doc = writeStatement(statement, body);
    if (doc === undefined) return undefined;
    const isEarly = body.module.role === "inventory" || body.module.role === "data" ||
      body.module.role === "config";
    if (isEarly && ["host", "inventory"].some((name) => body.output.drover.has(name))) {
      refuse("no host can be used yet where hosts and data are written", statement);
    }
    const trailing = statement.trailing === undefined ? "" : ` // ${statement.trailing}`;
    // Behind something of several lines, a comment would be read as one on its end.
    return trailing !== "" && ["function", "if", "for", "while", "with"].includes(statement.kind)
      ? [...declared, `//${trailing.slice(3)}`, HARD, doc]
      : [...declared, doc, trailing];
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    goBack();
    return writeTodo(statement, error, body);
  }
}

function writeStatement(statement: Statement, body: Body): Doc | undefined {
  switch (statement.kind) {
    case "comment":
      if (/^!.*\bpyinfra\b/.test(statement.text)) return undefined;
      return `// ${statement.text}`.trimEnd();
    case "expression":
      return writeExpressionStatement(statement, body);
    case "assign":
      return writeAssignment(statement, body);
    case "update":
      return writeUpdate(statement, body);
    case "delete":
      return lines(statement.targets.map((target) => ["delete ", reference(target, body), ";"]));
    case "pass":
      return undefined;
    case "break":
    case "continue":
      return `${statement.kind};`;
    case "return": {
      if (statement.value === undefined) return "return;";
      return ["return ", wrap(body.write(statement.value, body), LEVEL.assignment), ";"];
    }
    case "raise":
      return writeRaise(statement, body);
    case "assert": {
      const test = body.test(statement.test, body);
      const message: Doc = statement.message === undefined
        ? '"assertion failed"'
        : body.write(statement.message, body).doc;
      return ["if (!", wrap(test, LEVEL.unary), ") throw new Error(", message, ");"];
    }
    case "import":
    case "from":
      return writeImport(statement, body);
    case "if":
      return writeIf(statement, body);
    case "while": {
      if (statement.otherwise !== undefined) refuse("a loop with else is not carried over", statement);
      const test = body.test(statement.test, body);
      return ["while (", test.doc, ") ", inBraces(writeBlock(statement.body, within(body)))];
    }
    case "for":
      return writeFor(statement, body);
    case "with":
      return writeWith(statement, body);
    case "function":
      return writeFunction(statement, body);
    case "other": {
      const text = sourceOf(statement, body);
      Object.assign(statement, { text });
      return refuse(statement.reason ?? `${statement.what}: not carried over`, statement);
    }
  }
}

function writeExpressionStatement({ value }: Of<"expression">, body: Body): Doc | undefined {
  const text = literalText(value);
  if (text !== undefined) {
    const isFirst = body.isTop;
    const own = text.trim().split("\n").map((line) => line.trim());
    if (!isFirst) return lines(own.map((line) => `// ${line}`.trimEnd()));
    if (own.length === 1) return `/** ${own[0]!.replaceAll("*/", "* /")} */`;
    return [
      "/**",
      ...own.flatMap((line): Doc[] => [HARD, ` * ${line.replaceAll("*/", "* /")}`.trimEnd()]),
      HARD,
      " */",
    ];
  }
  const code = body.write(value, body);
  const isBare = ["dictionary", "function"].includes(code.type.is);
  return [isBare ? ["(", code.doc, ")"] : code.doc, ";"];
}

function writeRaise({ value, span }: Of<"raise">, body: Body): Doc {
  if (value === undefined) return refuse("an exception that is raised again", { span });
  if (value.kind === "name") return `throw new Error(${quoteText(value.name)});`;
  if (value.kind !== "call" || value.args.length > 1) return refuse("an exception of its own kind", { span });
  const [first] = value.args;
  const message: Doc = first === undefined
    ? quoteText(value.called.kind === "name" ? value.called.name : "failed")
    : body.write(first.value, body).doc;
  return ["throw new Error(", message, ");"];
}

/** What is imported is gathered at the top; files that run by being imported are told. */
function writeImport(statement: Of<"import"> | Of<"from">, body: Body): Doc | undefined {
  for (const { name, as } of statement.names) {
    if (name === "*") refuse("what * imports is not known", statement);
    const binding = body.module.imports.get(as) ?? body.module.imports.get(as.split(".")[0]!);
    if (binding?.is !== "file" && binding?.is !== "imported") continue;
    const target = body.project.modules.get(binding.file)!;
    const runs = target.role !== "data" &&
      target.python.statements.some((one) =>
        one.kind === "expression" && one.value.kind === "call" &&
        pathIn(one.value.called, { ...body, scope: importScope(target.imports) })?.startsWith(
          "pyinfra.operations.",
        )
      );
    if (runs) {
      body.output.notes.push({
        file: body.module.path,
        line: statement.span.line,
        reason:
          `${binding.file} calls operations at its top level: include() it, as imported files run only once`,
        source: sourceOf(statement, body),
      });
    }
  }
  return undefined;
}

function importScope(imports: Context["module"]["imports"]): Scope {
  const scope = new Scope(undefined);
  for (const [name, binding] of imports) scope.set(name, binding);
  return scope;
}

function writeIf({ branches, otherwise }: Of<"if">, body: Body): Doc {
  const docs = branches.map(({ test, body: inner }, index): Doc => [
    index === 0 ? "if (" : " else if (",
    body.test(test, body).doc,
    ") ",
    inBraces(writeBlock(inner, within(body))),
  ]);
  if (otherwise === undefined) return docs;
  return [...docs, " else ", inBraces(writeBlock(otherwise, within(body)))];
}

function writeFor(statement: Of<"for">, body: Body): Doc {
  if (statement.otherwise !== undefined) refuse("a loop with else is not carried over", statement);
  const values = iterable(statement.values, body);
  noteLateFunctions(statement, body);
  const names = targetNames(statement.target);
  const isDeclaring = names.every((name) => body.declarations.inline.get(statement)?.has(name));
  const isReassigned = names.some((name) =>
    body.declarations.reassigned.has(name) && assignsInside(statement, name)
  );
  const head = isDeclaring
    ? [isReassigned ? "let " : "const ", declareTarget(statement.target, elementOf(values.type), body)]
    : statement.target.kind === "name"
    ? [reference(statement.target, body)]
    : refuse("several variables of a loop that outlive it", statement);
  return ["for (", ...head, " of ", values.doc, ") ", inBraces(writeBlock(statement.body, within(body)))];
}

/** Python's functions see what a loop's variable is when they are called; TypeScript's, what it was in their round. */
function noteLateFunctions(statement: Of<"for">, { module, output }: Body): void {
  const names = targetNames(statement.target);
  for (const expression of everyExpression(statement.body)) {
    if (expression.kind !== "lambda") continue;
    const name = names.find((one) => [...namesIn(expression)].includes(one));
    if (name === undefined) continue;
    output.notes.push({
      file: module.path,
      line: expression.span.line,
      reason:
        `the lambda sees ${name} of its own round of the loop; in Python, of the last round: is that meant?`,
      source: module.python.text.slice(expression.span.from, expression.span.to),
    });
  }
}

function assignsInside(statement: Of<"for">, name: string): boolean {
  return [...everyStatement(statement.body)].some((one) =>
    one.kind === "assign" && one.targets.flatMap(targetNames).includes(name) ||
    one.kind === "update" && targetNames(one.target).includes(name)
  );
}

function writeWith(statement: Of<"with">, body: Body): Doc {
  const [context, ...more] = statement.contexts;
  if (context === undefined || more.length > 0) return refuse("with of several contexts", statement);
  const { value, as } = context;
  const path = value.kind === "call" ? pathIn(value.called, body) : undefined;
  if (value.kind === "call" && path === "pyinfra.host.when") {
    const condition = value.args.map((one) => body.write(one.value, body).doc);
    if (condition.length !== 1) refuse("host.when with several conditions", statement);
    body.output.drover.add("host");
    const inner = inBraces(writeBlock(statement.body, within(body)));
    return ["await host.when(", condition[0]!, ", async () => ", inner, ");"];
  }
  if (value.kind === "call" && path === "pyinfra.host.arguments") {
    body.output.drover.add("host");
    const inner = inBraces(writeBlock(statement.body, within(body)));
    return ["await host.arguments(", writeGlobals(value, body), ", async () => ", inner, ");"];
  }
  const isOpen = value.kind === "call" && value.called.kind === "name" && value.called.name === "open";
  if (!isOpen || as === undefined) return refuse("with: not carried over", statement);
  const inner = statement.body.map((one) => readingFrom(one, as, value));
  for (const one of inner) {
    for (const part of [...everyStatement([one])]) {
      if (JSON.stringify(part).includes(`"kind":"name","name":"${as}"`)) {
        refuse("a file that is opened, other than to be read at once", statement);
      }
    }
  }
  const planned = planDeclarations(inner);
  const declarations: Declarations = {
    ...body.declarations,
    inline: new Map([
      ...body.declarations.inline,
      ...[...planned.inline].filter(([one]) =>
        one.kind === "assign" &&
        one.targets.flatMap(targetNames).every((name) => body.scope.find(name) === undefined)
      ),
    ]),
  };
  return lines(writeBlock(inner, { ...within(body), declarations }));
}

/** `f.read()` and `json.load(f)` as what is read from the file itself. */
function readingFrom(statement: Statement, name: string, opened: Expression): Statement {
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== "object" || node === null) return node;
    const call = node as Extract<Expression, { kind: "call" }>;
    if (call.kind === "call" && call.called.kind === "attribute" && call.called.object.kind === "name") {
      const { object, name: method } = call.called;
      if (object.name === name && method === "read" && call.args.length === 0) {
        return { ...call, called: { ...call.called, object: opened } };
      }
      const [file] = call.args;
      if (
        object.name === "json" && method === "load" && file?.value.kind === "name" && file.value.name === name
      ) {
        const read = { ...call, called: { ...call.called, name: "read", object: opened }, args: [] };
        return { ...call, called: { ...call.called, name: "loads" }, args: [{ ...file, value: read }] };
      }
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)]));
  };
  return visit(statement) as Statement;
}
