/** The operations that hand SQL over: from a text, into a file, out of a file. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import {
  POSTGRES_PARAMETERS,
  postgresCall,
  type PostgresConnection,
  postgresStatement,
} from "../../facts/postgres_client.ts";
import { alters, operation, pathSubject, restsOn } from "../../host/mod.ts";
import { dumpTo } from "../database_dump.ts";
import { checkPath } from "../files/remote_path.ts";

/** Arguments of {@linkcode sql}. */
export interface SqlArgs extends PostgresConnection {
  /** Statements, with semicolons between them. */
  sql: string;
}

/** Arguments of {@linkcode dump}. */
export interface DumpArgs extends PostgresConnection {
  /** Path of the file on the host. */
  dest: string;
}

/** Arguments of {@linkcode load}. */
export interface LoadArgs extends PostgresConnection {
  /** Path of the file on the host. */
  src: string;
}

/**
 * Runs statements, all of them or none. It acts each time it is called. Statements that hold a secret are read from
 * the client's input instead of its arguments; those are run one by one, up to the first that fails.
 *
 * @example
 * ```ts
 * await postgres.sql({ sql: "GRANT SELECT ON orders TO report", psqlDatabase: "shop", _sudo: true, _sudoUser: "postgres" });
 * ```
 */
export const sql = operation<SqlArgs>("postgres.sql", async function* (args) {
  const statements = String(args.sql);
  if (statements.trim() === "") throw new DroverError("E_ARGUMENT", "postgres.sql has no statement");
  altersAll();
  yield postgresStatement(statements, args);
}, {
  parameters: { sql: "string", ...POSTGRES_PARAMETERS },
  // What holds a secret is told by it.
  asWritten: ["sql"],
  idempotent: false,
});

/**
 * Writes a dump of the database `psqlDatabase` into a file on the host, whole or not at all. A new file is readable for
 * its owner only, one that is there keeps its mode. It acts each time it is called.
 *
 * @example
 * ```ts
 * await postgres.dump({ dest: "/var/backups/shop.sql", psqlDatabase: "shop", _sudo: true, _sudoUser: "postgres" });
 * ```
 */
export const dump = operation<DumpArgs>("postgres.dump", async function* (args) {
  const dest = checkPath("postgres.dump", "dest", args.dest);
  restsOn({ kind: "postgres.database", name: args.psqlDatabase });
  yield* dumpTo(dest, postgresCall("pg_dump", args));
}, {
  parameters: { dest: "string", ...POSTGRES_PARAMETERS },
  idempotent: false,
});

/**
 * Runs the statements of a file on the host in the database `psqlDatabase`, up to the first that fails. It acts each
 * time it is called.
 *
 * @example
 * ```ts
 * await postgres.load({ src: "/var/backups/shop.sql", psqlDatabase: "shop", _sudo: true, _sudoUser: "postgres" });
 * ```
 */
export const load = operation<LoadArgs>("postgres.load", async function* (args) {
  const src = checkPath("postgres.load", "src", args.src);
  restsOn(pathSubject(src));
  altersAll();
  yield postgresCall("psql", args, sh`-v ON_ERROR_STOP=1 < ${pathWord(src)}`);
}, {
  parameters: { src: "string", ...POSTGRES_PARAMETERS },
  idempotent: false,
});

/** Statements may be about anything. */
function altersAll(): void {
  alters({ kind: "postgres.database" }, { kind: "postgres.role" });
}
