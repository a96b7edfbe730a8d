/** Modules that no row of the lab proves: which test does so in a Debian of its own, or what stands for that. */

/** Tests by module; each names all the module's operations that {@linkcode RECORDED} does not. */
export const PROVEN: Readonly<Record<string, string>> = {
  docker: "tests/systems/docker_test.ts",
  podman: "tests/systems/podman_test.ts",
};

/** Modules and single operations that cannot run here, and where their recorded outputs are from. */
export const RECORDED: Readonly<Record<string, string>> = {
  freebsd:
    "the formats that the manuals of FreeBSD 14 give: pkg-info(8), service(8), sysrc(8), freebsd-update(8)",
};

/** Whether a module's operations and facts are none of the lab's. */
export function isElsewhere(name: string): boolean {
  const module = name.split(".")[0]!;
  return module in PROVEN || module in RECORDED;
}
