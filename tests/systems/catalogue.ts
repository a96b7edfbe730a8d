/** Modules that no row of the lab proves: which test does so in a Debian of its own, or what stands for that. */

/** Tests by module; each names all the module's operations that {@linkcode RECORDED} does not. */
export const PROVEN: Readonly<Record<string, string>> = {
  firewalld: "tests/systems/firewalld_test.ts",
  flatpak: "tests/systems/flatpak_test.ts",
  iptables: "tests/systems/iptables_test.ts",
  nftables: "tests/systems/nftables_test.ts",
  ufw: "tests/systems/ufw_test.ts",
};

/** Modules and single operations that cannot run here, and where their recorded outputs are from. */
export const RECORDED: Readonly<Record<string, string>> = {
  brew: "Homebrew 4.2 and 2.5, in the formats that it documents for --versions and --json=v2",
  choco: "Chocolatey 2.2, in the formats that it documents for lists and --limit-output",
  snap: "snapd 2.61, in the format of its own documentation: there are no snaps without its store",
};

/** Whether a module's operations and facts are none of the lab's. */
export function isElsewhere(name: string): boolean {
  const module = name.split(".")[0]!;
  return module in PROVEN || module in RECORDED;
}
