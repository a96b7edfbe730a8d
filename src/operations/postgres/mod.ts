/**
 * Databases and roles of PostgreSQL, with the clients on the host (`psql`, `pg_dump`). The last five arguments of all
 * operations say how they reach the server. Without them, the user `postgres` gets in by the server's socket on most
 * systems: `_sudoUser: "postgres"`.
 */

export { database, type DatabaseArgs } from "./database.ts";
export { role, type RoleArgs } from "./role.ts";
export { dump, type DumpArgs, load, type LoadArgs, sql, type SqlArgs } from "./transfer.ts";
