/** Names and numbers of users and groups: which can exist. */

import { DroverError } from "../../errors/mod.ts";

/**
 * Checks the name of a user or group. The databases of users are lists of lines with colons and commas, and
 * the programs that edit them take a leading dash for an option.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkAccountName(operation: string, name: unknown): asserts name is string {
  if (typeof name === "string" && /^[A-Za-z0-9_][A-Za-z0-9_.@-]*\$?$/.test(name)) return;
  throw new DroverError("E_ARGUMENT", `${operation} cannot use the name ${Deno.inspect(name)}`, {
    hint: "names of users and groups consist of letters, digits, dots, dashes and underscores",
  });
}

/**
 * Checks the number of a user or group.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkId(operation: string, argument: string, id: number | string | undefined): void {
  if (id === undefined || /^\d{1,10}$/.test(String(id))) return;
  throw new DroverError(
    "E_ARGUMENT",
    `${operation} needs a whole number as ${argument}: ${Deno.inspect(id)} is none`,
  );
}
