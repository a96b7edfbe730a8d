/** Which programs a host has to add, change and remove users and groups. */

import { DroverError } from "../../errors/mod.ts";
import { Which } from "../../facts/server/mod.ts";
import { host } from "../../host/mod.ts";

/** A family of programs: those of Linux's shadow, of the BSDs, FreeBSD's `pw`, and BusyBox's `adduser` and `addgroup`. */
export type AccountPrograms = "shadow" | "bsd" | "pw" | "busybox";

/**
 * Asks which programs there are to be told apart on Linux. The answers travel with those of other facts.
 *
 * @param programs One of shadow's, and the one of BusyBox for the same.
 */
export async function hasOnlyBusybox(programs: readonly [shadow: string, busybox: string]): Promise<boolean> {
  const [shadow, busybox] = await Promise.all(programs.map((command) => host.getFact(Which, { command })));
  return shadow === undefined && busybox !== undefined;
}

/**
 * The family of programs that a host has.
 *
 * @param os Name of its kernel.
 * @param onlyBusybox What {@linkcode hasOnlyBusybox} says.
 * @throws {DroverError} `E_ACCOUNTS` on macOS, whose users and groups are in no file that could be compared.
 */
export function accountPrograms(operation: string, os: string, onlyBusybox: boolean): AccountPrograms {
  if (os === "FreeBSD" || os === "DragonFly") return "pw";
  if (os.endsWith("BSD")) return "bsd";
  if (os !== "Darwin") return onlyBusybox ? "busybox" : "shadow";
  throw new DroverError("E_ACCOUNTS", `${operation} cannot change the users and groups of macOS`, {
    hint:
      "its directory service keeps them: use server.shell with dscl, sysadminctl or dseditgroup and a condition; " +
      "server.userAuthorizedKeys manages the keys of a user that exists",
  });
}
