/** All facts, by module. */

/** Facts about apt, its sources, keys and what it would do. */
export * as apt from "./apt.ts";
/** Facts about Debian packages that are installed. */
export * as deb from "./deb.ts";
/** Facts about files, directories and links. */
export * as files from "./files/mod.ts";
/** Facts about git repositories and configuration. */
export * as git from "./git.ts";
/** Facts about OpenPGP keys and keyrings. */
export * as gpg from "./gpg.ts";
/** Facts about databases and users of MySQL and MariaDB. */
export * as mysql from "./mysql.ts";
/** Facts about Python packages. */
export * as pip from "./pip.ts";
/** Facts about databases and roles of PostgreSQL. */
export * as postgres from "./postgres.ts";
/** The same by their former names. */
export * as postgresql from "./postgresql.ts";
/** Facts about the operating system, its users and its state. */
export * as server from "./server/mod.ts";
/** Facts about units of systemd. */
export * as systemd from "./systemd.ts";

type Modules = typeof import("./mod.ts");

declare module "../host/fact.ts" {
  interface FactModules extends Modules {}
}
