/** Reads, checks and extends files of known host keys as OpenSSH does. */

import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { matchesAny } from "./config_lines.ts";

/** One line of a file. */
export interface KnownHost {
  marker: "revoked" | "cert-authority" | undefined;
  /** The first field: patterns, or one hashed name. */
  names: string;
  type: string;
  /** The key in base64. */
  key: string;
  file: string;
  line: number;
}

/** What the files say about a key. */
export type Verdict =
  | { kind: "known" }
  | { kind: "new" }
  | { kind: "changed"; entry: KnownHost }
  | { kind: "revoked"; entry: KnownHost };

/** Reads the text of a file; lines that mean nothing are left out, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const words = line.trim().split(/[ \t]+/);
    const [first = ""] = words;
    if (first === "" || first.startsWith("#")) continue;
    const marker = first === "@revoked"
      ? "revoked" as const
      : first === "@cert-authority"
      ? "cert-authority" as const
      : undefined;
    if (first.startsWith("@") && marker === undefined) continue;
    const [names, type, key] = marker === undefined ? words : words.slice(1);
    if (names === undefined || type === undefined || key === undefined) continue;
    entries.push({ marker, names, type, key: key.replace(/=+$/, ""), file, line: index + 1 });
  }
  return entries;
}

/** The name under which a host's key is kept. */
export function knownName(hostname: string, port: number): string {
  const host = hostname.toLowerCase();
  return port === 22 ? host : `[${host}]:${port}`;
}

/** The entries that speak of a host. */
export function entriesOf(entries: readonly KnownHost[], name: string): KnownHost[] {
  // The type is checked here and not for every line of a long file.
  return entries.filter(({ names, type, key }) => matchesNames(names, name) && keyType(key) === type);
}

function matchesNames(names: string, name: string): boolean {
  if (!names.startsWith("|")) return matchesAny(name, names.toLowerCase().split(","));
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(names) ?? [];
  if (salt === undefined || hash === undefined) return false;
  return hashOf(name, Buffer.from(salt, "base64")) === hash;
}

/** @param entries Those of the host, see {@linkcode entriesOf}. */
export function judge(entries: readonly KnownHost[], key: Uint8Array): Verdict {
  const encoded = Buffer.from(key).toString("base64").replace(/=+$/, "");
  const type = keyType(encoded);
  const revoked = entries.find((entry) => entry.marker === "revoked" && entry.key === encoded);
  if (revoked !== undefined) return { kind: "revoked", entry: revoked };
  const plain = entries.filter((entry) => entry.marker === undefined);
  if (plain.some((entry) => entry.key === encoded)) return { kind: "known" };
  const other = plain.find((entry) => entry.type === type);
  return other === undefined ? { kind: "new" } : { kind: "changed", entry: other };
}

/** The type that stands in a key itself. */
export function keyType(base64: string): string | undefined {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < 4) return undefined;
  const length = bytes.readUInt32BE(0);
  return length > 64 || bytes.length < 4 + length ? undefined : bytes.toString("latin1", 4, 4 + length);
}

/** `SHA256:…` of a key, as OpenSSH shows it. */
export async function fingerprint(key: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(key));
  return `SHA256:${Buffer.from(digest).toString("base64").replace(/=+$/, "")}`;
}

/**
 * Host key algorithms with those first of which keys are known, so that a server that has several shows one
 * that we know.
 */
export function orderAlgorithms(algorithms: readonly string[], entries: readonly KnownHost[]): string[] {
  const types = new Set(entries.filter(({ marker }) => marker === undefined).map(({ type }) => type));
  const known = (algorithm: string): boolean =>
    types.has(algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm);
  return [...algorithms.filter(known), ...algorithms.filter((algorithm) => !known(algorithm))];
}

/** Adds a key to a file, which is made where it is missing. */
export async function remember(
  file: string,
  name: string,
  key: Uint8Array,
  options: { hash: boolean; home: string },
): Promise<void> {
  const encoded = Buffer.from(key).toString("base64");
  const names = options.hash ? hashedName(name) : name;
  // OpenSSH makes ~/.ssh and no other directory.
  if (dirname(file) === `${options.home}/.ssh`) {
    await Deno.mkdir(dirname(file), { mode: 0o700 }).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
  }
  const line = `${names} ${keyType(encoded)} ${encoded}\n`;
  const text = await endsInLine(file) ? line : `\n${line}`;
  // One write in append mode: other processes may do the same at this moment.
  // The mode is for a file that is made: one that is there, which may be /dev/null, keeps its own.
  using opened = await Deno.open(file, { append: true, create: true, mode: 0o600 });
  await opened.write(new TextEncoder().encode(text));
}

async function endsInLine(file: string): Promise<boolean> {
  const bytes = await Deno.readFile(file).catch(() => new Uint8Array());
  return bytes.length === 0 || bytes.at(-1) === 10;
}

function hashedName(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString("base64")}|${hashOf(name, salt)}`;
}

function hashOf(name: string, salt: Uint8Array): string {
  return createHmac("sha1", salt).update(name).digest("base64");
}
