/** The operation on privileges. */

import { DroverError } from "../../errors/mod.ts";
import { MysqlUserGrants } from "../../facts/mysql.ts";
import {
  MYSQL_PARAMETERS,
  mysqlAccount,
  type MysqlConnection,
  mysqlConnection,
  mysqlName,
  mysqlStatement,
} from "../../facts/mysql_client.ts";
import { ALL, GRANT_OPTION, grantKey, hasAllPrivileges, splitPrivileges } from "../../facts/mysql_grants.ts";
import { host, operation, touches } from "../../host/mod.ts";
import { clientProgram } from "./client.ts";

/** Arguments of {@linkcode privileges}. */
export interface PrivilegesArgs extends MysqlConnection {
  /** The user, who has to exist. */
  user: string;
  /**
   * All privileges that the user shall have there: `SELECT`, `SELECT (id, name)`, `ALL`. Others are revoked; an empty
   * list revokes all.
   */
  privileges: string | string[];
  /** The user's host. Default: `localhost`. */
  userHostname?: string | undefined;
  /** The database they are for, `*` for all; `_` and `%` in it are patterns unless a backslash stands before them. Default: `*`. */
  database?: string | undefined;
  /** The table they are for, `*` for all. Default: `*`. */
  table?: string | undefined;
  /** Has the server read its tables of privileges again after a change. Default: `true`. */
  flush?: boolean | undefined;
  /** Whether the user may hand them on. Default: `false`. */
  withGrantOption?: boolean | undefined;
}

/**
 * Gives a user exactly these privileges for everything, a database or a table: grants what is missing, revokes what is
 * too much there. What the user has on other levels stays. Changes something if the server lists other privileges.
 *
 * @example
 * ```ts
 * await mysql.privileges({ user: "report", userHostname: "10.0.0.%", database: "shop", privileges: ["SELECT"] });
 * await mysql.privileges({ user: "hr", database: "shop", table: "staff", privileges: "SELECT (id, name), INSERT" });
 * ```
 */
export const privileges = operation<PrivilegesArgs>("mysql.privileges", async function* (args) {
  const { user, userHostname = "localhost", database = "*", table = "*", flush = true } = args;
  if (database === "*" && table !== "*") {
    throw new DroverError("E_ARGUMENT", `mysql.privileges: the table ${table} needs its database`);
  }
  const wanted = units([args.privileges].flat().flatMap((text) => checkPrivileges(text)));
  if (args.withGrantOption) wanted.add(GRANT_OPTION);
  touches({ kind: "mysql.grant", name: `${user}@${userHostname}` });
  const connection = mysqlConnection(args);
  const [program, grants] = await Promise.all([clientProgram(), askGrants(args)]);
  const key = grantKey(database, table);
  const { revoke, grant } = difference(units(grants[key] ?? []), wanted, key);
  if (revoke.length + grant.length === 0) {
    return host.noop(`mysql user ${user}@${userHostname} has these privileges on ${key}`);
  }

  const level = [database, table].map((name) => name === "*" ? name : mysqlName(name)).join(".");
  const account = mysqlAccount(user, userHostname);
  const run = (statement: string) => mysqlStatement(statement, { program, connection });
  for (const list of apart(revoke)) yield run(`REVOKE ${spell(list)} ON ${level} FROM ${account}`);
  const withOption = grant.includes(ALL) && grant.includes(GRANT_OPTION);
  const granted = withOption ? grant.filter((one) => one !== GRANT_OPTION) : grant;
  const suffix = withOption ? " WITH GRANT OPTION" : "";
  for (const list of apart(granted)) yield run(`GRANT ${spell(list)} ON ${level} TO ${account}${suffix}`);
  if (flush) yield run("FLUSH PRIVILEGES");
}, {
  parameters: {
    user: "string",
    privileges: "string | string[]",
    userHostname: "string?",
    database: "string?",
    table: "string?",
    flush: "boolean?",
    withGrantOption: "boolean?",
    ...MYSQL_PARAMETERS,
  },
});

/** Asks for a user's privileges. */
export async function askGrants(
  args: Pick<PrivilegesArgs, "user" | "userHostname"> & MysqlConnection,
): Promise<Record<string, readonly string[]>> {
  const { user, userHostname: hostname = "localhost" } = args;
  return await host.getFact(MysqlUserGrants, { user, hostname, ...mysqlConnection(args) });
}

/** Letters only, and columns behind them: everything else in the place of a privilege would be SQL. */
function checkPrivileges(text: string): string[] {
  const list = splitPrivileges(text);
  const wrong = list.find((one) => !/^[A-Z][A-Z_ ]*( \([\s\S]+\))?$/.test(one));
  if (wrong === undefined) return list;
  throw new DroverError("E_ARGUMENT", `mysql.privileges: ${Deno.inspect(wrong)} is not a privilege`, {
    hint: "such as SELECT, CREATE VIEW, SELECT (id, name), ALL",
  });
}

/** Privileges one by one: each column is one of its own. `USAGE` is none. */
function units(privileges: readonly string[]): Set<string> {
  return new Set(
    privileges.filter((one) => one !== "USAGE").flatMap((one) => {
      const [, word, columns] = /^([^(]+) \(([\s\S]*)\)$/.exec(one) ?? [];
      return word === undefined ? one : columns!.split(", ").map((column) => `${word} (${column})`);
    }),
  );
}

/** What to revoke and what to grant. */
function difference(found: ReadonlySet<string>, wanted: ReadonlySet<string>, key: string) {
  const wantsAll = wanted.has(ALL);
  const hasAll = wantsAll && hasAllPrivileges([...found], key);
  // All of them include each of them, and those that are listed beside the rest need not be named.
  const isSettled = (one: string) => wantsAll && one !== GRANT_OPTION;
  return {
    revoke: [...found].filter((one) => !wanted.has(one) && !isSettled(one)).sort(),
    grant: [...wanted].filter((one) => isSettled(one) ? one === ALL && !hasAll : !found.has(one)).sort(),
  };
}

/** `ALL PRIVILEGES` stands alone in a statement. */
function apart(list: readonly string[]): string[][] {
  const others = list.filter((one) => one !== ALL);
  return [list.filter((one) => one === ALL), others].filter((part) => part.length > 0);
}

/** Privileges in SQL, with the columns of each together. */
function spell(list: readonly string[]): string {
  const columns = new Map<string, string[]>();
  for (const one of list) {
    const [, word = one, column] = /^([^(]+) \(([\s\S]*)\)$/.exec(one) ?? [];
    columns.set(word, [...columns.get(word) ?? [], ...column === undefined ? [] : [mysqlName(column)]]);
  }
  return [...columns].map(([word, names]) => names.length === 0 ? word : `${word} (${names.join(", ")})`)
    .join(", ");
}
