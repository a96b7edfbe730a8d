/** Loads private keys: each file is read, unlocked and parsed once for all hosts. */

import { Buffer } from "node:buffer";
import { createPrivateKey, sign } from "node:crypto";
import { type AgentKey, listAgent } from "./agent.ts";
import { type ParsedKey, parsePrivateKey, type PrivateKey } from "./library.ts";
import { publicBlob, typeOf } from "./public_keys.ts";
import { normalizePem } from "./pem.ts";

/** What became of a key file. */
export type KeyFile =
  | { state: "usable"; path: string; key: PrivateKey }
  /** A passphrase is missing or wrong. */
  | { state: "locked"; path: string; blob: Uint8Array | undefined }
  /** Only OpenSSH may be able to use it. */
  | { state: "unsupported"; path: string; blob: Uint8Array | undefined; reason: string }
  | { state: "missing"; path: string };

/** What a key signs with where the server wants nothing else. */
const HASHES: Readonly<Record<string, string>> = {
  "ecdsa-sha2-nistp256": "sha256",
  "ecdsa-sha2-nistp384": "sha384",
  "ecdsa-sha2-nistp521": "sha512",
  "ssh-rsa": "sha1",
};

/** Seconds for which an agent's answer holds, so that many hosts connecting together ask once. */
const AGENT_MEMORY = 5;

/** One serves all hosts of a run. */
export class KeyRing {
  readonly #files = new Map<string, Promise<KeyFile>>();
  readonly #agents = new Map<string, { at: number; keys: Promise<AgentKey[]> }>();

  /** A key from a file. */
  async load(path: string, passphrase: string | undefined): Promise<KeyFile> {
    const known = await this.#once(path, undefined);
    return known.state === "locked" && passphrase !== undefined ? await this.#once(path, passphrase) : known;
  }

  /** The keys of an agent; none where nobody answers. */
  async agentKeys(socket: string): Promise<AgentKey[]> {
    const known = this.#agents.get(socket);
    if (known !== undefined && performance.now() - known.at < AGENT_MEMORY * 1000) return await known.keys;
    const keys = listAgent(socket).catch(() => []);
    this.#agents.set(socket, { at: performance.now(), keys });
    return await keys;
  }

  #once(path: string, passphrase: string | undefined): Promise<KeyFile> {
    const id = `${path}\0${passphrase ?? ""}\0${passphrase !== undefined}`;
    let file = this.#files.get(id);
    if (file === undefined) this.#files.set(id, file = loadKeyFile(path, passphrase));
    return file;
  }
}

/** Reads one file. */
export async function loadKeyFile(path: string, passphrase: string | undefined): Promise<KeyFile> {
  const data = await Deno.readFile(path).catch(() => undefined);
  const blob = await publicBlob(path, data);
  if (data === undefined) {
    // The private half may be in the agent.
    return blob === undefined
      ? { state: "missing", path }
      : { state: "unsupported", path, blob, reason: "unreadable" };
  }
  if (await isOpenToOthers(path)) {
    return { state: "unsupported", path, blob, reason: "others may read it, try chmod 600" };
  }
  const text = Buffer.from(data).toString("latin1");
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return { state: "unsupported", path, blob, reason: "not a private key" };
  }
  const parsed = parsePrivateKey(toKnownFormat(data, text, passphrase), passphrase);
  if (!(parsed instanceof Error)) return { state: "usable", path, key: usable(parsed) };
  const unsupported = blob !== undefined && /^sk-|-cert-/.test(typeOf(blob));
  if (
    !unsupported &&
    (text.includes("ENCRYPTED") ||
      /passphrase|encrypted|decrypt|bad|unable to authenticate|auth/i.test(parsed.message))
  ) {
    return { state: "locked", path, blob };
  }
  return { state: "unsupported", path, blob, reason: parsed.message };
}

/** PKCS#8, which the package does not know, in the older formats, which it does. */
function toKnownFormat(data: Uint8Array, text: string, passphrase: string | undefined): Uint8Array {
  if (!/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) return data;
  try {
    const key = createPrivateKey({
      key: text,
      format: "pem",
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    const type = key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1";
    return new TextEncoder().encode(String(key.export({ type, format: "pem" })));
  } catch {
    return data;
  }
}

function usable(parsed: ParsedKey): PrivateKey {
  const hash = HASHES[parsed.type];
  const pem = parsed.getPrivatePEM();
  if (hash !== undefined && pem !== null) {
    const key = createPrivateKey(normalizePem(pem, parsed.type));
    parsed.sign = (data, algorithm) => {
      try {
        return sign(algorithm ?? hash, data, key);
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    };
  }
  return { type: parsed.type, blob: parsed.getPublicSSH(), parsed };
}

/** Whether OpenSSH would refuse the file because of its permissions. */
async function isOpenToOthers(path: string): Promise<boolean> {
  const { uid, mode } = await Deno.stat(path);
  return uid !== null && uid === Deno.uid() && ((mode ?? 0) & 0o077) !== 0;
}
