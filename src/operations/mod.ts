/** All operations, by module. */

/** Packages of Alpine Linux, and of OpenWrt since 25.12. */
export * as apk from "./apk.ts";
/** Packages, repositories and keys of Debian and its relatives. */
export * as apt from "./apt/mod.ts";
/** Formulae, casks and taps of Homebrew. */
export * as brew from "./brew.ts";
/** Services of the BSDs' `rc.d`. */
export * as bsdinit from "./bsdinit.ts";
/** Rust programs. */
export * as cargo from "./cargo.ts";
/** Packages of Chocolatey. */
export * as choco from "./choco.ts";
/** The crontabs of users. */
export * as crontab from "./crontab/mod.ts";
/** Packages, groups, modules, repositories and keys of Fedora, Red Hat and their relatives. */
export * as dnf from "./dnf.ts";
/** Containers, images, networks and volumes of Docker. */
export * as docker from "./docker/mod.ts";
/** Files, directories and links. */
export * as files from "./files/mod.ts";
/** File systems on block devices. */
export * as filesystem from "./filesystem.ts";
/** Zones of firewalld and what they let in. */
export * as firewalld from "./firewalld.ts";
/** Applications of Flatpak and their remotes. */
export * as flatpak from "./flatpak.ts";
/** Packages, services and settings of FreeBSD and its jails. */
export * as freebsd from "./freebsd/mod.ts";
/** Functions of the deploy. */
export * as func from "./func.ts";
/** Ruby gems. */
export * as gem from "./gem.ts";
/** Git repositories and configuration. */
export * as git from "./git/mod.ts";
/** OpenPGP keys and keyrings. */
export * as gpg from "./gpg/mod.ts";
/** Containers of Incus. */
export * as incus from "./incus.ts";
/** Chains and rules of iptables and ip6tables. */
export * as iptables from "./iptables.ts";
/** Jobs of macOS's launchd. */
export * as launchd from "./launchd.ts";
/** Volume groups and logical volumes. */
export * as lvm from "./lvm.ts";
/** Containers of LXD. */
export * as lxd from "./lxd.ts";
/** Databases, users and privileges of MySQL and MariaDB. */
export * as mysql from "./mysql/mod.ts";
/** Tables, chains and rules of nftables. */
export * as nftables from "./nftables.ts";
/** Packages of Node.js. */
export * as npm from "./npm.ts";
/** Services of OpenRC. */
export * as openrc from "./openrc.ts";
/** Packages of OpenWrt before 25.12. */
export * as opkg from "./opkg.ts";
/** Packages of Arch Linux and its relatives. */
export * as pacman from "./pacman.ts";
/** Python packages and virtual environments. */
export * as pip from "./pip.ts";
/** Python applications, each in an environment of its own. */
export * as pipx from "./pipx.ts";
/** Packages of FreeBSD, OpenBSD and NetBSD. */
export * as pkg from "./pkg.ts";
/** Packages of pkgsrc: NetBSD, SmartOS and others. */
export * as pkgin from "./pkgin.ts";
/** Databases and roles of PostgreSQL. */
export * as postgres from "./postgres/mod.ts";
/** The same by its former name. */
export * as postgresql from "./postgresql.ts";
/** Puppet's agent. */
export * as puppet from "./puppet.ts";
/** Services of runit. */
export * as runit from "./runit.ts";
/** Services of s6. */
export * as s6 from "./s6.ts";
/** SELinux: file contexts, booleans and types of ports. */
export * as selinux from "./selinux.ts";
/** Users, services, settings, commands of the operating system. */
export * as server from "./server/mod.ts";
/** Snaps. */
export * as snap from "./snap.ts";
/** From the host to another one with ssh. */
export * as ssh from "./ssh.ts";
/** Programs of Supervisor. */
export * as supervisor from "./supervisor.ts";
/** Units of systemd. */
export * as systemd from "./systemd.ts";
/** Init scripts in `/etc/init.d`. */
export * as sysvinit from "./sysvinit.ts";
/** Rules and policies of ufw. */
export * as ufw from "./ufw.ts";
/** Jobs of Upstart. */
export * as upstart from "./upstart.ts";
/** Python packages, tools, environments and Pythons with uv. */
export * as uv from "./uv.ts";
/** Containers of OpenVZ. */
export * as vzctl from "./vzctl.ts";
/** Packages of Void Linux. */
export * as xbps from "./xbps.ts";
/** Packages, groups, repositories and keys of older Red Hat systems and their relatives. */
export * as yum from "./yum.ts";
/** ZFS: file systems, volumes and snapshots. */
export * as zfs from "./zfs.ts";
/** Packages and repositories of SUSE and openSUSE. */
export * as zypper from "./zypper.ts";
