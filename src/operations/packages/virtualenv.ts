/** What makers of Python's virtual environments share: whether one is there, and its removal. */

import { Directory, File } from "../../facts/files/mod.ts";
import { host, type Steps, touches } from "../../host/mod.ts";
import { directory } from "../files/directory.ts";

/**
 * Makes or removes the environment in a directory; yields nothing if it is as wanted.
 *
 * @param path Without a slash at its end.
 * @param create Makes it, where there is none.
 */
export async function* ensureVirtualenv(path: string, present: boolean, create: () => Steps): Steps {
  touches({ kind: "virtualenv", name: path });
  const [activate, found] = await Promise.all([
    host.getFact(File, { path: `${path}/bin/activate` }),
    present ? undefined : host.getFact(Directory, { path }),
  ]);
  if (!present) {
    if (!found) return host.noop(`virtualenv ${path} does not exist`);
    yield* directory.steps({ path, present: false });
    return;
  }
  if (activate) return host.noop(`virtualenv ${path} exists`);
  yield* create();
}
