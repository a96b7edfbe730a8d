/** Says why a test cannot run on this machine, once, where `Deno.test({ ignore })` asks. */

const told = new Set<string>();

/** Programs and rights that tests may need, with the command that provides them. */
const REQUIREMENTS = {
  root: { met: () => Deno.uid() === 0, provide: "run the tests as root" },
  sshd: {
    met: () => exists("/usr/sbin/sshd") && Deno.uid() === 0,
    provide: "apt-get install openssh-server (as root)",
  },
  dropbear: { met: () => exists("/usr/sbin/dropbear"), provide: "apt-get install dropbear-bin" },
  sudo: { met: () => exists("/usr/bin/sudo") && Deno.uid() === 0, provide: "apt-get install sudo (as root)" },
  doas: { met: () => exists("/usr/bin/doas") && Deno.uid() === 0, provide: "apt-get install doas (as root)" },
  su: { met: () => exists("/usr/bin/su") && Deno.uid() === 0, provide: "run the tests as root" },
  busybox: {
    met: () => exists("/usr/bin/busybox") || exists("/bin/busybox"),
    provide: "apt-get install busybox-static",
  },
  bash: { met: () => exists("/usr/bin/bash") || exists("/bin/bash"), provide: "apt-get install bash" },
  csh: { met: () => exists("/usr/bin/csh") || exists("/bin/csh"), provide: "apt-get install csh" },
  fish: { met: () => exists("/usr/bin/fish"), provide: "apt-get install fish" },
  zsh: { met: () => exists("/usr/bin/zsh"), provide: "apt-get install zsh" },
  dockerd: {
    met: () => exists("/usr/sbin/dockerd") && exists("/usr/bin/busybox") && Deno.uid() === 0,
    provide: "apt-get install docker.io busybox-static (as root)",
  },
  apt: {
    met: () => exists("/usr/bin/apt-get") && exists("/usr/bin/dpkg-deb") && Deno.uid() === 0,
    provide: "run the tests as root on Debian or Ubuntu",
  },
  gpg: { met: () => exists("/usr/bin/gpg"), provide: "apt-get install gnupg" },
  dirmngr: { met: () => exists("/usr/bin/dirmngr"), provide: "apt-get install dirmngr" },
  git: { met: () => exists("/usr/bin/git"), provide: "apt-get install git" },
  pip: {
    met: () => exists("/usr/bin/python3") && exists("/usr/bin/pip3"),
    provide: "apt-get install python3-venv python3-pip",
  },
  acl: {
    met: () => exists("/usr/bin/setfacl") && exists("/usr/bin/getfattr"),
    provide: "apt-get install acl attr",
  },
  mount: { met: canMount, provide: "run the tests as root with CAP_SYS_ADMIN" },
} as const;

/** What a test may need. */
export type Requirement = keyof typeof REQUIREMENTS;

/**
 * Whether tests with these needs have to be ignored here. Prints the reason once.
 *
 * @example
 * ```ts
 * Deno.test({ name: "over ssh", ignore: requirement("sshd"), fn: async () => {} });
 * ```
 */
export function requirement(...names: Requirement[]): boolean {
  const missing = names.filter((name) => !REQUIREMENTS[name].met());
  for (const name of missing) {
    if (told.has(name)) continue;
    told.add(name);
    // deno-lint-ignore no-console
    console.error(`skipped: needs ${name}; provide it with: ${REQUIREMENTS[name].provide}`);
  }
  return missing.length > 0;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

let mountable: boolean | undefined;

function canMount(): boolean {
  if (mountable !== undefined) return mountable;
  if (Deno.uid() !== 0) return mountable = false;
  const directory = Deno.makeTempDirSync({ prefix: "drover-mount-" });
  const run = (program: string, ...args: string[]): boolean =>
    new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).outputSync().success;
  mountable = run("mount", "-t", "tmpfs", "-o", "size=64k", "none", directory);
  if (mountable) run("umount", directory);
  Deno.removeSync(directory);
  return mountable;
}
