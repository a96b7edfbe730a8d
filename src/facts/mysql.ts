/** Facts about databases and users of MySQL and MariaDB. */

import { raw, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { MYSQL_PARAMETERS, mysqlAccount, mysqlCall, type MysqlConnection } from "./mysql_client.ts";
import { readGrants } from "./mysql_grants.ts";

/** A database. */
export interface MysqlDatabase {
  /** Character set of its new tables, such as `utf8mb4`. */
  characterSet: string;
  /** Collation of its new tables, such as `utf8mb4_general_ci`. */
  collationName: string;
}

/** A user, as the server's table `mysql.user` tells. Which fields there are depends on the server. */
export interface MysqlUser {
  /** Privileges for everything, as the table's columns call them: `Select`, `Create_user`. */
  privileges: string[];
  /** Connections at the same time; 0 is any number. */
  maxUserConnections?: number | undefined;
  /** Queries in an hour; 0 is any number. */
  maxQuestions?: number | undefined;
  /** Updates in an hour; 0 is any number. */
  maxUpdates?: number | undefined;
  /** Connections in an hour; 0 is any number. */
  maxConnections?: number | undefined;
  /** What connections must have: `ANY` (TLS), `X509` (a certificate), `SPECIFIED` (one of certain fields). */
  sslType?: string | undefined;
  /** The cipher that they must use. */
  sslCipher?: string | undefined;
  /** The issuer that their certificate must have. */
  x509Issuer?: string | undefined;
  /** The subject that their certificate must have. */
  x509Subject?: string | undefined;
  /** The plugin that looks at the password. */
  plugin?: string | undefined;
  /** What the server keeps of the password. */
  authenticationString?: string | undefined;
  /** The same in older servers, and in MariaDB. */
  Password?: string | undefined;
  /** Whether it is a role of MariaDB. */
  isRole?: boolean | undefined;
  /** Other columns in camelCase: `Y` and `N` as booleans, whole numbers as such, nothing where they are empty. */
  [column: string]: string | number | boolean | string[] | undefined;
}

/** Arguments of {@linkcode MysqlUserGrants}. */
export interface MysqlUserGrantsArgs extends MysqlConnection {
  /** The user. */
  user: string;
  /** The user's host. Default: `localhost`. */
  hostname?: string | undefined;
}

/** Whom a remembered question connects to is not for a file to say, and a password is never kept. */
const REMEMBER = {
  mysqlUser: "line",
  mysqlPassword: "unset",
  mysqlHost: "unset",
  mysqlPort: "unset",
} as const;

/** The client's name since MariaDB 11 is `mariadb` alone. */
const FIND_CLIENT = raw(
  'for m in mysql mariadb ""; do if command -v "$m" >/dev/null 2>&1; then break; fi; done; [ -z "$m" ] ||',
);

/** Asks the server; nothing where there is no client. */
function ask(query: string, connection: MysqlConnection): ShellCommand {
  const words = [sh`--default-character-set=utf8mb4`, sh`-Be`, query];
  return sh`${FIND_CLIENT} ${mysqlCall({ program: raw('"$m"'), connection, words })}`;
}

/**
 * Databases by name. Empty where there is no client (`mysql`, `mariadb`).
 *
 * @example
 * ```ts
 * const databases = await host.getFact(facts.mysql.MysqlDatabases);
 * if (databases.shop?.characterSet !== "utf8mb4") { … }
 * ```
 */
export const MysqlDatabases: Fact<Record<string, MysqlDatabase>, MysqlConnection> = fact<
  Record<string, MysqlDatabase>,
  MysqlConnection
>({
  name: "mysql.MysqlDatabases",
  parameters: MYSQL_PARAMETERS,
  remember: REMEMBER,
  about: () => ({ kind: "mysql.database" }),
  command: (connection) => ask("SELECT * FROM information_schema.SCHEMATA", connection),
  default: () => ({}),
  process: (lines) =>
    Object.fromEntries(
      readTable(lines).map((row) => [row.get("SCHEMA_NAME") ?? "", {
        characterSet: row.get("DEFAULT_CHARACTER_SET_NAME") ?? "",
        collationName: row.get("DEFAULT_COLLATION_NAME") ?? "",
      }]),
    ),
});

/**
 * Users by `user@host`, roles of MariaDB by `role@`. Empty where there is no client (`mysql`, `mariadb`).
 *
 * @example
 * ```ts
 * const users = await host.getFact(facts.mysql.MysqlUsers, { mysqlUser: "root" });
 * if (users["shop@%"] !== undefined) { … }
 * ```
 */
export const MysqlUsers: Fact<Record<string, MysqlUser>, MysqlConnection> = fact<
  Record<string, MysqlUser>,
  MysqlConnection
>({
  name: "mysql.MysqlUsers",
  parameters: MYSQL_PARAMETERS,
  remember: REMEMBER,
  about: () => ({ kind: "mysql.user" }),
  command: (connection) => ask("SELECT * FROM mysql.user", connection),
  default: () => ({}),
  process: (lines) =>
    Object.fromEntries(
      readTable(lines).map((row) => [`${row.get("User") ?? ""}@${row.get("Host") ?? ""}`, readUser(row)])
        .filter(([name]) => name !== "@"),
    ),
});

/**
 * Privileges of a user by `database.table`, with `*` for all: `*.*`, `shop.*`, `shop.orders`. A name that holds a dot
 * stands in backticks, routines have their kind before them (`PROCEDURE shop.tidy`). Columns stand behind their
 * privilege: `SELECT (id, name)`. Empty for a user who does not exist, and where there is no client.
 *
 * @example
 * ```ts
 * const grants = await host.getFact(facts.mysql.MysqlUserGrants, { user: "shop", hostname: "%" });
 * if (grants["shop.*"]?.includes("ALL PRIVILEGES")) { … }
 * ```
 */
export const MysqlUserGrants: Fact<Record<string, string[]>, MysqlUserGrantsArgs> = fact<
  Record<string, string[]>,
  MysqlUserGrantsArgs
>({
  name: "mysql.MysqlUserGrants",
  parameters: { user: "string", hostname: "string?", ...MYSQL_PARAMETERS },
  remember: { user: "line", hostname: "line", ...REMEMBER },
  about: ({ user, hostname = "localhost" }) => ({ kind: "mysql.grant", name: `${user}@${hostname}` }),
  command: ({ user, hostname = "localhost", ...connection }) => {
    const asked = ask(`SHOW GRANTS FOR ${mysqlAccount(user, hostname)}`, connection);
    // 1141 says that there is no such user.
    return sh`g=$(${asked} 2>&1) && printf '%s\\n' "$g" || case $g in *"ERROR 1141 "*) ;; *) printf '%s\\n' "$g" >&2; false;; esac`;
  },
  default: () => ({}),
  process: (lines) => readGrants(lines.map(unescape)),
});

/** The lines of `mysql -B`: the first one names the columns. */
function readTable(lines: readonly string[]): Map<string, string>[] {
  const [header = [], ...rows] = lines.map((line) => line.split("\t").map(unescape));
  return rows.map((row) => new Map(row.map((value, index) => [header[index] ?? "", value])));
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", "0": "\0", "\\": "\\" };

function unescape(value: string): string {
  return value.replaceAll(/\\([nt0\\])/g, (_, letter: string) => ESCAPED[letter]!);
}

/** Columns that are texts, whatever they look like. */
const TEXTS = ["Password", "authentication_string", "max_statement_time", "default_role"];

function readUser(row: ReadonlyMap<string, string>): MysqlUser {
  const user: MysqlUser = { privileges: [] };
  for (const [column, value] of row) {
    const [, privilege] = /^(.+)_priv$/.exec(column) ?? [];
    if (privilege !== undefined) {
      if (value === "Y") user.privileges.push(privilege);
    } else if (column !== "Host" && column !== "User") {
      user[camelCase(column)] = readColumn(column, value);
    }
  }
  user.privileges.sort();
  return user;
}

function readColumn(column: string, value: string): string | number | boolean | undefined {
  if (value === "" || value === "NULL") return undefined;
  if (TEXTS.includes(column)) return value;
  if (value === "Y" || value === "N") return value === "Y";
  return /^\d{1,15}$/.test(value) ? Number(value) : value;
}

function camelCase(column: string): string {
  return column.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
