/** All operations, by module. */

/** Packages, repositories and keys of Debian and its relatives. */
export * as apt from "./apt/mod.ts";
/** Rust programs. */
export * as cargo from "./cargo.ts";
/** Files, directories and links. */
export * as files from "./files/mod.ts";
/** File systems on block devices. */
export * as filesystem from "./filesystem.ts";
/** Functions of the deploy. */
export * as func from "./func.ts";
/** Ruby gems. */
export * as gem from "./gem.ts";
/** Git repositories and configuration. */
export * as git from "./git/mod.ts";
/** OpenPGP keys and keyrings. */
export * as gpg from "./gpg/mod.ts";
/** Volume groups and logical volumes. */
export * as lvm from "./lvm.ts";
/** Packages of Node.js. */
export * as npm from "./npm.ts";
/** Python packages and virtual environments. */
export * as pip from "./pip.ts";
/** Python applications, each in an environment of its own. */
export * as pipx from "./pipx.ts";
/** Puppet's agent. */
export * as puppet from "./puppet.ts";
/** SELinux: file contexts, booleans and types of ports. */
export * as selinux from "./selinux.ts";
/** Users, services, settings, commands of the operating system. */
export * as server from "./server/mod.ts";
/** Units of systemd. */
export * as systemd from "./systemd.ts";
/** Python packages, tools, environments and Pythons with uv. */
export * as uv from "./uv.ts";
/** ZFS: file systems, volumes and snapshots. */
export * as zfs from "./zfs.ts";
