/** Calls: of operations, facts, functions of the project, and of what Python itself brings. */

import { type Argument, type Expression, literalText, type Parameter, type Span } from "./ast.ts";
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
  wrap,
} from "./context.ts";
import {
  definedFacts,
  definedOperations,
  GLOBAL_ARGUMENTS,
  type Kind,
  membersOf,
  readParameters,
} from "../host/mod.ts";
import { didYouMean } from "../errors/mod.ts";
import { bracketed, type Doc, withComments } from "./layout.ts";
import { type Call, writeBuiltin, writeLibraryCall, writeMethod } from "./library.ts";
import {
  camelCase,
  HOST_MEMBERS,
  INVENTORY_MEMBERS,
  isPlainKey,
  RENAMED_OPERATIONS,
  safeName,
  SHARED_POSITIONS,
  TAKES_DATA,
} from "./names.ts";
import { calledFunctions, type FunctionInfo, positional } from "./project.ts";
import { quoteText } from "./python_string.ts";
import { ANY, STRING, type Type } from "./value_types.ts";
import { asText, isHostData } from "./values.ts";

const OPERATION_PATH = /^pyinfra\.operations\.(\w+)\.(\w+)$/;
const FACT_PATH = /^pyinfra\.facts\.(\w+)\.(\w+)$/;

/** Writes a call. */
export function writeCall(call: Call, context: Context): Code {
  const path = pathIn(call.called, context);
  if (path !== undefined) return writePathCall(path, call, context);
  const [info] = calledFunctions(call.called, context.module, context.project.modules);
  const isShadowed = call.called.kind === "name" && context.scope.find(call.called.name)?.is === "variable";
  if (info !== undefined && !isShadowed) return writeOwnCall(info, call, context);
  if (call.called.kind === "name") return writeBuiltin(call.called.name, call, context);
  if (call.called.kind !== "attribute") return refuse("what is called here is not known", call);
  const object = context.write(call.called.object, context);
  const { name } = call.called;
  if ((name === "get" || name === "dict") && isHostData(call.called.object, context)) {
    return writeDataCall(object.doc, name, call, context);
  }
  if (object.type.is === "host") return writeHostCall(object, call.called.name, call, context);
  if (object.type.is === "result") {
    const member = context.write(call.called, context);
    return primary([member.doc, "()"], member.type.is === "function" ? member.type.returns : ANY, {
      level: LEVEL.call,
    });
  }
  return writeMethod(object, call.called.name, call, context);
}

function writePathCall(path: string, call: Call, context: Context): Code {
  const [, module, operation] = OPERATION_PATH.exec(path) ?? [];
  if (module === "util" && operation !== undefined) return writeDroverCall(operation, call, context);
  if (module !== undefined && operation !== undefined) {
    return writeOperation(`${module}.${operation}`, call, context);
  }
  if (path.startsWith("pyinfra.host.")) {
    context.output.drover.add("host");
    const host = primary("host", { is: "host" }, { isStable: true });
    const [name = "", second, third] = path.split(".").slice(2);
    if (second === undefined) return writeHostCall(host, name, call, context);
    if (name === "fact") return writeFactMethod(second, call, context);
    if (name === "data" && third === undefined && (second === "get" || second === "dict")) {
      return writeDataCall("host.data", second, call, context);
    }
    return writeMethod(
      context.write((call.called as { object: Expression }).object, context),
      lastOf(path),
      call,
      context,
    );
  }
  if (path.startsWith("pyinfra.inventory.")) return writeInventoryCall(lastOf(path), call, context);
  if (path.startsWith("pyinfra.")) {
    return writeDroverCall(
      path.replace(/^pyinfra\.(api\.)?(\w+\.)*?(?=(local|logger|state)\.|\w+$)/, ""),
      call,
      context,
    );
  }
  return writeLibraryCall(path, call, context);
}

/** `host.data.get(key, fallback)` and `host.data.dict()`. */
function writeDataCall(data: Doc, name: "get" | "dict", call: Call, context: Context): Code {
  if (name === "dict") {
    return primary([data, ".toObject()"], { is: "dictionary", of: ANY }, { level: LEVEL.call });
  }
  const args = call.args.map(({ value }) => context.write(value, context));
  const known = context.project.dataTypes.get(literalText(call.args[0]?.value) ?? "");
  const type = known !== undefined && args[1]?.type.is === known.is ? known : ANY;
  return primary([data, ".get(", ...commas(args.map(({ doc }) => doc)), ")"], type, { level: LEVEL.call });
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function commas(docs: readonly Doc[]): Doc[] {
  return docs.flatMap((doc, index) => index === 0 ? [doc] : [", ", doc]);
}

/** What is written between the braces of a call's one argument. */
interface Property {
  name: string;
  doc: Doc;
  comments: readonly string[];
  /** `...name` instead of a name and a value. */
  isSpread?: boolean;
}

function writeProperties(properties: readonly Property[]): Doc {
  const items = properties.map(({ name, doc, comments, isSpread }) => {
    if (isSpread) return withComments(comments, ["...", doc]);
    const isShort = doc === name;
    return withComments(comments, isShort ? name : [isPlainKey(name) ? name : quoteText(name), ": ", doc]);
  });
  return bracketed("{", items, "}", { padding: " ", isBroken: properties.length > 3 });
}

/** The operation that a name of pyinfra's means here. */
function operationNamed(written: string, at: { span: Span }): string {
  const [module = "", name = ""] = written.split(".");
  const renamed = RENAMED_OPERATIONS[written] ?? `${module}.${camelCase(name)}`;
  const operations = definedOperations();
  if (operations.has(renamed)) return renamed;
  const siblings = [...operations.keys()].filter((one) => one.startsWith(`${module}.`));
  if (siblings.length === 0) refuse(`Drover has no module of operations "${module}" yet`, at);
  const hint = didYouMean(renamed, siblings);
  return refuse(`Drover has no operation ${renamed}${hint === undefined ? "" : `; ${hint}`}`, at);
}

function writeOperation(written: string, call: Call, context: Context): Code {
  const name = operationNamed(written, call);
  const [module = "", short = ""] = name.split(".");
  context.output.operations.add(module);
  const properties = name === "func.call"
    ? functionProperties(call, context)
    : operationProperties(name, call, context);
  context.output.converted.add(call.span.from);
  const args = properties.length === 0 ? "" : writeProperties(properties);
  return awaiting([`${module}.${short}(`, args, ")"], { is: "result" }, context, call.span);
}

/** `python.call(function, *args, **kwargs)`. */
function functionProperties({ args, span }: Call, context: Context): Property[] {
  const isOwn = (one: Argument) => !isGlobal(one.name) && one.name !== "function";
  const [first, ...rest] = args.filter((one) => isOwn(one) && one.name === undefined);
  const given = args.find(({ name }) => name === "function") ?? first;
  if (given === undefined) refuse("python.call without a function", { span });
  const positions = args.find(({ name }) => name === "function") === undefined
    ? rest
    : args.filter((one) => isOwn(one) && one.name === undefined);
  const named = args.filter((one) => isOwn(one) && one.name !== undefined);
  if (positions.some(({ spread }) => spread !== undefined)) {
    refuse("python.call with a list of arguments", { span });
  }
  const properties = globalProperties(args, context);
  const [info] = calledFunctions(given!.value, context.module, context.project.modules);
  if (info !== undefined) {
    const wanted = info.definition.parameters.filter((one) =>
      one.default === undefined && !one.kind.startsWith("*")
    );
    if (wanted.length > positions.length + named.length) {
      refuse("the function takes state and host, as in pyinfra 1 and 2: they are imported since", { span });
    }
    if (named.length > 0) {
      const inner = writeOwnCall(info, {
        kind: "call",
        called: given!.value,
        args: [...positions, ...named],
        span,
      }, { ...context, isAsync: true });
      return [...properties, {
        name: "function",
        doc: [inner.awaits ? "async () => " : "() => ", inner.doc],
        comments: [],
      }];
    }
  } else if (named.length > 0) refuse("python.call with arguments by name", { span });
  const code = context.write(given!.value, context);
  const list = positions.map(({ value }) => context.write(value, context).doc);
  return [
    ...properties,
    { name: "function", doc: code.doc, comments: given!.comments },
    ...list.length === 0 ? [] : [{ name: "args", doc: bracketed("[", list, "]"), comments: [] }],
  ];
}

function isGlobal(name: string | undefined): boolean {
  return name === "name" || name?.startsWith("_") === true;
}

function operationProperties(name: string, call: Call, context: Context): Property[] {
  const parameters = readParameters(definedOperations().get(name)!.parameters ?? {});
  const order = [...parameters.keys()];
  const limit = SHARED_POSITIONS[name] ?? order.length;
  const properties: Property[] = [];
  const data: Property[] = [];
  let position = 0;
  for (const arg of call.args) {
    if (isGlobal(arg.name)) {
      properties.push(...globalProperties([arg], context));
      continue;
    }
    if (arg.spread === "**") {
      const spread = spreadProperty(arg, context);
      (TAKES_DATA.includes(name) && !isGlobals(arg, context) ? data : properties).push(spread);
      continue;
    }
    if (arg.spread === "*") refuse("arguments from a list are not carried over", call);
    const own = arg.name === undefined ? order[position] : camelCase(arg.name);
    if (arg.name === undefined && (own === undefined || position++ >= limit)) {
      refuse(
        `${name}: the order of the arguments differs from here on: name this one in the Python file`,
        arg.value,
      );
    }
    if (own !== undefined && parameters.has(own)) {
      const value = argumentValue(own, arg, parameters.get(own)!.kind, name, context);
      if (value !== undefined) properties.push({ name: own, doc: value, comments: arg.comments });
    } else if (TAKES_DATA.includes(name) && arg.name !== undefined) {
      const value = arg.value.kind === "constant" && arg.value.value === null
        ? "null"
        : wrap(context.write(arg.value, context), LEVEL.assignment);
      data.push({ name: arg.name, doc: value, comments: arg.comments });
    } else refuse(`${name} has no argument "${own}" here`, arg.value);
  }
  if (data.length > 0) {
    const known = properties.find((one) => one.name === "data");
    if (known !== undefined) refuse(`${name}: a variable of the template is called data`, call);
    properties.push({ name: "data", doc: writeProperties(data), comments: [] });
  }
  return withNameFirst(properties);
}

function withNameFirst(properties: readonly Property[]): Property[] {
  const isName = (one: Property) => one.name === "name";
  return [...properties.filter(isName), ...properties.filter((one) => !isName(one))];
}

/** `**options`: its keys are names of arguments, which are spelled differently. */
function spreadProperty(arg: Argument, context: Context): Property {
  const code = context.write(arg.value, context);
  const doc = python(context, "args", [code], ANY).doc;
  return { name: "", doc, comments: arg.comments, isSpread: true };
}

/** Whether `**options` are global arguments as far as is known. */
function isGlobals(arg: Argument, context: Context): boolean {
  const { type } = context.write(arg.value, context);
  return type.is === "dictionary" && [...type.fields?.keys() ?? [""]].every((key) => key.startsWith("_"));
}

/** The value of an operation's argument; nothing where `None` is what is there anyway. */
function argumentValue(
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
function sourceOf(value: Expression, context: Context): Doc | undefined {
  if (value.kind !== "call") return undefined;
  const path = pathIn(value.called, context);
  const [first] = value.args;
  const isOpen = value.called.kind === "name" && value.called.name === "open" && path === undefined;
  if (!isOpen || first === undefined) return undefined;
  const mode = literalText(value.args[1]?.value);
  if (mode !== undefined && !/^rb?t?$/.test(mode)) refuse("a file that is opened for writing", value);
  return context.write(first.value, context).doc;
}

function globalProperties(args: readonly Argument[], context: Context): Property[] {
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
function condition(value: Expression, context: Context): Code {
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

/** The arguments of a fact, as the object that it takes. */
function factArguments(
  name: string,
  args: readonly Argument[],
  call: Call,
  context: Context,
): Doc | undefined {
  const parameters = readParameters(definedFacts().get(name)?.parameters ?? {});
  const order = [...parameters.keys()];
  const properties = args.flatMap((arg, index): Property[] => {
    if (arg.spread === "**") return [spreadProperty(arg, context)];
    if (arg.spread === "*") refuse("arguments from a list are not carried over", call);
    if (isGlobal(arg.name)) return globalProperties([arg], context);
    const own = arg.name === undefined ? order[index] : camelCase(arg.name);
    if (own === undefined || !order.includes(own)) {
      refuse(`the fact ${name} has no argument "${arg.name ?? index + 1}"`, call);
    }
    const value = argumentValue(own!, arg, parameters.get(own!)!.kind, name, context);
    return value === undefined ? [] : [{ name: own!, doc: value, comments: arg.comments }];
  });
  return properties.length === 0 ? undefined : writeProperties(properties);
}

function writeGetFact(host: Code, call: Call, context: Context): Code {
  const [which, ...rest] = call.args;
  const path = which === undefined ? undefined : pathIn(which.value, context);
  const [, module = "", name = ""] = FACT_PATH.exec(path ?? "") ?? [];
  if (module === "") refuse("which fact is meant is not known", call);
  const full = `${module}.${name}`;
  if (!definedFacts().has(full)) {
    const hint = didYouMean(full, [...definedFacts().keys()].filter((one) => one.startsWith(`${module}.`)));
    refuse(`Drover has no fact ${full}${hint === undefined ? "" : `; ${hint}`}`, call);
  }
  context.output.drover.add("facts");
  const args = factArguments(full, rest, call, context);
  const doc: Doc = [
    wrap(host, LEVEL.call),
    `.getFact(facts.${full}`,
    args === undefined ? "" : [", ", args],
    ")",
  ];
  return awaiting(doc, { is: "fact", name: full }, context, call.span);
}

/** `host.fact.directory("/srv")`, as in pyinfra 1. */
function writeFactMethod(name: string, call: Call, context: Context): Code {
  const found = [...definedFacts().keys()].filter((one) =>
    lastOf(one).toLowerCase() === name.replaceAll("_", "").toLowerCase()
  );
  if (found.length !== 1) refuse(`which fact ${name} is, is not known`, call);
  context.output.drover.add("facts");
  const args = factArguments(found[0]!, call.args, call, context);
  const doc: Doc = [`host.getFact(facts.${found[0]}`, args === undefined ? "" : [", ", args], ")"];
  return awaiting(doc, { is: "fact", name: found[0]! }, context, call.span);
}

function writeHostCall(host: Code, name: string, call: Call, context: Context): Code {
  if (name === "get_fact") return writeGetFact(host, call, context);
  const known = HOST_MEMBERS[name];
  if (known === undefined || known.is === "value") {
    return refuse(`hosts have no method .${name}() here`, call);
  }
  const args = plainArguments(call, context);
  const doc: Doc = [wrap(host, LEVEL.call), `.${known.name}(`, ...commas(args.map(({ doc }) => doc)), ")"];
  if (known.is === "awaited") return awaiting(doc, ANY, context, call.span);
  const type: Type = name === "loop" ? { is: "items", of: elementType(args[0]) } : STRING;
  return primary(doc, type, { level: LEVEL.call });
}

function elementType(code: Code | undefined): Type {
  return code?.type.is === "list" ? code.type.of : ANY;
}

function plainArguments({ args, span }: Call, context: Context): Code[] {
  if (args.some(({ name, spread }) => name !== undefined || spread !== undefined)) {
    refuse("arguments by name are not known for this call", { span });
  }
  return args.map(({ value }) => context.write(value, context));
}

function writeInventoryCall(name: string, call: Call, context: Context): Code {
  const known = INVENTORY_MEMBERS[name];
  if (known?.is !== "call") refuse(`inventories have no method .${name}() here`, call);
  context.output.drover.add("inventory");
  const args = call.args.map(({ value }) => context.write(value, context).doc);
  const type: Type = name === "get_host"
    ? { is: "host" }
    : name === "get_group" || name.startsWith("iter_")
    ? { is: name === "get_group" ? "list" : "items", of: { is: "host" } }
    : ANY;
  return primary([`inventory.${known!.name}(`, ...commas(args), ")"], type, { level: LEVEL.call });
}

/** Functions of pyinfra that have a namesake here. */
function writeDroverCall(name: string, call: Call, context: Context): Code {
  const { output } = context;
  if (name === "any_changed" || name === "all_changed") {
    output.drover.add(camelCase(name));
    const args = call.args.map((
      { value, spread },
    ): Doc => [spread === "*" ? "..." : "", context.write(value, context).doc]);
    return primary([`${camelCase(name)}(`, ...commas(args), ")"], { is: "function", returns: ANY }, {
      level: LEVEL.call,
    });
  }
  if (name === "local.include") return writeInclude(call, context);
  if (name === "local.shell") return writeLocalShell(call, context);
  if (/^logger\.(info|warning|warn|debug|error)$/.test(name)) {
    const [message, ...more] = call.args;
    if (message === undefined || more.some(({ name }) => name !== undefined)) {
      refuse("a message of the logger", call);
    }
    output.drover.add("host");
    const { span } = call;
    const values: Expression = { kind: "tuple", items: more, span };
    const text: Expression = more.length === 0
      ? message!.value
      : { kind: "binary", operator: "%", left: message!.value, right: values, span };
    return primary(["host.log(", asText(context.write(text, context), context).doc, ")"], ANY, {
      level: LEVEL.call,
    });
  }
  if (name === "MaskString" || name === "MaskedString" || name === "HiddenValue") {
    output.drover.add("secret");
    const [value] = plainArguments(call, context);
    return primary(["secret(", value?.doc ?? "", ")"], STRING, { level: LEVEL.call });
  }
  return refuse(`pyinfra's ${name} has no counterpart that can be written by itself`, call);
}

function writeInclude(call: Call, context: Context): Code {
  context.output.drover.add("include");
  const [file, ...more] = call.args;
  const options = more.map((arg): Property => {
    if (isGlobal(arg.name)) return globalProperties([arg], context)[0] ?? refuse("an empty argument", call);
    if (arg.name !== "data") refuse(`include has no argument "${arg.name ?? "2"}"`, call);
    return { name: "data", doc: context.write(arg.value, context).doc, comments: arg.comments };
  });
  if (file === undefined) refuse("include without a file", call);
  const path = includedPath(file!.value, context);
  const doc: Doc = ["include(", path, options.length === 0 ? "" : [", ", writeProperties(options)], ")"];
  return awaiting(doc, ANY, context, call.span);
}

/** The path of an included file, which ends in `.ts` here. */
function includedPath(value: Expression, context: Context): Doc {
  const joined = value.kind === "call" && pathIn(value.called, context) === "os.path.join"
    ? value.args.map((arg) => literalText(arg.value))
    : [literalText(value)];
  if (joined.every((part) => part !== undefined)) {
    return quoteText(joined.join("/").replaceAll(/\/+/g, "/").replace(/\.py$/, ".ts"));
  }
  const last = value.kind === "string" ? value.parts.at(-1) : undefined;
  if (value.kind !== "string" || typeof last !== "string" || !last.endsWith(".py")) {
    return refuse("which file is included is not known", value);
  }
  const parts = [...value.parts.slice(0, -1), last.replace(/\.py$/, ".ts")];
  return context.write({ ...value, parts }, context).doc;
}

function writeLocalShell(call: Call, context: Context): Code {
  context.output.drover.add("local");
  const names: Readonly<Record<string, string>> = {
    splitlines: "splitLines",
    ignore_errors: "ignoreErrors",
    print_output: "printOutput",
  };
  const [commands, ...more] = call.args;
  if (commands === undefined) refuse("local.shell without commands", call);
  const options = more.filter(({ name }) => name !== "print_input").map((arg): Property => {
    const name = names[arg.name ?? ""];
    if (name === undefined) refuse(`local.shell has no argument "${arg.name ?? "2"}" here`, call);
    return { name: name!, doc: context.write(arg.value, context).doc, comments: arg.comments };
  });
  const isLines = more.some(({ name, value }) =>
    name === "splitlines" && value.kind === "constant" && value.value === true
  );
  const code = context.write(commands!.value, context);
  const doc: Doc = [
    "local.shell(",
    code.doc,
    options.length === 0 ? "" : [", ", writeProperties(options)],
    ")",
  ];
  return awaiting(doc, isLines ? { is: "list", of: STRING } : STRING, context, call.span);
}

/** Functions of the project: arguments by name are put where they belong. */
function writeOwnCall(info: FunctionInfo, call: Call, context: Context): Code {
  const called = context.write(call.called, context);
  const { parameters, name } = info.definition;
  if (info.isDeploy) return writeDeployCall(called, parameters, call, context);
  const order = positional(parameters);
  const rest = parameters.find(({ kind }) => kind === "*");
  if (parameters.some(({ kind }) => kind === "**")) refuse(`${name} takes any arguments by name`, call);
  const docs: Doc[] = [];
  const byName = new Map<string, Argument>();
  let position = 0;
  let awaits = false;
  const write = (value: Expression, fallback?: Expression): Doc => {
    // `None` is not the same as nothing, where nothing means the default.
    const isNone = value.kind === "constant" && value.value === null;
    const hasDefault = fallback !== undefined && !(fallback.kind === "constant" && fallback.value === null);
    if (isNone && hasDefault) return "null";
    const code = loose(context.write(value, context), context);
    awaits ||= code.awaits;
    return wrap(code, LEVEL.assignment);
  };
  for (const arg of call.args) {
    if (arg.spread === "**") refuse(`the arguments of ${name} come from a dictionary`, call);
    if (arg.name !== undefined) byName.set(arg.name, arg);
    else if (arg.spread === "*") docs.push(["...", write(arg.value)]);
    else {
      const parameter = order[position++];
      if (parameter === undefined && rest === undefined) refuse(`${name} takes fewer arguments`, call);
      docs.push(write(arg.value, parameter?.default));
    }
  }
  for (const argument of byName.keys()) {
    if (!order.some((one) => one.name === argument)) refuse(`${name} has no argument "${argument}"`, call);
  }
  const last = order.findLastIndex((one) => byName.has(one.name));
  for (const parameter of order.slice(position, last + 1)) {
    const given = byName.get(parameter.name);
    docs.push(given === undefined ? "undefined" : write(given.value, parameter.default));
  }
  const doc: Doc = [called.doc, bracketed("(", docs, ")")];
  if (info.isAsync) return awaiting(doc, ANY, context, call.span);
  return primary(doc, ANY, { level: LEVEL.call, awaits });
}

function writeDeployCall(called: Code, parameters: readonly Parameter[], call: Call, context: Context): Code {
  const order = positional(parameters);
  const properties = call.args.flatMap((arg, index): Property[] => {
    if (arg.spread === "**" && isGlobals(arg, context)) return [spreadProperty(arg, context)];
    if (arg.spread !== undefined) refuse("arguments from a list or a dictionary are not carried over", call);
    if (isGlobal(arg.name) && !order.some((one) => one.name === arg.name)) {
      return globalProperties([arg], context);
    }
    const name = arg.name ?? order[index]?.name;
    if (name === undefined || !order.some((one) => one.name === name)) {
      refuse(`the deploy has no argument "${name}"`, call);
    }
    return [{
      name: name!,
      doc: wrap(context.write(arg.value, context), LEVEL.assignment),
      comments: arg.comments,
    }];
  });
  const doc: Doc = [called.doc, "(", properties.length === 0 ? "" : writeProperties(properties), ")"];
  return awaiting(doc, ANY, context, call.span);
}
