/** The operation on the host's name. */

import { pathWord, sh, upload } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Command, Hostname, Os, Which } from "../../facts/server/mod.ts";
import { host, operation, showDiff, touches } from "../../host/mod.ts";

/** Arguments of {@linkcode hostname}. */
export interface HostnameArgs {
  /** The wanted name. */
  hostname: string;
  /**
   * The file that keeps the name over a reboot, on systems without `hostnamectl`; by default `/etc/hostname`
   * on Linux and `/etc/myname` on OpenBSD. `false` writes none.
   */
  hostnameFile?: string | false;
}

const FILES: Readonly<Record<string, string>> = { Linux: "/etc/hostname", OpenBSD: "/etc/myname" };

/**
 * Names the host, now and for later boots. It changes something if the name is another.
 *
 * @example
 * ```ts
 * await server.hostname({ hostname: "web-01.example.com", _sudo: true });
 * ```
 */
export const hostname = operation<HostnameArgs>("server.hostname", async function* (args) {
  const { hostname: wanted, hostnameFile } = args;
  checkHostname(wanted);
  touches({ kind: "hostname" });
  const [current, hostnamectl] = await Promise.all([
    host.getFact(Hostname),
    host.getFact(Which, { command: "hostnamectl" }),
  ]);
  if (hostnamectl) {
    if (current === wanted) host.noop("hostname is set");
    else yield sh`hostnamectl set-hostname ${wanted}`;
    return;
  }
  const file = hostnameFile ?? FILES[await host.getFact(Os)];
  if (current !== wanted) yield sh`hostname ${wanted}`;
  if (file && (current !== wanted || await fileDiffers(file, wanted))) {
    yield upload({ content: `${wanted}\n` }, file);
  } else if (current === wanted) host.noop("hostname is set");
}, { parameters: { hostname: "string", hostnameFile: "string | false?" } });

/** A name that was only set for now is gone after the next boot. */
async function fileDiffers(file: string, wanted: string): Promise<boolean> {
  const before = await host.getFact(Command, { command: sh`cat ${pathWord(file)} 2>/dev/null || true` });
  if (before.trim() === wanted) return false;
  showDiff({ path: file, before: before === "" ? undefined : `${before}\n`, after: `${wanted}\n` });
  return true;
}

function checkHostname(name: string): void {
  if (name.length <= 253 && /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name)) return;
  throw new DroverError("E_ARGUMENT", `${Deno.inspect(name)} cannot be the name of a host`, {
    hint: "names of hosts consist of letters, digits, dots and dashes",
  });
}
