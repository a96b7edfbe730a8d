/** gpg.key: keyring files. */

import { DroverError } from "../../errors/mod.ts";
import { File } from "../../facts/files/mod.ts";
import { GpgKey, GpgKeyrings } from "../../facts/gpg.ts";
import { type GpgKeyMap, type GpgKeyring, holdsKey, isKeyNamed } from "../../facts/gpg_keys.ts";
import { pathWord, sh } from "../../command/mod.ts";
import { effect, host, operation, pathSubject, type Steps, touches } from "../../host/mod.ts";
import { baseName } from "../files/remote_path.ts";
import { checkMode, correctOwnership } from "../files/ownership.ts";
import { installKey, receiveKeys, refuseOptions, removeKeys } from "./keyring_commands.ts";

/** Arguments of {@linkcode key}. */
export interface KeyArgs {
  /** Path of a key file on the host, armored or binary, or a URL that the host fetches. */
  src?: string;
  /** Path of the keyring file. Needed unless `present` is `false`. */
  dest?: string;
  /** Keyserver to fetch keys from, such as `hkps://keyserver.ubuntu.com`. */
  keyserver?: string;
  /** Ids or fingerprints: what to fetch from the keyserver, or what to remove. */
  keyid?: string | string[];
  /** Turns an armored key into a binary one. Default: `true`. */
  dearmor?: boolean;
  /** Mode of the file in octal digits. Default: `644`. */
  mode?: number | string;
  /** Whether the keys shall be there. Default: `true`. */
  present?: boolean;
  /** Directories whose keyrings are looked at when keys are removed and no `dest` is given. */
  workingDirs?: string[];
}

/**
 * Installs keys into a keyring file, or removes them. Changes something if the file lacks a key of `src` or
 * of `keyid`, or has another mode. With `present: false`, removes the keys `keyid` from the file `dest`, or from all keyrings in
 * `workingDirs`; without `keyid`, these files as a whole.
 *
 * @example
 * ```ts
 * await gpg.key({
 *   src: "https://download.docker.com/linux/debian/gpg",
 *   dest: "/usr/share/keyrings/docker.gpg",
 *   _sudo: true,
 * });
 * ```
 */
export const key = operation<KeyArgs>("gpg.key", async function* (args) {
  const keyIds = keyIdList(args.keyid);
  if (args.present === false) {
    const places = args.dest === undefined ? args.workingDirs : [args.dest];
    if (places === undefined || places.length === 0) {
      throw new DroverError("E_ARGUMENT", "gpg.key needs dest or workingDirs to remove keys from");
    }
    touches(...places.map((path) => pathSubject(path)));
    const found = await host.getFact(GpgKeyrings, { directories: places });
    yield* removeFrom(args.dest === undefined ? found : onlyFile(found, args.dest), keyIds);
    return;
  }
  const { dest } = args;
  if (dest === undefined) throw new DroverError("E_ARGUMENT", "gpg.key needs dest to install a key");
  const askHeld = async () => {
    const keyrings = await host.getFact(GpgKeyrings, { directories: [dest] });
    return Object.assign({}, ...Object.values(keyrings).map(({ keys }) => keys)) as GpgKeyMap;
  };
  let changed = false;
  for await (const step of addKeys({ ...args, dest, keyIds }, askHeld)) {
    changed = true;
    yield step;
  }
  if (changed) return;
  const file = await host.getFact(File, { path: dest });
  if (file) yield* correctOwnership(dest, file, { mode: checkMode("gpg.key", args.mode ?? 644) });
}, {
  parameters: {
    src: "string?",
    dest: "string?",
    keyserver: "string?",
    keyid: "string | string[]?",
    dearmor: "boolean?",
    mode: "string | number?",
    present: "boolean?",
    workingDirs: "string[]?",
  },
});

/** What {@linkcode addKeys} needs. */
export interface AddKeys {
  src?: string | undefined;
  keyserver?: string | undefined;
  keyIds: readonly string[];
  dest: string;
  dearmor?: boolean | undefined;
  mode?: number | string | undefined;
}

/**
 * Adds the keys of a source or of a keyserver to a file that lacks them.
 *
 * @param askHeld Asks for the keys that the file holds.
 */
export async function* addKeys(wanted: AddKeys, askHeld: () => Promise<GpgKeyMap>): Steps {
  const { src, keyserver, keyIds, dest, dearmor = true, mode = 644 } = wanted;
  touches(pathSubject(dest));
  if (!/^[0-7]{3,4}$/.test(String(mode))) {
    throw new DroverError("E_ARGUMENT", `mode cannot be ${mode}`, { hint: "give octal digits, such as 644" });
  }
  if (src !== undefined) {
    if (src === "") throw new DroverError("E_ARGUMENT", "src cannot be empty");
    const [incoming, held] = await Promise.all([host.getFact(GpgKey, { src }), askHeld()]);
    const ids = Object.keys(incoming ?? {});
    if (ids.length > 0 && ids.every((id) => Object.hasOwn(held, id))) {
      return host.noop(`all keys from ${src} are already in ${dest}`);
    }
    if (Object.keys(held).length === 0) effect("create");
    yield installKey(src, { dest, mode }, dearmor);
    return;
  }
  if (keyserver === undefined || keyIds.length === 0) {
    throw new DroverError(
      "E_ARGUMENT",
      keyserver === undefined ? "A key needs src or keyserver" : "`keyid` must be provided with `keyserver`",
      {
        hint: "give src: a file on the host or a URL, or keyserver: together with keyid: which keys to fetch",
      },
    );
  }
  refuseOptions("keyserver", [keyserver]);
  const held = await askHeld();
  const missing = keyIds.filter((id) => !holdsKey(held, id));
  if (missing.length === 0) return host.noop(`keys ${keyIds.join(", ")} are already in ${dest}`);
  if (Object.keys(held).length === 0) effect("create");
  yield receiveKeys(keyserver, missing, { dest, mode });
}

/** Removes keys from keyrings, or the keyrings as a whole if no keys are named. */
export async function* removeFrom(
  keyrings: Readonly<Record<string, GpgKeyring>>,
  keyIds: readonly string[],
): Steps {
  let changed = false;
  for (const [path, { keys, format }] of Object.entries(keyrings)) {
    const wanted = ([id, one]: [string, GpgKeyMap[string]]) =>
      keyIds.some((name) => isKeyNamed(id, one, name));
    const leaving = Object.entries(keys).filter(wanted);
    if (keyIds.length > 0 && leaving.length === 0) continue;
    changed = true;
    effect("remove");
    const all = keyIds.length === 0 || leaving.length === Object.keys(keys).length;
    const fingerprints = leaving.map(([id, one]) => one.fingerprint ?? id);
    if (all) yield sh`rm -f ${pathWord(path)}`;
    else yield removeKeys(fingerprints, { dest: path }, format === "asc");
  }
  if (changed) return;
  host.noop(keyIds.length === 0 ? "no such keyring exists" : `keys ${keyIds.join(", ")} are in no keyring`);
}

/** Leaves out what a directory holds that was given in the place of a file. */
function onlyFile(keyrings: Readonly<Record<string, GpgKeyring>>, path: string): Record<string, GpgKeyring> {
  return Object.fromEntries(Object.entries(keyrings).filter(([found]) => baseName(found) === baseName(path)));
}

/** The key ids of an argument, as a list. */
export function keyIdList(keyid: string | readonly string[] | undefined): string[] {
  const ids = keyid === undefined ? [] : [keyid].flat();
  refuseOptions("keyid", ids);
  // Fingerprints are often written in groups, which gpg does not take.
  return ids.map((id) => id.replaceAll(/\s/g, ""));
}
