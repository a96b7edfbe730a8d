/** A word of the command line as the value of an argument, by the argument's kind. */

import { didYouMean, DroverError } from "../errors/mod.ts";
import { describeKind, type Kind, membersOf } from "../host/mod.ts";
import { parseValue } from "../inventory/mod.ts";

/** What a switch may be given as. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

/** A number without zeros in front: `0644` is a mode, `007` an identifier. */
const NUMBER_REGEXP = /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A value, boxed: `undefined` would say that there is none. */
interface Read {
  value: unknown;
}

/**
 * The value that a word stands for. Text stays text; the rest is read as its kind is: booleans, numbers, lists
 * (JSON, or words with commas between them), objects (JSON). Where a kind allows text and something else, what
 * looks like something else is that, and a list is JSON.
 *
 * @param name What the argument is called in messages: `server.wait: port`.
 * @throws {DroverError} `E_ARGUMENT`, with the forms that are accepted.
 * @example
 * ```ts
 * readWord("files.file: present", { is: "boolean" }, "no"); // false
 * readWord("files.file: path", { is: "string" }, "5"); // "5"
 * ```
 */
export function readWord(name: string, kind: Kind, word: string): unknown {
  const read = readAny(kind, word);
  if (read !== undefined) return read.value;
  throw new DroverError("E_ARGUMENT", `${name} must be ${describeKind(kind)}: it is "${word}"`, {
    hint: meantLiteral(kind, word) ?? acceptedForms(kind),
  });
}

/** The most particular kind is tried first; text is what is left. */
const ORDER: readonly Kind["is"][] = [
  "literal",
  "null",
  "number",
  "boolean",
  "list",
  "tuple",
  "record",
  "object",
  "unknown",
  "string",
];

function readAny(kind: Kind, word: string): Read | undefined {
  const members = membersOf(kind).toSorted((a, b) => ORDER.indexOf(a.is) - ORDER.indexOf(b.is));
  const mayBeText = members.some(({ is }) => is === "string");
  for (const member of members) {
    const read = readAs(member, word, mayBeText);
    if (read !== undefined) return read;
  }
  return undefined;
}

function readAs(kind: Kind, word: string, mayBeText: boolean): Read | undefined {
  switch (kind.is) {
    case "string":
      return { value: word };
    case "literal":
      return readLiteral(kind.value, word);
    case "null":
      return word === "null" ? { value: null } : undefined;
    case "number":
      return isNumber(word, mayBeText) ? { value: Number(word) } : undefined;
    case "boolean":
      return Object.hasOwn(BOOLEANS, word.toLowerCase())
        ? { value: BOOLEANS[word.toLowerCase()] }
        : undefined;
    case "list":
    case "tuple":
      return readJson(word, "[") ?? (mayBeText || word.startsWith("[") ? undefined : readList(kind, word));
    case "record":
    case "object":
      return readJson(word, "{");
    case "unknown":
      return { value: parseValue(word) };
    default:
      return undefined;
  }
}

/** Where text is allowed too, only what a number would be written as is one: `1.10` is a version. */
function isNumber(word: string, mayBeText: boolean): boolean {
  return mayBeText ? String(Number(word)) === word && word !== "NaN" : NUMBER_REGEXP.test(word);
}

function readLiteral(value: string | number | boolean, word: string): Read | undefined {
  const isMeant = typeof value === "boolean"
    ? BOOLEANS[word.toLowerCase()] === value
    : String(value) === word;
  return isMeant ? { value } : undefined;
}

function readJson(word: string, start: string): Read | undefined {
  if (!word.trimStart().startsWith(start)) return undefined;
  try {
    return { value: JSON.parse(word) as unknown };
  } catch {
    return undefined;
  }
}

function readList(kind: Kind & { is: "list" | "tuple" }, word: string): Read | undefined {
  const words = word === "" ? [] : word.split(",").map((one) => one.trim());
  if (kind.is === "tuple" && words.length !== kind.of.length) return undefined;
  const items = words.map((one, index) => readAny(kind.is === "list" ? kind.of : kind.of[index]!, one));
  return items.includes(undefined) ? undefined : { value: items.map((one) => one!.value) };
}

function meantLiteral(kind: Kind, word: string): string | undefined {
  const literals = membersOf(kind).flatMap((one) => one.is === "literal" ? [String(one.value)] : []);
  return didYouMean(word, literals);
}

function acceptedForms(kind: Kind): string {
  const forms = new Set(membersOf(kind).map(formOf).filter((form) => form !== undefined));
  return forms.size === 0
    ? "it cannot be given on the command line: call it in a deploy file"
    : `write ${[...forms].join(", or ")}`;
}

function formOf(kind: Kind): string | undefined {
  switch (kind.is) {
    case "boolean":
      return "true, yes, on or 1 for true, false, no, off or 0 for false";
    case "number":
      return "a number such as 8080";
    case "literal":
      return `${kind.value}`;
    case "null":
      return "null";
    case "list":
    case "tuple":
      return `words with commas between them, or JSON: '["a", "b"]'`;
    case "record":
    case "object":
      return `JSON: '{"name": "value"}'`;
    default:
      return undefined;
  }
}
