/** All operations, by module. */

/** Packages, repositories and keys of Debian and its relatives. */
export * as apt from "./apt/mod.ts";
/** Services of the BSDs' `rc.d`. */
export * as bsdinit from "./bsdinit.ts";
/** Files, directories and links. */
export * as files from "./files/mod.ts";
/** Functions of the deploy. */
export * as func from "./func.ts";
/** Git repositories and configuration. */
export * as git from "./git/mod.ts";
/** OpenPGP keys and keyrings. */
export * as gpg from "./gpg/mod.ts";
/** Containers of Incus. */
export * as incus from "./incus.ts";
/** Jobs of macOS's launchd. */
export * as launchd from "./launchd.ts";
/** Containers of LXD. */
export * as lxd from "./lxd.ts";
/** Services of OpenRC. */
export * as openrc from "./openrc.ts";
/** Python packages and virtual environments. */
export * as pip from "./pip.ts";
/** Services of runit. */
export * as runit from "./runit.ts";
/** Services of s6. */
export * as s6 from "./s6.ts";
/** Users, services, settings, commands of the operating system. */
export * as server from "./server/mod.ts";
/** Programs of Supervisor. */
export * as supervisor from "./supervisor.ts";
/** Units of systemd. */
export * as systemd from "./systemd.ts";
/** Init scripts in `/etc/init.d`. */
export * as sysvinit from "./sysvinit.ts";
/** Jobs of Upstart. */
export * as upstart from "./upstart.ts";
/** Containers of OpenVZ. */
export * as vzctl from "./vzctl.ts";
