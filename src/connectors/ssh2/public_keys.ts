/** Finds the public halves of private keys, which need no passphrase. */

import { Buffer } from "node:buffer";

/** The public half: from a file beside it, or from a private key in OpenSSH's format, which shows it. */
export async function publicBlob(
  path: string,
  data: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  const inside = data === undefined ? undefined : openSshPublic(Buffer.from(data).toString("latin1"));
  if (inside !== undefined) return inside;
  for (const text of [data && new TextDecoder().decode(data), await read(`${path}.pub`)]) {
    const [, key] = /^\s*(?:[a-z0-9@.-]+) ([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(text ?? "") ?? [];
    if (key !== undefined) return Buffer.from(key, "base64");
  }
  return undefined;
}

function openSshPublic(text: string): Uint8Array | undefined {
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text) ?? [];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, "base64");
  try {
    // After the magic word: cipher, key derivation, its options, the number of keys, the first public key.
    let at = 15;
    for (let skipped = 0; skipped < 3; skipped++) at += 4 + bytes.readUInt32BE(at);
    at += 4;
    return bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at));
  } catch {
    return undefined;
  }
}

/** The type that a public key names itself. */
export function typeOf(blob: Uint8Array): string {
  const bytes = Buffer.from(blob);
  return bytes.toString("latin1", 4, 4 + Math.min(64, bytes.readUInt32BE(0)));
}

async function read(path: string): Promise<string | undefined> {
  return await Deno.readTextFile(path).catch(() => undefined);
}
