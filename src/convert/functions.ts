/** Functions and packaged deploys. */

import {
  everyExpression,
  type FunctionDefinition,
  literalText,
  type Parameter,
  type Statement,
} from "./ast.ts";
import { type Body, exported, inBraces } from "./body.ts";
import { type Context, pathIn, refuse, Scope } from "./context.ts";
import { planDeclarations } from "./declarations.ts";
import { bracketed, type Doc, HARD } from "./layout.ts";
import { safeName } from "./names.ts";
import { everyStatement, positional } from "./project.ts";
import { quoteText } from "./python_string.ts";
import { ANY, type Type } from "./value_types.ts";

const ANNOTATIONS: Readonly<Record<string, Type>> = {
  str: { is: "string" },
  int: { is: "int" },
  bool: { is: "boolean" },
  "list[str]": { is: "list", of: { is: "string" } },
  "List[str]": { is: "list", of: { is: "string" } },
};

/** A function, or a packaged deploy. */
export function writeFunction(definition: FunctionDefinition, body: Body): Doc {
  const { name, parameters, decorators } = definition;
  const info = body.module.functions.get(definition)!;
  if (
    parameters.some(({ kind }) => kind === "**") &&
    (info.isDeploy || parameters.some(({ kind }) => kind === "*"))
  ) {
    refuse("a function with any arguments by name (**)", definition);
  }
  for (const one of everyStatement(definition.body)) {
    if (one.kind === "other" && /^(global|a generator)/.test(one.what)) {
      refuse(`a function with ${one.what}`, one);
    }
  }
  for (const one of everyExpression(definition.body)) {
    if (one.kind === "other" && one.what === "a generator") refuse("a function that is a generator", one);
  }
  const changed = planDeclarations(definition.body).mutated;
  const kept = parameters.find((one) =>
    changed.has(one.name) && ["list", "dictionary", "set"].includes(one.default?.kind ?? "")
  );
  if (kept !== undefined) {
    refuse(`the default of ${kept.name} is changed, and kept by Python between calls`, definition);
  }
  const star = parameters.findIndex(({ kind }) => kind === "*");
  if (star >= 0 && star < parameters.length - 1) {
    refuse("a function with arguments by name behind *", definition);
  }
  if (decorators.length > 0 && !info.isDeploy) {
    const path = decorators.map((one) => pathIn(one.kind === "call" ? one.called : one, body) ?? "").join(
      " ",
    );
    refuse(
      /^pyinfra\.api\b.*operation$/.test(path)
        ? "an operation of your own is written anew, with operation() of Drover"
        : "a decorator that is not known",
      definition,
    );
  }
  const scope = new Scope(body.scope);
  const given = parameters.map((one) => one.name);
  for (const one of parameters) {
    const type: Type = one.kind === "*"
      ? { is: "list", of: ANY }
      : one.kind === "**"
      ? { is: "dictionary", of: ANY }
      : parameterType(one);
    scope.set(one.name, { is: "variable", type, name: safeName(one.name) });
  }
  body.scope.set(name, { is: "function", info, name: safeName(name) });
  const docstring = definition.body.find(({ kind }) => kind !== "comment");
  const text = docstring?.kind === "expression" ? literalText(docstring.value) : undefined;
  const own = text === undefined ? definition.body : definition.body.filter((one) => one !== docstring);
  const inner: Body = {
    ...body,
    scope,
    isAsync: info.isAsync,
    isTop: false,
    declarations: planDeclarations(own, given),
  };
  const comment = text === undefined ? [] : [docComment(text), HARD];
  if (info.isDeploy) return [...comment, writeDeploy(definition, own, inner, body)];
  const list = bracketed(
    "(",
    parameters.map((one, index) => writeParameter(one, parameters.slice(index + 1), inner)),
    ")",
  );
  return [
    ...comment,
    exported(name, body),
    info.isAsync ? "async " : "",
    `function ${safeName(name)}`,
    list,
    " ",
    inBraces(inner.block(own, inner)),
  ];
}

function docComment(text: string): Doc {
  const own = text.trim().replaceAll("*/", "* /").split("\n").map((line) => line.trim());
  if (own.length === 1) return `/** ${own[0]} */`;
  return ["/**", ...own.flatMap((line): Doc[] => [HARD, ` * ${line}`.trimEnd()]), HARD, " */"];
}

function parameterType(parameter: Parameter): Type {
  const isNone = parameter.default?.kind === "constant" && parameter.default.value === null;
  return isNone ? ANY : ANNOTATIONS[parameter.annotation ?? ""] ?? ANY;
}

function spelled(parameter: Parameter, context: Context): string {
  const type = parameterType(parameter);
  if (type.is === "any") context.output.usesAny = true;
  return { string: "string", int: "number", boolean: "boolean", list: "string[]" }[type.is as string] ??
    "any";
}

function writeParameter(parameter: Parameter, later: readonly Parameter[], context: Context): Doc {
  const name = safeName(parameter.name);
  if (parameter.kind === "*") {
    context.output.usesAny = true;
    return `...${name}: any[]`;
  }
  if (parameter.kind === "**") {
    context.output.usesAny = true;
    return `${name}: Record<string, any> = {}`;
  }
  const { default: fallback } = parameter;
  const type = spelled(parameter, context);
  if (fallback === undefined) return `${name}: ${type}`;
  if (fallback.kind === "constant" && fallback.value === null) {
    return later.some((one) => one.default === undefined && !one.kind.startsWith("*"))
      ? `${name}: ${type} = undefined`
      : `${name}?: ${type}`;
  }
  return [`${name}: ${type} = `, context.write(fallback, context).doc];
}

/** `@deploy("Label")`: a function that takes its arguments in one object. */
function writeDeploy(
  definition: FunctionDefinition,
  own: readonly Statement[],
  inner: Body,
  body: Body,
): Doc {
  const [decorator, ...more] = definition.decorators;
  if (more.length > 0) refuse("a second decorator", definition);
  const args = decorator?.kind === "call" ? decorator.args : [];
  const label = args.find((one) => one.name === undefined || one.name === "name");
  const defaults = args.find((one) => one.name === "data_defaults");
  if (args.some((one) => one !== label && one !== defaults)) {
    refuse("an argument of @deploy that is not known", definition);
  }
  const parameters = positional(definition.parameters);
  if (parameters.length !== definition.parameters.length) {
    refuse("a deploy with any arguments (*)", definition);
  }
  body.output.drover.add("deploy");
  const names = parameters.map((one): Doc => {
    const isNone = one.default?.kind === "constant" && one.default.value === null;
    const safe = safeName(one.name);
    const key = safe === one.name ? safe : `${one.name}: ${safe}`;
    return one.default === undefined || isNone ? key : [key, " = ", inner.write(one.default, inner).doc];
  });
  const types = parameters.map((one): Doc =>
    `${one.name}${one.default === undefined ? "" : "?"}: ${spelled(one, inner)}`
  );
  const list: Doc = parameters.length === 0 ? "()" : [
    "(",
    bracketed("{", names, "}", { padding: " " }),
    ": { ",
    ...types.flatMap((one, index): Doc[] => [index === 0 ? "" : "; ", one]),
    " })",
  ];
  const options: Doc = defaults === undefined
    ? ""
    : [", { dataDefaults: ", body.write(defaults.value, body).doc, " }"];
  const name: Doc = label === undefined
    ? quoteText(definition.name.replaceAll("_", " "))
    : body.write(label.value, body).doc;
  return [
    exported(definition.name, body),
    `const ${safeName(definition.name)} = deploy(`,
    name,
    ", async ",
    list,
    " => ",
    inBraces(inner.block(own, inner)),
    options,
    ");",
  ];
}
