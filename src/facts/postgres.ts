/** Facts about databases and roles of PostgreSQL. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import {
  POSTGRES_PARAMETERS,
  postgresCall,
  type PostgresConnection,
  postgresText,
} from "./postgres_client.ts";

/** A database. */
export interface PostgresDatabase {
  /** Name of the role that owns it. */
  owner: string;
  /** Number of that role. */
  dba: number;
  /** Encoding: `UTF8`. */
  encoding: string;
  /** Locale that texts are sorted by. */
  collate: string;
  /** Locale that tells letters from other characters. */
  ctype: string;
  /** Whether others than its owner may copy it. */
  istemplate: boolean;
  /** Whether anybody may connect to it. */
  allowconn: boolean;
  /** Connections at the same time; -1 is any number. */
  connlimit: number;
  /** Number of its tablespace. */
  tablespace: number;
  /** Name of its tablespace. */
  tablespaceName?: string | undefined;
  /** Privileges, as PostgreSQL writes them; nothing if they were never changed. */
  acl?: readonly string[] | undefined;
  /** Other columns of `pg_database`, without the `dat` at the beginning of their names. */
  [column: string]: unknown;
}

/** A role. */
export interface PostgresRole {
  /** Whether it may do anything. */
  super: boolean;
  /** Whether it has the privileges of the roles that it is a member of without asking for them. */
  inherit: boolean;
  /** Whether it may create roles. */
  createrole: boolean;
  /** Whether it may create databases. */
  createdb: boolean;
  /** Whether it may log in. */
  canlogin: boolean;
  /** Whether it may replicate. */
  replication: boolean;
  /** Connections at the same time; -1 is any number. */
  connlimit: number;
  /** When its password ends, as PostgreSQL writes it; nothing if never. */
  validuntil?: string | undefined;
  /** Whether rules about rows do not hold for it. */
  bypassrls: boolean;
  /** Settings of its own: `search_path=shop`. */
  config?: readonly string[] | undefined;
  /** Its number. */
  oid: number;
  /** Other columns of `pg_roles`, without the `rol` at the beginning of their names. */
  [column: string]: unknown;
}

/** Arguments of {@linkcode PostgresVerifier}. */
export interface PostgresVerifierArgs extends PostgresConnection {
  /** Name of the role. */
  role: string;
}

/** Whom a remembered question connects to is not for a file to say, and a password is never kept. */
const REMEMBER = {
  psqlUser: "line",
  psqlPassword: "unset",
  psqlHost: "unset",
  psqlPort: "unset",
  psqlDatabase: "unset",
} as const;

/**
 * Databases by name, templates as well. Empty where there is no `psql`.
 *
 * @example
 * ```ts
 * const databases = await host.getFact(facts.postgres.PostgresDatabases, { _sudo: true, _sudoUser: "postgres" });
 * if (databases.shop?.owner !== "shop") { … }
 * ```
 */
export const PostgresDatabases: Fact<Record<string, PostgresDatabase>, PostgresConnection> = fact<
  Record<string, PostgresDatabase>,
  PostgresConnection
>({
  name: "postgres.PostgresDatabases",
  parameters: POSTGRES_PARAMETERS,
  remember: REMEMBER,
  requires: "psql",
  about: () => ({ kind: "postgres.database" }),
  command: (connection) =>
    rows(
      "SELECT d.*, pg_catalog.pg_encoding_to_char(d.encoding) AS encoding_name, " +
        "pg_catalog.pg_get_userbyid(d.datdba) AS owner, t.spcname AS tablespace_name " +
        "FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace",
      connection,
    ),
  default: () => ({}),
  process: (lines) =>
    named(lines, "datname", ({ encoding_name: encoding, tablespace_name: tablespaceName, ...row }) => ({
      ...columns(row, "dat"),
      encoding,
      tablespaceName,
    })) as Record<string, PostgresDatabase>,
});

/**
 * Roles by name. Empty where there is no `psql`.
 *
 * @example
 * ```ts
 * const roles = await host.getFact(facts.postgres.PostgresRoles, { _sudo: true, _sudoUser: "postgres" });
 * if (!roles.shop?.canlogin) { … }
 * ```
 */
export const PostgresRoles: Fact<Record<string, PostgresRole>, PostgresConnection> = fact<
  Record<string, PostgresRole>,
  PostgresConnection
>({
  name: "postgres.PostgresRoles",
  parameters: POSTGRES_PARAMETERS,
  remember: REMEMBER,
  requires: "psql",
  about: () => ({ kind: "postgres.role" }),
  command: (connection) => rows("SELECT * FROM pg_catalog.pg_roles", connection),
  default: () => ({}),
  process: (lines) => named(lines, "rolname", (row) => columns(row, "rol")) as Record<string, PostgresRole>,
});

/**
 * What the server keeps of a role's password: `SCRAM-SHA-256$…`, `md5…`. `undefined` if there is none, no such role,
 * no `psql`, or whoever asks is no superuser.
 *
 * @example
 * ```ts
 * const verifier = await host.getFact(facts.postgres.PostgresVerifier, { role: "shop" });
 * ```
 */
export const PostgresVerifier: Fact<string | undefined, PostgresVerifierArgs> = fact<
  string | undefined,
  PostgresVerifierArgs
>({
  name: "postgres.PostgresVerifier",
  parameters: { role: "string", ...POSTGRES_PARAMETERS },
  remember: { role: "line", ...REMEMBER },
  requires: "psql",
  about: ({ role: name }) => ({ kind: "postgres.role", name }),
  command: ({ role, ...connection }) => {
    const asked = [
      "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS may \\gset",
      "\\if :may",
      `SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname = ${postgresText(role)};`,
      "\\endif",
    ];
    return sh`printf '%s\\n' ${asked} | ${postgresCall("psql", connection, sh`-XqAt -v ON_ERROR_STOP=1`)}`;
  },
  default: () => undefined,
  process: ([verifier]) => verifier === "" ? undefined : verifier,
});

/** Asks for rows as JSON, one on each line: names may hold anything that would separate columns. */
function rows(query: string, connection: PostgresConnection): ShellCommand {
  const statement = `SELECT pg_catalog.row_to_json(r) FROM (${query}) r`;
  return postgresCall("psql", connection, [sh`-XqAtc`, statement]);
}

type Row = Record<string, unknown>;

/** Lines that are no rows are left out: a login shell may greet. */
function named(lines: readonly string[], name: string, read: (row: Row) => Row): Record<string, Row> {
  return Object.fromEntries(
    lines.filter((line) => line.startsWith("{")).map((line) => {
      const { [name]: own, ...row } = JSON.parse(line) as Row;
      return [String(own), read(row)];
    }),
  );
}

/** Numbers of objects and transactions, which JSON has as texts. */
const NUMBERS = ["dba", "lastsysoid", "frozenxid", "minmxid", "tablespace", "oid"];

function columns(row: Row, prefix: string): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      const name = column.startsWith(prefix) ? column.slice(prefix.length) : column;
      return [name, value === null ? undefined : NUMBERS.includes(name) ? Number(value) : value];
    }),
  );
}
