/** Adds the keys of other servers to the known hosts of the user on the host. */

import { pathWord, sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { Directory, FindInFile } from "../facts/files/mod.ts";
import { Home } from "../facts/server/mod.ts";
import { host, type Steps } from "../host/mod.ts";
import { directory } from "./files/mod.ts";

/** An ssh server whose key is wanted. */
export interface SshServer {
  /** Name or address, as ssh is told it. */
  hostname: string;
  /** Port that its ssh daemon listens on; 22 by default. */
  port?: number | undefined;
}

/**
 * The name of a server, as ssh may be told it.
 *
 * @throws {DroverError} `E_ARGUMENT` for what is not the name of a server.
 */
export function checkServer(hostname: string): string {
  if (/^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/.test(hostname)) return hostname;
  throw new DroverError("E_ARGUMENT", `"${hostname}" is not the name of a server`);
}

/**
 * Scans the key of a server unless `~/.ssh/known_hosts` has one. The scan believes whoever answers: it
 * guards against later changes only.
 *
 * @param again Scans it anew, and forgets the keys that are known.
 * @throws {DroverError} `E_ARGUMENT` for what is not the name of a server.
 */
export async function* ensureKnownHost({ hostname, port = 22 }: SshServer, again = false): Steps {
  checkServer(hostname);
  const home = await host.getFact(Home, {}) ?? "~";
  const path = `${home}/.ssh/known_hosts`;
  // ssh spells servers at other ports with brackets.
  const name = port === 22 ? hostname : `[${hostname}]:${port}`;
  const pattern = name.replaceAll(/[[\]]/g, "\\$&");
  const [found] = await Promise.all([
    host.getFact(FindInFile, { path, pattern }),
    host.getFact(Directory, { path: `${home}/.ssh` }),
  ]);
  const isKnown = found !== undefined && found.length > 0;
  if (isKnown && !again) return host.noop(`host key for ${name} already exists`);
  if (isKnown) yield sh`ssh-keygen -R ${name}`;
  yield* directory.steps({ path: `${home}/.ssh`, mode: 700 });
  yield sh`ssh-keyscan -p ${port} ${hostname} >> ${pathWord(path)}`;
}
