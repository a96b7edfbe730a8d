/** Whether a password is the one that MySQL or MariaDB keeps something of. */

import { createHash } from "node:crypto";
import type { MysqlUser } from "../../facts/mysql.ts";

/** Whether it is the user's; `undefined` where what the server keeps cannot be computed here. */
export function isPassword(password: string, user: MysqlUser): boolean | undefined {
  const { plugin = "mysql_native_password" } = user;
  const kept = user.authenticationString ?? user.Password ?? "";
  switch (plugin) {
    case "mysql_native_password":
      return kept.toUpperCase() === (password === "" ? "" : nativePassword(password));
    case "caching_sha2_password":
      return password === "" ? kept === "" : isCachingSha2(password, kept);
    case "unix_socket":
    case "auth_socket":
      return false;
    default:
      return undefined;
  }
}

/** SHA-1 twice, in hexadecimal behind a star. */
function nativePassword(password: string): string {
  const once = createHash("sha1").update(password).digest();
  return `*${createHash("sha1").update(once).digest("hex").toUpperCase()}`;
}

/** `$A$005$`, a salt of 20 characters and a digest of 43: SHA-crypt with so many thousand rounds. */
function isCachingSha2(password: string, kept: string): boolean {
  const [, rounds, salt, digest] = /^\$A\$(\d{3})\$([\s\S]{20})(.{43})$/.exec(kept) ?? [];
  // MySQL allows 100 thousand rounds at most.
  if (rounds === undefined || Number(rounds) > 100) return false;
  return sha256Crypt(password, salt!, Number(rounds) * 1000) === digest;
}

/** The digest of SHA-crypt with SHA-256, in its own base64. */
export function sha256Crypt(password: string, salt: string, rounds: number): string {
  const sha = (...parts: Uint8Array[]) => {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const [p, s] = [new TextEncoder().encode(password), Uint8Array.from(salt, (one) => one.charCodeAt(0))];
  const b = sha(p, s, p);
  const bits: Uint8Array[] = [];
  for (let length = p.length; length > 0; length >>= 1) bits.push(length & 1 ? b : p);
  let a = sha(p, s, repeated(b, p.length), ...bits);
  const dp = repeated(sha(...Array.from({ length: p.length }, () => p)), p.length);
  const ds = repeated(sha(...Array.from({ length: 16 + a[0]! }, () => s)), s.length);
  for (let round = 0; round < rounds; round++) {
    const parts = [round % 2 ? dp : a];
    if (round % 3) parts.push(ds);
    if (round % 7) parts.push(dp);
    parts.push(round % 2 ? a : dp);
    a = sha(...parts);
  }
  return cryptText(a);
}

function repeated(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length]!);
}

const LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Three bytes a time, which change places from group to group: 0, 10, 20, then 21, 1, 11, then 12, 22, 2. */
function cryptText(digest: Uint8Array): string {
  const write = (value: number, count: number) =>
    Array.from({ length: count }, (_, index) => LETTERS[value >> (6 * index) & 63]).join("");
  let text = "";
  for (let group = 0; group < 10; group++) {
    const [x, y, z] = [0, 1, 2].map((place) => digest[group + 10 * ((place - group % 3 + 3) % 3)]!);
    text += write((x! << 16) | (y! << 8) | z!, 4);
  }
  return text + write((digest[31]! << 8) | digest[30]!, 3);
}
