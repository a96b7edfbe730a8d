/** Values as several parts of the converter write them: in texts, behind dots, one after the other. */

import type { Expression, StringPart } from "./ast.ts";
import { type Code, type Context, LEVEL, pathIn, primary, python, refuse, wrap } from "./context.ts";
import type { Doc } from "./layout.ts";
import { isPlainKey } from "./names.ts";
import { escapeTemplate, quoteText } from "./python_string.ts";
import { ANY, elementOf, printsAlike, spellType, STRING, type Type } from "./value_types.ts";

/** A template literal of texts and values; `asLines` where its lines are to be seen. */
export function template(parts: readonly (string | Code)[], asLines = false): Code {
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object" && only.type.is === "string") return only;
  const docs = parts.map((part): Doc =>
    typeof part === "string" ? { raw: escapeTemplate(part, asLines) } : ["${", part.doc, "}"]
  );
  return primary(["`", ...docs, "`"], STRING, {
    awaits: parts.some((part) => typeof part === "object" && part.awaits),
  });
}

/** A value as Python puts it into a text. */
export function asText(code: Code, context: Context): Code {
  return printsAlike(code.type) ? code : python(context, "str", [code], STRING);
}

const SPEC_REGEXP = /^(?:.?[<>=^])?[+ -]?#?0?\d*[,_]?(?:\.\d+)?[sdxXobeEfF%]?$/;

/** `{value!r:>10}` of a string. */
export function formatted(
  part: Exclude<StringPart, string>,
  at: Expression,
  context: Context,
): Code {
  const { value, conversion, spec, unusual } = part;
  if (unusual) refuse("a format that holds values, or {x=}, is not carried over", at);
  const code = context.write(value, context);
  if (conversion === "!a") refuse("the conversion !a is not carried over", at);
  const converted = conversion === undefined
    ? code
    : python(context, conversion === "!r" ? "repr" : "str", [code], STRING);
  if (spec === undefined || spec === "") {
    if (converted.type.is === "float") refuse("a float in a text is written differently by Python", at);
    return asText(converted, context);
  }
  if (!SPEC_REGEXP.test(spec)) refuse(`the format "${spec}" is not carried over`, at);
  return python(context, "format", [converted, primary(quoteText(spec), STRING)], STRING);
}

/** Paths put together as `os.path.join` does. */
export function joinPaths(codes: readonly Code[], context: Context): Code {
  return python(context, "joinPath", codes, STRING);
}

/** `.name` behind code. */
export function member(code: Code, name: string): Doc {
  return isPlainKey(name)
    ? [wrap(code, LEVEL.call), `.${name}`]
    : [wrap(code, LEVEL.call), `[${quoteText(name)}]`];
}

/** `host.data` and the like, whatever `host` is called. */
export function isHostData(expression: Expression, context: Context): boolean {
  if (expression.kind !== "attribute" || expression.name !== "data") return false;
  if (pathIn(expression.object, context) === "pyinfra.host") return true;
  const object = expression.object.kind === "name" ? context.scope.find(expression.object.name) : undefined;
  return object?.is === "variable" && object.type.is === "host";
}

/** What `for` goes over: dictionaries are gone over by their keys. */
export function iterable(values: Expression, context: Context): Code {
  const code = context.write(values, context);
  if (code.type.is === "dictionary") {
    return primary(["Object.keys(", code.doc, ")"], { is: "list", of: STRING }, { awaits: code.awaits });
  }
  if (code.type.is === "any" || code.type.is === "fact") {
    return { ...python(context, "iterate", [code], { is: "list", of: ANY }) };
  }
  return isMixed(values, code)
    ? primary(["(", code.doc, ` as ${spellType(listOf(code))})`], listOf(code))
    : code;
}

function listOf(code: Code): Type {
  return { is: "list", of: elementOf(code.type) };
}

/** Whether a list is written out whose items TypeScript would take for less than they are. */
function isMixed(values: Expression, code: Code): boolean {
  if (values.kind !== "list" && values.kind !== "tuple") return false;
  const of = elementOf(code.type);
  if (of.is === "tuple") return new Set(of.items.map(spellType)).size > 1;
  return of.is === "dictionary";
}
