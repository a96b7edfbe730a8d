/** How the clients of PostgreSQL are called, and how their SQL is quoted. */

import {
  maskPlaceholders,
  passwordProblem,
  reveal,
  type Secret,
  secret,
  sh,
  type ShellCommand,
  type Word,
} from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { PRIVATE_FILE, withPrivateFile } from "./private_file.ts";

/** How to reach the server; by default as the client's own configuration says, which is the local one for most. */
export interface PostgresConnection {
  /** Role to connect as. Default: the name of the user who runs the client. */
  psqlUser?: string | undefined;
  /** That role's password. It is in no argument, environment or file of the host. */
  psqlPassword?: string | Secret | undefined;
  /** Host name of the server, or the directory of its socket. Default: this host, by its socket. */
  psqlHost?: string | undefined;
  /** Port of the server. Default: 5432. */
  psqlPort?: string | number | undefined;
  /** Database to connect to. Default: the one named like the role. */
  psqlDatabase?: string | undefined;
}

/** The kinds of these arguments, which are the last ones of all operations and facts. */
export const POSTGRES_PARAMETERS = {
  psqlUser: "string?",
  psqlPassword: "string | Secret?",
  psqlHost: "string?",
  psqlPort: "string | number?",
  psqlDatabase: "string?",
} as const;

/** What is left of an operation's arguments for its facts. */
export function postgresConnection(args: PostgresConnection): PostgresConnection {
  const { psqlUser, psqlPassword, psqlHost, psqlPort, psqlDatabase } = args;
  return { psqlUser, psqlPassword, psqlHost, psqlPort, psqlDatabase };
}

/**
 * Calls a client (`psql`, `pg_dump`). A password reaches it through a file that has no name.
 *
 * @param words What follows those of the connection.
 */
export function postgresCall(program: string, connection: PostgresConnection, words?: Word): ShellCommand {
  const { psqlUser, psqlPassword, psqlHost, psqlPort, psqlDatabase } = connection;
  const call = sh`${program} ${option("-d", psqlDatabase && databaseName(psqlDatabase))} ${
    option("-U", psqlUser)
  } ${option("-h", psqlHost)} ${option("-p", psqlPort)} ${words}`;
  if (psqlPassword === undefined) return call;
  const text = checkPostgresPassword("psqlPassword", psqlPassword).replaceAll(/[\\:]/g, "\\$&");
  return withPrivateFile([secret(`*:*:*:*:${text}`)], sh`PGPASSFILE=${PRIVATE_FILE} ${call}`);
}

function option(name: string, value: string | number | undefined): Word {
  return value === undefined ? undefined : [name, value];
}

/** libpq takes some names for what to connect to as a whole, which may be anywhere. */
function databaseName(name: string): string {
  if (!/=|^postgres(ql)?:\/\//.test(name)) return name;
  return `dbname='${name.replaceAll(/[\\']/g, "\\$&")}'`;
}

/**
 * A password as text, which is masked from now on.
 *
 * @throws {DroverError} `E_ARGUMENT` if it is more than one line.
 */
export function checkPostgresPassword(argument: string, password: string | Secret): string {
  const problem = passwordProblem(password);
  if (problem === undefined) return reveal(password);
  throw new DroverError("E_ARGUMENT", `${argument} cannot be used: it ${problem}`);
}

/**
 * Runs statements. Those that hold a secret are read from the client's input, for its arguments are there for
 * everybody on the host to see.
 */
export function postgresStatement(statement: string, connection: PostgresConnection): ShellCommand {
  if (maskPlaceholders(statement) === statement) {
    return postgresCall("psql", connection, [sh`-Ac`, statement]);
  }
  return sh`printf '%s\\n' ${statement} | ${postgresCall("psql", connection, sh`-A -v ON_ERROR_STOP=1`)}`;
}

/** A name of a database, role or tablespace. */
export function postgresName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL, whatever `standard_conforming_strings` says. */
export function postgresText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/**
 * A name as the server would keep it: it cuts longer ones without a word.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkPostgresName(operation: string, argument: string, name: string | undefined): void {
  if (name === undefined) return;
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > 0 && bytes < 64 && !name.includes("\0")) return;
  throw new DroverError("E_ARGUMENT", `${operation}: ${argument} cannot be ${Deno.inspect(name)}`, {
    hint: "names have 1 to 63 bytes",
  });
}
