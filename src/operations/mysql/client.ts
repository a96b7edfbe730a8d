/** The clients of MySQL and MariaDB that a host has. */

import { firstProgram } from "../detection.ts";

/** The client's name; MariaDB 11 has it under its own alone. */
export async function clientProgram(): Promise<string> {
  return await firstProgram(["mysql", "mariadb"]) ?? "mysql";
}

/** The name of the program that dumps. */
export async function dumpProgram(): Promise<string> {
  return await firstProgram(["mysqldump", "mariadb-dump"]) ?? "mysqldump";
}
