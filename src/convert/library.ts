/** What Python itself brings: built-in functions, methods of its values, and the modules that deploys use. */

import { type Argument, type Expression, literalText } from "./ast.ts";
import { awaiting, type Code, type Context, LEVEL, primary, python, refuse, wrap } from "./context.ts";
import { bracketed, type Doc } from "./layout.ts";
import { dedent, quoteText } from "./python_string.ts";
import { ANY, BOOLEAN, either, elementOf, FLOAT, INT, STRING, type Type } from "./value_types.ts";
import { asText, isHostData, iterable, joinPaths, template } from "./values.ts";

/** A call of Python. */
export type Call = Extract<Expression, { kind: "call" }>;

/** A name of Python's or pyinfra's that stands for a value. */
export function writeValueOfPath(path: string, at: Expression, context: Context): Code {
  const fact = /^pyinfra\.facts\.(\w+)\.(\w+)$/.exec(path);
  if (fact !== null) refuse("a fact that is passed around is not carried over", at);
  if (path === "pyinfra.host" || path === "pyinfra.inventory") {
    const name = path.slice("pyinfra.".length);
    context.output.drover.add(name);
    return primary(name, name === "host" ? { is: "host" } : ANY, { isStable: true });
  }
  if (path === "pyinfra.state" || path.startsWith("pyinfra.state.")) {
    refuse("pyinfra's state is its own: what of it is needed is not known", at);
  }
  if (path === "os.sep") return primary('"/"', STRING);
  if (path === "os.linesep") return primary('"\\n"', STRING);
  const option = /^pyinfra\.config\.(\w+)$/.exec(path)?.[1];
  if (option !== undefined) refuse(`config.${option} is read`, at);
  return refuse(`${path} of Python is not carried over`, at);
}

/** The arguments of a call whose names are known; `undefined` for those that are not given. */
function namedArguments(call: Call, names: readonly string[]): (Expression | undefined)[] {
  const found = names.map((): Expression | undefined => undefined);
  call.args.forEach((arg, index) => {
    const at = arg.name === undefined ? index : names.indexOf(arg.name);
    if (arg.spread !== undefined || at < 0 || at >= names.length) {
      refuse("arguments that are not known", call);
    }
    found[at] = arg.value;
  });
  return found;
}

/** An argument that has to be there. */
export function required(value: Expression | undefined, call: Call): Expression {
  return value ?? refuse("a call without its argument", call);
}

function isTrue(value: Expression | undefined): boolean {
  return value?.kind === "constant" && value.value === true;
}

/** A call of a function of TypeScript. */
export function call(name: string, args: readonly Code[], type: Type): Code {
  const docs = args.flatMap(({ doc }, index): Doc[] => index === 0 ? [doc] : [", ", doc]);
  return primary([`${name}(`, ...docs, ")"], type, {
    level: LEVEL.call,
    awaits: args.some(({ awaits }) => awaits),
  });
}

/** Calls of Python's modules, by their full names. */
export function writeLibraryCall(path: string, written: Call, context: Context): Code {
  const write = (value: Expression | undefined) => context.write(required(value, written), context);
  switch (path) {
    case "os.path.join":
    case "posixpath.join":
      return joinPaths(
        written.args.map(({ value, spread }) =>
          spread === undefined ? context.write(value, context) : refuse("a list of paths", written)
        ),
        context,
      );
    case "os.path.dirname":
      if (isFileName(written.args[0]?.value)) {
        return primary("import.meta.dirname!", STRING, { isStable: true });
      }
      return python(context, "dirname", [write(written.args[0]?.value)], STRING);
    case "os.path.basename":
      return python(context, "basename", [write(written.args[0]?.value)], STRING);
    case "os.path.abspath":
    case "os.path.realpath":
      if (isFileName(written.args[0]?.value)) {
        return primary("import.meta.filename!", STRING, { isStable: true });
      }
      return refuse(`${path} of Python is not carried over`, written);
    case "os.getenv":
    case "os.environ.get": {
      const [name, fallback] = namedArguments(written, ["key", "default"]);
      const code = call("Deno.env.get", [write(name)], ANY);
      if (fallback === undefined) return code;
      const other = write(fallback);
      return { ...code, doc: [code.doc, " ?? ", wrap(other, LEVEL.or)], type: other.type, level: LEVEL.or };
    }
    case "textwrap.dedent": {
      const [text] = namedArguments(written, ["text"]);
      const literal = literalText(text);
      if (literal === undefined) return python(context, "dedent", [write(text)], STRING);
      return primary({ raw: quoteText(dedent(literal), true) }, STRING);
    }
    case "json.dumps": {
      const [value, indent, sorted] = namedArguments(written, ["obj", "indent", "sort_keys"]);
      const args = [write(value), indent === undefined ? undefined : write(indent)];
      const sort = isTrue(sorted) ? [primary("true", BOOLEAN)] : [];
      const none = primary("undefined", ANY);
      return python(context, "json", [
        args[0]!,
        ...sort.length > 0 ? [args[1] ?? none] : args[1] === undefined ? [] : [args[1]],
        ...sort,
      ], STRING);
    }
    case "json.loads":
      return call("JSON.parse", [write(written.args[0]?.value)], ANY);
    case "io.StringIO":
    case "io.BytesIO": {
      if (written.args.length > 1) refuse("StringIO with more than its text", written);
      const [text] = written.args;
      const code = text === undefined ? primary('""', STRING) : context.write(text.value, context);
      return primary(bracketed("{", [["content: ", wrap(code, LEVEL.assignment)]], "}", { padding: " " }), {
        is: "stream",
      });
    }
    case "pathlib.Path":
      return {
        ...joinPaths(written.args.map(({ value }) => context.write(value, context)), context),
        type: { is: "path" },
      };
    case "shlex.quote":
      context.output.drover.add("quote");
      return call("quote", [write(written.args[0]?.value)], STRING);
    case "time.sleep":
      return awaiting(
        [
          "new Promise((done) => setTimeout(done, 1000 * ",
          wrap(write(written.args[0]?.value), LEVEL.product + 1),
          "))",
        ],
        ANY,
        context,
        written.span,
      );
    default:
      return refuse(`${path} of Python is not carried over`, written);
  }
}

function isFileName(value: Expression | undefined): boolean {
  if (value?.kind === "call" && value.args.length === 1) return isFileName(value.args[0]!.value);
  return value?.kind === "name" && value.name === "__file__";
}

const CLASSES: Readonly<Record<string, string>> = {
  str: "string",
  int: "number",
  float: "number",
  bool: "boolean",
};

/** Calls of built-in functions. */
export function writeBuiltin(name: string, written: Call, context: Context): Code {
  const values = written.args.map(({ value }) => value);
  const write = (index: number) => context.write(required(values[index], written), context);
  const isPlain = written.args.every((one) => one.name === undefined && one.spread === undefined);
  if (!isPlain && !["sorted", "print", "open", "min", "max", "dict", "enumerate"].includes(name)) {
    refuse(`${name} with arguments by name is not carried over`, written);
  }
  switch (name) {
    case "len": {
      const code = write(0);
      if (["list", "string", "tuple"].includes(code.type.is)) {
        return primary([wrap(code, LEVEL.call), ".length"], INT, { awaits: code.awaits });
      }
      return python(context, "length", [code], INT);
    }
    case "str": {
      const code = values.length === 0 ? primary('""', STRING) : write(0);
      if (code.type.is === "int") return call("String", [code], STRING);
      if (code.type.is === "float") refuse("a float in a text is written differently by Python", written);
      return asText(code, context);
    }
    case "repr":
      return python(context, "repr", [write(0)], STRING);
    case "int":
      return python(context, "int", [write(0)], INT);
    case "float":
      return call("Number", [write(0)], FLOAT);
    case "bool":
      return context.test(required(values[0], written), context);
    case "list":
    case "tuple": {
      if (values.length === 0) return primary("[]", { is: "list", of: ANY });
      const code = iterable(values[0]!, context);
      return primary(["[...", code.doc, "]"], { is: "list", of: elementOf(code.type) }, {
        awaits: code.awaits,
      });
    }
    case "set": {
      if (values.length === 0) return primary("new Set<any>()", { is: "set", of: ANY });
      const code = iterable(values[0]!, context);
      return primary(["new Set(", code.doc, ")"], { is: "set", of: elementOf(code.type) }, {
        awaits: code.awaits,
      });
    }
    case "dict":
      return writeDict(written, context);
    case "range":
      return python(context, "range", values.map((_one, index) => write(index)), { is: "list", of: INT });
    case "enumerate": {
      const [list, start] = namedArguments(written, ["iterable", "start"]);
      const code = iterable(required(list, written), context);
      const args = [code, ...start === undefined ? [] : [context.write(start, context)]];
      return python(context, "enumerate", args, {
        is: "list",
        of: { is: "tuple", items: [INT, elementOf(code.type)] },
      });
    }
    case "zip": {
      const codes = values.map((one) => iterable(one, context));
      return python(context, "zip", codes, {
        is: "list",
        of: { is: "tuple", items: codes.map(({ type }) => elementOf(type)) },
      });
    }
    case "sorted":
    case "reversed": {
      const code = iterable(required(values[0], written), context);
      const options = written.args.slice(1).filter((one) => !(one.name === "reverse" && isFalse(one.value)));
      if (name === "reversed") {
        return primary(["[...", code.doc, "].reverse()"], { is: "list", of: elementOf(code.type) });
      }
      return python(context, "sorted", [code, ...sortOptions(options, written, context)], {
        is: "list",
        of: elementOf(code.type),
      });
    }
    case "any":
    case "all": {
      const code = iterable(required(values[0], written), context);
      return python(context, name, [code], BOOLEAN);
    }
    case "min":
    case "max":
    case "sum": {
      if (!isPlain) refuse(`${name} with a key is not carried over`, written);
      const code = values.length === 1 ? iterable(values[0]!, context) : undefined;
      if (code !== undefined) return python(context, name, [code], elementOf(code.type));
      const codes = values.map((_one, index) => write(index));
      const list = primary([
        "[",
        ...codes.flatMap(({ doc }, index): Doc[] => index === 0 ? [doc] : [", ", doc]),
        "]",
      ], ANY);
      return python(context, name, [list], codes.map(({ type }) => type).reduce(either));
    }
    case "abs":
      return call("Math.abs", [write(0)], write(0).type);
    case "print": {
      context.output.drover.add("host");
      if (written.args.some(({ name }) => name === "sep" || name === "end")) {
        refuse("print with sep or end", written);
      }
      const texts = written.args.filter((one) => one.name === undefined).map(({ value }) =>
        literalText(value) ?? asText(context.write(value, context), context)
      );
      const parts = texts.flatMap((one, index): (string | Code)[] => index === 0 ? [one] : [" ", one]);
      const text = parts.every((part) => typeof part === "string")
        ? primary(quoteText(parts.join("")), STRING)
        : template(parts);
      return call("host.log", [text], ANY);
    }
    case "isinstance":
      return writeIsInstance(written, context);
    case "hasattr":
    case "getattr": {
      const [object, attribute, fallback] = values;
      if (object === undefined || attribute === undefined || !isHostData(object, context)) {
        return refuse(`${name} of something else than host.data is not carried over`, written);
      }
      const data = context.write(object, context).doc;
      const key = write(1);
      if (name === "hasattr") {
        return { ...primary([key.doc, " in ", data], BOOLEAN), level: LEVEL.relation, isStable: false };
      }
      const rest: Doc = fallback === undefined ? "" : [", ", write(2).doc];
      return primary([data, ".get(", key.doc, rest, ")"], ANY, { level: LEVEL.call });
    }
    case "open":
      return refuse("a file that is opened, other than to be read at once", written);
    default:
      return writeUnknown(name, written, context);
  }
}

/** A variable that holds a function is called like any other. */
function writeUnknown(name: string, written: Call, context: Context): Code {
  const binding = context.scope.find(name);
  if (binding?.is !== "variable") refuse(`the function ${name} is not known here`, written);
  if (written.args.some((one) => one.name !== undefined || one.spread !== undefined)) {
    refuse("a function in a variable that is called with names", written);
  }
  const code = context.write(written.called, context);
  const args = written.args.map(({ value }) => context.write(value, context));
  // Whether it waits cannot be told: awaiting what does not is harmless.
  const called = call(String(code.doc), args, code.type.is === "function" ? code.type.returns : ANY);
  return context.isAsync ? awaiting(called.doc, called.type, context, written.span) : called;
}

function isFalse(value: Expression): boolean {
  return value.kind === "constant" && value.value === false;
}

/** `key=` and `reverse=`, as `py.sorted` takes them. */
export function sortOptions(args: readonly Argument[], written: Call, context: Context): Code[] {
  if (args.length === 0) return [];
  const parts = args.map(({ name, value }): Doc => {
    if (name === "reverse") return ["isReverse: ", context.write(value, context).doc];
    if (name !== "key") return refuse("sorted with other arguments", written);
    const key = value.kind === "name" && value.name === "str" ? "py.str" : context.write(value, context).doc;
    if (JSON.stringify(key).includes('"await ')) refuse("a key of sorted that waits for a host", written);
    return ["key: ", key];
  });
  return [
    primary(["{ ", ...parts.flatMap((one, index): Doc[] => index === 0 ? [one] : [", ", one]), " }"], ANY),
  ];
}

function writeDict({ args, span }: Call, context: Context): Code {
  if (args.length === 0) return primary("{}", { is: "dictionary", of: ANY });
  const named = args.filter(({ name }) => name !== undefined);
  const others = args.filter(({ name }) => name === undefined);
  if (others.some(({ spread }) => spread === "*") || others.length > 1) {
    refuse("dict with several values", { span });
  }
  const spread = others.map(({ value, spread }) => {
    const code = context.write(value, context);
    if (spread === undefined && code.type.is !== "dictionary") {
      refuse("dict of something that may be a list", { span });
    }
    return { key: undefined, value, comments: [] };
  });
  const entries = named.map(({ name, value, comments }) => ({
    key: { kind: "string", parts: [name!], bytes: false, isTriple: false, span } as Expression,
    value,
    comments,
  }));
  return context.write({ kind: "dictionary", entries: [...spread, ...entries], span }, context);
}

function writeIsInstance({ args, span }: Call, context: Context): Code {
  const [value, classes] = args.map((one) => one.value);
  if (value === undefined || classes === undefined) return refuse("isinstance without a class", { span });
  const code = context.write(value, context);
  if (!code.isStable) refuse("isinstance of something else than a name", { span });
  const list = classes.kind === "tuple" ? classes.items.map((item) => item.value) : [classes];
  const tests = list.map((one): Doc => {
    const name = one.kind === "name" ? one.name : "";
    if (name === "list" || name === "tuple") return ["Array.isArray(", code.doc, ")"];
    if (name === "dict") return python(context, "isDictionary", [code], BOOLEAN).doc;
    const plain = CLASSES[name];
    if (plain === undefined) return refuse("isinstance of a class that is not known", { span });
    return ["typeof ", code.doc, ` === "${plain}"`];
  });
  const unique = [...new Map(tests.map((one) => [JSON.stringify(one), one])).values()];
  const doc = unique.flatMap((one, index): Doc[] => index === 0 ? [one] : [" || ", one]);
  return {
    doc,
    type: BOOLEAN,
    level: unique.length > 1 ? LEVEL.or : LEVEL.equality,
    awaits: false,
    isStable: false,
  };
}

/** `open(path).read()`: the path, if a call is that. */
export function readFile(written: Expression, context: Context): Code | undefined {
  if (written.kind !== "call" || written.called.kind !== "attribute" || written.called.name !== "read") {
    return undefined;
  }
  const opened = written.called.object;
  if (opened.kind !== "call" || opened.called.kind !== "name" || opened.called.name !== "open") {
    return undefined;
  }
  return readOpened(opened, context);
}

/** What `open(path)` is read as: a text. */
export function readOpened(opened: Call, context: Context): Code {
  const mode = literalText(
    opened.args.find(({ name }, index) => name === "mode" || name === undefined && index === 1)?.value,
  );
  if (mode !== undefined && mode !== "r" && mode !== "rt") {
    refuse("a file that is not opened to read text", opened);
  }
  const path = context.write(required(opened.args[0]?.value, opened), context);
  return awaiting(["Deno.readTextFile(", path.doc, ")"], STRING, context, opened.span);
}
