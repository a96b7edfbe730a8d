/** Where the lab lives on this machine, and whether this machine can have one. */

import { osRelease, whyNoPackages } from "../setup.ts";

/**
 * Everything of the lab: Docker's data with the cached image, keys, sockets. One lab per machine, since its
 * addresses and port 22 are the machine's; a checkout of its own would have no lab of its own.
 */
export const LAB_DIR = "/var/tmp/drover-lab";

/** The Debian release that the hosts run. */
export const SUITE = "bookworm";

/** Keys for logging in and the hosts' own. */
export const KEYS_DIR = `${LAB_DIR}/keys`;

/** What this checkout is given: the inventory and the configuration for ssh. */
export const CHECKOUT_DIR = new URL("../../.lab/", import.meta.url).pathname;

/** Why there can be no lab here, if there cannot. */
export async function whyNoLab(): Promise<string | undefined> {
  const reason = await whyNoPackages();
  if (reason !== undefined) return reason;
  const release = await osRelease();
  if (release.VERSION_CODENAME !== SUITE) return `this is ${release.PRETTY_NAME}, not Debian 12 (${SUITE})`;
  return undefined;
}

/**
 * Runs `work` while no other process works on the lab.
 *
 * @throws {Error} If the lab's directory belongs to somebody else.
 */
export async function withLabLocked<T>(work: () => Promise<T>): Promise<T> {
  await Deno.mkdir(LAB_DIR, { recursive: true, mode: 0o700 });
  const info = await Deno.lstat(LAB_DIR);
  if (!info.isDirectory || info.uid !== Deno.uid()) throw new Error(`${LAB_DIR} belongs to somebody else`);
  await Deno.chmod(LAB_DIR, 0o700);
  using lock = await Deno.open(`${LAB_DIR}/lock`, { create: true, write: true });
  await lock.lock(true);
  return await work();
}
