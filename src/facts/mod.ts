/** All facts, by module. */

/** Facts about apt, its sources, keys and what it would do. */
export * as apt from "./apt.ts";
/** Facts about Debian packages that are installed. */
export * as deb from "./deb.ts";
/** Facts about containers, images, networks and volumes of Docker. */
export * as docker from "./docker/mod.ts";
/** Facts about files, directories and links. */
export * as files from "./files/mod.ts";
/** Facts about packages, services and settings of FreeBSD and its jails. */
export * as freebsd from "./freebsd.ts";
/** Facts about git repositories and configuration. */
export * as git from "./git.ts";
/** Facts about OpenPGP keys and keyrings. */
export * as gpg from "./gpg.ts";
/** Facts about Python packages. */
export * as pip from "./pip.ts";
/** Facts about containers, images, pods and volumes of Podman. */
export * as podman from "./podman.ts";
/** Facts about the operating system, its users and its state. */
export * as server from "./server/mod.ts";
/** Facts about units of systemd. */
export * as systemd from "./systemd.ts";

type Modules = typeof import("./mod.ts");

declare module "../host/fact.ts" {
  interface FactModules extends Modules {}
}
