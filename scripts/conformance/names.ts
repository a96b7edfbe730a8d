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

/** The key under which a fixture keeps a fact's value: all arguments, defaults included, sorted by name. */
export function factKey(parameters: readonly Parameter[], args: Record<string, unknown>): string {
  const given = Object.fromEntries(Object.entries(args).map(([key, value]) => [snakeCase(key), value]));
  return parameters.map(({ name }) => name)
    .sort()
    .map((name) => {
      const parameter = parameters.find((one) => one.name === name);
      const text = name in given && given[name] !== undefined
        ? pythonText(given[name])
        : (parameter?.default ?? "None").replaceAll(/^'|'$/g, "");
      return `${name}=${text}`;
    })
    .join(", ");
}
