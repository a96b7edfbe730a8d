/** OpenPGP keys as gpg lists them: what they are, how to list them and how to read the list. */

import { pathWord, sh, type ShellCommand } from "../command/mod.ts";

/** A part of a key. */
export interface GpgSubkey {
  /** A letter of gpg's: `-` unknown, `e` expired, `r` revoked, `u` ultimate … */
  validity: string;
  /** Bits. */
  length: number;
  /** 40 hexadecimal digits, where gpg tells them. */
  fingerprint?: string;
}

/** A key. */
export interface GpgKeyInfo extends GpgSubkey {
  /** By their key ids. */
  subkeys: Record<string, GpgSubkey>;
  /** The first user id: `Name <mail@example.com>`. */
  uid?: string;
  /** gpg's hash of the user id. */
  uidHash?: string;
}

/** Keys by their long ids (16 hexadecimal digits). */
export type GpgKeyMap = Record<string, GpgKeyInfo>;

/** A keyring file. */
export interface GpgKeyring {
  /** `gpg` binary, `asc` armored, `kbx` gpg's own keybox. */
  format: "gpg" | "asc" | "kbx";
  /** Its keys by their long ids. */
  keys: GpgKeyMap;
}

/** A command that lists the keys of all keyrings, each after a line with the keyring's path. */
export function keyringsCommand(directories: string | readonly string[]): ShellCommand {
  return sh`for place in ${[directories].flat().map(pathWord)}; do
  if test -f "$place"; then printf '%s\\n' "$place"
  else find -L "$place" -type f \\( -name '*.gpg' -o -name '*.asc' -o -name '*.kbx' \\) 2>/dev/null; fi
done | sort -u | while IFS= read -r keyring; do
  printf 'keyring:%s\\n' "$keyring"
  case "$keyring" in
    *.kbx) gpg --batch --no-default-keyring --keyring "$keyring" --list-keys --with-colons ;;
    *) gpg --batch --show-keys --with-colons "$keyring" ;;
  esac </dev/null 2>/dev/null || true
done`;
}

/** Reads what {@linkcode keyringsCommand} prints. */
export function parseKeyrings(lines: readonly string[]): Record<string, GpgKeyring> {
  const starts = lines.flatMap((line, index) => line.startsWith("keyring:") ? [index] : []);
  return Object.fromEntries(starts.map((start, index) => {
    const path = lines[start]!.slice("keyring:".length);
    const format = /\.(asc|kbx)$/.exec(path)?.[1] ?? "gpg";
    const keys = parseKeys(lines.slice(start + 1, starts[index + 1]));
    return [path, { format: format as GpgKeyring["format"], keys }];
  }));
}

/**
 * Reads the output of `gpg --with-colons`: records of fields, a key's own lines after its `pub` or `sec`.
 * Lines of other kinds are left out.
 */
export function parseKeys(lines: readonly string[]): GpgKeyMap {
  const keys: GpgKeyMap = {};
  let key: GpgKeyInfo | undefined;
  let part: GpgSubkey | undefined;
  for (const line of lines) {
    const fields = line.split(":");
    const [kind, validity = "", length] = fields;
    const id = fields[4] ?? "";
    const detail = fields[9] ?? "";
    if (kind === "pub" || kind === "sec") {
      key = { validity, length: Number(length), subkeys: {} };
      keys[id] = key;
      part = key;
    } else if (key === undefined || part === undefined) {
      continue;
    } else if (kind === "sub" || kind === "ssb") {
      part = key.subkeys[id] = { validity, length: Number(length) };
    } else if (kind === "fpr") {
      part.fingerprint ??= detail;
    } else if (kind === "uid" && key.uid === undefined) {
      key.uidHash = fields[7] ?? "";
      key.uid = unescapeField(detail);
    }
  }
  return keys;
}

/** Whether one of the keys is meant by an id. */
export function holdsKey(keys: GpgKeyMap, wanted: string): boolean {
  return Object.entries(keys).some(([id, key]) => isKeyNamed(id, key, wanted));
}

/**
 * Whether a key is meant by an id: a short or long id or a fingerprint, with or without `0x` and spaces,
 * of the key itself or of a part of it.
 */
export function isKeyNamed(id: string, key: GpgKeyInfo, wanted: string): boolean {
  const end = normalizeKeyId(wanted);
  const parts = Object.entries(key.subkeys ?? {}).flatMap(([sub, { fingerprint }]) => [sub, fingerprint]);
  return [id, key.fingerprint, ...parts].some((name) => name?.toUpperCase().endsWith(end));
}

/** `0x8d81 803c` → `8D81803C`. */
export function normalizeKeyId(id: string): string {
  return id.replaceAll(/\s/g, "").replace(/^0x/i, "").toUpperCase();
}

/** Whether a source is fetched instead of read. */
export function isUrl(src: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(src);
}

/** gpg writes colons and control characters of a user id as `\x3a`. */
function unescapeField(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
