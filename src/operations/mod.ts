/** All operations, by module. */

/** Packages, repositories and keys of Debian and its relatives. */
export * as apt from "./apt/mod.ts";
/** Files, directories and links. */
export * as files from "./files/mod.ts";
/** Functions of the deploy. */
export * as func from "./func.ts";
/** Git repositories and configuration. */
export * as git from "./git/mod.ts";
/** OpenPGP keys and keyrings. */
export * as gpg from "./gpg/mod.ts";
/** Databases, users and privileges of MySQL and MariaDB. */
export * as mysql from "./mysql/mod.ts";
/** Python packages and virtual environments. */
export * as pip from "./pip.ts";
/** Databases and roles of PostgreSQL. */
export * as postgres from "./postgres/mod.ts";
/** The same by its former name. */
export * as postgresql from "./postgresql.ts";
/** Users, services, settings, commands of the operating system. */
export * as server from "./server/mod.ts";
/** Units of systemd. */
export * as systemd from "./systemd.ts";
