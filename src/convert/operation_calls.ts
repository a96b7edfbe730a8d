/** Calls of operations and facts. */

import { camelCase, didYouMean, namesHere, renamedArgument, takesData } from "../errors/mod.ts";
import { definedFacts, definedOperations, readParameters } from "../host/mod.ts";
import { type Argument, type Span } from "./ast.ts";
import {
  argumentValue,
  globalProperties,
  isGlobal,
  isGlobals,
  lastOf,
  type Property,
  spreadProperty,
  writeProperties,
} from "./call_arguments.ts";
import { awaiting, type Code, type Context, LEVEL, pathIn, refuse, wrap } from "./context.ts";
import { bracketed, type Doc } from "./layout.ts";
import { type Call } from "./library.ts";
import { SHARED_POSITIONS } from "./names.ts";
import { writeOwnCall } from "./own_calls.ts";
import { calledFunctions } from "./project.ts";

const FACT_PATH = /^pyinfra\.facts\.(\w+)\.(\w+)$/;

/** The operation that a name of pyinfra's means here. */
function operationNamed(written: string, at: { span: Span }): string {
  const operations = definedOperations();
  const names = namesHere(written);
  const found = names.find((name) => operations.has(name));
  if (found !== undefined) return found;
  const module = written.split(".")[0]!;
  const siblings = [...operations.keys()].filter((one) => one.startsWith(`${module}.`));
  if (siblings.length === 0) refuse(`Drover has no module of operations "${module}" yet`, at);
  const hint = didYouMean(names[0]!, siblings);
  return refuse(`Drover has no operation ${names[0]}${hint === undefined ? "" : `; ${hint}`}`, at);
}

/** A call of an operation, by pyinfra's name of it. */
export function writeOperation(written: string, call: Call, context: Context): Code {
  const name = operationNamed(written, call);
  const [module = "", short = ""] = name.split(".");
  context.output.operations.add(module);
  const properties = name === "func.call"
    ? functionProperties(call, context)
    : operationProperties(name, call, context);
  context.output.converted.push(call.span.from);
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

function operationProperties(name: string, call: Call, context: Context): Property[] {
  const parameters = readParameters(definedOperations().get(name)!.parameters ?? {});
  const order = [...parameters.keys()];
  const limit = SHARED_POSITIONS[name] ?? order.length;
  const isFree = takesData(name);
  const properties: Property[] = [];
  const data: Property[] = [];
  let position = 0;
  for (const arg of call.args) {
    if (isGlobal(arg.name)) {
      properties.push(...globalProperties([arg], context));
      continue;
    }
    if (arg.spread === "**") {
      if (!isFree || isGlobals(arg, context)) {
        properties.push(spreadProperty(arg, context));
      } // Variables of a template keep their names.
      else {data.push({
          name: "",
          doc: context.write(arg.value, context).doc,
          comments: arg.comments,
          isSpread: true,
        });}
      continue;
    }
    if (arg.spread === "*") refuse("arguments from a list are not carried over", call);
    const own = arg.name === undefined
      ? order[position]
      : renamedArgument(name, arg.name) ?? camelCase(arg.name);
    if (arg.name === undefined && (own === undefined || position++ >= limit)) {
      refuse(
        `${name}: the order of the arguments differs from here on: name this one in the Python file`,
        arg.value,
      );
    }
    if (own !== undefined && parameters.has(own)) {
      const value = argumentValue(own, arg, parameters.get(own)!.kind, name, context);
      if (value !== undefined) properties.push({ name: own, doc: value, comments: arg.comments });
    } else if (isFree && arg.name !== undefined) {
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

/** The fact that a name of pyinfra's means here. */
function factNamed(written: string, at: { span: Span }): string {
  const names = namesHere(written);
  const found = names.find((name) => definedFacts().has(name));
  if (found !== undefined) return found;
  const [module] = written.split(".");
  const hint = didYouMean(
    names[0]!,
    [...definedFacts().keys()].filter((one) => one.startsWith(`${module}.`)),
  );
  return refuse(`Drover has no fact ${names[0]}${hint === undefined ? "" : `; ${hint}`}`, at);
}

/** `host.get_fact(Fact, …)`. */
export function writeGetFact(host: Code, call: Call, context: Context): Code {
  const [which, ...rest] = call.args;
  const path = which === undefined ? undefined : pathIn(which.value, context);
  const [, module = "", name = ""] = FACT_PATH.exec(path ?? "") ?? [];
  if (module === "") refuse("which fact is meant is not known", call);
  const full = factNamed(`${module}.${name}`, call);
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
export function writeFactMethod(name: string, call: Call, context: Context): Code {
  const found = [...definedFacts().keys()].filter((one) =>
    lastOf(one).toLowerCase() === name.replaceAll("_", "").toLowerCase()
  );
  if (found.length !== 1) refuse(`which fact ${name} is, is not known`, call);
  context.output.drover.add("facts");
  const args = factArguments(found[0]!, call.args, call, context);
  const doc: Doc = [`host.getFact(facts.${found[0]}`, args === undefined ? "" : [", ", args], ")"];
  return awaiting(doc, { is: "fact", name: found[0]! }, context, call.span);
}
