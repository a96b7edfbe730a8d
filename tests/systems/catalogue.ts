/** Modules that no row of the lab proves: which test does so in a Debian of its own, or what stands for that. */

/** Tests by module; each names all the module's operations that {@linkcode RECORDED} does not. */
export const PROVEN: Readonly<Record<string, string>> = {
  cargo: "tests/systems/languages_test.ts",
  crontab: "tests/systems/crontab_test.ts",
  dnf: "tests/systems/rpm_test.ts",
  docker: "tests/systems/docker_test.ts",
  filesystem: "tests/systems/storage_test.ts",
  firewalld: "tests/systems/firewalld_test.ts",
  flatpak: "tests/systems/flatpak_test.ts",
  gem: "tests/systems/languages_test.ts",
  hardware: "tests/systems/storage_test.ts",
  iptables: "tests/systems/iptables_test.ts",
  lvm: "tests/systems/storage_test.ts",
  mysql: "tests/systems/databases_test.ts",
  nftables: "tests/systems/nftables_test.ts",
  npm: "tests/systems/languages_test.ts",
  openrc: "tests/systems/openrc_test.ts",
  pacman: "tests/systems/pacman_test.ts",
  pipx: "tests/systems/languages_test.ts",
  podman: "tests/systems/podman_test.ts",
  postgres: "tests/systems/databases_test.ts",
  postgresql: "tests/systems/databases_test.ts",
  rpm: "tests/systems/rpm_test.ts",
  runit: "tests/systems/services_test.ts",
  s6: "tests/systems/services_test.ts",
  selinux: "tests/systems/storage_test.ts",
  ssh: "tests/operations/ssh_real_test.ts",
  supervisor: "tests/systems/services_test.ts",
  sysvinit: "tests/systems/services_test.ts",
  ufw: "tests/systems/ufw_test.ts",
  yum: "tests/systems/rpm_test.ts",
  zfs: "tests/systems/storage_test.ts",
  zypper: "tests/systems/rpm_test.ts",
};

/** Modules and single operations that cannot run here, and where their recorded outputs are from. */
export const RECORDED: Readonly<Record<string, string>> = {
  apk: "written in the format of Alpine's apk-tools 2: nothing of it runs on Debian",
  brew: "Homebrew 4.2 and 2.5, in the formats that it documents for --versions and --json=v2",
  bsdinit: "exit statuses of rc.d scripts as rc.subr(8) defines them, settings as sysrc(8) prints them",
  choco: "Chocolatey 2.2, in the formats that it documents for lists and --limit-output",
  efibootmgr: "needs UEFI: what efibootmgr 17 and 18 print",
  freebsd:
    "the formats that the manuals of FreeBSD 14 give: pkg-info(8), service(8), sysrc(8), freebsd-update(8)",
  incus: "incus list --format json of Incus 6, which has the format of LXD",
  launchd: "launchctl list and print-disabled of macOS 12 to 14",
  "lvm.lv": "needs the kernel's device mapper: what LVM 2.03 prints, and its manual",
  lxd:
    "lxc list --format json of LXD 5, written by hand: its daemon does not start in a root without systemd",
  opkg: "written in the format of OpenWrt's opkg: nothing of it runs on Debian",
  pkg:
    "written in the formats of FreeBSD's pkg and of OpenBSD's and NetBSD's pkg_info: none of them runs on Linux",
  pkgin: "written in the format of NetBSD's pkgin: it does not run on Debian",
  puppet: "needs a server: what the manual of Puppet 7 says of exit statuses",
  "selinux.boolean": "needs a kernel with SELinux: what getsebool and semanage 3.4 print",
  snap: "snapd 2.61, in the format of its own documentation: there are no snaps without its store",
  upstart: "initctl list of Upstart 1.12, as in its manual",
  uv: "no Debian package: the forms that uv 0.9 documents",
  vzctl: "vzlist -a -j and vzctl status of vzctl 4, as in their manuals",
  xbps: "written in the format of Void Linux's XBPS: nothing of it runs on Debian",
  "zfs.volume": "ZFS in user space has no volumes: the manual of OpenZFS",
};

/** Whether a module's operations and facts are none of the lab's. */
export function isElsewhere(name: string): boolean {
  const module = name.split(".")[0]!;
  return module in PROVEN || module in RECORDED;
}
