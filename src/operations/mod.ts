/** All operations, by module. */

/** Packages, repositories and keys of Debian and its relatives. */
export * as apt from "./apt/mod.ts";
/** The crontabs of users. */
export * as crontab from "./crontab/mod.ts";
/** Files, directories and links. */
export * as files from "./files/mod.ts";
/** Functions of the deploy. */
export * as func from "./func.ts";
/** Git repositories and configuration. */
export * as git from "./git/mod.ts";
/** OpenPGP keys and keyrings. */
export * as gpg from "./gpg/mod.ts";
/** Python packages and virtual environments. */
export * as pip from "./pip.ts";
/** Users, services, settings, commands of the operating system. */
export * as server from "./server/mod.ts";
/** From the host to another one with ssh. */
export * as ssh from "./ssh.ts";
/** Units of systemd. */
export * as systemd from "./systemd.ts";
