/** What names of Docker's objects, and what is given for them, must not be. */

import { maskSecrets } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import type { Subject } from "../../host/mod.ts";

/**
 * Checks the name of an object: Docker would take a leading dash for an option.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkName(operation: string, what: string, name: string): string {
  if (name.trim() !== "" && !name.startsWith("-")) return name;
  throw new DroverError("E_ARGUMENT", `${operation} cannot use ${Deno.inspect(name)} as ${what}`);
}

/** An object of Docker, for what plans say of one another. */
export function dockerSubject(kind: string, name?: string): Subject {
  return { kind: `docker ${kind}`, name };
}

/** Whether a text holds a secret, which must not stand in the list of processes. */
export function holdsSecret(text: string): boolean {
  return maskSecrets(text) !== text;
}

/** Whether something was found: `docker inspect` prints an empty list for nothing. */
export function isThere(found: unknown): boolean {
  return Array.isArray(found) ? found.length > 0 : found !== undefined;
}

/** The first object of an answer. */
export function firstOf(found: unknown): unknown {
  return Array.isArray(found) ? found[0] : found;
}
