/** Calls of functions of the project, and of deploys that are packaged. */

import { type Argument, type Expression, type Parameter } from "./ast.ts";
import {
  globalProperties,
  isGlobal,
  isGlobals,
  type Property,
  spreadProperty,
  writeProperties,
} from "./call_arguments.ts";
import { awaiting, type Code, type Context, LEVEL, loose, primary, refuse, wrap } from "./context.ts";
import { bracketed, type Doc } from "./layout.ts";
import { type Call } from "./library.ts";
import { type FunctionInfo, positional } from "./project.ts";
import { ANY } from "./value_types.ts";

/** Functions of the project: arguments by name are put where they belong. */
export function writeOwnCall(info: FunctionInfo, call: Call, context: Context): Code {
  const called = context.write(call.called, context);
  const { parameters, name } = info.definition;
  if (info.isDeploy) return writeDeployCall(called, parameters, call, context);
  const order = positional(parameters);
  const rest = parameters.find(({ kind }) => kind === "*");
  const options = parameters.find(({ kind }) => kind === "**");
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
  const others = [...byName].filter(([argument]) => !order.some((one) => one.name === argument));
  if (options === undefined && others.length > 0) refuse(`${name} has no argument "${others[0]![0]}"`, call);
  const last = others.length > 0 ? order.length - 1 : order.findLastIndex((one) => byName.has(one.name));
  for (const parameter of order.slice(position, last + 1)) {
    const given = byName.get(parameter.name);
    docs.push(given === undefined ? "undefined" : write(given.value, parameter.default));
  }
  if (others.length > 0) {
    // What is taken by any name comes in one object, behind the others.
    const properties = others.map(([key, { value, comments }]): Property => ({
      name: key,
      doc: write(value),
      comments,
    }));
    docs.push(writeProperties(properties));
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
