/** The operation on databases. */

import { DroverError } from "../../errors/mod.ts";
import { type PostgresDatabase, PostgresDatabases } from "../../facts/postgres.ts";
import {
  checkPostgresName,
  POSTGRES_PARAMETERS,
  type PostgresConnection,
  postgresConnection,
  postgresName,
  postgresStatement,
  postgresText,
} from "../../facts/postgres_client.ts";
import { effect, host, operation, restsOn, touches } from "../../host/mod.ts";

/** Arguments of {@linkcode database}. */
export interface DatabaseArgs extends PostgresConnection {
  /** Name of the database. */
  database: string;
  /** Whether it shall exist; `false` drops it with all that is in it. Default: `true`. */
  present?: boolean | undefined;
  /** Role that owns it. Default: the one that creates it. */
  owner?: string | undefined;
  /** Database that a new one is a copy of. Default: `template1`. */
  template?: string | undefined;
  /** Encoding: `UTF8`. Default: the template's. */
  encoding?: string | undefined;
  /** Locale that texts are sorted by: `C.UTF-8`. Default: the template's. */
  lcCollate?: string | undefined;
  /** Locale that tells letters from other characters. Default: the template's. */
  lcCtype?: string | undefined;
  /** Tablespace. Default: the template's. */
  tablespace?: string | undefined;
  /** Connections at the same time; -1 is any number. */
  connectionLimit?: number | undefined;
}

/**
 * Creates, changes or drops a database. Changes something if there is none, or its owner, tablespace or limit of
 * connections is another one; what is not given stays as it is. Encoding and locales cannot be changed any more: where
 * a database has others than these, it fails. The template matters for a new one only.
 *
 * @example
 * ```ts
 * await postgres.database({ database: "shop", owner: "shop", encoding: "UTF8", _sudo: true, _sudoUser: "postgres" });
 * ```
 */
export const database = operation<DatabaseArgs>("postgres.database", async function* (args) {
  const { database: name, present = true, owner } = args;
  checkPostgresName("postgres.database", "database", name);
  for (const argument of ["owner", "template", "tablespace"] as const) {
    checkPostgresName("postgres.database", argument, args[argument]);
  }
  checkLimit("postgres.database", args.connectionLimit);
  touches({ kind: "postgres.database", name });
  if (owner !== undefined) restsOn({ kind: "postgres.role", name: owner });
  const connection = postgresConnection(args);
  const found = (await host.getFact(PostgresDatabases, connection))[name];
  const run = (statement: string) => postgresStatement(statement, connection);
  if (!present) {
    if (found === undefined) return host.noop(`postgresql database ${name} does not exist`);
    effect("remove");
    yield run(`DROP DATABASE ${postgresName(name)}`);
    return;
  }
  if (found === undefined) {
    effect("create");
    yield run(["CREATE DATABASE", postgresName(name), ...createClauses(args)].join(" "));
    return;
  }
  checkFixed(args, found);
  const changes = changeClauses(args, found);
  if (changes.length === 0) return host.noop(`postgresql database ${name} exists`);
  // One after the other: PostgreSQL moves no database between tablespaces while other statements are with it.
  for (const change of changes) yield run(`ALTER DATABASE ${postgresName(name)} ${change}`);
}, {
  parameters: {
    database: "string",
    present: "boolean?",
    owner: "string?",
    template: "string?",
    encoding: "string?",
    lcCollate: "string?",
    lcCtype: "string?",
    tablespace: "string?",
    connectionLimit: "number?",
    ...POSTGRES_PARAMETERS,
  },
});

/**
 * Refuses what is no limit of connections.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkLimit(operation: string, limit: number | undefined): void {
  if (limit === undefined || Number.isInteger(limit) && limit >= -1) return;
  throw new DroverError("E_ARGUMENT", `${operation}: connectionLimit cannot be ${limit}`, {
    hint: "-1 is any number of connections",
  });
}

function createClauses(args: DatabaseArgs): string[] {
  const { owner, template, encoding, lcCollate, lcCtype, tablespace, connectionLimit } = args;
  return [
    owner !== undefined && `OWNER ${postgresName(owner)}`,
    template !== undefined && `TEMPLATE ${postgresName(template)}`,
    encoding !== undefined && `ENCODING ${/^\w+$/.test(encoding) ? encoding : postgresText(encoding)}`,
    lcCollate !== undefined && `LC_COLLATE ${postgresText(lcCollate)}`,
    lcCtype !== undefined && `LC_CTYPE ${postgresText(lcCtype)}`,
    tablespace !== undefined && `TABLESPACE ${postgresName(tablespace)}`,
    connectionLimit !== undefined && `CONNECTION LIMIT ${connectionLimit}`,
  ].filter((clause) => clause !== false);
}

function changeClauses(
  { owner, tablespace, connectionLimit }: DatabaseArgs,
  found: PostgresDatabase,
): string[] {
  return [
    owner !== undefined && owner !== found.owner && `OWNER TO ${postgresName(owner)}`,
    tablespace !== undefined && tablespace !== found.tablespaceName &&
    `SET TABLESPACE ${postgresName(tablespace)}`,
    connectionLimit !== undefined && connectionLimit !== found.connlimit &&
    `CONNECTION LIMIT ${connectionLimit}`,
  ].filter((clause) => clause !== false);
}

const FIXED = [
  { argument: "encoding", field: "encoding", same: sameEncoding },
  { argument: "lcCollate", field: "collate", same: sameLocale },
  { argument: "lcCtype", field: "ctype", same: sameLocale },
] as const;

/** What cannot be changed would be asked for in each run, and never be there. */
function checkFixed(args: DatabaseArgs, found: PostgresDatabase): void {
  for (const { argument, field, same } of FIXED) {
    const [wanted, current] = [args[argument], found[field]];
    if (wanted === undefined || current === undefined || same(wanted, current)) continue;
    throw new DroverError(
      "E_DATABASE",
      `The database ${args.database} exists with the ${field} ${current} instead of ${wanted}`,
      {
        hint: "PostgreSQL cannot change it: dump the database, drop it, create it anew and load the dump; " +
          `or leave ${argument} out`,
      },
    );
  }
}

/** PostgreSQL knows encodings by several names: `utf-8`, `UTF8`, `unicode`. */
function sameEncoding(left: string, right: string): boolean {
  const plain = (name: string) =>
    name.toLowerCase().replaceAll(/[^a-z0-9]/g, "").replace(/^unicode$/, "utf8");
  return plain(left) === plain(right);
}

/** `en_US.UTF-8` and `en_US.utf8` are one locale; C and POSIX, too. */
function sameLocale(left: string, right: string): boolean {
  const plain = (name: string) => {
    const [language = "", encoding = ""] = name.split(".");
    return `${language === "POSIX" ? "C" : language}.${encoding.toLowerCase().replaceAll("-", "")}`;
  };
  return plain(left) === plain(right);
}
