/** The operation on users. */

import { type Secret, secret } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type MysqlUser, MysqlUsers } from "../../facts/mysql.ts";
import {
  checkMysqlPassword,
  MYSQL_PARAMETERS,
  mysqlAccount,
  type MysqlConnection,
  mysqlConnection,
  mysqlStatement,
  mysqlText,
  withBackslashes,
} from "../../facts/mysql_client.ts";
import { effect, host, operation, touches } from "../../host/mod.ts";
import { clientProgram } from "./client.ts";
import { askGrants, privileges } from "./privileges.ts";
import { isPassword } from "./passwords.ts";

/** Arguments of {@linkcode user}. */
export interface UserArgs extends MysqlConnection {
  /** Name of the user; empty for the one who has none. */
  user: string;
  /** Whether the user shall exist. Default: `true`. */
  present?: boolean | undefined;
  /** Host that the user connects from; `%` stands for anything. Default: `localhost`. */
  userHostname?: string | undefined;
  /** The user's password. It is set again where the server keeps another one; see {@linkcode user}. */
  password?: string | Secret | undefined;
  /** All privileges that the user shall have for everything (`*.*`), as for `mysql.privileges`. */
  privileges?: string | string[] | undefined;
  /** What connections must have: TLS, a certificate, or neither. Default: it stays as it is. */
  require?: "SSL" | "X509" | "NONE" | undefined;
  /** With `require: "X509"`, the cipher that connections must use. */
  requireCipher?: string | undefined;
  /** With `require: "X509"`, the issuer that the certificate must have. */
  requireIssuer?: string | undefined;
  /** With `require: "X509"`, the subject that the certificate must have. */
  requireSubject?: string | undefined;
  /** Connections at the same time; 0 is any number. */
  maxConnections?: number | undefined;
  /** Queries in an hour; 0 is any number. */
  maxQueriesPerHour?: number | undefined;
  /** Updates in an hour; 0 is any number. */
  maxUpdatesPerHour?: number | undefined;
  /** Connections in an hour; 0 is any number. */
  maxConnectionsPerHour?: number | undefined;
}

/**
 * Creates, changes or drops a user. Changes something where the server tells of the user otherwise than the arguments;
 * what is not given stays as it is. A password is compared with what the server keeps of it, if its plugin is
 * `mysql_native_password` or `caching_sha2_password`. Those of other plugins, such as `ed25519`, cannot be compared:
 * they are set when the user is created, and afterwards only by `mysql.sql`.
 *
 * @example
 * ```ts
 * await mysql.user({ user: "shop", userHostname: "10.0.0.%", password: secret(host.data.shop_password), require: "SSL" });
 * await mysql.user({ user: "", userHostname: "localhost", present: false });
 * ```
 */
export const user = operation<UserArgs>("mysql.user", async function* (args) {
  const { user: name, present = true } = args;
  // Servers keep names of hosts in lower case.
  const hostname = (args.userHostname ?? "localhost").toLowerCase();
  checkRequirements(args);
  const shown = `${name}@${hostname}`;
  touches({ kind: "mysql.user", name: shown });
  const connection = mysqlConnection(args);
  const password = args.password === undefined ? undefined : checkMysqlPassword("password", args.password);
  if (password === "") throw new DroverError("E_ARGUMENT", `mysql.user: the password of ${shown} is empty`);
  const [program, users] = await Promise.all([
    clientProgram(),
    host.getFact(MysqlUsers, connection),
    present && args.privileges !== undefined ? askGrants(args) : undefined,
  ]);
  const run = (statement: string) => mysqlStatement(statement, { program, connection });
  const found = users[shown];
  const account = mysqlAccount(name, hostname);
  if (!present) {
    if (found === undefined) return host.noop(`mysql user ${shown} does not exist`);
    effect("remove");
    yield run(`DROP USER ${account}`);
    return;
  }
  const clauses = [...identified(password, found), ...requirements(args, found), ...limits(args, found)];
  if (found === undefined) effect("create");
  if (found === undefined || clauses.length > 0) {
    const statement = [found === undefined ? "CREATE USER" : "ALTER USER", account, ...clauses].join(" ");
    yield run(
      withBackslashes(statement, [password, args.requireCipher, args.requireIssuer, args.requireSubject]),
    );
  } else host.noop(`mysql user ${shown} exists`);
  if (args.privileges === undefined) return;
  yield* privileges.steps({ user: name, userHostname: hostname, privileges: args.privileges, ...connection });
}, {
  parameters: {
    user: "string",
    present: "boolean?",
    userHostname: "string?",
    password: "string | Secret?",
    privileges: "string | string[]?",
    require: "'SSL' | 'X509' | 'NONE'?",
    requireCipher: "string?",
    requireIssuer: "string?",
    requireSubject: "string?",
    maxConnections: "number?",
    maxQueriesPerHour: "number?",
    maxUpdatesPerHour: "number?",
    maxConnectionsPerHour: "number?",
    ...MYSQL_PARAMETERS,
  },
});

function identified(password: string | undefined, found: MysqlUser | undefined): string[] {
  if (password === undefined) return [];
  const same = found === undefined ? false : isPassword(password, found);
  if (same === undefined) host.noop(`the password cannot be compared with what ${found!.plugin} keeps of it`);
  return same === false ? [`IDENTIFIED BY ${secret(mysqlText(password))}`] : [];
}

const CERTIFICATE = [
  { word: "CIPHER", argument: "requireCipher", field: "sslCipher" },
  { word: "ISSUER", argument: "requireIssuer", field: "x509Issuer" },
  { word: "SUBJECT", argument: "requireSubject", field: "x509Subject" },
] as const;

function checkRequirements(args: UserArgs): void {
  const given = CERTIFICATE.find(({ argument }) => args[argument] !== undefined);
  if (given !== undefined && args.require !== "X509") {
    throw new DroverError("E_ARGUMENT", `mysql.user: ${given.argument} needs require: "X509"`);
  }
  for (const { argument } of LIMITS) {
    const limit = args[argument];
    if (limit === undefined || Number.isInteger(limit) && limit >= 0) continue;
    throw new DroverError("E_ARGUMENT", `mysql.user: ${argument} cannot be ${limit}`);
  }
}

/** What the server calls the three kinds of requirements that have no fields. */
const SSL_TYPES = { SSL: "ANY", X509: "X509", NONE: undefined } as const;

function requirements(args: UserArgs, found: MysqlUser | undefined): string[] {
  if (args.require === undefined) return [];
  const fields = CERTIFICATE.filter(({ argument }) => args[argument] !== undefined);
  if (fields.length === 0) {
    const isSame = found?.sslType === SSL_TYPES[args.require];
    return isSame ? [] : ["REQUIRE", args.require];
  }
  const isSame = found?.sslType === "SPECIFIED" &&
    CERTIFICATE.every(({ argument, field }) => found[field] === args[argument]);
  if (isSame) return [];
  return ["REQUIRE", ...fields.map(({ word, argument }) => `${word} ${mysqlText(args[argument]!)}`)];
}

const LIMITS = [
  { word: "MAX_USER_CONNECTIONS", argument: "maxConnections", field: "maxUserConnections" },
  { word: "MAX_QUERIES_PER_HOUR", argument: "maxQueriesPerHour", field: "maxQuestions" },
  { word: "MAX_UPDATES_PER_HOUR", argument: "maxUpdatesPerHour", field: "maxUpdates" },
  { word: "MAX_CONNECTIONS_PER_HOUR", argument: "maxConnectionsPerHour", field: "maxConnections" },
] as const;

function limits(args: UserArgs, found: MysqlUser | undefined): string[] {
  const wanted = LIMITS.filter(({ argument, field }) =>
    args[argument] !== undefined && args[argument] !== (found?.[field] ?? 0)
  );
  if (wanted.length === 0) return [];
  return ["WITH", ...wanted.map(({ word, argument }) => `${word} ${args[argument]}`)];
}
