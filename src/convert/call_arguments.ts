/** The one object that operations, facts and deploys take their arguments in. */

import { camelCase, didYouMean } from "../errors/mod.ts";
import { GLOBAL_ARGUMENTS, type Kind, membersOf } from "../host/mod.ts";
import { type Argument, type Expression, literalText } from "./ast.ts";
import { type Code, type Context, LEVEL, loose, pathIn, primary, python, refuse, wrap } from "./context.ts";
import { bracketed, type Doc, withComments } from "./layout.ts";
import { type Call } from "./library.ts";
import { isPlainKey, safeName } from "./names.ts";
import { quoteText } from "./python_string.ts";
import { ANY, STRING, type Type } from "./value_types.ts";

/** The part of a path behind its last dot. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Code with commas in between. */
export function commas(docs: readonly Doc[]): Doc[] {
  return docs.flatMap((doc, index) => index === 0 ? [doc] : [", ", doc]);
}

/** What is written between the braces of a call's one argument. */
export interface Property {
  name: string;
  doc: Doc;
  comments: readonly string[];
  /** `...name` instead of a name and a value. */
  isSpread?: boolean;
}

/** An object of properties. */
export function writeProperties(properties: readonly Property[]): Doc {
  const items = properties.map(({ name, doc, comments, isSpread }) => {
    if (isSpread) return withComments(comments, ["...", doc]);
    const isShort = doc === name;
    return withComments(comments, isShort ? name : [isPlainKey(name) ? name : quoteText(name), ": ", doc]);
  });
  return bracketed("{", items, "}", { padding: " ", isBroken: properties.length > 3 });
}

/** Whether an argument is a global one. */
export function isGlobal(name: string | undefined): boolean {
  return name === "name" || name?.startsWith("_") === true;
}

/** `**options`: its keys are names of arguments, which are spelled differently. */
export function spreadProperty(arg: Argument, context: Context): Property {
  const code = context.write(arg.value, context);
  const doc = python(context, "args", [code], ANY).doc;
  return { name: "", doc, comments: arg.comments, isSpread: true };
}

/** Whether `**options` are global arguments as far as is known. */
export function isGlobals(arg: Argument, context: Context): boolean {
  const { type } = context.write(arg.value, context);
  return type.is === "dictionary" && [...type.fields?.keys() ?? [""]].every((key) => key.startsWith("_"));
}

/** The value of an operation's argument; nothing where `None` is what is there anyway. */
export function argumentValue(
  name: string,
  { value }: Argument,
  kind: Kind,
  operation: string,
  context: Context,
): Doc | undefined {
  const members = membersOf(kind);
  if (value.kind === "constant" && value.value === null) {
    return members.some(({ is }) => is === "null") ? "null" : undefined;
  }
  if (name === "src" && /^(files\.(put|template)|server\.script(Template)?)$/.test(operation)) {
    const source = sourceOf(value, context);
    if (source !== undefined) return source;
  }
  const code = loose(context.write(value, context), context);
  const takesText = members.some(({ is }) => is === "string") &&
    !members.some(({ is }) => is === "number" || is === "unknown");
  if (takesText && code.type.is === "int") {
    return value.kind === "number" ? quoteText(value.text) : python(context, "str", [code], STRING).doc;
  }
  if (code.type.is === "set") return ["[...", code.doc, "]"];
  const takesList = members.some(({ is }) => is === "list") && !members.some(({ is }) => is === "string");
  if (takesList && code.type.is === "string") return ["[", code.doc, "]"];
  return wrap(code, LEVEL.assignment);
}

/** A file that is opened only to be handed over is its path. */
export function sourceOf(value: Expression, context: Context): Doc | undefined {
  if (value.kind !== "call") return undefined;
  const path = pathIn(value.called, context);
  const [first] = value.args;
  const isOpen = value.called.kind === "name" && value.called.name === "open" && path === undefined;
  if (!isOpen || first === undefined) return undefined;
  const mode = literalText(value.args[1]?.value);
  if (mode !== undefined && !/^rb?t?$/.test(mode)) refuse("a file that is opened for writing", value);
  return context.write(first.value, context).doc;
}

/** Those of a call's arguments that are global, as properties. */
export function globalProperties(args: readonly Argument[], context: Context): Property[] {
  return args.filter(({ name }) => isGlobal(name)).flatMap((arg): Property[] => {
    const name = camelCase(arg.name!);
    if (!(GLOBAL_ARGUMENTS as readonly string[]).includes(name)) {
      const hint = didYouMean(name, GLOBAL_ARGUMENTS);
      refuse(`there is no global argument ${name}${hint === undefined ? "" : `; ${hint}`}`, arg.value);
    }
    const { value } = arg;
    if (value.kind === "constant" && value.value === null) {
      return name === "_shellExecutable" ? [{ name, doc: "null", comments: arg.comments }] : [];
    }
    return [{ name, doc: globalValue(name, value, context), comments: arg.comments }];
  });
}

/** Global arguments in an object, as `host.arguments` takes them. */
export function writeGlobals(call: Call, context: Context): Doc {
  if (call.args.some(({ name }) => name?.startsWith("_") !== true)) {
    refuse("arguments that are no global ones", call);
  }
  return writeProperties(globalProperties(call.args, context));
}

function globalValue(name: string, value: Expression, context: Context): Doc {
  if (name === "_if") return condition(value, context).doc;
  if (name === "_env" && value.kind === "dictionary") {
    const entries = value.entries.map((entry) =>
      entry.value.kind === "number"
        ? {
          ...entry,
          value: {
            kind: "string",
            parts: [entry.value.text],
            bytes: false,
            isTriple: false,
            span: entry.value.span,
          } as Expression,
        }
        : entry
    );
    return context.write({ ...value, entries }, context).doc;
  }
  if (name === "_retryUntil") return retryUntil(value, context);
  return wrap(context.write(value, context), LEVEL.assignment);
}

/** `_if`: results' methods and functions that give a boolean. */
export function condition(value: Expression, context: Context): Code {
  if (value.kind === "list" || value.kind === "tuple") {
    const items = value.items.map((item) => condition(item.value, context).doc);
    return primary(bracketed("[", items, "]"), ANY);
  }
  if (value.kind === "lambda" && value.parameters.length === 0) {
    const test = context.test(value.body, { ...context, isAsync: true });
    return primary([test.awaits ? "async () => " : "() => ", test.doc], ANY, { level: LEVEL.assignment });
  }
  const code = context.write(value, context);
  if (["boolean", "string", "int", "result", "list"].includes(code.type.is)) {
    refuse("_if takes functions: results have did_change for it", value);
  }
  return code;
}

/** What `_retry_until` gets is a dictionary in pyinfra, and an object with other names here. */
function retryUntil(value: Expression, context: Context): Doc {
  if (value.kind !== "lambda" || value.parameters.length !== 1) {
    return refuse("_retry_until gets an object with stdoutLines here, no dictionary", value);
  }
  const [parameter] = value.parameters;
  const body = renamedKeys(value.body, parameter!.name);
  const name = safeName(parameter!.name);
  const scope = context.scope;
  const known = scope.find(parameter!.name);
  const fields = new Map<string, Type>([
    ["stdoutLines", { is: "list", of: STRING }],
    ["stderrLines", { is: "list", of: STRING }],
    ["commands", { is: "list", of: STRING }],
  ]);
  scope.set(parameter!.name, { is: "variable", type: { is: "dictionary", of: ANY, fields }, name });
  try {
    const test = context.test(body, { ...context, isAsync: true });
    return [test.awaits ? "async " : "", `(${name}) => `, test.doc];
  } finally {
    if (known !== undefined) scope.set(parameter!.name, known);
  }
}

function renamedKeys(expression: Expression, name: string): Expression {
  const text = JSON.stringify(expression);
  const pattern = new RegExp(
    `("kind":"subscript","object":\\{"kind":"name","name":"${name}"[^}]*\\}\\},"index":\\{"kind":"string","parts":\\[")(\\w+)"`,
    "g",
  );
  return JSON.parse(
    text.replaceAll(pattern, (_all, before: string, key: string) => `${before}${camelCase(key)}"`),
  );
}
