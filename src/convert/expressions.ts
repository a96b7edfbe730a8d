/** Expressions of Python in TypeScript, with what they mean kept. */

import { type Expression } from "./ast.ts";
import { writeCall } from "./calls.ts";
import {
  type Kind,
  lambdaBody,
  writeComprehension,
  writeDictionary,
  writeList,
  writeSet,
} from "./collections.ts";
import { type Code, type Context, LEVEL, primary, python, refuse, Scope, wrap } from "./context.ts";
import { type Doc } from "./layout.ts";
import { readFile, writeValueOfPath } from "./library.ts";
import { importedType, importName, writeAttribute, writeSlice, writeSubscript } from "./members.ts";
import { safeName } from "./names.ts";
import { writeBinary, writeComparison, writeConditional, writeEitherOr, writeUnary } from "./operators.ts";
import { quoteText } from "./python_string.ts";
import { ANY, BOOLEAN, NONE, STRING, typeOfLiteral } from "./value_types.ts";
import { formatted, template } from "./values.ts";

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
