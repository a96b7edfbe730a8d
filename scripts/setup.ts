/** Installs what the real tests and the lab need, on a Debian machine where we are root; says so elsewhere. */

import { sayDone, seconds } from "./print.ts";
import { capture, hasProgram, must } from "./process.ts";

/** A Debian package and a program whose presence shows that it is installed. */
interface Need {
  package: string;
  program: string;
}

/** What the tests of `deno task test` need. */
export const TEST_NEEDS: readonly Need[] = [
  { package: "openssh-server", program: "sshd" },
  { package: "openssh-client", program: "ssh" },
  { package: "dropbear-bin", program: "dropbear" },
  { package: "docker.io", program: "dockerd" },
  { package: "debootstrap", program: "debootstrap" },
  { package: "sudo", program: "sudo" },
  { package: "doas", program: "doas" },
  { package: "csh", program: "csh" },
  { package: "fish", program: "fish" },
  { package: "zsh", program: "zsh" },
  { package: "busybox-static", program: "busybox" },
  { package: "git", program: "git" },
  { package: "rsync", program: "rsync" },
  { package: "acl", program: "setfacl" },
  { package: "attr", program: "getfattr" },
  { package: "zsh", program: "zsh" },
  { package: "curl", program: "curl" },
];

/** What the lab needs on the machine that it runs on. */
export const LAB_NEEDS: readonly Need[] = TEST_NEEDS.filter((need) =>
  ["openssh-client", "docker.io", "debootstrap", "git", "curl"].includes(need.package)
);

const POLICY_FILE = "/usr/sbin/policy-rc.d";

/** Why packages cannot be installed here, if they cannot. */
export async function whyNoPackages(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return `this is ${Deno.build.os}, not Debian`;
  const release = await osRelease();
  if (release.ID !== "debian") return `this is ${release.PRETTY_NAME ?? "not Debian"}, not Debian`;
  if (Deno.uid() !== 0) return "this is not root";
  return undefined;
}

/** The fields of `/etc/os-release`. */
export async function osRelease(): Promise<Record<string, string>> {
  const text = await Deno.readTextFile("/etc/os-release").catch(() => "");
  const fields = text.split("\n").map((line) => /^(\w+)="?(.*?)"?$/.exec(line));
  return Object.fromEntries(fields.flatMap((match) => match === null ? [] : [[match[1]!, match[2]!]]));
}

/**
 * Installs the packages whose programs are missing and says which in one line.
 *
 * @throws {Error} If apt fails.
 */
export async function installMissing(needs: readonly Need[]): Promise<void> {
  const present = await Promise.all(needs.map((need) => hasProgram(need.program)));
  const missing = needs.filter((_, index) => !present[index]).map((need) => need.package);
  if (missing.length === 0) return;
  const start = performance.now();
  await withoutServiceStarts(async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    const install = ["apt-get", "install", "-qy", "--no-install-recommends", ...missing];
    await must(["apt-get", "update", "-q"], { env });
    await must(install, { env });
  });
  sayDone("Installed", `${missing.join(" ")} with apt-get (${seconds(start)})`);
}

/** Keeps packages from starting their daemons; whatever a test needs, it starts itself. */
async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  const exists = (await capture(["test", "-e", POLICY_FILE])).code === 0;
  if (exists) return await work();
  await Deno.writeTextFile(POLICY_FILE, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    await Deno.remove(POLICY_FILE);
  }
}

if (import.meta.main) {
  const reason = await whyNoPackages();
  if (reason !== undefined) {
    sayDone("Skipped", `${reason}: install by hand ${TEST_NEEDS.map((need) => need.package).join(" ")}`);
  } else {
    await installMissing(TEST_NEEDS);
    sayDone("Ready", "for deno task test and deno task lab");
  }
}
