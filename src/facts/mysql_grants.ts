/** Privileges of MySQL and MariaDB, as `SHOW GRANTS` prints them and people write them. */

/** All of them for one level, however they are called. */
export const ALL = "ALL PRIVILEGES";
/** The right to hand privileges on, which servers show behind the others. */
export const GRANT_OPTION = "GRANT OPTION";

/** What MySQL 8 prints in the place of `ALL PRIVILEGES` on everything. */
const EVERY_STATIC_PRIVILEGE = (
  "SELECT,INSERT,UPDATE,DELETE,CREATE,DROP,RELOAD,SHUTDOWN,PROCESS,FILE,REFERENCES,INDEX,ALTER,SHOW DATABASES,SUPER," +
  "CREATE TEMPORARY TABLES,LOCK TABLES,EXECUTE,REPLICATION SLAVE,REPLICATION CLIENT,CREATE VIEW,SHOW VIEW," +
  "CREATE ROUTINE,ALTER ROUTINE,CREATE USER,EVENT,TRIGGER,CREATE TABLESPACE,CREATE ROLE,DROP ROLE"
).split(",");

/** Names of MariaDB's for what MySQL, and MariaDB itself, call otherwise. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ALL,
  "BINLOG MONITOR": "REPLICATION CLIENT",
  "DELETE VERSIONING ROWS": "DELETE HISTORY",
  "REPLICA MONITOR": "SLAVE MONITOR",
  "REPLICATION REPLICA": "REPLICATION SLAVE",
  "REPLICATION REPLICA ADMIN": "REPLICATION SLAVE ADMIN",
};

const QUOTED_REGEXP = /`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"/g;
const GRANT_REGEXP = /^GRANT (.+?) ON (?:(PROCEDURE|FUNCTION|PACKAGE BODY|PACKAGE) )?(\S+) TO (.*)$/d;

/** The same text with nothing in its quotes that could be taken for something else. */
function blank(text: string): string {
  return text.replaceAll(QUOTED_REGEXP, (quoted) => "x".repeat(quoted.length));
}

/** Reads the lines of `SHOW GRANTS`; roles, proxies and what else is no privilege are left out. */
export function readGrants(lines: readonly string[]): Record<string, string[]> {
  const grants: Record<string, string[]> = {};
  for (const line of lines) {
    const found = GRANT_REGEXP.exec(blank(line));
    if (found === null) continue;
    const part = (index: number) => {
      const [start, end] = found.indices![index]!;
      return line.slice(start, end);
    };
    const level = readLevel(part(3));
    if (level === undefined) continue;
    const key = [found[2], grantKey(...level)].filter(Boolean).join(" ");
    const own = grants[key] ??= [];
    own.push(...splitPrivileges(part(1)));
    if (/\bWITH\b.*\bGRANT OPTION\b/.test(found[4]!)) own.push(GRANT_OPTION);
  }
  for (const own of Object.values(grants)) own.sort();
  return grants;
}

/** The key of a level among the grants. */
export function grantKey(database: string, table: string): string {
  const spelled = (name: string) => /[.`]/.test(name) ? `\`${name.replaceAll("`", "``")}\`` : name;
  return `${spelled(database)}.${spelled(table)}`;
}

function readLevel(text: string): [database: string, table: string] | undefined {
  const name = "(\\*|`(?:[^`]|``)*`)";
  const [, database, table] = new RegExp(`^${name}\\.${name}$`).exec(text) ?? [];
  return database === undefined ? undefined : [unquote(database), unquote(table!)];
}

function unquote(name: string): string {
  return name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name;
}

/** `SELECT (b, a), insert` as `SELECT (a, b)` and `INSERT`. */
export function splitPrivileges(text: string): string[] {
  return splitCommas(text).map((one) => {
    const [, word = one, columns] = /^([^(]*[^(\s])\s*\(([\s\S]*)\)$/.exec(one) ?? [];
    const name = word.replaceAll(/\s+/g, " ").toUpperCase();
    const full = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name]! : name;
    if (columns === undefined) return full;
    return `${full} (${splitCommas(columns).map((column) => unquote(column)).sort().join(", ")})`;
  });
}

/** The parts of a list, without what is in quotes or brackets being taken apart. */
function splitCommas(text: string): string[] {
  const blanked = blank(text).replaceAll(/\([^)]*\)/g, (inner) => "x".repeat(inner.length));
  const parts: string[] = [];
  let start = 0;
  for (const { index } of blanked.matchAll(/,|$/g)) {
    parts.push(text.slice(start, index).trim());
    start = index + 1;
  }
  return parts.filter((part) => part !== "");
}

/** Whether a user has all privileges on a level, named one by one or not. */
export function hasAllPrivileges(own: readonly string[], key: string): boolean {
  return own.includes(ALL) || key === "*.*" && EVERY_STATIC_PRIVILEGE.every((one) => own.includes(one));
}
