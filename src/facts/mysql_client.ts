/** How the client of MySQL and MariaDB is called, and how its SQL is quoted. */

import {
  doubleQuoted,
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
export interface MysqlConnection {
  /** User to connect as. Default: the one who runs the client. */
  mysqlUser?: string | undefined;
  /** That user's password. It is in no argument, environment or file of the host. */
  mysqlPassword?: string | Secret | undefined;
  /** Host name of the server. Default: this host, by its socket. */
  mysqlHost?: string | undefined;
  /** Port of the server. */
  mysqlPort?: string | number | undefined;
}

/** The kinds of these arguments, which are the last ones of all operations and facts. */
export const MYSQL_PARAMETERS = {
  mysqlUser: "string?",
  mysqlPassword: "string | Secret?",
  mysqlHost: "string?",
  mysqlPort: "string | number?",
} as const;

/** What is left of an operation's arguments for its facts. */
export function mysqlConnection(args: MysqlConnection): MysqlConnection {
  const { mysqlUser, mysqlPassword, mysqlHost, mysqlPort } = args;
  return { mysqlUser, mysqlPassword, mysqlHost, mysqlPort };
}

/** A call of a client. */
export interface MysqlCall {
  /** The program. */
  program: Word;
  connection: MysqlConnection;
  /** Words before those of the connection: the name of the database. */
  first?: Word;
  /** Words behind them. */
  words?: Word;
  /** What follows the words, such as a redirection. */
  redirection?: ShellCommand;
}

/** Calls a client. A password reaches it through a file that has no name. */
export function mysqlCall({ program, connection, first, words, redirection }: MysqlCall): ShellCommand {
  const { mysqlUser, mysqlPassword, mysqlHost, mysqlPort } = connection;
  const user = mysqlUser === undefined ? undefined : sh`-u${doubleQuoted(mysqlUser)}`;
  const host = mysqlHost === undefined ? undefined : sh`-h${mysqlHost}`;
  const port = mysqlPort === undefined ? undefined : sh`-P${mysqlPort}`;
  const rest = sh`${first} ${user} ${host} ${port} ${words} ${redirection}`;
  if (mysqlPassword === undefined) return sh`${program} ${rest}`;
  // The user's own ~/.my.cnf would be read later, and win.
  const command = sh`HOME=/nonexistent ${program} --defaults-extra-file=${PRIVATE_FILE} ${rest}`;
  return withPrivateFile([secret(`[client]\npassword=${optionValue(mysqlPassword)}`)], command);
}

/** A value in an options file. */
function optionValue(password: string | Secret): string {
  return `"${checkMysqlPassword("mysqlPassword", password).replaceAll(/[\\"]/g, "\\$&")}"`;
}

/**
 * A password as text, which is masked from now on.
 *
 * @throws {DroverError} `E_ARGUMENT` if it is more than one line.
 */
export function checkMysqlPassword(argument: string, password: string | Secret): string {
  const problem = passwordProblem(password);
  if (problem === undefined) return reveal(password);
  throw new DroverError("E_ARGUMENT", `${argument} cannot be used: it ${problem}`);
}

/**
 * Runs statements. Those that hold a secret are read from the client's input, for its arguments are there for
 * everybody on the host to see.
 */
export function mysqlStatement(statement: string, { program, connection, first }: MysqlCall): ShellCommand {
  // The client's own character set may be anything.
  const utf8 = /[^\0-\x7f]/.test(statement) && sh`--default-character-set=utf8mb4`;
  if (maskPlaceholders(statement) === statement) {
    return mysqlCall({ program, connection, first, words: [utf8, sh`-Be`, statement] });
  }
  const call = mysqlCall({ program, connection, first, words: [utf8, sh`-B`] });
  return sh`printf '%s\\n' ${statement} | ${call}`;
}

/** A name of a database, table or column. */
export function mysqlName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** `"user"@"host"`, which is a string or a name, as the server likes: what has a meaning in strings goes into a name. */
export function mysqlAccount(user: string, hostname: string): string {
  const quoted = (text: string) => text === "" ? "''" : /["\\]/.test(text) ? mysqlName(text) : `"${text}"`;
  return `${quoted(user)}@${quoted(hostname)}`;
}

/** A text in SQL; {@linkcode withBackslashes} has to be around the statement. */
export function mysqlText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** A statement whose backslashes escape, whatever the server is set to. */
export function withBackslashes(statement: string, texts: readonly (string | undefined)[]): string {
  if (texts.every((text) => text === undefined || !text.includes("\\"))) return statement;
  return `SET SESSION sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''); ${statement}`;
}
