/** Lists, tuples, sets, dictionaries, and what makes them of others. */

import { type Expression, type ExpressionKind, type Item, literalText } from "./ast.ts";
import { type Code, type Context, LEVEL, loose, primary, refuse, Scope, wrap } from "./context.ts";
import { bracketed, type Doc, withComments } from "./layout.ts";
import { isPlainKey, safeName } from "./names.ts";
import { quoteText } from "./python_string.ts";
import { all, ANY, elementOf, NONE, type Type } from "./value_types.ts";
import { iterable } from "./values.ts";

/** An expression of one kind. */
export type Kind<K extends ExpressionKind["kind"]> = Extract<Expression, { kind: K }>;

/** An object behind an arrow would be taken for a block. */
export function lambdaBody(code: Code): Doc {
  return code.type.is === "dictionary" ? ["(", code.doc, ")"] : wrap(code, LEVEL.assignment);
}

/** An item of a list, with its comments. */
export function writeItem({ value, comments }: Item, context: Context): { doc: Doc; code: Code } {
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

/** A list or a tuple. */
export function writeList(expression: Kind<"list" | "tuple" | "set">, context: Context): Code {
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

/** A set. */
export function writeSet(expression: Kind<"list" | "tuple" | "set">, context: Context): Code {
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

/** A dictionary that is written out. */
export function writeDictionary(expression: Kind<"dictionary">, context: Context): Code {
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

/** A comprehension, of whatever it makes. */
export function writeComprehension(expression: Kind<"comprehension">, context: Context): Code {
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
    return { source, names, tests: conditions.map((one) => inner.test(one, inner)) };
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
