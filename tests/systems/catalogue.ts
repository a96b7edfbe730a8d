/** Modules that no row of the lab proves: which test does so in a Debian of its own, or what stands for that. */

/** Tests by module; each names all the module's operations that {@linkcode RECORDED} does not. */
export const PROVEN: Readonly<Record<string, string>> = {
  openrc: "tests/systems/openrc_test.ts",
  runit: "tests/systems/services_test.ts",
  s6: "tests/systems/services_test.ts",
  supervisor: "tests/systems/services_test.ts",
  sysvinit: "tests/systems/services_test.ts",
};

/** Modules and single operations that cannot run here, and where their recorded outputs are from. */
export const RECORDED: Readonly<Record<string, string>> = {
  bsdinit: "exit statuses of rc.d scripts as rc.subr(8) defines them, settings as sysrc(8) prints them",
  incus: "incus list --format json of Incus 6, which has the format of LXD",
  launchd: "launchctl list and print-disabled of macOS 12 to 14",
  lxd: "lxc list --format json of LXD 5, whose daemon does not start without the machine's control groups",
  upstart: "initctl list of Upstart 1.12, as in its manual",
  vzctl: "vzlist -a -j and vzctl status of vzctl 4, as in their manuals",
};

/** Whether a module's operations and facts are none of the lab's. */
export function isElsewhere(name: string): boolean {
  const module = name.split(".")[0]!;
  return module in PROVEN || module in RECORDED;
}
