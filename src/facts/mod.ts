/** All facts, by module. */

/** Facts about packages that apk manages. */
export * as apk from "./apk.ts";
/** Facts about apt, its sources, keys and what it would do. */
export * as apt from "./apt.ts";
/** Facts about Homebrew, its formulae, casks and taps. */
export * as brew from "./brew.ts";
/** Facts about the BSDs' `rc.d` scripts. */
export * as bsdinit from "./bsdinit.ts";
/** Facts about Rust programs that cargo has installed. */
export * as cargo from "./cargo.ts";
/** Facts about Chocolatey and its packages. */
export * as choco from "./choco.ts";
/** Facts about the crontabs of users. */
export * as crontab from "./crontab.ts";
/** Facts about Debian packages that are installed. */
export * as deb from "./deb.ts";
/** Facts about dnf, its repositories, modules and groups, and what it would do. */
export * as dnf from "./dnf.ts";
/** Facts about containers, images, networks and volumes of Docker. */
export * as docker from "./docker/mod.ts";
/** Facts about what UEFI firmware boots. */
export * as efibootmgr from "./efibootmgr.ts";
/** Facts about files, directories and links. */
export * as files from "./files/mod.ts";
/** Facts about what block devices hold. */
export * as filesystem from "./filesystem.ts";
/** Facts about firewalld and its zones. */
export * as firewalld from "./firewalld.ts";
/** Facts about applications of Flatpak and their remotes. */
export * as flatpak from "./flatpak.ts";
/** Facts about packages, services and settings of FreeBSD and its jails. */
export * as freebsd from "./freebsd.ts";
/** Facts about Ruby gems. */
export * as gem from "./gem.ts";
/** Facts about git repositories and configuration. */
export * as git from "./git.ts";
/** Facts about OpenPGP keys and keyrings. */
export * as gpg from "./gpg.ts";
/** Facts about processors, memory, disks and networks. */
export * as hardware from "./hardware/mod.ts";
/** Facts about containers of Incus. */
export * as incus from "./incus.ts";
/** Facts about chains and rules of iptables. */
export * as iptables from "./iptables.ts";
/** Facts about jobs of macOS's launchd. */
export * as launchd from "./launchd.ts";
/** Facts about physical volumes, volume groups and logical volumes. */
export * as lvm from "./lvm.ts";
/** Facts about containers of LXD. */
export * as lxd from "./lxd.ts";
/** Facts about databases and users of MySQL and MariaDB. */
export * as mysql from "./mysql.ts";
/** Facts about tables, chains and rules of nftables. */
export * as nftables from "./nftables.ts";
/** Facts about packages of Node.js. */
export * as npm from "./npm.ts";
/** Facts about services of OpenRC. */
export * as openrc from "./openrc.ts";
/** Facts about packages that opkg manages, and its configuration. */
export * as opkg from "./opkg.ts";
/** Facts about packages that pacman manages. */
export * as pacman from "./pacman.ts";
/** Facts about Python packages. */
export * as pip from "./pip.ts";
/** Facts about Python applications that pipx manages. */
export * as pipx from "./pipx.ts";
/** Facts about packages of the BSDs. */
export * as pkg from "./pkg.ts";
/** Facts about packages that pkgin manages. */
export * as pkgin from "./pkgin.ts";
/** Facts about containers, images, pods and volumes of Podman. */
export * as podman from "./podman.ts";
/** Facts about databases and roles of PostgreSQL. */
export * as postgres from "./postgres.ts";
/** The same by their former names. */
export * as postgresql from "./postgresql.ts";
/** Facts about rpm packages, installed and in files, and about the keys that rpm trusts. */
export * as rpm from "./rpm.ts";
/** Facts about services of runit. */
export * as runit from "./runit.ts";
/** Facts about services of s6. */
export * as s6 from "./s6.ts";
/** Facts about SELinux: contexts, booleans and ports. */
export * as selinux from "./selinux.ts";
/** Facts about the operating system, its users and its state. */
export * as server from "./server/mod.ts";
/** Facts about snaps. */
export * as snap from "./snap.ts";
/** Facts about programs of Supervisor. */
export * as supervisor from "./supervisor.ts";
/** Facts about units of systemd. */
export * as systemd from "./systemd.ts";
/** Facts about init scripts in `/etc/init.d`. */
export * as sysvinit from "./sysvinit.ts";
/** Facts about ufw, its policies and rules. */
export * as ufw from "./ufw.ts";
/** Facts about jobs of Upstart. */
export * as upstart from "./upstart.ts";
/** Facts about what uv has installed: packages, tools and Pythons. */
export * as uv from "./uv.ts";
/** Facts about containers of OpenVZ. */
export * as vzctl from "./vzctl.ts";
/** Facts about packages that XBPS manages. */
export * as xbps from "./xbps.ts";
/** Facts about yum, its repositories and groups, and what it would do. */
export * as yum from "./yum.ts";
/** Facts about ZFS: pools, and the datasets in them. */
export * as zfs from "./zfs.ts";
/** Facts about zypper, its repositories, and what it would do. */
export * as zypper from "./zypper.ts";

type Modules = typeof import("./mod.ts");

declare module "../host/fact.ts" {
  interface FactModules extends Modules {}
}
