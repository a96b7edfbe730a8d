/** All operations, by module. */

/** Packages, repositories and keys of Debian and its relatives. */
export * as apt from "./apt/mod.ts";
/** Formulae, casks and taps of Homebrew. */
export * as brew from "./brew.ts";
/** Packages of Chocolatey. */
export * as choco from "./choco.ts";
/** Files, directories and links. */
export * as files from "./files/mod.ts";
/** Zones of firewalld and what they let in. */
export * as firewalld from "./firewalld.ts";
/** Applications of Flatpak and their remotes. */
export * as flatpak from "./flatpak.ts";
/** Functions of the deploy. */
export * as func from "./func.ts";
/** Git repositories and configuration. */
export * as git from "./git/mod.ts";
/** OpenPGP keys and keyrings. */
export * as gpg from "./gpg/mod.ts";
/** Chains and rules of iptables and ip6tables. */
export * as iptables from "./iptables.ts";
/** Tables, chains and rules of nftables. */
export * as nftables from "./nftables.ts";
/** Python packages and virtual environments. */
export * as pip from "./pip.ts";
/** Users, services, settings, commands of the operating system. */
export * as server from "./server/mod.ts";
/** Snaps. */
export * as snap from "./snap.ts";
/** Units of systemd. */
export * as systemd from "./systemd.ts";
/** Rules and policies of ufw. */
export * as ufw from "./ufw.ts";
