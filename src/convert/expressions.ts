/** Expressions of Python in TypeScript, with what they mean kept. */

import {
  blocksOf,
  type Expression,
  type ExpressionKind,
  type Item,
  literalText,
  type Statement,
} from "./ast.ts";
import { writeCall } from "./calls.ts";
import {
  awaiting,
  type Code,
  type Context,
  LEVEL,
  loose,
  pathIn,
  primary,
  python,
  refuse,
  Scope,
  wrap,
} from "./context.ts";
import { targetNames } from "./declarations.ts";
import { bracketed, type Doc, withComments } from "./layout.ts";
import { readFile, writeValueOfPath } from "./library.ts";
import {
  HOST_MEMBERS,
  INVENTORY_MEMBERS,
  isPlainKey,
  RENAMED_FACT_KEYS,
  RESULT_MEMBERS,
  safeName,
} from "./names.ts";
import { quoteText } from "./python_string.ts";
import {
  all,
  ANY,
  BOOLEAN,
  either,
  elementOf,
  FLOAT,
  INT,
  NONE,
  STRING,
  type Type,
  typeOfLiteral,
} from "./value_types.ts";
import { formatted, isHostData, iterable, joinPaths, member, template } from "./values.ts";

type Kind<K extends ExpressionKind["kind"]> = Extract<Expression, { kind: K }>;

/** Writes an expression. */
export function writeExpression(expression: Expression, context: Context): Code {
  switch (expression.kind) {
    case "name":
      return writeName(expression, context);
    case "string":
      return writeString(expression, context);
    case "number":
      return writeNumber(expression);
    case "constant":
      return expression.value === null
        ? primary("undefined", NONE, { isStable: true })
        : primary(String(expression.value), BOOLEAN, { isStable: true });
    case "binary":
      return writeBinary(expression, context);
    case "unary":
      return writeUnary(expression, context);
    case "boolean":
      return writeEitherOr(expression, context);
    case "not": {
      const { negation, ...code } = context.test(expression.operand, context);
      if (negation !== undefined) return { ...code, ...negation, type: BOOLEAN };
      return { ...code, doc: ["!", wrap(code, LEVEL.unary)], level: LEVEL.unary, type: BOOLEAN };
    }
    case "compare":
      return writeComparison(expression, context);
    case "conditional":
      return writeConditional(expression, context);
    case "lambda":
      return writeLambda(expression, context);
    case "call":
      return readFile(expression, context) ?? writeCall(expression, context);
    case "attribute":
      return writeAttribute(expression, context);
    case "subscript":
      return writeSubscript(expression, context);
    case "slice":
      return writeSlice(expression, context);
    case "list":
    case "tuple":
      return writeList(expression, context);
    case "set":
      return writeSet(expression, context);
    case "dictionary":
      return writeDictionary(expression, context);
    case "comprehension":
      return writeComprehension(expression, context);
    case "star":
      return refuse("a list is spread here", expression);
    case "other":
      return refuse(`${expression.what} is not carried over`, expression);
  }
}

/** Writes an expression as a condition: what Python takes for false is false. */
export function writeTest(expression: Expression, context: Context): Code {
  if (expression.kind === "boolean") {
    const isAnd = expression.operator === "and";
    const level = isAnd ? LEVEL.and : LEVEL.or;
    const left = writeTest(expression.left, context);
    const right = writeTest(expression.right, context);
    return {
      doc: {
        group: [wrap(left, level), isAnd ? " &&" : " ||", {
          indent: [{ line: " " }, wrap(right, level + 1)],
        }],
      },
      type: BOOLEAN,
      level,
      awaits: left.awaits || right.awaits,
      isStable: false,
    };
  }
  const code = writeExpression(expression, context);
  const compare = (subject: Doc, sign: string, value: string, level: number): Code => ({
    ...code,
    doc: [subject, ` ${sign} ${value}`],
    level,
    type: BOOLEAN,
    isStable: false,
    negation: { doc: [subject, ` === ${value}`], level: LEVEL.equality },
  });
  switch (code.type.is) {
    case "boolean":
      return code;
    case "string":
    case "path":
      return compare(wrap(code, LEVEL.equality), "!==", '""', LEVEL.equality);
    case "int":
    case "float":
      return compare(wrap(code, LEVEL.equality), "!==", "0", LEVEL.equality);
    case "list":
    case "items":
      return compare([wrap(code, LEVEL.call), ".length"], ">", "0", LEVEL.relation);
    case "set":
      return compare([wrap(code, LEVEL.call), ".size"], ">", "0", LEVEL.relation);
    case "dictionary":
      return compare(["Object.keys(", code.doc, ").length"], ">", "0", LEVEL.relation);
    case "none":
      return primary("false", BOOLEAN);
    case "result":
      return refuse("an operation's result is tested as a whole: pyinfra wants .changed or _if", expression);
    default:
      return python(context, "truthy", [code], BOOLEAN);
  }
}

function writeName(expression: Kind<"name">, context: Context): Code {
  const { name } = expression;
  const lost = context.scope.whyLost(name);
  if (lost !== undefined) refuse(`${name} did not come over (${lost})`, expression);
  const binding = context.scope.find(name);
  switch (binding?.is) {
    case "variable":
      return primary(binding.name, binding.type, { isStable: true });
    case "function":
      return primary(binding.name, { is: "function", returns: ANY }, { isStable: true });
    case "imported":
      return primary(
        importName(binding.file, binding.name, expression, context),
        importedType(binding, context),
        {
          isStable: true,
        },
      );
    case "path":
      return writeValueOfPath(binding.path, expression, context);
    case "file":
      return refuse(`the module ${name} is used as a value`, expression);
    case undefined:
      // Data of None: a name that is nothing would not be exported.
      if (name === "null") return primary("null", NONE, { isStable: true });
      if (EXCEPTION_REGEXP.test(name)) return primary("Error", ANY, { isStable: true });
      if (name === "__name__") return refuse("what a file does when Python runs it by itself", expression);
      if (name === "__file__") return primary("import.meta.filename!", STRING, { isStable: true });
      return refuse(`${name} is not known here`, expression);
  }
}

const EXCEPTION_REGEXP = /^([A-Z]\w+Error|Exception)$/;

/** Has a name of another file imported. */
function importName(file: string, name: string, at: Expression, context: Context): string {
  const target = context.project.modules.get(file);
  const why = target?.lost.get(name);
  if (why !== undefined) refuse(`${name} of ${file} did not come over (${why})`, at);
  const made = target?.python.statements.some((one) => everyNameOf(one).includes(name));
  if (made !== true) refuse(`${file} does not define ${name} itself`, at);
  const names = context.output.files.get(file) ?? new Map<string, string>();
  context.output.files.set(file, names.set(name, safeName(name)));
  return safeName(name);
}

/** The names that a statement makes at the top of its file. */
function everyNameOf(statement: Statement): string[] {
  if (statement.kind === "function") return [statement.name];
  const own = statement.kind === "assign" ? statement.targets.flatMap(targetNames) : [];
  return [...own, ...blocksOf(statement).flat().flatMap(everyNameOf)];
}

function importedType(binding: { file: string; name: string }, context: Context): Type {
  const statements = context.project.modules.get(binding.file)?.python.statements ?? [];
  if (statements.some((one) => one.kind === "function" && one.name === binding.name)) {
    return { is: "function", returns: ANY };
  }
  const assigned = statements.flatMap((one) =>
    one.kind === "assign" && one.value !== undefined &&
      one.targets.some((target) => target.kind === "name" && target.name === binding.name)
      ? [typeOfLiteral(one.value)]
      : []
  );
  return all(assigned);
}

function writeNumber({ text, span }: Kind<"number">): Code {
  if (/j$/i.test(text)) refuse("complex numbers are not carried over", { span });
  const type = typeOfLiteral({ kind: "number", text, span });
  // Python has 007 as an error; what is left writes alike in both.
  return primary(text, type, { isStable: true });
}

function writeString(expression: Kind<"string">, context: Context): Code {
  const { parts, bytes, isTriple } = expression;
  const text = parts.every((part) => typeof part === "string") ? parts.join("") : undefined;
  if (bytes) {
    if (text === undefined || /[^\t\n\r -~]/.test(text)) {
      refuse("bytes beyond ASCII are not carried over", expression);
    }
    return primary(["new TextEncoder().encode(", quoteText(text!), ")"], ANY);
  }
  if (text !== undefined) {
    const isLines = isTriple || text.length > 60;
    return primary({ raw: quoteText(text, isLines) }, STRING, { isStable: !text.includes("\n") });
  }
  return template(
    parts.map((part) => typeof part === "string" ? part : formatted(part, expression, context)),
  );
}

function writeUnary(expression: Kind<"unary">, context: Context): Code {
  const code = context.write(expression.operand, context);
  return { ...code, doc: [expression.operator, wrap(code, LEVEL.unary + 1)], level: LEVEL.unary };
}

function writeBinary(expression: Kind<"binary">, context: Context): Code {
  const { operator } = expression;
  if (operator === "%" && expression.left.kind === "string") return writePercent(expression, context);
  const left = loose(context.write(expression.left, context), context);
  const right = loose(context.write(expression.right, context), context);
  const [one, other] = [left.type.is, right.type.is];
  const isNumeric = (is: string) => is === "int" || is === "float";
  const infix = (sign: string, level: number, type: Type): Code => ({
    doc: { group: [wrap(left, level), ` ${sign}`, { indent: [{ line: " " }, wrap(right, level + 1)] }] },
    type,
    level,
    awaits: left.awaits || right.awaits,
    isStable: false,
  });
  const number = one === "int" && other === "int" ? INT : FLOAT;
  if (operator === "+") {
    if (isNumeric(one) || isNumeric(other)) return infix("+", LEVEL.sum, number);
    if (one === "string" || other === "string") return infix("+", LEVEL.sum, STRING);
    if (one === "list" || other === "list" || one === "tuple" || other === "tuple") {
      const items = [expression.left, expression.right].flatMap((side, index): Doc[] => {
        if (side.kind === "list") return side.items.map((item) => writeItem(item, context).doc);
        return [["...", wrap(index === 0 ? left : right, LEVEL.assignment)]];
      });
      const type: Type = { is: "list", of: either(elementOf(left.type), elementOf(right.type)) };
      return primary(bracketed("[", items, "]"), type, { awaits: left.awaits || right.awaits });
    }
    return python(context, "add", [left, right], ANY);
  }
  if (operator === "/" && one === "path") return joinPaths([left, right], context);
  if (operator === "*" && one === "string") {
    return primary([wrap(left, LEVEL.call), ".repeat(", right.doc, ")"], STRING, { level: LEVEL.call });
  }
  const areNumbers = isNumeric(one) && isNumeric(other) || isNumeric(one) && other === "any" ||
    isNumeric(other) && one === "any";
  if (operator === "-") {
    return areNumbers ? infix("-", LEVEL.sum, number) : refuse(unknownOperands("-"), expression);
  }
  if (operator === "*" && isNumeric(one) && isNumeric(other)) return infix("*", LEVEL.product, number);
  if (operator === "/" && areNumbers) return infix("/", LEVEL.product, FLOAT);
  if (operator === "//" && areNumbers) {
    return primary(["Math.floor(", infix("/", LEVEL.product, FLOAT).doc, ")"], INT, {
      awaits: left.awaits || right.awaits,
    });
  }
  if (operator === "%" && isNumeric(one)) return python(context, "modulo", [left, right], number);
  if (operator === "**" && isNumeric(one) && isNumeric(other)) return infix("**", LEVEL.power, number);
  return refuse(unknownOperands(operator), expression);
}

function unknownOperands(operator: string): string {
  return `what ${operator} does here depends on values that are not known`;
}

const PERCENT_REGEXP = /%(?:\((\w+)\))?([-+ 0#]*)(\d*)(?:\.(\d+))?([%sdifrxX])/g;

/** `"%s of %d" % (a, b)`. */
function writePercent({ left, right, span }: Kind<"binary">, context: Context): Code {
  const text = literalText(left);
  if (text === undefined) refuse("% on a string with values in it is not carried over", { span });
  if (text!.replaceAll(PERCENT_REGEXP, "").includes("%")) refuse("a format of % is not known", { span });
  const values = right.kind === "tuple" ? right.items.map(({ value }) => value) : [right];
  const parts: (string | Code)[] = [];
  let at = 0;
  let count = 0;
  for (const match of text!.matchAll(PERCENT_REGEXP)) {
    const [whole, key, flags = "", width = "", precision, type] = match;
    parts.push(text!.slice(at, match.index));
    at = match.index + whole.length;
    if (type === "%") {
      parts.push("%");
      continue;
    }
    const value = key === undefined ? values[count++] : memberOf(right, key);
    if (value === undefined) refuse("% has fewer values than places", { span });
    if (key === undefined && right.kind !== "tuple") {
      const { is } = context.write(right, context).type;
      if (is === "tuple" || is === "any" && [...text!.matchAll(PERCENT_REGEXP)].length > 1) {
        refuse("the values of % are in a variable", { span });
      }
    }
    const letter = type === "i" ? "d" : type === "r" ? "s" : type!;
    const align = flags.includes("-") ? "<" : width !== "" && letter === "s" ? ">" : "";
    const spec = `${align}${flags.includes("+") ? "+" : ""}${flags.includes("0") ? "0" : ""}${width}${
      precision === undefined ? letter === "f" ? ".6" : "" : `.${precision}`
    }${letter === "s" ? "" : letter}`;
    const isPlain = spec === "" || spec === "d" && typeOf(value!, context).is === "int";
    const part = { value: value!, conversion: type === "r" ? "!r" : undefined, spec: isPlain ? "" : spec };
    parts.push(formatted(part, { ...value!, span }, context));
  }
  if (count < values.length && right.kind === "tuple") refuse("% has more values than places", { span });
  parts.push(text!.slice(at));
  return template(parts.filter((part) => part !== ""), left.kind === "string" && left.isTriple);
}

function typeOf(expression: Expression, context: Context): Type {
  return context.write(expression, context).type;
}

/** `dictionary["key"]` as an expression: the entry itself where the dictionary is written out. */
function memberOf(object: Expression, key: string): Expression {
  const { span } = object;
  if (object.kind === "dictionary") {
    const entry = object.entries.find((one) => literalText(one.key) === key);
    if (entry !== undefined) return entry.value;
  }
  const index: Expression = { kind: "string", parts: [key], bytes: false, isTriple: false, span };
  return { kind: "subscript", object, index, span };
}

/** `and` and `or` as values: the operand that decides. */
function writeEitherOr(expression: Kind<"boolean">, context: Context): Code {
  const left = context.write(expression.left, context);
  const right = context.write(expression.right, context);
  if (left.type.is === "boolean" && right.type.is === "boolean") return writeTest(expression, context);
  const isAnd = expression.operator === "and";
  const type = either(left.type, right.type);
  // What is false in Python and not a collection is false in TypeScript, too.
  const isSimple = ["string", "int", "float", "boolean", "none"].includes(left.type.is);
  const level = isAnd ? LEVEL.and : LEVEL.or;
  const awaits = left.awaits || right.awaits;
  if (isSimple) {
    const doc = [wrap(left, level), isAnd ? " && " : " || ", wrap(right, level + 1)];
    return { doc, type, level, awaits, isStable: false };
  }
  if (right.awaits) refuse(`what is awaited behind "${expression.operator}" is not carried over`, expression);
  const later: Code = { ...right, doc: ["() => ", lambdaBody(right)] };
  return python(context, isAnd ? "and" : "or", [left, later], type);
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", ">", "<=", ">=", "<>"]);

function writeComparison(expression: Kind<"compare">, context: Context): Code {
  const { operator, left, right } = expression;
  if (left.kind === "compare" && !left.isParenthesised) {
    const middle = context.write(left.right, context);
    if (!middle.isStable) refuse("a chain of comparisons whose middle is no plain name", expression);
    const second: Expression = { ...expression, left: left.right };
    return writeTest(
      { kind: "boolean", operator: "and", left, right: second, span: expression.span },
      context,
    );
  }
  const isNone = (one: Expression) => one.kind === "constant" && one.value === null;
  if (isNone(right) && ["is", "==", "is not", "!="].includes(operator)) {
    const code = context.write(left, context);
    const sign = operator === "is" || operator === "==" ? "==" : "!=";
    return comparison([wrap(code, LEVEL.equality), ` ${sign} null`], code.awaits, LEVEL.equality);
  }
  const isOrder = /^[<>]=?$/.test(operator);
  const one = isOrder ? loose(context.write(left, context), context) : context.write(left, context);
  const other = isOrder ? loose(context.write(right, context), context) : context.write(right, context);
  const awaits = one.awaits || other.awaits;
  if (operator === "in" || operator === "not in") {
    const found = writeContains(one, other, context);
    if (operator === "in") return found;
    return { ...found, doc: ["!", wrap(found, LEVEL.unary)], level: LEVEL.unary };
  }
  if (operator === "is" || operator === "is not") {
    if (one.type.is !== "boolean" && other.type.is !== "boolean") {
      refuse(`"${operator}" compares identities`, expression);
    }
    const sign = operator === "is" ? "===" : "!==";
    return comparison(
      [wrap(one, LEVEL.equality), ` ${sign} `, wrap(other, LEVEL.equality + 1)],
      awaits,
      LEVEL.equality,
    );
  }
  if (!COMPARISONS.has(operator)) refuse(`"${operator}" is not carried over`, expression);
  const isPlain = ({ type }: Code) => ["string", "int", "float", "boolean"].includes(type.is);
  if (operator === "==" || operator === "!=" || operator === "<>") {
    const isEqual = operator === "==";
    if (isPlain(one) || isPlain(other)) {
      const sign = isEqual ? "===" : "!==";
      return comparison(
        [wrap(one, LEVEL.equality), ` ${sign} `, wrap(other, LEVEL.equality + 1)],
        awaits,
        LEVEL.equality,
      );
    }
    const equal = python(context, "equal", [one, other], BOOLEAN);
    return isEqual ? equal : { ...equal, doc: ["!", equal.doc], level: LEVEL.unary };
  }
  if (!isPlain(one) && !isPlain(other)) refuse(unknownOperands(operator), expression);
  return comparison(
    [wrap(one, LEVEL.relation), ` ${operator} `, wrap(other, LEVEL.relation + 1)],
    awaits,
    LEVEL.relation,
  );
}

function comparison(doc: Doc, awaits: boolean, level: number): Code {
  return { doc, type: BOOLEAN, level, awaits, isStable: false };
}

function writeContains(item: Code, whole: Code, context: Context): Code {
  const awaits = item.awaits || whole.awaits;
  const member = (name: string) =>
    primary([wrap(whole, LEVEL.call), `.${name}(`, item.doc, ")"], BOOLEAN, { level: LEVEL.call, awaits });
  const isPlain = ["string", "int", "boolean"].includes(item.type.is);
  const { type } = whole;
  if (type.is === "string") return member("includes");
  const holdsPlain = type.is === "list" && ["string", "int", "boolean"].includes(type.of.is) ||
    type.is === "tuple" && type.items.every(({ is }) => ["string", "int", "boolean"].includes(is));
  const isFact = item.type.is === "fact";
  if ((type.is === "list" || type.is === "tuple") && (isPlain || holdsPlain) && !isFact) {
    return member("includes");
  }
  if (type.is === "set" && isPlain) return member("has");
  if (type.is === "dictionary") {
    return primary(["Object.hasOwn(", whole.doc, ", ", item.doc, ")"], BOOLEAN, {
      level: LEVEL.call,
      awaits,
    });
  }
  return python(context, "contains", [whole, item], BOOLEAN);
}

function writeConditional(expression: Kind<"conditional">, context: Context): Code {
  const test = writeTest(expression.test, context);
  const yes = context.write(expression.yes, context);
  const no = context.write(expression.no, context);
  return {
    doc: {
      group: [wrap(test, LEVEL.conditional + 1), {
        indent: [
          { line: " " },
          "? ",
          wrap(yes, LEVEL.assignment),
          { line: " " },
          ": ",
          wrap(no, LEVEL.assignment),
        ],
      }],
    },
    type: either(yes.type, no.type),
    level: LEVEL.conditional,
    awaits: test.awaits || yes.awaits || no.awaits,
    isStable: false,
  };
}

function writeLambda(expression: Kind<"lambda">, context: Context): Code {
  const { parameters, body } = expression;
  if (parameters.some(({ kind }) => kind !== "plain")) {
    refuse("a lambda with * or ** is not carried over", expression);
  }
  const scope = new Scope(context.scope);
  const inner = { ...context, scope, isAsync: true };
  for (const { name } of parameters) scope.set(name, { is: "variable", type: ANY, name: safeName(name) });
  const code = context.write(body, inner);
  if (parameters.length > 0) context.output.usesAny = true;
  const list = parameters.map((one): Doc => {
    const fallback = one.default === undefined ? "" : [" = ", context.write(one.default, context).doc];
    return [`${safeName(one.name)}: any`, fallback];
  });
  const arrow: Doc = [
    code.awaits ? "async " : "",
    "(",
    ...list.flatMap((one, index) => index === 0 ? [one] : [", ", one]),
    ") => ",
  ];
  return {
    doc: [...arrow as Doc[], lambdaBody(code)],
    type: { is: "function", returns: code.type },
    level: LEVEL.assignment,
    awaits: false,
    isStable: false,
  };
}

/** An object behind an arrow would be taken for a block. */
function lambdaBody(code: Code): Doc {
  return code.type.is === "dictionary" ? ["(", code.doc, ")"] : wrap(code, LEVEL.assignment);
}

function writeAttribute(expression: Kind<"attribute">, context: Context): Code {
  const path = pathIn(expression, context);
  if (path !== undefined) {
    const known = writeMemberOfDrover(path, expression, context);
    return known ?? writeValueOfPath(path, expression, context);
  }
  if (expression.object.kind === "name") {
    const binding = context.scope.find(expression.object.name);
    if (binding?.is === "file") {
      return primary(
        importName(binding.file, expression.name, expression, context),
        importedType({ ...binding, name: expression.name }, context),
        {
          isStable: true,
        },
      );
    }
  }
  const object = context.write(expression.object, context);
  const { name } = expression;
  if (object.type.is === "result") return writeResultMember(object, name, expression);
  if (object.type.is === "host") return writeHostMember(object, name, expression);
  if (object.isStable && isHostData(expression.object, context)) return dataMember(object, name, context);
  // What deploys hold is dictionaries, lists and texts, which have no members, besides results and hosts.
  if (object.type.is === "any" && name in RESULT_MEMBERS) return writeResultMember(object, name, expression);
  if (object.type.is === "any" && name in HOST_MEMBERS) return writeHostMember(object, name, expression);
  if (object.type.is === "path" && name === "name") return python(context, "basename", [object], STRING);
  if (object.type.is === "path" && name === "parent") {
    return python(context, "dirname", [object], { is: "path" });
  }
  return refuse(`what .${name} is here is not known`, expression);
}

function dataMember(object: Code, name: string, context: Context): Code {
  const type = context.project.dataTypes.get(name) ?? ANY;
  return primary(member(object, name), type, { isStable: true });
}

function writeResultMember(object: Code, name: string, expression: Expression): Code {
  const known = RESULT_MEMBERS[name];
  if (known === undefined) refuse(`results of operations have no .${name} here`, expression);
  const type: Type = known!.type === "lines"
    ? { is: "list", of: STRING }
    : { is: known!.type as "boolean" | "string" | "int" };
  const doc = [wrap(object, LEVEL.call), `.${known!.name}`];
  if (known!.is === "value") return primary(doc, type, { isStable: true });
  return primary(doc, { is: "function", returns: type }, { isStable: true });
}

function writeHostMember(object: Code, name: string, expression: Expression): Code {
  const known = HOST_MEMBERS[name];
  if (known === undefined) refuse(`hosts have no .${name} here`, expression);
  const type: Type = name === "name"
    ? STRING
    : name === "groups"
    ? { is: "list", of: STRING }
    : name === "connected"
    ? BOOLEAN
    : known!.is === "value"
    ? ANY
    : { is: "function", returns: name === "loop" ? ANY : STRING };
  return primary([wrap(object, LEVEL.call), `.${known!.name}`], type, { isStable: true });
}

/** `host.name`, `host.data.x`, `inventory.groups`: members of what deploys find around them. */
function writeMemberOfDrover(
  path: string,
  expression: Kind<"attribute">,
  context: Context,
): Code | undefined {
  const [, subject = "", ...rest] = path.split(".");
  if (!path.startsWith("pyinfra.") || !["host", "inventory"].includes(subject)) return undefined;
  context.output.drover.add(subject);
  if (rest.length === 0) {
    return primary(subject, subject === "host" ? { is: "host" } : ANY, { isStable: true });
  }
  const [first = "", second, ...more] = rest;
  if (more.length > 0) return undefined;
  if (subject === "inventory") {
    const known = INVENTORY_MEMBERS[first];
    if (known === undefined || second !== undefined) {
      refuse(`inventories have no .${rest.join(".")} here`, expression);
    }
    const type: Type = first === "groups"
      ? { is: "dictionary", of: { is: "list", of: { is: "host" } } }
      : { is: "function", returns: ANY };
    return primary(`inventory.${known!.name}`, type, { isStable: true });
  }
  const host = primary("host", { is: "host" }, { isStable: true });
  if (second === undefined) return writeHostMember(host, first, expression);
  if (first === "data") return dataMember(primary("host.data", ANY, { isStable: true }), second, context);
  if (first === "fact") {
    context.output.usesAny = true;
    const name = second.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
    return awaiting(`(host.fact as any).${name}()`, ANY, context, expression.span);
  }
  return refuse(`hosts have no .${first}.${second} here`, expression);
}

function writeSubscript(expression: Kind<"subscript">, context: Context): Code {
  if (pathIn(expression.object, context) === "os.environ") {
    return python(context, "env", [context.write(expression.index, context)], STRING);
  }
  const object = context.write(expression.object, context);
  const { index } = expression;
  const key = literalText(index);
  const awaits = object.awaits;
  if (object.type.is === "result") refuse("a result is indexed", expression);
  if (key !== undefined) {
    const isFact = object.type.is === "fact";
    const named = isFact && RENAMED_FACT_KEYS.has(key)
      ? key.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())
      : key;
    if (isFact && !object.isStable) context.output.usesAny = true;
    const base = isFact && !object.isStable ? primary(["(", object.doc, " as any)"], ANY) : object;
    const field = object.type.is === "dictionary" ? object.type.fields?.get(key) : undefined;
    const type = field ?? (object.type.is === "dictionary" ? object.type.of : ANY);
    const found = primary(member(base, named), type, {
      awaits,
      isStable: object.isStable,
      level: LEVEL.call,
    });
    // What is not there is an error to Python, and nothing to TypeScript.
    return isFact || field !== undefined
      ? found
      : { ...python(context, "given", [found], type), isStable: found.isStable };
  }
  const code = context.write(index, context);
  const isNegative = index.kind === "unary" && index.operator === "-";
  const isCounted = code.type.is === "int" && index.kind !== "number";
  if (isNegative || isCounted) {
    const isList = object.type.is === "list" || object.type.is === "string";
    if (isList) {
      return primary([wrap(object, LEVEL.call), ".at(", code.doc, ")!"], elementOf(object.type), { awaits });
    }
    return python(context, "at", [object, code], elementOf(object.type));
  }
  const isPosition = index.kind === "number";
  const type = isPosition && object.type.is === "tuple"
    ? object.type.items[Number(index.text)] ?? ANY
    : object.type.is === "dictionary"
    ? object.type.of
    : isPosition
    ? elementOf(object.type)
    : ANY;
  return primary([wrap(object, LEVEL.call), "[", code.doc, "]"], type, {
    awaits: awaits || code.awaits,
    isStable: object.isStable && code.isStable,
    level: LEVEL.call,
  });
}

function writeSlice(expression: Kind<"slice">, context: Context): Code {
  const object = loose(context.write(expression.object, context), context);
  const { start, stop, step } = expression;
  const isReverse = step?.kind === "unary" && step.operator === "-" && step.operand.kind === "number" &&
    step.operand.text === "1";
  if (isReverse && start === undefined && stop === undefined && object.type.is === "list") {
    return primary(["[...", object.doc, "].reverse()"], object.type, { awaits: object.awaits });
  }
  if (step !== undefined) refuse("a slice with a step is not carried over", expression);
  const bounds = [start, stop].map((one) => one === undefined ? undefined : context.write(one, context));
  if (bounds.some((one) => one !== undefined && one.type.is !== "int" && one.type.is !== "any")) {
    refuse("a slice whose bounds are no whole numbers", expression);
  }
  const from = bounds[0]?.doc ?? "0";
  const args: Doc[] = bounds[1] === undefined
    ? bounds[0] === undefined ? [] : [from]
    : [from, ", ", bounds[1].doc];
  const type: Type = object.type.is === "tuple" ? { is: "list", of: elementOf(object.type) } : object.type;
  return primary([wrap(object, LEVEL.call), ".slice(", ...args, ")"], type, {
    awaits: object.awaits,
    level: LEVEL.call,
  });
}

function writeItem({ value, comments }: Item, context: Context): { doc: Doc; code: Code } {
  if (value.kind === "star") {
    const code = context.write(value.value, context);
    const type = elementOf(code.type);
    return { doc: withComments(comments, ["...", wrap(code, LEVEL.assignment)]), code: { ...code, type } };
  }
  const code = inCollection(value, context);
  return { doc: withComments(comments, wrap(code, LEVEL.assignment)), code };
}

/** In lists and dictionaries, `None` is a value like any other. */
function inCollection(value: Expression, context: Context): Code {
  if (value.kind === "constant" && value.value === null) return primary("null", NONE, { isStable: true });
  return loose(context.write(value, context), context);
}

function writeList(expression: Kind<"list" | "tuple" | "set">, context: Context): Code {
  const items = expression.items.map((item) => writeItem(item, context));
  const types = items.map(({ code }) => code.type);
  const isTuple = expression.kind === "tuple" && !expression.items.some(({ value }) => value.kind === "star");
  return primary(
    bracketed("[", items.map(({ doc }) => doc), "]", {
      isBroken: expression.kind === "list" && expression.items.length > 1 &&
        expression.items.some(({ value }) => value.kind === "dictionary"),
    }),
    isTuple ? { is: "tuple", items: types } : { is: "list", of: all(types) },
    { awaits: items.some(({ code }) => code.awaits) },
  );
}

function writeSet(expression: Kind<"list" | "tuple" | "set">, context: Context): Code {
  const list = writeList({ ...expression, kind: "list" }, context);
  return primary(["new Set(", list.doc, ")"], { is: "set", of: elementOf(list.type) }, {
    awaits: list.awaits,
  });
}

const NUMBER_KEY_REGEXP = /^(0|[1-9]\d*)$/;

/** A key as an object takes it. */
function writeKey(key: Expression, context: Context): Doc {
  const text = literalText(key);
  if (text !== undefined) return isPlainKey(text) ? text : { raw: quoteText(text) };
  const code = context.write(key, context);
  if (code.type.is !== "string" && code.type.is !== "any") {
    refuse("a dictionary whose keys are no texts: they would become texts", key);
  }
  return ["[", code.doc, "]"];
}

function writeDictionary(expression: Kind<"dictionary">, context: Context): Code {
  const { entries } = expression;
  const keys = entries.map(({ key }) => literalText(key) ?? "");
  if (entries.length > 1 && keys.some((key) => NUMBER_KEY_REGEXP.test(key))) {
    refuse("a dictionary with numbers for keys would lose its order", expression);
  }
  if (keys.includes("__proto__")) refuse("a dictionary with the key __proto__", expression);
  const codes = entries.map((entry) => ({ entry, code: inCollection(entry.value, context) }));
  const items = codes.map(({ entry: { key, comments }, code }) => {
    const value = wrap(code, LEVEL.assignment);
    if (key === undefined) return withComments(comments, ["...", value]);
    const written = writeKey(key, context);
    return withComments(comments, written === value ? value : [written, ": ", value]);
  });
  const fields = codes.flatMap(({ entry, code }) => {
    const key = literalText(entry.key);
    return key === undefined ? [] : [[key, code.type] as const];
  });
  return primary(bracketed("{", items, "}", { padding: " " }), {
    is: "dictionary",
    of: all(
      codes.map(({ entry, code }) => entry.key === undefined ? elementOf(code.type) && ANY : code.type),
    ),
    fields: new Map(fields),
  }, { awaits: codes.some(({ code }) => code.awaits) });
}

/** A target of an assignment: a name, or several in brackets. Its names become known. */
export function writeTarget(
  target: Expression,
  type: Type,
  context: Context,
  declare: (name: string, type: Type) => string,
): Doc {
  if (target.kind === "name") return declare(target.name, type);
  if (target.kind === "tuple" || target.kind === "list") {
    const items = target.items.map(({ value }, index) => {
      const inner = type.is === "tuple"
        ? type.items[index] ?? ANY
        : elementOf(type.is === "string" ? ANY : type);
      return writeTarget(value, inner, context, declare);
    });
    return ["[", ...items.flatMap((item, index): Doc[] => index === 0 ? [item] : [", ", item]), "]"];
  }
  return refuse("what is assigned to here is not carried over", target);
}

function writeComprehension(expression: Kind<"comprehension">, context: Context): Code {
  const { of, key, element, clauses } = expression;
  const scope = new Scope(context.scope);
  const inner = { ...context, scope };
  const declare = (name: string, type: Type) => {
    scope.set(name, { is: "variable", type, name: safeName(name) });
    return safeName(name);
  };
  const heads = clauses.map(({ target, values, conditions }) => {
    const source = iterable(values, inner);
    const names = writeTarget(target, elementOf(source.type), inner, declare);
    return { source, names, tests: conditions.map((one) => writeTest(one, inner)) };
  });
  const value = inCollection(element, inner);
  const named = key === undefined ? undefined : context.write(key, inner);
  const last = named === undefined ? value : primary(["[", named.doc, ", ", value.doc, "]"], ANY);
  const awaits = value.awaits || named?.awaits === true;
  if (
    heads.some(({ tests, source }, index) =>
      tests.some((test) => test.awaits) || index > 0 && (awaits || source.awaits)
    )
  ) {
    refuse("a comprehension that waits in its condition", expression);
  }
  const list = comprehensionList(heads, last, awaits);
  const doc: Doc = awaits ? ["(await ", list, ")"] : list;
  const waits = awaits || heads.some(({ source }) => source.awaits);
  if (of === "dictionary") {
    const type: Type = { is: "dictionary", of: value.type };
    return primary(["Object.fromEntries(", awaits ? ["await ", list] : list, ")"], type, { awaits: waits });
  }
  if (of === "set") return primary(["new Set(", doc, ")"], { is: "set", of: value.type }, { awaits: waits });
  return primary(doc, { is: "list", of: value.type }, { awaits: waits, level: LEVEL.call });
}

interface Head {
  source: Code;
  names: Doc;
  tests: Code[];
}

/** `values.filter(…).map(…)`; what is awaited is awaited one after the other. */
function comprehensionList(heads: readonly Head[], last: Code, awaits: boolean): Doc {
  const [{ source, names, tests }, ...rest] = heads as [Head, ...Head[]];
  const isList = source.type.is === "list" || source.type.is === "tuple";
  const values: Doc = isList ? wrap(source, LEVEL.call) : ["[...", source.doc, "]"];
  const target: Doc = ["(", names, ")"];
  const test = tests.map((one, index): Doc => [index === 0 ? "" : " && ", wrap(one, LEVEL.and + 1)]);
  const filtered: Doc = tests.length === 0
    ? values
    : [values, ".filter(", target, " => ", tests.length === 1 ? tests[0]!.doc : test, ")"];
  if (awaits) return ["Array.fromAsync(", filtered, ", async ", target, " => ", lambdaBody(last), ")"];
  if (rest.length > 0) {
    return [filtered, ".flatMap(", target, " => ", comprehensionList(rest, last, false), ")"];
  }
  const isSame = typeof names === "string" && names === last.doc;
  if (isSame) return tests.length === 0 ? ["[...", source.doc, "]"] : filtered;
  return [filtered, ".map(", target, " => ", lambdaBody(last), ")"];
}
