/** All facts, by module. */

/** Facts about apt, its sources, keys and what it would do. */
export * as apt from "./apt.ts";
/** Facts about Rust programs that cargo has installed. */
export * as cargo from "./cargo.ts";
/** Facts about Debian packages that are installed. */
export * as deb from "./deb.ts";
/** Facts about what UEFI firmware boots. */
export * as efibootmgr from "./efibootmgr.ts";
/** Facts about files, directories and links. */
export * as files from "./files/mod.ts";
/** Facts about what block devices hold. */
export * as filesystem from "./filesystem.ts";
/** Facts about Ruby gems. */
export * as gem from "./gem.ts";
/** Facts about git repositories and configuration. */
export * as git from "./git.ts";
/** Facts about OpenPGP keys and keyrings. */
export * as gpg from "./gpg.ts";
/** Facts about processors, memory, disks and networks. */
export * as hardware from "./hardware/mod.ts";
/** Facts about physical volumes, volume groups and logical volumes. */
export * as lvm from "./lvm.ts";
/** Facts about packages of Node.js. */
export * as npm from "./npm.ts";
/** Facts about Python packages. */
export * as pip from "./pip.ts";
/** Facts about Python applications that pipx manages. */
export * as pipx from "./pipx.ts";
/** Facts about SELinux: contexts, booleans and ports. */
export * as selinux from "./selinux.ts";
/** Facts about the operating system, its users and its state. */
export * as server from "./server/mod.ts";
/** Facts about units of systemd. */
export * as systemd from "./systemd.ts";
/** Facts about what uv has installed: packages, tools and Pythons. */
export * as uv from "./uv.ts";
/** Facts about ZFS: pools, and the datasets in them. */
export * as zfs from "./zfs.ts";

type Modules = typeof import("./mod.ts");

declare module "../host/fact.ts" {
  interface FactModules extends Modules {}
}
