/** Translates names and values between pyinfra's fixtures and ours. */

import { camelCase, namesHere } from "../../src/errors/mod.ts";

/** One parameter of a pyinfra function. */
export interface Parameter {
  name: string;
  default?: string;
  rest?: boolean;
}

/** The parameters of all operations and facts, by `module.name`. */
export interface Signatures {
  operations: Record<string, Parameter[]>;
  facts: Record<string, Parameter[]>;
}

export async function readSignatures(directory: string): Promise<Signatures> {
  return await readSignatureFile(`${directory}/signatures.json`);
}

export async function readSignatureFile(path: string): Promise<Signatures> {
  return JSON.parse(await Deno.readTextFile(path)) as Signatures;
}

/** `userMode` → `user_mode`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Names that an operation of pyinfra may have here: what is nested may stand so, or have one name. */
export function operationNames(theirs: string): string[] {
  const [module = "", ...rest] = theirs.split(".");
  const [first = "", ...words] = rest.map(camelCase);
  const joined = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  return [...new Set([...namesHere(theirs), `${module}.${first}${joined}`])];
}

/** A value as Python's `str()` writes it. */
export function pythonText(value: unknown, nested = false): string {
  if (value === undefined || value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map((item) => pythonText(item, true)).join(", ")}]`;
  if (typeof value === "object") {
    return `{${
      Object.entries(value).map(([key, item]) => `'${key}': ${pythonText(item, true)}`).join(", ")
    }}`;
  }
  return nested && typeof value === "string" ? `'${value}'` : String(value);
}

/**
 * Whether the key of a value in a fixture, `path=/x, user=None`, is the one of a question with these arguments. A key
 * names its arguments; those that it leaves out are at their defaults in the question. What only our fact takes says
 * nothing about theirs.
 */
export function isAskedBy(
  key: string,
  args: Record<string, unknown>,
  parameters: readonly Parameter[],
): boolean {
  const names = parameters.map(({ name }) => name);
  const told = readKey(key, names);
  const asked = (name: string) => args[camelCase(name)] ?? args[name];
  return parameters.every(({ name, default: standard = "None" }) => {
    const byDefault = standard.replaceAll(/^'|'$/g, "");
    const wanted = asked(name) === undefined ? byDefault : pythonText(asked(name));
    const given = told.get(name) ?? byDefault;
    return given === wanted || (asked(name) === undefined && given === "None");
  });
}

/** Whether a fact's value in a fixture is a table of answers: all of its keys begin as those of a question do. */
export function isTable(given: unknown, names: readonly string[]): given is Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  const keys = Object.keys(given);
  return keys.length > 0 && keys.every((key) => names.some((name) => key.startsWith(`${name}=`)));
}

/** The arguments that a key tells, as texts. Their values may hold commas and equals signs. */
function readKey(key: string, names: readonly string[]): Map<string, string> {
  const starts = new RegExp(`(?:^|, )(${[...new Set(names)].join("|")})=`, "g");
  const found = [...key.matchAll(starts)];
  return new Map(found.map((match, index) => {
    const end = found[index + 1]?.index ?? key.length;
    return [match[1]!, key.slice(match.index + match[0].length, end)];
  }));
}
