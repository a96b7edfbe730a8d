/** Keys that rpm packages are signed with: what the operations `key` of dnf and yum share. */

import { pathWord, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { isUrl } from "../../facts/gpg_keys.ts";
import { RpmKeys } from "../../facts/rpm.ts";
import { effect, host, type Steps, touches } from "../../host/mod.ts";

/** Arguments of the operations `key`. */
export interface RpmKeyArgs {
  /** Path of a key file on the host, or a URL that the host fetches. */
  src: string;
}

/** Imports the keys of a file or a URL unless rpm trusts them all. */
export async function* ensureKey(operation: string, { src }: RpmKeyArgs): Steps {
  if (src === "" || src.startsWith("-")) {
    throw new DroverError("E_ARGUMENT", `${operation}: src cannot be ${JSON.stringify(src)}`, {
      hint: "give the path of a key file on the host, or a URL",
    });
  }
  touches({ kind: "rpm key" });
  const keys = await host.getFact(RpmKeys, { src });
  if (keys?.missing.length === 0) return host.noop(`all keys from ${src} are imported`);
  effect("create");
  yield sh`rpm --import ${isUrl(src) ? src : pathWord(src)}`;
}
