/** Assignments: of variables, of options, of what is in lists and dictionaries. */

import { type Expression, literalText, type Statement, withParts } from "./ast.ts";
import { type Body, exported, lines, type Of } from "./body.ts";
import { type Context, LEVEL, pathIn, python, refuse, wrap } from "./context.ts";
import { targetNames } from "./declarations.ts";
import { type Doc } from "./layout.ts";
import { CONFIG_OPTIONS, DROPPED_OPTIONS, safeName } from "./names.ts";
import { everyStatement } from "./project.ts";
import { all, annotationFor, ANY, elementOf, spellType, type Type, typeOfLiteral } from "./value_types.ts";
import { member } from "./values.ts";

/** What is assigned to, where it is no new name. */
export function reference(target: Expression, body: Body): Doc {
  if (target.kind === "subscript") {
    const path = pathIn(target.object, body);
    if (path !== undefined && !path.startsWith("pyinfra.host")) refuse(`${path} is changed`, target);
    const object = body.write(target.object, body);
    const key = literalText(target.index);
    if (key !== undefined) return member(object, key);
    if (target.index.kind === "unary") refuse("an index that counts from the end", target);
    return [wrap(object, LEVEL.call), "[", body.write(target.index, body).doc, "]"];
  }
  if (target.kind === "attribute") {
    const path = pathIn(target, body) ?? "";
    const [, data] = /^pyinfra\.host\.data\.(\w+)$/.exec(path) ?? [];
    if (data === undefined) refuse("an attribute is assigned", target);
    body.output.drover.add("host");
    return `host.data.${data}`;
  }
  if (target.kind !== "name") return refuse("what is assigned to here is not carried over", target);
  const binding = body.scope.find(target.name);
  if (binding?.is !== "variable") return refuse(`${target.name} is not a variable here`, target);
  return binding.name;
}

/** `config.SUDO = True`. */
function configOption(target: Expression, body: Body): string | undefined {
  return /^pyinfra\.config\.(\w+)$/.exec(pathIn(target, body) ?? "")?.[1];
}

/** The name of an option of `config` here. */
export function optionNamed(option: string, at: Statement): string {
  const dropped = DROPPED_OPTIONS[option];
  if (dropped !== undefined) refuse(dropped, at);
  return CONFIG_OPTIONS[option] ?? refuse(`there is no option for config.${option}`, at);
}

/** `a = b`, with the declaration of what is new. */
export function writeAssignment(statement: Of<"assign">, body: Body): Doc | undefined {
  const { targets, value } = statement;
  if (value === undefined) return undefined;
  const option = targets.length === 1 ? configOption(targets[0]!, body) : undefined;
  if (option !== undefined) {
    const name = optionNamed(option, statement);
    body.output.drover.add("config");
    return [`config.${name} = `, body.write(value, body).doc, ";"];
  }
  const code = copied(body.write(value, body), statement, body);
  const docs: Doc[] = [];
  let source: Doc = wrap(code, LEVEL.assignment);
  for (const target of targets.toReversed()) {
    docs.push([...assign(target, { ...code, doc: source }, statement, body), ";"]);
    if (target.kind === "name") source = safeName(target.name);
    else if (targets.length > 1) refuse("several targets that are no names", statement);
  }
  return lines(docs);
}

/** Data of hosts is a copy in pyinfra and constant here: who changes it needs a copy. */
function copied(code: ReturnType<Context["write"]>, statement: Of<"assign">, body: Body): typeof code {
  const changes = statement.targets.some((one) =>
    one.kind === "name" && body.declarations.mutated.has(one.name)
  );
  const value = statement.value!;
  const isData = [...withParts(value)].some((one) => one.kind === "attribute" && one.name === "data");
  return changes && isData ? python(body, "copy", [code], code.type) : code;
}

/** One target of an assignment. */
export function assign(
  target: Expression,
  code: ReturnType<Context["write"]>,
  statement: Of<"assign">,
  body: Body,
): Doc[] {
  const { declarations, scope } = body;
  const names = targetNames(target);
  const isDeclaring = names.length > 0 &&
    names.every((name) => declarations.inline.get(statement)?.has(name));
  if (!isDeclaring) {
    if (target.kind !== "tuple" && target.kind !== "list") return [reference(target, body), " = ", code.doc];
    return [
      "[",
      ...target.items.flatMap(({ value }, index): Doc[] => [index === 0 ? "" : ", ", reference(value, body)]),
      "] = ",
      code.doc,
    ];
  }
  const keyword = names.some((name) => declarations.reassigned.has(name)) ? "let" : "const";
  if (target.kind !== "name") {
    return [`${keyword} `, declareTarget(target, code.type, body), " = ", code.doc];
  }
  const isMutated = declarations.mutated.has(target.name);
  const isReassigned = declarations.reassigned.has(target.name);
  const type = isReassigned ? typeOfAll(target.name, body) : isMutated ? widened(code.type) : code.type;
  scope.set(target.name, { is: "variable", type, name: safeName(target.name) });
  const told = body.isTop ? body.annotate?.(target.name, statement.value!) : undefined;
  // A constant that is written out would be its own type, and could be compared with nothing else.
  const isCompared = keyword === "const" && ["string", "int", "float"].includes(type.is) &&
    (declarations.compared.has(target.name) ||
      exported(target.name, body) !== "" && body.module.role === "module");
  const known = told ?? (isCompared ? spellType(type) : undefined) ??
    (type.is === "any" && (isReassigned || code.type.is === "none" || code.type.is === "fact")
      ? "any"
      : annotationFor(type, isMutated));
  if (known?.includes("any") === true) body.output.usesAny = true;
  return [
    exported(target.name, body),
    `${keyword} ${safeName(target.name)}${known === undefined ? "" : `: ${known}`} = `,
    code.doc,
  ];
}

/** What a variable is that is assigned several times. */
function typeOfAll(name: string, body: Body): Type {
  const types = [...everyStatement(body.module.python.statements)].flatMap((one): Type[] => {
    if (one.kind === "assign" && one.targets.some((target) => targetNames(target).includes(name))) {
      const isWhole = one.targets.some((target) => target.kind === "name");
      return [one.value === undefined || !isWhole ? ANY : typeOfLiteral(one.value)];
    }
    if (one.kind === "for" && targetNames(one.target).includes(name)) {
      return body.declarations.inline.get(one)?.has(name) === true ? [] : [ANY];
    }
    if (one.kind === "update" && targetNames(one.target).includes(name)) {
      const type = typeOfLiteral(one.value);
      return type.is === "any" && one.operator === "+" ? [] : [type];
    }
    return [];
  });
  const type = all(types);
  return type.is === "none" ? ANY : type;
}

/** A list that grows, or a dictionary that is filled: what is in it later is known only where all agree. */
function widened(type: Type): Type {
  if (type.is === "list" || type.is === "set") return { is: type.is, of: ANY };
  return type.is === "dictionary" ? { is: "dictionary", of: ANY } : type;
}

/** The names of a target, which are declared here. */
export function declareTarget(target: Expression, type: Type, body: Body): Doc {
  if (target.kind === "name") {
    body.scope.set(target.name, { is: "variable", type, name: safeName(target.name) });
    return safeName(target.name);
  }
  if (target.kind !== "tuple" && target.kind !== "list") {
    return refuse("what is assigned to here is not carried over", target);
  }
  const items = target.items.map(({ value }, index) => {
    if (value.kind === "star") refuse("the rest of a list is assigned", value);
    const inner = type.is === "tuple"
      ? type.items[index] ?? ANY
      : type.is === "string"
      ? ANY
      : elementOf(type);
    return declareTarget(value, inner, body);
  });
  return ["[", ...items.flatMap((item, index): Doc[] => [index === 0 ? "" : ", ", item]), "]"];
}

/** `a += b`. */
export function writeUpdate(statement: Of<"update">, body: Body): Doc {
  const { target, operator, value } = statement;
  const place = reference(target, body);
  const current = body.write(target, body);
  const code = body.write(value, body);
  const right = wrap(code, LEVEL.assignment);
  const isNumber = (type: Type) => type.is === "int" || type.is === "float";
  if (operator === "+" && (current.type.is === "string" || code.type.is === "string")) {
    return [place, " += ", right, ";"];
  }
  if (operator === "+" && current.type.is === "list") return [place, ".push(...", right, ");"];
  if (["+", "-", "*", "/"].includes(operator) && (isNumber(current.type) || isNumber(code.type))) {
    return [place, ` ${operator}= `, right, ";"];
  }
  if (operator === "+") return [place, " = ", python(body, "add", [current, code], ANY).doc, ";"];
  if (operator === "|" && current.type.is === "dictionary") {
    return ["Object.assign(", place, ", ", right, ");"];
  }
  return refuse(`what ${operator}= does here is not known`, statement);
}
