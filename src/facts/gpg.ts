/** Facts about OpenPGP keys: in files, behind URLs, in keyrings. */

import { pathWord, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact, isLine } from "../host/mod.ts";
import {
  type GpgKeyMap,
  type GpgKeyring,
  isUrl,
  keyringsCommand,
  parseKeyrings,
  parseKeys,
} from "./gpg_keys.ts";

export type { GpgKeyInfo, GpgKeyMap, GpgKeyring, GpgSubkey } from "./gpg_keys.ts";

/** The argument of {@linkcode GpgKey}. */
export interface GpgKeyArgs {
  /** Path of a file on the host, or a URL that the host fetches. */
  src: string;
}

/** The argument of {@linkcode GpgKeys} and {@linkcode GpgSecretKeys}. */
export interface GpgKeysArgs {
  /** Path of a keyring; the user's own by default. */
  keyring?: string;
}

/** The argument of {@linkcode GpgKeyrings}. */
export interface GpgKeyringsArgs {
  /** Directories that are searched for keyrings, or keyring files. */
  directories: string | readonly string[];
}

/**
 * The keys in a file or behind a URL.
 *
 * @example
 * ```ts
 * const keys = await host.getFact(facts.gpg.GpgKey, { src: "/etc/apt/keyrings/docker.asc" });
 * ```
 */
export const GpgKey: Fact<GpgKeyMap, GpgKeyArgs> = fact<GpgKeyMap, GpgKeyArgs>({
  name: "gpg.GpgKey",
  // What is behind a URL is fetched only for those who ask.
  remember: { src: (src) => isLine(src) && !isUrl(src) },
  parameters: { src: "string" },
  requires: "gpg",
  command: ({ src }) =>
    isUrl(src)
      ? sh`(wget -O - ${src} || curl -sSLf ${src}) | gpg --with-colons`
      : sh`gpg --with-colons ${pathWord(src)}`,
  default: () => ({}),
  process: parseKeys,
});

/** The public keys of the user who asks, or of a keyring. */
export const GpgKeys: Fact<GpgKeyMap, GpgKeysArgs> = keysFact("gpg.GpgKeys", sh`--list-keys`);

/** The secret keys of the user who asks, or of a keyring. */
export const GpgSecretKeys: Fact<GpgKeyMap, GpgKeysArgs> = keysFact(
  "gpg.GpgSecretKeys",
  sh`--list-secret-keys`,
);

/**
 * All keyrings (`*.gpg`, `*.asc`, `*.kbx`) in directories, by their paths.
 *
 * @example
 * ```ts
 * const keyrings = await host.getFact(facts.gpg.GpgKeyrings, { directories: "/etc/apt/keyrings" });
 * Object.keys(keyrings["/etc/apt/keyrings/docker.gpg"]?.keys ?? {}); // ["8D81803C0EBFCD88"]
 * ```
 */
export const GpgKeyrings: Fact<Record<string, GpgKeyring>, GpgKeyringsArgs> = fact<
  Record<string, GpgKeyring>,
  GpgKeyringsArgs
>({
  name: "gpg.GpgKeyrings",
  remember: { directories: "paths" },
  parameters: { directories: "string | string[]" },
  requires: "gpg",
  command: ({ directories }) => keyringsCommand(directories),
  default: () => ({}),
  process: parseKeyrings,
});

function keysFact(name: string, list: ShellCommand): Fact<GpgKeyMap, GpgKeysArgs> {
  return fact<GpgKeyMap, GpgKeysArgs>({
    name,
    // gpg makes the keyring that it does not find.
    remember: { keyring: "unset" },
    parameters: { keyring: "string?" },
    requires: "gpg",
    command({ keyring }) {
      const where = keyring !== undefined && sh`--keyring ${pathWord(keyring)} --no-default-keyring`;
      return sh`gpg ${list} --with-colons ${where}`;
    },
    default: () => ({}),
    process: parseKeys,
  });
}
