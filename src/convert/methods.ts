/** Methods of texts, lists, dictionaries and paths. */

import { type Argument, type Expression, literalText, type Span } from "./ast.ts";
import { awaiting, type Code, type Context, LEVEL, loose, primary, python, refuse, wrap } from "./context.ts";
import { bracketed, type Doc } from "./layout.ts";
import { type Call, call, required, sortOptions } from "./library.ts";
import { RESULT_MEMBERS } from "./names.ts";
import { ANY, BOOLEAN, elementOf, INT, spellType, STRING, type Type } from "./value_types.ts";
import { formatted, iterable, joinPaths, template } from "./values.ts";

/** Methods whose name tells what they belong to. */
export function writeMethod(subjectCode: Code, name: string, written: Call, context: Context): Code {
  const object = loose(subjectCode, context);
  const { args, span } = written;
  if (object.type.is === "path") return writePathMethod(object, name, written, context);
  if (object.type.is === "stream") refuse("a StringIO that is more than a file's content", written);
  const known = RESULT_MEMBERS[name];
  if (object.type.is === "any" && known?.is === "call" && args.length === 0) {
    return primary([wrap(object, LEVEL.call), `.${known.name}()`], BOOLEAN, { level: LEVEL.call });
  }
  const isPlain = args.every((one) => one.name === undefined && one.spread === undefined);
  if (name === "format") return writeFormat(object, written, context);
  if (!isPlain && name !== "sort") refuse(`.${name}() with arguments by name is not carried over`, written);
  const codes = args.map(({ value }) => context.write(value, context));
  const [first, second] = codes;
  const awaits = object.awaits || codes.some((one) => one.awaits);
  const subject = wrap(object, LEVEL.call);
  const method = (as: string, type: Type): Code => {
    const docs = codes.flatMap(({ doc }, index): Doc[] => index === 0 ? [doc] : [", ", doc]);
    return primary([subject, `.${as}(`, ...docs, ")"], type, { level: LEVEL.call, awaits });
  };
  switch (name) {
    case "upper":
      return method("toUpperCase", STRING);
    case "lower":
      return method("toLowerCase", STRING);
    case "strip":
    case "lstrip":
    case "rstrip": {
      const as = { strip: "trim", lstrip: "trimStart", rstrip: "trimEnd" }[name];
      return first === undefined ? method(as, STRING) : python(context, name, [object, first], STRING);
    }
    case "split":
    case "rsplit":
      if (first !== undefined && second === undefined) return method("split", { is: "list", of: STRING });
      return python(context, name, [object, ...codes], { is: "list", of: STRING });
    case "splitlines":
      return python(context, "lines", [object], { is: "list", of: STRING });
    case "join":
      return writeJoin(object, args[0]?.value, written, context);
    case "replace":
      return writeReplace(object, codes, args, span);
    case "startswith":
    case "endswith": {
      const as = name === "startswith" ? "startsWith" : "endsWith";
      if (first?.type.is === "string") return method(as, BOOLEAN);
      return python(context, as, [object, ...codes], BOOLEAN);
    }
    case "isdigit":
      return primary(["/^\\d+$/.test(", object.doc, ")"], BOOLEAN, { level: LEVEL.call, awaits });
    case "zfill":
      return python(context, "format", [object, primary(["`0>${", first?.doc ?? "0", "}`"], STRING)], STRING);
    case "capitalize":
    case "title":
      return python(context, name, [object], STRING);
    case "find":
      return method("indexOf", INT);
    case "encode":
      return primary(["new TextEncoder().encode(", object.doc, ")"], ANY, { level: LEVEL.call });
    case "append":
      return method("push", INT);
    case "extend": {
      const values = iterable(required(args[0]?.value, written), context);
      return primary([subject, ".push(...", wrap(values, LEVEL.assignment), ")"], INT, { level: LEVEL.call });
    }
    case "insert":
      return primary([subject, ".splice(", first?.doc ?? "0", ", 0, ", second?.doc ?? "", ")"], ANY, {
        level: LEVEL.call,
      });
    case "remove":
      return python(context, "remove", [object, ...codes], ANY);
    case "add":
      return method("add", ANY);
    case "sort": {
      const options = sortOptions(args, written, context);
      return primary([
        subject,
        ".splice(0, Infinity, ...",
        python(context, "sorted", [object, ...options], ANY).doc,
        ")",
      ], ANY);
    }
    case "reverse":
      return method("reverse", ANY);
    case "copy":
      return python(context, "copy", [object], object.type);
    case "pop":
      if (object.type.is === "list" && first === undefined) {
        return primary([subject, ".pop()!"], elementOf(object.type), { level: LEVEL.call });
      }
      return python(context, "pop", [object, ...codes], ANY);
    case "keys":
      return call("Object.keys", [object], { is: "list", of: STRING });
    case "values": {
      const of = object.type.is === "dictionary" ? object.type.of : ANY;
      return call(`Object.values${spellType(of).includes("any") ? "<any>" : ""}`, [object], {
        is: "list",
        of,
      });
    }
    case "items": {
      const of = object.type.is === "dictionary" ? object.type.of : ANY;
      const generic = spellType(of).includes("any") ? "<any>" : "";
      return call(`Object.entries${generic}`, [object], {
        is: "list",
        of: { is: "tuple", items: [STRING, of] },
      });
    }
    case "get": {
      const key = literalText(args[0]?.value);
      const field = object.type.is === "dictionary" && key !== undefined
        ? object.type.fields?.get(key)
        : undefined;
      const known = second !== undefined && field !== undefined && field.is === second.type.is ? field : ANY;
      return python(context, "get", [object, ...codes], known);
    }
    case "setdefault":
      return python(context, "setDefault", [object, ...codes], ANY);
    case "update":
      if (object.type.is !== "dictionary") return refuse("what update does here is not known", written);
      return call("Object.assign", [object, ...codes], object.type);
    case "count":
    case "index":
      return python(context, name, [object, ...codes], INT);
    default:
      return refuse(`the method .${name}() is not carried over`, written);
  }
}

function writeJoin(separator: Code, value: Expression | undefined, written: Call, context: Context): Code {
  const values = iterable(required(value, written), context);
  const isList = values.type.is === "list" || values.type.is === "tuple";
  const list: Doc = isList ? wrap(values, LEVEL.call) : ["[...", values.doc, "]"];
  return primary([list, ".join(", separator.doc, ")"], STRING, { level: LEVEL.call, awaits: values.awaits });
}

/** In a replacement, `$` means something to TypeScript. */
function writeReplace(object: Code, codes: readonly Code[], args: readonly Argument[], span: Span): Code {
  const [from, to, count] = codes;
  if (from === undefined || to === undefined || count !== undefined) {
    return refuse("replace with a count", { span });
  }
  const text = literalText(args[1]?.value);
  const replacement: Doc = text !== undefined && !text.includes("$") ? to.doc : ["() => ", to.doc];
  return primary([wrap(object, LEVEL.call), ".replaceAll(", from.doc, ", ", replacement, ")"], STRING, {
    level: LEVEL.call,
    awaits: object.awaits,
  });
}

const PLACE_REGEXP = /\{\{|\}\}|\{([^{}]*)\}/g;

/** `"{} of {name:>5}".format(a, name=b)`. */
function writeFormat(object: Code, { called, args, span }: Call, context: Context): Code {
  const text = called.kind === "attribute" ? literalText(called.object) : undefined;
  if (text === undefined) return fill(object, args, span, context);
  const parts: (string | Code)[] = [];
  let at = 0;
  let next = 0;
  const byPosition = args.filter((one) => one.name === undefined && one.spread === undefined);
  const spread = args.filter((one) => one.spread !== undefined);
  if (spread.length > 1 || spread[0]?.spread === "*") refuse("format with a list of values", { span });
  for (const match of text.matchAll(PLACE_REGEXP)) {
    parts.push(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] === undefined) {
      parts.push(match[0][0]!);
      continue;
    }
    const [, name = "", conversion, spec] = /^([^!:]*)(![rsa])?(?::([\s\S]*))?$/.exec(match[1]) ?? [];
    const position = name === "" ? next++ : /^\d+$/.test(name) ? Number(name) : undefined;
    const named = args.find((one) => one.name === name)?.value;
    const value = position === undefined
      ? named ?? (spread[0] === undefined ? undefined : entryOf(spread[0].value, name))
      : byPosition[position]?.value;
    if (value === undefined) return refuse(`format has no value for {${match[1]}}`, { span });
    parts.push(formatted({ value, conversion, spec }, { ...value, span }, context));
  }
  parts.push(text.slice(at));
  return template(parts.filter((part) => part !== ""));
}

/** `dictionary[name]`. */
function entryOf(object: Expression, name: string): Expression | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const { span } = object;
  const index: Expression = { kind: "string", parts: [name], bytes: false, isTriple: false, span };
  return { kind: "subscript", object, index, span };
}

/** A text that is known only when the code runs is filled then. */
function fill(text: Code, args: readonly Argument[], span: Span, context: Context): Code {
  if (args.some(({ spread }) => spread !== undefined)) {
    refuse("format with values from a list or a dictionary", { span });
  }
  const byPosition = args.filter(({ name }) => name === undefined).map(({ value }) =>
    context.write(value, context).doc
  );
  const named = args.filter(({ name }) => name !== undefined).map(({ name, value }): Doc => {
    const { doc } = context.write(value, context);
    return doc === name ? name : [`${name}: `, doc];
  });
  const list = primary(bracketed("[", byPosition, "]"), ANY);
  const entries = primary(bracketed("{", named, "}", { padding: " " }), ANY);
  return python(context, "fill", [text, list, ...named.length === 0 ? [] : [entries]], STRING);
}

function writePathMethod(object: Code, name: string, written: Call, context: Context): Code {
  const codes = written.args.filter((one) => one.name === undefined).map(({ value }) =>
    context.write(value, context)
  );
  if (name === "read_text") {
    return awaiting(["Deno.readTextFile(", object.doc, ")"], STRING, context, written.span);
  }
  if (name === "joinpath") return { ...joinPaths([object, ...codes], context), type: { is: "path" } };
  if (name === "as_posix") return { ...object, type: STRING };
  return refuse(`.${name}() of a path is not carried over`, written);
}
