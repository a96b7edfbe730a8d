/** The operation on roles. */

import { type Secret, secret } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type PostgresRole, PostgresRoles, PostgresVerifier } from "../../facts/postgres.ts";
import {
  checkPostgresName,
  checkPostgresPassword,
  POSTGRES_PARAMETERS,
  type PostgresConnection,
  postgresConnection,
  postgresName,
  postgresStatement,
  postgresText,
} from "../../facts/postgres_client.ts";
import { effect, host, operation, touches } from "../../host/mod.ts";
import { checkLimit } from "./database.ts";
import { isVerifierOf } from "./verifier.ts";

/** Arguments of {@linkcode role}. */
export interface RoleArgs extends PostgresConnection {
  /** Name of the role. */
  role: string;
  /** Whether it shall exist; `false` drops it. Default: `true`. */
  present?: boolean | undefined;
  /** Its password, or what PostgreSQL keeps of one: `SCRAM-SHA-256$…`. */
  password?: string | Secret | undefined;
  /** Whether it may log in. Default: `true` for a new one. */
  login?: boolean | undefined;
  /** Whether it may do anything. Default: `false` for a new one. */
  superuser?: boolean | undefined;
  /** Whether it has the privileges of the roles that it is a member of. Default: `true` for a new one. */
  inherit?: boolean | undefined;
  /** Whether it may create databases. Default: `false` for a new one. */
  createdb?: boolean | undefined;
  /** Whether it may create roles. Default: `false` for a new one. */
  createrole?: boolean | undefined;
  /** Whether it may replicate. Default: `false` for a new one. */
  replication?: boolean | undefined;
  /** Connections at the same time; -1 is any number. */
  connectionLimit?: number | undefined;
}

/**
 * Creates, changes or drops a role. Changes something where the role is not as the arguments want it; what is not given
 * stays as it is. A password is compared with what the server keeps of it, which a superuser may read; others set it
 * each time. PostgreSQL refuses to drop a role that owns something: hand that on before, with
 * `postgres.sql({ sql: "REASSIGN OWNED BY …" })` in each database.
 *
 * @example
 * ```ts
 * await postgres.role({ role: "shop", password: secret(host.data.shop_password), _sudo: true, _sudoUser: "postgres" });
 * ```
 */
export const role = operation<RoleArgs>("postgres.role", async function* (args) {
  const { role: name, present = true } = args;
  checkPostgresName("postgres.role", "role", name);
  checkLimit("postgres.role", args.connectionLimit);
  const password = args.password === undefined ? undefined : checkPostgresPassword("password", args.password);
  if (password === "") throw new DroverError("E_ARGUMENT", `postgres.role: the password of ${name} is empty`);
  touches({ kind: "postgres.role", name });
  const connection = postgresConnection(args);
  const [roles, verifier] = await Promise.all([
    host.getFact(PostgresRoles, connection),
    present && password !== undefined
      ? host.getFact(PostgresVerifier, { role: name, ...connection })
      : undefined,
  ]);
  const run = (statement: string) => postgresStatement(statement, connection);
  const found = roles[name];
  if (!present) {
    if (found === undefined) return host.noop(`postgresql role ${name} does not exist`);
    effect("remove");
    yield run(`DROP ROLE ${postgresName(name)}`);
    return;
  }
  const clauses = [...attributes(args, found), ...limit(args, found)];
  if (password !== undefined && !await isVerifierOf(verifier, password, name)) {
    clauses.push(`PASSWORD ${secret(postgresText(password))}`);
  }
  if (found === undefined) effect("create");
  else if (clauses.length === 0) return host.noop(`postgresql role ${name} exists`);
  yield run([found === undefined ? "CREATE ROLE" : "ALTER ROLE", postgresName(name), ...clauses].join(" "));
}, {
  parameters: {
    role: "string",
    present: "boolean?",
    password: "string | Secret?",
    login: "boolean?",
    superuser: "boolean?",
    inherit: "boolean?",
    createdb: "boolean?",
    createrole: "boolean?",
    replication: "boolean?",
    connectionLimit: "number?",
    ...POSTGRES_PARAMETERS,
  },
});

/** What a role may do; `initially` is what PostgreSQL gives to a new one, `usually` what we want of a new one. */
const ATTRIBUTES = [
  { argument: "login", field: "canlogin", initially: false, usually: true },
  { argument: "superuser", field: "super", initially: false, usually: false },
  { argument: "inherit", field: "inherit", initially: true, usually: true },
  { argument: "createdb", field: "createdb", initially: false, usually: false },
  { argument: "createrole", field: "createrole", initially: false, usually: false },
  { argument: "replication", field: "replication", initially: false, usually: false },
] as const;

function attributes(args: RoleArgs, found: PostgresRole | undefined): string[] {
  return ATTRIBUTES.flatMap(({ argument, field, initially, usually }) => {
    const wanted = args[argument] ?? (found === undefined ? usually : undefined);
    const current = found === undefined ? initially : found[field];
    if (wanted === undefined || wanted === current) return [];
    return `${wanted ? "" : "NO"}${argument.toUpperCase()}`;
  });
}

function limit({ connectionLimit }: RoleArgs, found: PostgresRole | undefined): string[] {
  if (connectionLimit === undefined || connectionLimit === found?.connlimit) return [];
  return [`CONNECTION LIMIT ${connectionLimit}`];
}
