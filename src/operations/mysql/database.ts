/** The operation on databases. */

import { DroverError } from "../../errors/mod.ts";
import { MysqlDatabases } from "../../facts/mysql.ts";
import {
  MYSQL_PARAMETERS,
  type MysqlConnection,
  mysqlConnection,
  mysqlName,
  mysqlStatement,
} from "../../facts/mysql_client.ts";
import { effect, host, operation, touches } from "../../host/mod.ts";
import { askGrants, privileges } from "./privileges.ts";
import { clientProgram } from "./client.ts";

/** Arguments of {@linkcode database}. */
export interface DatabaseArgs extends MysqlConnection {
  /** Name of the database. */
  database: string;
  /** Whether it shall exist; `false` drops it with all that is in it. Default: `true`. */
  present?: boolean | undefined;
  /** Collation of its new tables: `utf8mb4_unicode_ci`. Default: the server's. */
  collate?: string | undefined;
  /** Character set of its new tables: `utf8mb4`. Default: the server's. */
  charset?: string | undefined;
  /** A user, who has to exist, that gets privileges for the database. */
  user?: string | undefined;
  /** The user's host. Default: `localhost`. */
  userHostname?: string | undefined;
  /** The user's privileges for the database. Default: `ALL`. */
  userPrivileges?: string | string[] | undefined;
}

/**
 * Creates or drops a database, and gives a user privileges for it. Changes something if there is none, it has another
 * collation or character set, or the user other privileges for it than these. Tables that exist keep theirs.
 *
 * @example
 * ```ts
 * await mysql.database({ database: "shop", charset: "utf8mb4", user: "shop", userPrivileges: ["SELECT", "INSERT"] });
 * ```
 */
export const database = operation<DatabaseArgs>("mysql.database", async function* (args) {
  const { database: name, present = true, user, userHostname: hostname = "localhost" } = args;
  checkDatabaseName("mysql.database", name);
  const collate = checkWord("collate", args.collate);
  const charset = checkWord("charset", args.charset);
  touches({ kind: "mysql.database", name });
  const connection = mysqlConnection(args);
  const grantsUser = present && user !== undefined;
  const [program, databases] = await Promise.all([
    clientProgram(),
    host.getFact(MysqlDatabases, connection),
    grantsUser ? askGrants({ user, userHostname: hostname, ...connection }) : undefined,
  ]);
  const run = (statement: string) => mysqlStatement(statement, { program, connection });
  const found = databases[name];
  if (!present) {
    if (found === undefined) return host.noop(`mysql database ${name} does not exist`);
    effect("remove");
    yield run(`DROP DATABASE ${mysqlName(name)}`);
    return;
  }
  const wanted = [
    collate !== undefined && !isSame(found?.collationName, collate) && `COLLATE ${collate}`,
    charset !== undefined && !isSame(found?.characterSet, charset) && `CHARSET ${charset}`,
  ].filter((part) => part !== false);
  if (found === undefined) {
    effect("create");
    yield run(["CREATE DATABASE", mysqlName(name), ...wanted].join(" "));
  } else if (wanted.length > 0) yield run(["ALTER DATABASE", mysqlName(name), ...wanted].join(" "));
  else host.noop(`mysql database ${name} exists`);
  if (!grantsUser) return;
  yield* privileges.steps({
    user,
    userHostname: hostname,
    privileges: args.userPrivileges ?? "ALL",
    // Grants take these two characters for patterns: app_1 would be appX1, too.
    database: name.replaceAll(/[_%]/g, "\\$&"),
    ...connection,
  });
}, {
  parameters: {
    database: "string",
    present: "boolean?",
    collate: "string?",
    charset: "string?",
    user: "string?",
    userHostname: "string?",
    userPrivileges: "string | string[]?",
    ...MYSQL_PARAMETERS,
  },
});

/**
 * A name as the server would take it.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkDatabaseName(operation: string, name: string): void {
  if (name !== "" && !/\0|\s$/.test(name) && name.length <= 64) return;
  throw new DroverError("E_ARGUMENT", `${operation}: ${Deno.inspect(name)} is not the name of a database`, {
    hint: "it has 1 to 64 characters, and no space at its end",
  });
}

function checkWord(argument: string, value: string | undefined): string | undefined {
  if (value === undefined || /^[\w-]+$/.test(value)) return value;
  throw new DroverError("E_ARGUMENT", `mysql.database: ${argument} cannot be ${Deno.inspect(value)}`, {
    hint: argument === "collate" ? "such as utf8mb4_unicode_ci" : "such as utf8mb4",
  });
}

/** Whether two names of a character set or collation mean the same; `utf8` is the old name of `utf8mb3`. */
function isSame(found: string | undefined, wanted: string): boolean {
  const full = (name: string) => name.toLowerCase().replace(/^utf8(?=_|$)/, "utf8mb3");
  return found !== undefined && full(found) === full(wanted);
}
