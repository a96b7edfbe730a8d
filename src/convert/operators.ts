/** Operators: what they mean depends on what they are given. */

import { type Expression, literalText } from "./ast.ts";
import { type Kind, lambdaBody, writeItem } from "./collections.ts";
import { type Code, type Context, LEVEL, loose, primary, python, refuse, wrap } from "./context.ts";
import { bracketed, type Doc } from "./layout.ts";
import { ANY, BOOLEAN, either, elementOf, FLOAT, INT, STRING, type Type } from "./value_types.ts";
import { formatted, joinPaths, template } from "./values.ts";

/** `-a`, `+a`, `~a`. */
export function writeUnary(expression: Kind<"unary">, context: Context): Code {
  const code = context.write(expression.operand, context);
  return { ...code, doc: [expression.operator, wrap(code, LEVEL.unary + 1)], level: LEVEL.unary };
}

/** Arithmetic, and texts and lists that are put together. */
export function writeBinary(expression: Kind<"binary">, context: Context): Code {
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
  if (operator === "/" && one === "path") {
    return { ...joinPaths([left, right], context), type: { is: "path" } };
  }
  if (operator === "*" && one === "string") {
    return primary([wrap(left, LEVEL.call), ".repeat(", right.doc, ")"], STRING, { level: LEVEL.call });
  }
  const areNumbers = isNumeric(one) && isNumeric(other) || isNumeric(one) && other === "any" ||
    isNumeric(other) && one === "any";
  if (operator === "-") {
    return areNumbers ? infix("-", LEVEL.sum, number) : refuse(unknownOperands("-"), expression);
  }
  // A whole number may repeat a text; another one cannot.
  const isFloat = (one === "float" || other === "float") && areNumbers;
  if (operator === "*" && (isNumeric(one) && isNumeric(other) || isFloat)) {
    return infix("*", LEVEL.product, number);
  }
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
export function writeEitherOr(expression: Kind<"boolean">, context: Context): Code {
  const left = context.write(expression.left, context);
  const right = context.write(expression.right, context);
  if (left.type.is === "boolean" && right.type.is === "boolean") return context.test(expression, context);
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

/** Comparisons, `in` and `is`. */
export function writeComparison(expression: Kind<"compare">, context: Context): Code {
  const { operator, left, right } = expression;
  if (left.kind === "compare" && !left.isParenthesised) {
    const middle = context.write(left.right, context);
    if (!middle.isStable) refuse("a chain of comparisons whose middle is no plain name", expression);
    const second: Expression = { ...expression, left: left.right };
    return context.test(
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

/** `a if test else b`. */
export function writeConditional(expression: Kind<"conditional">, context: Context): Code {
  const test = context.test(expression.test, context);
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
