/** apt.key: keys that apt's sources are signed with. */

import { basename, isAbsolute } from "node:path/posix";
import { DroverError } from "../../errors/mod.ts";
import { AptKeys } from "../../facts/apt.ts";
import { KEYRING_PLACES } from "../../facts/apt_keyrings.ts";
import { GpgKeyrings } from "../../facts/gpg.ts";
import { isUrl, normalizeKeyId } from "../../facts/gpg_keys.ts";
import { host, operation, pathSubject, touches } from "../../host/mod.ts";
import { addKeys, keyIdList, removeFrom } from "../gpg/key.ts";

/** Arguments of {@linkcode key}. */
export interface KeyArgs {
  /** Path of a key file on the host, armored or binary, or a URL that the host fetches. */
  src?: string;
  /** Keyserver to fetch keys from, such as `hkps://keyserver.ubuntu.com`. */
  keyserver?: string;
  /** Ids or fingerprints: what to fetch from the keyserver, or what to remove. */
  keyid?: string | string[];
  /**
   * The keyring file: an absolute path, or a name in `/etc/apt/keyrings`; it ends with `.gpg`. Default: the
   * name of the file or URL, or the key ids joined by dashes.
   */
  dest?: string;
  /** Whether the keys shall be there. Default: `true`. */
  present?: boolean;
}

const KEYRINGS = "/etc/apt/keyrings";

/**
 * Installs keys into a keyring for `signed-by=` of a source, or removes them; `apt-key` is not used. Changes
 * something if the keyring lacks a key of `src` or of `keyid`. With `present: false`: removes the keys
 * `keyid` from the keyring `dest` or, without it, wherever apt and its sources keep keys: in `/etc/apt/keyrings`,
 * `/etc/apt/trusted.gpg.d`, `/usr/share/keyrings` and `/etc/apt/trusted.gpg`; without `keyid`, the whole keyring.
 *
 * @example
 * ```ts
 * await apt.key({ src: "https://download.docker.com/linux/debian/gpg", dest: "docker", _sudo: true });
 * await apt.repo({
 *   src: "deb [signed-by=/etc/apt/keyrings/docker.gpg] https://download.docker.com/linux/debian bookworm stable",
 *   filename: "docker",
 *   _sudo: true,
 * });
 * ```
 */
export const key = operation<KeyArgs>("apt.key", async function* (args) {
  const { src, keyserver } = args;
  const keyIds = keyIdList(args.keyid);
  if (args.present === false) {
    const dest = args.dest !== undefined || src !== undefined ? keyringPath(args, keyIds) : undefined;
    if (dest === undefined && keyIds.length === 0) {
      throw new DroverError("E_ARGUMENT", "apt.key needs dest, src or keyid to know what to remove");
    }
    if (dest !== undefined) touches(pathSubject(dest));
    yield* removeFrom(
      await host.getFact(GpgKeyrings, { directories: dest === undefined ? KEYRING_PLACES : [dest] }),
      keyIds,
    );
    return;
  }
  const dest = keyringPath(args, keyIds);
  const askHeld = () => host.getFact(AptKeys, { directories: [dest] });
  yield* addKeys({ src, keyserver, keyIds, dest }, askHeld);
}, {
  parameters: {
    src: "string?",
    keyserver: "string?",
    keyid: "string | string[]?",
    dest: "string?",
    present: "boolean?",
  },
});

function keyringPath({ dest, src }: KeyArgs, keyIds: readonly string[]): string {
  const name = dest ?? (src === undefined ? keyIds.map(normalizeKeyId).join("-") : sourceName(src));
  const file = name.endsWith(".gpg") ? name : `${name.replace(/\.(asc|key|pub)$/, "")}.gpg`;
  return isAbsolute(file) ? file : `${KEYRINGS}/${file}`;
}

function sourceName(src: string): string {
  const path = isUrl(src) ? new URL(src).pathname : src;
  return basename(path) || (isUrl(src) ? new URL(src).hostname : "key");
}
