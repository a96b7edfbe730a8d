/** What stands behind a dot or between brackets, and names of other files. */

import { blocksOf, type Expression, literalText, type Statement } from "./ast.ts";
import { type Kind } from "./collections.ts";
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
import { targetNames } from "./declarations.ts";
import { type Doc } from "./layout.ts";
import { writeValueOfPath } from "./library.ts";
import { HOST_MEMBERS, INVENTORY_MEMBERS, RENAMED_FACT_KEYS, RESULT_MEMBERS, safeName } from "./names.ts";
import { all, ANY, BOOLEAN, elementOf, STRING, type Type, typeOfLiteral } from "./value_types.ts";
import { isHostData, member } from "./values.ts";

/** Has a name of another file imported. */
export function importName(file: string, name: string, at: Expression, context: Context): string {
  const target = context.project.modules.get(file);
  const why = target?.lost.get(name);
  if (why !== undefined) refuse(`${name} of ${file} did not come over (${why})`, at);
  const made = target?.python.statements.some((one) => everyNameOf(one).includes(name));
  if (made !== true) refuse(`${file} does not define ${name} itself`, at);
  const names = context.output.files.get(file) ?? new Map<string, string>();
  context.output.files.set(file, names.set(name, safeName(name)));
  return safeName(name);
}

/** The names that a statement makes at the top of its file. */
function everyNameOf(statement: Statement): string[] {
  if (statement.kind === "function") return [statement.name];
  const own = statement.kind === "assign" ? statement.targets.flatMap(targetNames) : [];
  return [...own, ...blocksOf(statement).flat().flatMap(everyNameOf)];
}

/** What a name of another file stands for. */
export function importedType(binding: { file: string; name: string }, context: Context): Type {
  const statements = context.project.modules.get(binding.file)?.python.statements ?? [];
  if (statements.some((one) => one.kind === "function" && one.name === binding.name)) {
    return { is: "function", returns: ANY };
  }
  const assigned = statements.flatMap((one) =>
    one.kind === "assign" && one.value !== undefined &&
      one.targets.some((target) => target.kind === "name" && target.name === binding.name)
      ? [typeOfLiteral(one.value)]
      : []
  );
  return all(assigned);
}

/** `object.name`. */
export function writeAttribute(expression: Kind<"attribute">, context: Context): Code {
  const path = pathIn(expression, context);
  if (path !== undefined) {
    const known = writeMemberOfDrover(path, expression, context);
    return known ?? writeValueOfPath(path, expression, context);
  }
  if (expression.object.kind === "name") {
    const binding = context.scope.find(expression.object.name);
    if (binding?.is === "file") {
      return primary(
        importName(binding.file, expression.name, expression, context),
        importedType({ ...binding, name: expression.name }, context),
        {
          isStable: true,
        },
      );
    }
  }
  const object = context.write(expression.object, context);
  const { name } = expression;
  if (object.type.is === "result") return writeResultMember(object, name, expression);
  if (object.type.is === "host") return writeHostMember(object, name, expression);
  if (object.isStable && isHostData(expression.object, context)) return dataMember(object, name, context);
  // What deploys hold is dictionaries, lists and texts, which have no members, besides results and hosts.
  if (object.type.is === "any" && name in RESULT_MEMBERS) return writeResultMember(object, name, expression);
  if (object.type.is === "any" && name in HOST_MEMBERS) return writeHostMember(object, name, expression);
  if (object.type.is === "path" && name === "name") return python(context, "basename", [object], STRING);
  if (object.type.is === "path" && name === "parent") {
    return python(context, "dirname", [object], { is: "path" });
  }
  return refuse(`what .${name} is here is not known`, expression);
}

function dataMember(object: Code, name: string, context: Context): Code {
  const type = context.project.dataTypes.get(name) ?? ANY;
  return primary(member(object, name), type, { isStable: true });
}

function writeResultMember(object: Code, name: string, expression: Expression): Code {
  const known = RESULT_MEMBERS[name];
  if (known === undefined) refuse(`results of operations have no .${name} here`, expression);
  const type: Type = known!.type === "lines"
    ? { is: "list", of: STRING }
    : { is: known!.type as "boolean" | "string" | "int" };
  const doc = [wrap(object, LEVEL.call), `.${known!.name}`];
  if (known!.is === "value") return primary(doc, type, { isStable: true });
  return primary(doc, { is: "function", returns: type }, { isStable: true });
}

function writeHostMember(object: Code, name: string, expression: Expression): Code {
  const known = HOST_MEMBERS[name];
  if (known === undefined) refuse(`hosts have no .${name} here`, expression);
  const type: Type = name === "name"
    ? STRING
    : name === "groups"
    ? { is: "list", of: STRING }
    : name === "connected"
    ? BOOLEAN
    : known!.is === "value"
    ? ANY
    : { is: "function", returns: name === "loop" ? ANY : STRING };
  return primary([wrap(object, LEVEL.call), `.${known!.name}`], type, { isStable: true });
}

/** `host.name`, `host.data.x`, `inventory.groups`: members of what deploys find around them. */
function writeMemberOfDrover(
  path: string,
  expression: Kind<"attribute">,
  context: Context,
): Code | undefined {
  const [, subject = "", ...rest] = path.split(".");
  if (!path.startsWith("pyinfra.") || !["host", "inventory"].includes(subject)) return undefined;
  context.output.drover.add(subject);
  if (rest.length === 0) {
    return primary(subject, subject === "host" ? { is: "host" } : ANY, { isStable: true });
  }
  const [first = "", second, ...more] = rest;
  if (more.length > 0) return undefined;
  if (subject === "inventory") {
    const known = INVENTORY_MEMBERS[first];
    if (known === undefined || second !== undefined) {
      refuse(`inventories have no .${rest.join(".")} here`, expression);
    }
    const type: Type = first === "groups"
      ? { is: "dictionary", of: { is: "list", of: { is: "host" } } }
      : { is: "function", returns: ANY };
    return primary(`inventory.${known!.name}`, type, { isStable: true });
  }
  const host = primary("host", { is: "host" }, { isStable: true });
  if (second === undefined) return writeHostMember(host, first, expression);
  if (first === "data") return dataMember(primary("host.data", ANY, { isStable: true }), second, context);
  if (first === "fact") {
    context.output.usesAny = true;
    const name = second.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
    return awaiting(`(host.fact as any).${name}()`, ANY, context, expression.span);
  }
  return refuse(`hosts have no .${first}.${second} here`, expression);
}

/** `object[index]`. */
export function writeSubscript(expression: Kind<"subscript">, context: Context): Code {
  if (pathIn(expression.object, context) === "os.environ") {
    return python(context, "env", [context.write(expression.index, context)], STRING);
  }
  const object = context.write(expression.object, context);
  const { index } = expression;
  const key = literalText(index);
  const awaits = object.awaits;
  if (object.type.is === "result") refuse("a result is indexed", expression);
  if (key !== undefined) {
    const isFact = object.type.is === "fact";
    const named = isFact && RENAMED_FACT_KEYS.has(key)
      ? key.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())
      : key;
    if (isFact && !object.isStable) context.output.usesAny = true;
    const base = isFact && !object.isStable ? primary(["(", object.doc, " as any)"], ANY) : object;
    const field = object.type.is === "dictionary" ? object.type.fields?.get(key) : undefined;
    const type = field ?? (object.type.is === "dictionary" ? object.type.of : ANY);
    const found = primary(member(base, named), type, {
      awaits,
      isStable: object.isStable,
      level: LEVEL.call,
    });
    // What is not there is an error to Python, and nothing to TypeScript.
    return isFact || field !== undefined
      ? found
      : { ...python(context, "given", [found], type), isStable: found.isStable };
  }
  const code = context.write(index, context);
  const isNegative = index.kind === "unary" && index.operator === "-";
  const isCounted = code.type.is === "int" && index.kind !== "number";
  if (isNegative || isCounted) {
    const isList = object.type.is === "list" || object.type.is === "string";
    if (isList) {
      return primary([wrap(object, LEVEL.call), ".at(", code.doc, ")!"], elementOf(object.type), { awaits });
    }
    return python(context, "at", [object, code], elementOf(object.type));
  }
  const isPosition = index.kind === "number";
  const type = isPosition && object.type.is === "tuple"
    ? object.type.items[Number(index.text)] ?? ANY
    : object.type.is === "dictionary"
    ? object.type.of
    : isPosition
    ? elementOf(object.type)
    : ANY;
  return primary([wrap(object, LEVEL.call), "[", code.doc, "]"], type, {
    awaits: awaits || code.awaits,
    isStable: object.isStable && code.isStable,
    level: LEVEL.call,
  });
}

/** `object[start:stop]`. */
export function writeSlice(expression: Kind<"slice">, context: Context): Code {
  const object = loose(context.write(expression.object, context), context);
  const { start, stop, step } = expression;
  const isReverse = step?.kind === "unary" && step.operator === "-" && step.operand.kind === "number" &&
    step.operand.text === "1";
  if (isReverse && start === undefined && stop === undefined && object.type.is === "list") {
    return primary(["[...", object.doc, "].reverse()"], object.type, { awaits: object.awaits });
  }
  if (step !== undefined) refuse("a slice with a step is not carried over", expression);
  const bounds = [start, stop].map((one) => one === undefined ? undefined : context.write(one, context));
  if (bounds.some((one) => one !== undefined && one.type.is !== "int" && one.type.is !== "any")) {
    refuse("a slice whose bounds are no whole numbers", expression);
  }
  const from = bounds[0]?.doc ?? "0";
  const args: Doc[] = bounds[1] === undefined
    ? bounds[0] === undefined ? [] : [from]
    : [from, ", ", bounds[1].doc];
  const type: Type = object.type.is === "tuple" ? { is: "list", of: elementOf(object.type) } : object.type;
  return primary([wrap(object, LEVEL.call), ".slice(", ...args, ")"], type, {
    awaits: object.awaits,
    level: LEVEL.call,
  });
}
