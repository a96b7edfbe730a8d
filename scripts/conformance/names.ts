/** Translates names and values between pyinfra's fixtures and ours. */

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
  return JSON.parse(await Deno.readTextFile(`${directory}/signatures.json`)) as Signatures;
}

/** `user_mode` → `userMode`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `userMode` → `user_mode`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Modules that have another name here, or one more. */
const MODULES: Readonly<Record<string, string>> = { python: "func", postgresql: "postgres" };
/** What has moved to a module of its own, by its older name. */
const MOVED: Readonly<Record<string, string>> = {
  "server.crontab": "crontab.crontab",
  "server.Crontab": "crontab.Crontab",
};

/** Names that an operation of pyinfra may have here: `freebsd.pkg.install` is nested, or `freebsd.pkgInstall`. */
export function operationNames(theirs: string): string[] {
  const [first = "", ...rest] = (MOVED[theirs] ?? theirs).split(".");
  const words = rest.map(camelCase);
  const joined = words.map((word, index) => index === 0 ? word : word[0]!.toUpperCase() + word.slice(1)).join(
    "",
  );
  const names = new Set([words.join("."), joined, ...(new Set(words).size === 1 ? [words[0]!] : [])]);
  return modulesOf(first).flatMap((module) => [...names].map((name) => `${module}.${name}`));
}

/** Names that a fact of pyinfra may have here: `postgresql.PostgresqlRoles` is `postgres.PostgresRoles` too. */
export function factNames(theirs: string): string[] {
  const [first = "", name = ""] = (MOVED[theirs] ?? theirs).split(".");
  const inModules = modulesOf(first).map((module) => `${module}.${name}`);
  const shorter = `${MODULES[first]}.${name.replace("Postgresql", "Postgres")}`;
  return [...new Set([...inModules, ...(first in MODULES ? [shorter] : [])])];
}

function modulesOf(theirs: string): string[] {
  const ours = MODULES[theirs];
  return ours === undefined ? [theirs] : [theirs, ours];
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
 * names its arguments; those that it leaves out are at their defaults in the question.
 */
export function isAskedBy(
  key: string,
  args: Record<string, unknown>,
  parameters: readonly Parameter[],
): boolean {
  const asked = new Map(
    Object.entries(args).filter(([, value]) => value !== undefined).map((
      [name, value],
    ) => [snakeCase(name), value]),
  );
  const told = readKey(key, [...parameters.map(({ name }) => name), ...asked.keys()]);
  const byDefault = (name: string) =>
    (parameters.find((one) => one.name === name)?.default ?? "None").replaceAll(/^'|'$/g, "");
  const text = (name: string) => asked.has(name) ? pythonText(asked.get(name)) : byDefault(name);
  return [...told].every(([name, value]) => text(name) === value || (!asked.has(name) && value === "None")) &&
    [...asked.keys()].every((name) => told.has(name) || text(name) === byDefault(name));
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
