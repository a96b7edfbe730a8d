/** All facts, by module. */

/** Facts about apt, its sources, keys and what it would do. */
export * as apt from "./apt.ts";
/** Facts about Homebrew, its formulae, casks and taps. */
export * as brew from "./brew.ts";
/** Facts about Chocolatey and its packages. */
export * as choco from "./choco.ts";
/** Facts about Debian packages that are installed. */
export * as deb from "./deb.ts";
/** Facts about files, directories and links. */
export * as files from "./files/mod.ts";
/** Facts about firewalld and its zones. */
export * as firewalld from "./firewalld.ts";
/** Facts about applications of Flatpak and their remotes. */
export * as flatpak from "./flatpak.ts";
/** Facts about git repositories and configuration. */
export * as git from "./git.ts";
/** Facts about OpenPGP keys and keyrings. */
export * as gpg from "./gpg.ts";
/** Facts about chains and rules of iptables. */
export * as iptables from "./iptables.ts";
/** Facts about tables, chains and rules of nftables. */
export * as nftables from "./nftables.ts";
/** Facts about Python packages. */
export * as pip from "./pip.ts";
/** Facts about the operating system, its users and its state. */
export * as server from "./server/mod.ts";
/** Facts about snaps. */
export * as snap from "./snap.ts";
/** Facts about units of systemd. */
export * as systemd from "./systemd.ts";
/** Facts about ufw, its policies and rules. */
export * as ufw from "./ufw.ts";

type Modules = typeof import("./mod.ts");

declare module "../host/fact.ts" {
  interface FactModules extends Modules {}
}
