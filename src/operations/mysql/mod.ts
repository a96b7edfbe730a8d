/**
 * Databases, users and privileges of MySQL and MariaDB, with the client on the host (`mysql`, or `mariadb`). The last
 * four arguments of all operations say how it reaches the server. Without them it does as its configuration says: on
 * most systems root gets in without a password.
 */

export { database, type DatabaseArgs } from "./database.ts";
export { privileges, type PrivilegesArgs } from "./privileges.ts";
export { dump, type DumpArgs, load, type LoadArgs, sql, type SqlArgs } from "./transfer.ts";
export { user, type UserArgs } from "./user.ts";
