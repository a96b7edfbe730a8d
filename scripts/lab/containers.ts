/** The hosts as containers: each with its own file system, systemd, host key and address. */

import { must } from "../process.ts";
import { until } from "../wait.ts";
import { docker, dockerWords, tryDocker } from "./engine.ts";
import type { LabHost } from "./hosts.ts";
import { authorizedKey, hostKey } from "./keys.ts";
import { LAB_DIR } from "./machine.ts";
import { writeRepository } from "./repository.ts";

const LABEL = "drover.lab";
const BOOT_SECONDS = 60;

/** The states of the lab's containers by host name, in Docker's words: `running`, `exited`. */
export async function containerStates(): Promise<Map<string, string>> {
  const format = "{{.Names}} {{.State}}";
  const text = await docker(["ps", "--all", "--filter", `label=${LABEL}`, "--format", format]);
  return new Map(text.split("\n").filter(Boolean).map((line) => line.split(" ") as [string, string]));
}

/**
 * Starts a host and waits until it has booted.
 *
 * @param all All hosts of the lab, which know each other by name.
 * @throws {Error} If its port is taken or it does not boot.
 */
export async function startHost(host: LabHost, all: readonly LabHost[], image: string): Promise<void> {
  const state = (await containerStates()).get(host.name);
  if (state !== "running") {
    checkPortIsFree(host);
    if (state === undefined) await create(host, all, image);
    await docker(["start", host.name]);
  }
  await waitUntilBooted(host);
}

async function create(host: LabHost, all: readonly LabHost[], image: string): Promise<void> {
  await docker([
    "create",
    `--name=${host.name}`,
    `--hostname=${host.name}`,
    `--label=${LABEL}`,
    "--network=host",
    "--cgroupns=host",
    // systemd mounts and names things, and ends its namespace on a reboot, after which Docker starts it again.
    "--cap-add=SYS_ADMIN",
    "--cap-add=SYS_BOOT",
    "--restart=on-failure",
    "--security-opt=seccomp=unconfined",
    "--security-opt=apparmor=unconfined",
    "--env=container=docker",
    "--tmpfs=/run",
    "--tmpfs=/run/lock",
    "--tmpfs=/tmp:exec",
    "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
    ...all.map(({ name, address }) => `--add-host=${name}:${address}`),
    image,
    "/lib/systemd/systemd",
    "--system",
  ]);
  await copyFiles(host, all);
}

/** Copies what is the host's own into its file system before it boots for the first time. */
async function copyFiles(host: LabHost, all: readonly LabHost[]): Promise<void> {
  const root = `${LAB_DIR}/files/${host.name}`;
  const write = async (path: string, text: string, mode = 0o644) => {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
    await Deno.chmod(`${root}/${path}`, mode);
  };
  await Deno.remove(root, { recursive: true }).catch(() => {});
  try {
    const key = await hostKey(host);
    await write("etc/ssh/ssh_host_ed25519_key", key.secret, 0o600);
    await write("etc/ssh/ssh_host_ed25519_key.pub", key.public);
    await write("etc/ssh/lab_authorized_keys", await authorizedKey());
    await write("etc/ssh/sshd_config.d/lab.conf", sshdConfig(host));
    await write("etc/sudoers.d/lab", sudoers(host), 0o440);
    await write("etc/machine-id", `${crypto.randomUUID().replaceAll("-", "")}\n`, 0o444);
    await write("etc/lab.env", `ADDRESS=${host.address}\n`);
    if (host === gitHost(all)) await writeRepository(`${root}/srv/git/myapp.git`);
    const copy = 'tar -C "$0" --owner=0 --group=0 -c . | "$@"';
    await must(["sh", "-c", copy, root, ...dockerWords("cp", "-", `${host.name}:/`)]);
  } finally {
    await Deno.remove(root, { recursive: true }).catch(() => {});
  }
}

function sshdConfig(host: LabHost): string {
  return `ListenAddress ${host.address}
HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/lab_authorized_keys .ssh/authorized_keys
PasswordAuthentication no
UseDNS no
`;
}

function sudoers(host: LabHost): string {
  const free = host.sudoAsks ? ["deploy", "postgres"] : ["admin", "deploy", "postgres"];
  const asked = host.sudoAsks ? ["admin ALL=(ALL:ALL) ALL\n"] : [];
  return [...asked, ...free.map((user) => `${user} ALL=(ALL:ALL) NOPASSWD: ALL\n`)].join("");
}

/** The host that serves Git repositories at `git://ADDRESS/`: the first cache, or the last host. */
export function gitHost(all: readonly LabHost[]): LabHost {
  return all.find((host) => host.name.startsWith("cache-")) ?? all.at(-1)!;
}

function checkPortIsFree(host: LabHost): void {
  try {
    Deno.listen({ hostname: host.address, port: 22 }).close();
  } catch {
    throw new Error(
      `port 22 of ${host.address} is taken: does this machine run an SSH server on all addresses?`,
    );
  }
}

async function waitUntilBooted(host: LabHost): Promise<void> {
  let answer = "";
  const booted = await until(BOOT_SECONDS, async () => {
    answer = (await tryDocker(["exec", host.name, "systemctl", "is-system-running"])).stdout.trim();
    return answer === "running" || answer === "degraded";
  });
  if (booted && answer === "running") return;
  const failed = await tryDocker(["exec", host.name, "systemctl", "--failed", "--no-legend", "--plain"]);
  throw new Error(`${host.name} does not boot: systemd says "${answer}"\n${failed.stdout}`);
}

/** Removes all containers of the lab; returns how many there were. */
export async function removeHosts(): Promise<number> {
  const names = [...(await containerStates()).keys()];
  if (names.length > 0) await docker(["rm", "--force", "--volumes", ...names]);
  return names.length;
}
