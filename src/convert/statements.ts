/** Statements of Python in TypeScript. What cannot be carried over stays as a comment, with its reason. */

import {
  everyExpression,
  type Expression,
  type FunctionDefinition,
  literalText,
  namesIn,
  type Parameter,
  type Statement,
  Untranslatable,
  withParts,
} from "./ast.ts";
import { writeGlobals } from "./calls.ts";
import { type Context, LEVEL, type Output, pathIn, python, refuse, Scope, wrap } from "./context.ts";
import { type Declarations, mutatedNames, planDeclarations, targetNames } from "./declarations.ts";
import { bracketed, type Doc, HARD } from "./layout.ts";
import { CONFIG_OPTIONS, DROPPED_OPTIONS, safeName } from "./names.ts";
import { everyStatement, positional } from "./project.ts";
import { quoteText } from "./python_string.ts";
import { all, annotationFor, ANY, elementOf, spellType, type Type, typeOfLiteral } from "./value_types.ts";
import { iterable, member } from "./values.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** A context with the declarations of the function that is being written. */
export interface Body extends Context {
  declarations: Declarations;
  /** At the top of a file, where names may be exported. */
  isTop: boolean;
  /** The type that a name of the file says it has. */
  annotate?(name: string, value: Expression): string | undefined;
}

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

/** The lines of a block, between braces. */
export function inBraces(docs: readonly Doc[]): Doc {
  if (docs.length === 0) return "{}";
  return ["{", { indent: docs.flatMap((doc): Doc[] => doc === "" ? [HARD] : [HARD, doc]) }, HARD, "}"];
}

function writeOne(statement: Statement, body: Body): Doc | undefined {
  const before = copyOf(body.output);
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
    Object.assign(body.output, before);
    return writeTodo(statement, error, body);
  }
}

/** What has been written up to here, to go back to. */
function copyOf(output: Output): Output {
  return {
    ...output,
    drover: new Set(output.drover),
    droverTypes: new Set(output.droverTypes),
    renamed: new Set(output.renamed),
    operations: new Set(output.operations),
    files: new Map([...output.files].map(([file, names]) => [file, new Map(names)])),
    todos: [...output.todos],
    notes: [...output.notes],
    converted: new Set(output.converted),
  };
}

function writeTodo(statement: Statement, { message, span }: Untranslatable, body: Body): Doc {
  const { module, output, scope } = body;
  const source = sourceOf(statement, body);
  output.todos.push({ file: module.path, line: span.line, reason: message, source });
  for (const name of namesOf(statement)) scope.lose(name, `line ${statement.span.line}`);
  const lines = source.split("\n").map((line) => `//   ${line}`.trimEnd());
  return [`// TODO (${module.path}:${span.line}): ${message}`, ...lines].flatMap((line, index): Doc[] =>
    index === 0 ? [line] : [HARD, line]
  );
}

/** The lines of a statement as they were written, without their indentation. */
function sourceOf(statement: Statement, { module }: Body): string {
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

/** The names that a statement makes, or whose values it changes. */
function namesOf(statement: Statement): string[] {
  const made = [...everyStatement([statement])].flatMap((one) =>
    one.kind === "assign"
      ? one.targets.flatMap(targetNames)
      : one.kind === "for" || one.kind === "update"
      ? targetNames(one.target)
      : one.kind === "function"
      ? [one.name]
      : []
  );
  const opaque = statement.kind === "other" ? namesInText(statement) : [];
  return [...new Set([...made, ...mutatedNames([statement]), ...opaque])];
}

/** Of a statement that was not read in detail, such as `try`, what it assigns is found in its text. */
function namesInText(statement: Statement & { text?: string }): string[] {
  const text = statement.text ?? "";
  return [
    ...text.matchAll(
      /^[ \t]*(?:class|def)[ \t]+(\w+)|^[ \t]*(\w+)[ \t]*(?:[+*/|-]?=(?!=)|\.(?:append|extend|update)\()/gm,
    ),
  ].map(([, defined, assigned]) => defined ?? assigned!);
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

function within(body: Body): Body {
  return { ...body, isTop: false };
}

function lines(docs: readonly Doc[]): Doc {
  return docs.flatMap((doc, index): Doc[] => index === 0 ? [doc] : [HARD, doc]);
}

function exported(name: string, { isTop, module, output }: Body): string {
  if (!isTop || !module.exported.has(name)) return "";
  if (safeName(name) === name) return "export ";
  output.renamed.add(name);
  return "";
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

/** What is assigned to, where it is no new name. */
function reference(target: Expression, body: Body): Doc {
  if (target.kind === "subscript") {
    const path = pathIn(target.object, body);
    if (path !== undefined && !path.startsWith("pyinfra.host")) refuse(`${path} is changed`, target);
    const object = body.write(target.object, body);
    const key = literalText(target.index);
    if (key !== undefined) return member(object, key);
    if (target.index.kind === "unary") refuse("an index that counts from the end", target);
    return [wrap(object, LEVEL.call), "[", body.write(target.index, body).doc, "]"];
  }
  if (target.kind === "attribute") {
    const path = pathIn(target, body) ?? "";
    const [, data] = /^pyinfra\.host\.data\.(\w+)$/.exec(path) ?? [];
    if (data === undefined) refuse("an attribute is assigned", target);
    body.output.drover.add("host");
    return `host.data.${data}`;
  }
  if (target.kind !== "name") return refuse("what is assigned to here is not carried over", target);
  const binding = body.scope.find(target.name);
  if (binding?.is !== "variable") return refuse(`${target.name} is not a variable here`, target);
  return binding.name;
}

/** `config.SUDO = True`. */
function configOption(target: Expression, body: Body): string | undefined {
  return /^pyinfra\.config\.(\w+)$/.exec(pathIn(target, body) ?? "")?.[1];
}

/** The name of an option of `config` here. */
export function optionNamed(option: string, at: Statement): string {
  const dropped = DROPPED_OPTIONS[option];
  if (dropped !== undefined) refuse(dropped, at);
  return CONFIG_OPTIONS[option] ?? refuse(`there is no option for config.${option}`, at);
}

function writeAssignment(statement: Of<"assign">, body: Body): Doc | undefined {
  const { targets, value } = statement;
  if (value === undefined) return undefined;
  const option = targets.length === 1 ? configOption(targets[0]!, body) : undefined;
  if (option !== undefined) {
    const name = optionNamed(option, statement);
    body.output.drover.add("config");
    return [`config.${name} = `, body.write(value, body).doc, ";"];
  }
  const code = copied(body.write(value, body), statement, body);
  const docs: Doc[] = [];
  let source: Doc = wrap(code, LEVEL.assignment);
  for (const target of targets.toReversed()) {
    docs.push([...assign(target, { ...code, doc: source }, statement, body), ";"]);
    if (target.kind === "name") source = safeName(target.name);
    else if (targets.length > 1) refuse("several targets that are no names", statement);
  }
  return lines(docs);
}

/** Data of hosts is a copy in pyinfra and constant here: who changes it needs a copy. */
function copied(code: ReturnType<Context["write"]>, statement: Of<"assign">, body: Body): typeof code {
  const changes = statement.targets.some((one) =>
    one.kind === "name" && body.declarations.mutated.has(one.name)
  );
  const value = statement.value!;
  const isData = [...withParts(value)].some((one) => one.kind === "attribute" && one.name === "data");
  return changes && isData ? python(body, "copy", [code], code.type) : code;
}

function assign(
  target: Expression,
  code: ReturnType<Context["write"]>,
  statement: Of<"assign">,
  body: Body,
): Doc[] {
  const { declarations, scope } = body;
  const names = targetNames(target);
  const isDeclaring = names.length > 0 &&
    names.every((name) => declarations.inline.get(statement)?.has(name));
  if (!isDeclaring) {
    if (target.kind !== "tuple" && target.kind !== "list") return [reference(target, body), " = ", code.doc];
    return [
      "[",
      ...target.items.flatMap(({ value }, index): Doc[] => [index === 0 ? "" : ", ", reference(value, body)]),
      "] = ",
      code.doc,
    ];
  }
  const keyword = names.some((name) => declarations.reassigned.has(name)) ? "let" : "const";
  if (target.kind !== "name") {
    return [`${keyword} `, declareTarget(target, code.type, body), " = ", code.doc];
  }
  const isMutated = declarations.mutated.has(target.name);
  const isReassigned = declarations.reassigned.has(target.name);
  const type = isReassigned ? typeOfAll(target.name, body) : isMutated ? widened(code.type) : code.type;
  scope.set(target.name, { is: "variable", type, name: safeName(target.name) });
  const told = body.isTop ? body.annotate?.(target.name, statement.value!) : undefined;
  // A constant that is written out would be its own type, and could be compared with nothing else.
  const isCompared = keyword === "const" && ["string", "int", "float"].includes(type.is) &&
    (declarations.compared.has(target.name) ||
      exported(target.name, body) !== "" && body.module.role === "module");
  const known = told ?? (isCompared ? spellType(type) : undefined) ??
    (type.is === "any" && (isReassigned || code.type.is === "none" || code.type.is === "fact")
      ? "any"
      : annotationFor(type, isMutated));
  if (known?.includes("any") === true) body.output.usesAny = true;
  return [
    exported(target.name, body),
    `${keyword} ${safeName(target.name)}${known === undefined ? "" : `: ${known}`} = `,
    code.doc,
  ];
}

/** What a variable is that is assigned several times. */
function typeOfAll(name: string, body: Body): Type {
  const types = [...everyStatement(body.module.python.statements)].flatMap((one): Type[] => {
    if (one.kind === "assign" && one.targets.some((target) => targetNames(target).includes(name))) {
      const isWhole = one.targets.some((target) => target.kind === "name");
      return [one.value === undefined || !isWhole ? ANY : typeOfLiteral(one.value)];
    }
    if (one.kind === "for" && targetNames(one.target).includes(name)) {
      return body.declarations.inline.get(one)?.has(name) === true ? [] : [ANY];
    }
    if (one.kind === "update" && targetNames(one.target).includes(name)) {
      const type = typeOfLiteral(one.value);
      return type.is === "any" && one.operator === "+" ? [] : [type];
    }
    return [];
  });
  const type = all(types);
  return type.is === "none" ? ANY : type;
}

/** A list that grows, or a dictionary that is filled: what is in it later is known only where all agree. */
function widened(type: Type): Type {
  if (type.is === "list" || type.is === "set") return { is: type.is, of: ANY };
  return type.is === "dictionary" ? { is: "dictionary", of: ANY } : type;
}

function declareTarget(target: Expression, type: Type, body: Body): Doc {
  if (target.kind === "name") {
    body.scope.set(target.name, { is: "variable", type, name: safeName(target.name) });
    return safeName(target.name);
  }
  if (target.kind !== "tuple" && target.kind !== "list") {
    return refuse("what is assigned to here is not carried over", target);
  }
  const items = target.items.map(({ value }, index) => {
    if (value.kind === "star") refuse("the rest of a list is assigned", value);
    const inner = type.is === "tuple"
      ? type.items[index] ?? ANY
      : type.is === "string"
      ? ANY
      : elementOf(type);
    return declareTarget(value, inner, body);
  });
  return ["[", ...items.flatMap((item, index): Doc[] => [index === 0 ? "" : ", ", item]), "]"];
}

function writeUpdate(statement: Of<"update">, body: Body): Doc {
  const { target, operator, value } = statement;
  const place = reference(target, body);
  const current = body.write(target, body);
  const code = body.write(value, body);
  const right = wrap(code, LEVEL.assignment);
  const isNumber = (type: Type) => type.is === "int" || type.is === "float";
  if (operator === "+" && (current.type.is === "string" || code.type.is === "string")) {
    return [place, " += ", right, ";"];
  }
  if (operator === "+" && current.type.is === "list") return [place, ".push(...", right, ");"];
  if (["+", "-", "*", "/"].includes(operator) && (isNumber(current.type) || isNumber(code.type))) {
    return [place, ` ${operator}= `, right, ";"];
  }
  if (operator === "+") return [place, " = ", python(body, "add", [current, code], ANY).doc, ";"];
  if (operator === "|" && current.type.is === "dictionary") {
    return ["Object.assign(", place, ", ", right, ");"];
  }
  return refuse(`what ${operator}= does here is not known`, statement);
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

const ANNOTATIONS: Readonly<Record<string, Type>> = {
  str: { is: "string" },
  int: { is: "int" },
  bool: { is: "boolean" },
  "list[str]": { is: "list", of: { is: "string" } },
  "List[str]": { is: "list", of: { is: "string" } },
};

function writeFunction(definition: FunctionDefinition, body: Body): Doc {
  const { name, parameters, decorators } = definition;
  const info = body.module.functions.get(definition)!;
  if (parameters.some(({ kind }) => kind === "**")) {
    refuse("a function with any arguments by name (**)", definition);
  }
  for (const one of everyStatement(definition.body)) {
    if (one.kind === "other" && /^(global|a generator)/.test(one.what)) {
      refuse(`a function with ${one.what}`, one);
    }
  }
  for (const one of everyExpression(definition.body)) {
    if (one.kind === "other" && one.what === "a generator") refuse("a function that is a generator", one);
  }
  const changed = planDeclarations(definition.body).mutated;
  const kept = parameters.find((one) =>
    changed.has(one.name) && ["list", "dictionary", "set"].includes(one.default?.kind ?? "")
  );
  if (kept !== undefined) {
    refuse(`the default of ${kept.name} is changed, and kept by Python between calls`, definition);
  }
  const star = parameters.findIndex(({ kind }) => kind === "*");
  if (star >= 0 && star < parameters.length - 1) {
    refuse("a function with arguments by name behind *", definition);
  }
  if (decorators.length > 0 && !info.isDeploy) {
    const path = decorators.map((one) => pathIn(one.kind === "call" ? one.called : one, body) ?? "").join(
      " ",
    );
    refuse(
      /^pyinfra\.api\b.*operation$/.test(path)
        ? "an operation of your own is written anew, with operation() of Drover"
        : "a decorator that is not known",
      definition,
    );
  }
  const scope = new Scope(body.scope);
  const given = parameters.map((one) => one.name);
  for (const one of parameters) {
    const type = one.kind === "*" ? { is: "list", of: ANY } as const : parameterType(one);
    scope.set(one.name, { is: "variable", type, name: safeName(one.name) });
  }
  body.scope.set(name, { is: "function", info, name: safeName(name) });
  const docstring = definition.body.find(({ kind }) => kind !== "comment");
  const text = docstring?.kind === "expression" ? literalText(docstring.value) : undefined;
  const own = text === undefined ? definition.body : definition.body.filter((one) => one !== docstring);
  const inner: Body = {
    ...body,
    scope,
    isAsync: info.isAsync,
    isTop: false,
    declarations: planDeclarations(own, given),
  };
  const comment = text === undefined ? [] : [docComment(text), HARD];
  if (info.isDeploy) return [...comment, writeDeploy(definition, own, inner, body)];
  const list = bracketed(
    "(",
    parameters.map((one, index) => writeParameter(one, parameters.slice(index + 1), inner)),
    ")",
  );
  return [
    ...comment,
    exported(name, body),
    info.isAsync ? "async " : "",
    `function ${safeName(name)}`,
    list,
    " ",
    inBraces(writeBlock(own, inner)),
  ];
}

function docComment(text: string): Doc {
  const own = text.trim().replaceAll("*/", "* /").split("\n").map((line) => line.trim());
  if (own.length === 1) return `/** ${own[0]} */`;
  return ["/**", ...own.flatMap((line): Doc[] => [HARD, ` * ${line}`.trimEnd()]), HARD, " */"];
}

function parameterType(parameter: Parameter): Type {
  const isNone = parameter.default?.kind === "constant" && parameter.default.value === null;
  return isNone ? ANY : ANNOTATIONS[parameter.annotation ?? ""] ?? ANY;
}

function spelled(parameter: Parameter, context: Context): string {
  const type = parameterType(parameter);
  if (type.is === "any") context.output.usesAny = true;
  return { string: "string", int: "number", boolean: "boolean", list: "string[]" }[type.is as string] ??
    "any";
}

function writeParameter(parameter: Parameter, later: readonly Parameter[], context: Context): Doc {
  const name = safeName(parameter.name);
  if (parameter.kind === "*") {
    context.output.usesAny = true;
    return `...${name}: any[]`;
  }
  const { default: fallback } = parameter;
  const type = spelled(parameter, context);
  if (fallback === undefined) return `${name}: ${type}`;
  if (fallback.kind === "constant" && fallback.value === null) {
    return later.some((one) => one.default === undefined && one.kind !== "*")
      ? `${name}: ${type} = undefined`
      : `${name}?: ${type}`;
  }
  return [`${name}: ${type} = `, context.write(fallback, context).doc];
}

/** `@deploy("Label")`: a function that takes its arguments in one object. */
function writeDeploy(
  definition: FunctionDefinition,
  own: readonly Statement[],
  inner: Body,
  body: Body,
): Doc {
  const [decorator, ...more] = definition.decorators;
  if (more.length > 0) refuse("a second decorator", definition);
  const args = decorator?.kind === "call" ? decorator.args : [];
  const label = args.find((one) => one.name === undefined || one.name === "name");
  const defaults = args.find((one) => one.name === "data_defaults");
  if (args.some((one) => one !== label && one !== defaults)) {
    refuse("an argument of @deploy that is not known", definition);
  }
  const parameters = positional(definition.parameters);
  if (parameters.length !== definition.parameters.length) {
    refuse("a deploy with any arguments (*)", definition);
  }
  body.output.drover.add("deploy");
  const names = parameters.map((one): Doc => {
    const isNone = one.default?.kind === "constant" && one.default.value === null;
    const safe = safeName(one.name);
    const key = safe === one.name ? safe : `${one.name}: ${safe}`;
    return one.default === undefined || isNone ? key : [key, " = ", inner.write(one.default, inner).doc];
  });
  const types = parameters.map((one): Doc =>
    `${one.name}${one.default === undefined ? "" : "?"}: ${spelled(one, inner)}`
  );
  const list: Doc = parameters.length === 0 ? "()" : [
    "(",
    bracketed("{", names, "}", { padding: " " }),
    ": { ",
    ...types.flatMap((one, index): Doc[] => [index === 0 ? "" : "; ", one]),
    " })",
  ];
  const options: Doc = defaults === undefined
    ? ""
    : [", { dataDefaults: ", body.write(defaults.value, body).doc, " }"];
  const name: Doc = label === undefined
    ? quoteText(definition.name.replaceAll("_", " "))
    : body.write(label.value, body).doc;
  return [
    exported(definition.name, body),
    `const ${safeName(definition.name)} = deploy(`,
    name,
    ", async ",
    list,
    " => ",
    inBraces(writeBlock(own, inner)),
    options,
    ");",
  ];
}
