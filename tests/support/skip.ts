/** Says why a test cannot run on this machine, once, where `Deno.test({ ignore })` asks. */

const told = new Set<string>();

/** Programs and rights that tests may need, with the command that provides them. */
const REQUIREMENTS = {
  root: { met: isRoot, provide: "run the tests as root" },
  sshd: {
    met: () => isRoot() && exists("/usr/sbin/sshd") && program("ssh"),
    provide: "apt-get install openssh-server openssh-client (as root)",
  },
  dropbear: { met: () => program("dropbear"), provide: "apt-get install dropbear-bin" },
  sudo: { met: () => isRoot() && program("sudo"), provide: "apt-get install sudo (as root)" },
  doas: { met: () => isRoot() && program("doas"), provide: "apt-get install doas (as root)" },
  su: { met: () => isRoot() && program("su"), provide: "run the tests as root" },
  busybox: { met: () => program("busybox"), provide: "apt-get install busybox-static" },
  busyboxUsers: {
    met: () => isRoot() && program("busybox") && runs("busybox", "adduser", "--help"),
    provide: "a static BusyBox with adduser and its kin on PATH, such as Alpine's busybox-static (as root)",
  },
  bash: { met: () => program("bash"), provide: "apt-get install bash" },
  csh: { met: () => program("csh"), provide: "apt-get install csh" },
  fish: { met: () => program("fish"), provide: "apt-get install fish" },
  zsh: { met: () => program("zsh"), provide: "apt-get install zsh" },
  script: { met: () => program("script"), provide: "apt-get install bsdutils" },
  python3: { met: () => runs("python3", "-c", "import pty"), provide: "apt-get install python3" },
  procps: { met: () => program("sysctl") && program("ps"), provide: "apt-get install procps" },
  tar: { met: () => program("tar") && program("gzip"), provide: "apt-get install tar gzip" },
  shasum: { met: () => program("shasum"), provide: "apt-get install perl" },
  downloader: { met: () => program("curl") || program("wget"), provide: "apt-get install curl" },
  dockerd: {
    met: () => isRoot() && exists("/usr/sbin/dockerd") && program("docker") && exists("/usr/bin/busybox"),
    provide: "apt-get install docker.io busybox-static (as root)",
  },
  docker: { met: () => program("docker") && program("ps"), provide: "apt-get install docker.io procps" },
  apt: {
    met: () => isRoot() && program("apt-get") && program("dpkg-deb"),
    provide: "run the tests as root on Debian or Ubuntu",
  },
  gpg: { met: () => program("gpg"), provide: "apt-get install gnupg" },
  dirmngr: { met: () => program("dirmngr"), provide: "apt-get install dirmngr" },
  git: { met: () => program("git"), provide: "apt-get install git" },
  pip: {
    met: () => exists("/usr/bin/python3") && exists("/usr/bin/pip3"),
    provide: "apt-get install python3-venv python3-pip",
  },
  npm: { met: () => program("npm"), provide: "apt-get install npm" },
  cargo: { met: () => runs("cargo", "--version"), provide: "apt-get install cargo" },
  fuse: { met: () => kernelHas("fuse"), provide: "modprobe fuse" },
  acl: {
    met: () => exists("/usr/bin/setfacl") && exists("/usr/bin/getfattr"),
    provide: "apt-get install acl attr",
  },
  mount: { met: canMount, provide: "run the tests as root with CAP_SYS_ADMIN" },
  debianRoot: {
    met: () => canMount() && program("debootstrap") && exists("/etc/debian_version"),
    provide: "apt-get install debootstrap, as root with CAP_SYS_ADMIN on Debian",
  },
  idleSystemd: {
    met: () => program("systemctl") && !exists("/run/systemd/system"),
    provide: "apt-get install systemd, in a container that another program has started",
  },
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

function isRoot(): boolean {
  return Deno.uid() === 0;
}

/** Whether a program is where programs are looked for; those of administrators are, for everybody. */
function program(name: string): boolean {
  const path = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`;
  return path.split(":").some((directory) => exists(`${directory}/${name}`));
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function kernelHas(filesystem: string): boolean {
  return exists("/proc/filesystems") &&
    Deno.readTextFileSync("/proc/filesystems").split(/\s/).includes(filesystem);
}

/** Whether a program can be started and succeeds. */
function runs(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

let mountable: boolean | undefined;

function canMount(): boolean {
  if (mountable !== undefined) return mountable;
  if (!isRoot()) return mountable = false;
  const directory = Deno.makeTempDirSync({ prefix: "drover-mount-" });
  mountable = runs("mount", "-t", "tmpfs", "-o", "size=64k", "none", directory);
  if (mountable) runs("umount", directory);
  Deno.removeSync(directory);
  return mountable;
}
