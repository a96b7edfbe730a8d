/** Modules that no row of the lab proves: which test does so in a Debian of its own, or what stands for that. */

/** Tests by module; each names all the module's operations that {@linkcode RECORDED} does not. */
export const PROVEN: Readonly<Record<string, string>> = {
  cargo: "tests/systems/languages_test.ts",
  gem: "tests/systems/languages_test.ts",
  npm: "tests/systems/languages_test.ts",
  pipx: "tests/systems/languages_test.ts",
  filesystem: "tests/systems/storage_test.ts",
  hardware: "tests/systems/storage_test.ts",
  lvm: "tests/systems/storage_test.ts",
  selinux: "tests/systems/storage_test.ts",
  zfs: "tests/systems/storage_test.ts",
};

/** Modules and single operations that cannot run here, and where their recorded outputs are from. */
export const RECORDED: Readonly<Record<string, string>> = {
  efibootmgr: "needs UEFI: what efibootmgr 17 and 18 print",
  "lvm.lv": "needs the kernel's device mapper: what LVM 2.03 prints, and its manual",
  puppet: "needs a server: what the manual of Puppet 7 says of exit statuses",
  "selinux.boolean": "needs a kernel with SELinux: what getsebool and semanage 3.4 print",
  uv: "no Debian package: the forms that uv 0.9 documents",
  "zfs.volume": "ZFS in user space has no volumes: the manual of OpenZFS",
};

/** Whether a module's operations and facts are none of the lab's. */
export function isElsewhere(name: string): boolean {
  const module = name.split(".")[0]!;
  return module in PROVEN || module in RECORDED;
}
