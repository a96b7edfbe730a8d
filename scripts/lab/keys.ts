/** The lab's SSH keys: one to log in with, and one of each host. */

import { must } from "../process.ts";
import type { LabHost } from "./hosts.ts";
import { KEYS_DIR } from "./machine.ts";

/** The private key that logs in everywhere. */
export const LOGIN_KEY = `${KEYS_DIR}/id_ed25519`;

/** The public keys of all hosts, in the form of `known_hosts`. */
export const KNOWN_HOSTS = `${KEYS_DIR}/known_hosts`;

/** Makes the keys that are missing and writes `known_hosts`. */
export async function prepareKeys(hosts: readonly LabHost[]): Promise<void> {
  await Deno.mkdir(KEYS_DIR, { recursive: true, mode: 0o700 });
  await makeKey(LOGIN_KEY, "lab");
  await Promise.all(hosts.map((host) => makeKey(hostKeyFile(host), host.name)));
  const lines = await Promise.all(hosts.map(async (host) => {
    const [kind, key] = (await hostKey(host)).public.split(" ");
    return `${host.address},${host.name} ${kind} ${key!.trim()}\n`;
  }));
  await Deno.writeTextFile(KNOWN_HOSTS, lines.join(""));
}

/** The line that lets the login key in. */
export async function authorizedKey(): Promise<string> {
  return await Deno.readTextFile(`${LOGIN_KEY}.pub`);
}

/** The key pair of a host. */
export async function hostKey(host: LabHost): Promise<{ secret: string; public: string }> {
  const file = hostKeyFile(host);
  return { secret: await Deno.readTextFile(file), public: await Deno.readTextFile(`${file}.pub`) };
}

function hostKeyFile(host: LabHost): string {
  return `${KEYS_DIR}/host_${host.name}`;
}

async function makeKey(file: string, comment: string): Promise<void> {
  if (await Deno.stat(file).then(() => true, () => false)) return;
  await must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file]);
}
