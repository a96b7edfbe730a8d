/** Paths on a host: their checks and parts. */

import { DroverError } from "../../errors/mod.ts";

/**
 * A path that an operation was given.
 *
 * @throws {DroverError} `E_ARGUMENT` unless it is text, not empty and without NUL.
 */
export function checkPath(operation: string, argument: string, path: unknown): string {
  const problem = typeof path !== "string"
    ? `must be text: it is ${Deno.inspect(path)}`
    : path === ""
    ? "is empty"
    : path.includes("\0")
    ? "holds a NUL character"
    : undefined;
  if (problem === undefined) return path as string;
  throw new DroverError("E_ARGUMENT", `${operation}: ${argument} ${problem}`, {
    hint: Array.isArray(path) ? "call the operation once for each path" : undefined,
  });
}

/** The directory that a path stands in; nothing for `/`, `~` and names without a directory. */
export function parentOf(path: string): string | undefined {
  const trimmed = withoutSlash(path);
  const slash = trimmed.lastIndexOf("/");
  if (slash === -1) return undefined;
  return slash === 0 ? "/" : withoutSlash(trimmed.slice(0, slash));
}

/** The last part of a path. */
export function baseName(path: string): string {
  const trimmed = withoutSlash(path);
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** Longest name of a file, in bytes, on nearly all systems. */
const MAX_NAME = 255;

/** A path with something appended to its name, which is shortened where the result would be too long a name. */
export function withSuffix(path: string, suffix: string): string {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  let name = baseName(path);
  const start = path.slice(0, path.length - name.length);
  const letters = [...name];
  while (letters.length > 1 && bytes(name) + bytes(suffix) + 1 > MAX_NAME) {
    letters.pop();
    name = letters.join("");
  }
  return `${start}${name}.${suffix}`;
}

/** A path inside a directory. */
export function joinPath(directory: string, name: string): string {
  return directory.endsWith("/") ? `${directory}${name}` : `${directory}/${name}`;
}

/** A path without the slashes at its end; the root stays. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}
