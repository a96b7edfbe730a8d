/** What is known of a value of Python, as far as TypeScript has to be written differently for it. */

import type { Expression } from "./ast.ts";
import { literalText } from "./ast.ts";

/** What a value is; `any` where that cannot be told. */
export type Type =
  | { is: "any" | "string" | "int" | "float" | "boolean" | "none" | "result" | "host" | "path" | "stream" }
  | { is: "list" | "set" | "items"; of: Type }
  | { is: "tuple"; items: readonly Type[] }
  /** With `fields`, what is behind each key that was written out. */
  | { is: "dictionary"; of: Type; fields?: ReadonlyMap<string, Type> }
  | { is: "fact"; name: string }
  | { is: "function"; returns: Type };

/** A value of which nothing is known. */
export const ANY: Type = { is: "any" };
/** A text. */
export const STRING: Type = { is: "string" };
/** A whole number. */
export const INT: Type = { is: "int" };
/** Any other number. */
export const FLOAT: Type = { is: "float" };
/** True or False. */
export const BOOLEAN: Type = { is: "boolean" };
/** None. */
export const NONE: Type = { is: "none" };

/** What a value is that may be one or the other. */
export function either(one: Type, other: Type): Type {
  if (one.is !== other.is) return ANY;
  if (one.is === "list" || one.is === "set" || one.is === "items") {
    return { is: one.is, of: either(one.of, (other as typeof one).of) };
  }
  if (one.is === "tuple") {
    const { items } = other as typeof one;
    if (items.length !== one.items.length) return ANY;
    return { is: "tuple", items: one.items.map((item, index) => either(item, items[index]!)) };
  }
  if (one.is !== "dictionary") return one.is === "fact" || one.is === "function" ? ANY : one;
  const { of, fields } = other as typeof one;
  const shared = [...one.fields ?? []].filter(([key]) => fields?.has(key));
  return {
    is: "dictionary",
    of: either(one.of, of),
    fields: new Map(shared.map(([key, type]) => [key, either(type, fields!.get(key)!)])),
  };
}

/** What all of some values are. */
export function all(types: readonly Type[]): Type {
  return types.length === 0 ? ANY : types.reduce(either);
}

/** What is inside a value, for who goes over it. */
export function elementOf(type: Type): Type {
  if (type.is === "list" || type.is === "set" || type.is === "items") return type.of;
  if (type.is === "tuple") return all(type.items);
  return type.is === "dictionary" || type.is === "string" ? STRING : ANY;
}

/** Whether it is written in a text as Python writes it. */
export function printsAlike(type: Type): boolean {
  return type.is === "string" || type.is === "int" || type.is === "path";
}

/** What an expression is that is a literal; `lookUp` tells of names. */
export function typeOfLiteral(
  expression: Expression,
  lookUp: (name: string) => Type = () => ANY,
): Type {
  switch (expression.kind) {
    case "string":
      return expression.bytes ? ANY : STRING;
    case "number":
      return /^(0[xXoObB]|\d[\d_]*$)/.test(expression.text) ? INT : FLOAT;
    case "constant":
      return expression.value === null ? NONE : BOOLEAN;
    case "name":
      return lookUp(expression.name);
    case "unary":
      return typeOfLiteral(expression.operand, lookUp);
    case "list":
    case "set":
      return {
        is: expression.kind,
        of: all(expression.items.map(({ value }) => typeOfLiteral(value, lookUp))),
      };
    case "tuple":
      return { is: "tuple", items: expression.items.map(({ value }) => typeOfLiteral(value, lookUp)) };
    case "dictionary": {
      const types = expression.entries.map(({ key, value }) =>
        [literalText(key), key === undefined ? ANY : typeOfLiteral(value, lookUp)] as const
      );
      const named = types.flatMap(([key, type]) => key === undefined ? [] : [[key, type] as const]);
      return { is: "dictionary", of: all(types.map(([, type]) => type)), fields: new Map(named) };
    }
    case "not":
    case "compare":
      return BOOLEAN;
    default:
      return ANY;
  }
}

/** A type as TypeScript writes it. */
export function spellType(type: Type): string {
  switch (type.is) {
    case "string":
    case "path":
      return "string";
    case "int":
    case "float":
      return "number";
    case "boolean":
      return "boolean";
    case "list":
    case "items":
      return /^\w+$|^\[|>$/.test(spellType(type.of)) ? `${spellType(type.of)}[]` : "any[]";
    case "tuple":
      return `[${type.items.map(spellType).join(", ")}]`;
    case "dictionary":
      return `Record<string, ${spellType(type.of)}>`;
    default:
      return "any";
  }
}

/** The annotation that a variable needs, so that what is done with it later is not held against its first value. */
export function annotationFor(type: Type, isMutated: boolean): string | undefined {
  if (type.is === "fact") return "any";
  if (type.is === "list") {
    if (isMutated) return type.of.is === "any" ? "any[]" : spellType(type);
    return ["string", "int", "boolean", "float"].includes(type.of.is) ? undefined : spellType(type);
  }
  return type.is === "dictionary" || type.is === "tuple" ? spellType(type) : undefined;
}
