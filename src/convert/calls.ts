/** Calls: of operations, facts, functions of the project, and of what Python itself brings. */

import { camelCase } from "../errors/mod.ts";
import { type Expression, literalText } from "./ast.ts";
import {
  commas,
  globalProperties,
  isGlobal,
  lastOf,
  type Property,
  writeProperties,
} from "./call_arguments.ts";
import { awaiting, type Code, type Context, LEVEL, pathIn, primary, refuse, wrap } from "./context.ts";
import { type Doc } from "./layout.ts";
import { type Call, writeBuiltin, writeLibraryCall } from "./library.ts";
import { writeMethod } from "./methods.ts";
import { HOST_MEMBERS, INVENTORY_MEMBERS } from "./names.ts";
import { writeFactMethod, writeGetFact, writeOperation } from "./operation_calls.ts";
import { writeOwnCall } from "./own_calls.ts";
import { calledFunctions } from "./project.ts";
import { quoteText } from "./python_string.ts";
import { ANY, STRING, type Type } from "./value_types.ts";
import { asText, isHostData } from "./values.ts";

const OPERATION_PATH = /^pyinfra\.operations\.(\w+)\.(\w+(?:\.\w+)?)$/;

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
