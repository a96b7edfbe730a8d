/** What this project needs of PostgreSQL beyond commands: facts about roles and databases, and an operation. */

import { createHash } from "node:crypto";
import { effect, fact, host, operation, type Secret, secret, sh, type ShellCommand, touches } from "drover";

/** A role that may log in. */
export interface RoleArgs {
  role: string;
  /** What PostgreSQL keeps of a password: `select rolpassword from pg_authid`. */
  verifier: Secret;
  /** Default: -1, any number. */
  connectionLimit?: number;
  /** `false` drops it; it must own nothing. */
  present?: boolean;
}

/** Text as an SQL string. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Text as the name of something in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Hands statements to psql, which reads them from its input: none of it is seen in the list of processes. */
export function psql(statements: string, database = "postgres"): ShellCommand {
  return sh`printf '%s\n' ${statements} | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=${database}`;
}

/** Rows of a query; nothing while no server answers. */
function query(statement: string): ShellCommand {
  const ask =
    sh`psql --no-psqlrc --tuples-only --no-align --field-separator=${"\t"} --command=${statement} postgres`;
  return sh`if pg_isready --quiet; then ${ask}; fi`;
}

/** Roles that may log in, with a digest of what is kept of their password, and their limit of connections. */
export const Roles = fact<Record<string, { digest: string; connectionLimit: number }>>({
  name: "postgres.Roles",
  requires: "psql",
  command: () =>
    query(
      "select rolname, encode(sha256(rolpassword::bytea), 'hex'), rolconnlimit from pg_authid where rolcanlogin",
    ),
  process: (lines) =>
    Object.fromEntries(lines.map((line) => {
      const [name, digest, limit] = line.split("\t");
      return [name!, { digest: digest!, connectionLimit: Number(limit) }];
    })),
  default: () => ({}),
});

/** Owners of the databases by name. */
export const Databases = fact<Record<string, string>>({
  name: "postgres.Databases",
  requires: "psql",
  command: () => query("select datname, pg_get_userbyid(datdba) from pg_database where not datistemplate"),
  process: (lines) => Object.fromEntries(lines.map((line) => line.split("\t") as [string, string])),
  default: () => ({}),
});

/**
 * Creates, changes or drops a role.
 *
 * @example
 * await role({ role: "shop", verifier: secret(Deno.env.get("SHOP_VERIFIER")), _sudoUser: "postgres" });
 */
export const role = operation<RoleArgs>(
  "postgres.role",
  async function* ({ role: name, verifier, connectionLimit = -1, present = true }) {
    touches({ kind: "postgres.role", name });
    const found = (await host.getFact(Roles))[name];
    if (!present) {
      if (found === undefined) return host.noop(`there is no role ${name}`);
      effect("remove");
      yield psql(`drop role ${identifier(name)};`);
      return;
    }
    const digest = createHash("sha256").update(verifier.reveal()).digest("hex");
    if (found?.digest === digest && found.connectionLimit === connectionLimit) {
      return host.noop(`the role ${name} is as wanted`);
    }
    if (found === undefined) effect("create");
    const verb = found === undefined ? "create" : "alter";
    // What was escaped is another text, which has to be hidden as well.
    const password = secret(literal(verifier.reveal()));
    const options = `login connection limit ${connectionLimit} password ${password}`;
    yield psql(`${verb} role ${identifier(name)} with ${options};`);
  },
  {
    parameters: { role: "string", verifier: "Secret", connectionLimit: "number?", present: "boolean?" },
  },
);
