/** The operations that hand SQL over: from a text, into a file, out of a file. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import {
  MYSQL_PARAMETERS,
  mysqlCall,
  type MysqlConnection,
  mysqlStatement,
} from "../../facts/mysql_client.ts";
import { alters, operation, pathSubject, restsOn } from "../../host/mod.ts";
import { dumpTo } from "../database_dump.ts";
import { checkPath } from "../files/remote_path.ts";
import { clientProgram, dumpProgram } from "./client.ts";

/** Arguments of {@linkcode sql}. */
export interface SqlArgs extends MysqlConnection {
  /** Statements, with semicolons between them. */
  sql: string;
  /** The database that they are about. */
  database?: string | undefined;
}

/** Arguments of {@linkcode dump}. */
export interface DumpArgs extends MysqlConnection {
  /** Path of the file on the host. */
  dest: string;
  /** The database to dump. Default: all of them. */
  database?: string | undefined;
}

/** Arguments of {@linkcode load}. */
export interface LoadArgs extends MysqlConnection {
  /** Path of the file on the host. */
  src: string;
  /** The database to load it into. Default: the one that the file names. */
  database?: string | undefined;
}

/**
 * Runs statements. It acts each time it is called. Statements that hold a secret are read from the client's input
 * instead of its arguments.
 *
 * @example
 * ```ts
 * await mysql.sql({ sql: "DELETE FROM sessions WHERE expires < NOW()", database: "shop" });
 * ```
 */
export const sql = operation<SqlArgs>("mysql.sql", async function* (args) {
  const statements = String(args.sql);
  if (statements.trim() === "") throw new DroverError("E_ARGUMENT", "mysql.sql has no statement");
  const first = databaseWord("mysql.sql", args.database);
  altersAll();
  yield mysqlStatement(statements, { program: await clientProgram(), connection: args, first });
}, {
  parameters: { sql: "string", database: "string?", ...MYSQL_PARAMETERS },
  // What holds a secret is told by it.
  asWritten: ["sql"],
  idempotent: false,
});

/**
 * Writes a dump of a database into a file on the host, whole or not at all. A new file is readable for its owner only,
 * one that is there keeps its owner and mode. It acts each time it is called.
 *
 * @example
 * ```ts
 * await mysql.dump({ dest: "/var/backups/shop.sql", database: "shop", _sudo: true });
 * ```
 */
export const dump = operation<DumpArgs>("mysql.dump", async function* (args) {
  const dest = checkPath("mysql.dump", "dest", args.dest);
  const first = databaseWord("mysql.dump", args.database) ?? sh`--all-databases`;
  restsOn({ kind: "mysql.database", name: args.database });
  const program = await dumpProgram();
  yield* dumpTo(dest, mysqlCall({ program, connection: args, first }));
}, {
  parameters: { dest: "string", database: "string?", ...MYSQL_PARAMETERS },
  idempotent: false,
});

/**
 * Runs the statements of a file on the host, up to the first that fails. It acts each time it is called.
 *
 * @example
 * ```ts
 * await mysql.load({ src: "/var/backups/shop.sql", database: "shop", _sudo: true });
 * ```
 */
export const load = operation<LoadArgs>("mysql.load", async function* (args) {
  const src = checkPath("mysql.load", "src", args.src);
  const first = databaseWord("mysql.load", args.database);
  restsOn(pathSubject(src));
  altersAll();
  const program = await clientProgram();
  yield mysqlCall({ program, connection: args, first, redirection: sh`< ${pathWord(src)}` });
}, {
  parameters: { src: "string", database: "string?", ...MYSQL_PARAMETERS },
  idempotent: false,
});

/** Statements may be about anything. */
function altersAll(): void {
  alters({ kind: "mysql.database" }, { kind: "mysql.user" }, { kind: "mysql.grant" });
}

function databaseWord(operation: string, database: string | undefined): string | undefined {
  if (database === undefined || database !== "" && !database.startsWith("-")) return database;
  throw new DroverError(
    "E_ARGUMENT",
    `${operation}: ${Deno.inspect(database)} cannot be the name of a database`,
    {
      hint: "the client would take it for an option",
    },
  );
}
