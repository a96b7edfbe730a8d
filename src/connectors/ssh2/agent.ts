/** Talks to an ssh agent: which keys it holds, and signatures by them. */

import { Buffer } from "node:buffer";
import type { Signer } from "./library.ts";

/** A key in an agent. */
export interface AgentKey {
  type: string;
  blob: Uint8Array;
  comment: string;
}

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;

/** Flags of a signature by an RSA key. */
const RSA_FLAGS: Readonly<Record<string, number>> = { sha256: 2, sha512: 4 };

const MAX_ANSWER = 16 * 1024 * 1024;

/**
 * The keys that an agent holds.
 *
 * @throws {Error} If nobody answers at the socket.
 */
export async function listAgent(socket: string): Promise<AgentKey[]> {
  const answer = await ask(socket, Buffer.from([REQUEST_IDENTITIES]));
  if (answer[0] !== IDENTITIES_ANSWER) throw new Error("the agent does not tell its keys");
  const keys: AgentKey[] = [];
  let at = 5;
  for (let count = answer.readUInt32BE(1); count > 0; count--) {
    const blob = readString(answer, at);
    const comment = readString(answer, at += 4 + blob.length);
    at += 4 + comment.length;
    keys.push({ type: readString(blob, 0).toString(), blob, comment: comment.toString() });
  }
  return keys;
}

/** Offers some of an agent's keys. */
export function agentSigner(socket: string, keys: readonly Uint8Array[]): Signer {
  return {
    keys,
    sign: async (key, data, hash) => {
      const flags = Buffer.alloc(4);
      flags.writeUInt32BE(RSA_FLAGS[hash ?? ""] ?? 0);
      const request = Buffer.concat([Buffer.from([SIGN_REQUEST]), string(key), string(data), flags]);
      const answer = await ask(socket, request);
      if (answer[0] !== SIGN_RESPONSE) throw new Error("the agent refuses to sign");
      const signature = readString(answer, 1);
      const algorithm = readString(signature, 0);
      return readString(signature, 4 + algorithm.length);
    },
  };
}

async function ask(socket: string, request: Buffer): Promise<Buffer> {
  using connection = await Deno.connect({ transport: "unix", path: socket });
  const message = string(request);
  for (let at = 0; at < message.length;) at += await connection.write(message.subarray(at));
  const length = (await readExactly(connection, 4)).readUInt32BE(0);
  if (length === 0 || length > MAX_ANSWER) throw new Error("the agent's answer makes no sense");
  return await readExactly(connection, length);
}

async function readExactly(connection: Deno.Conn, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = await connection.read(bytes.subarray(at));
    if (count === null) throw new Error("the agent hung up");
    at += count;
  }
  return bytes;
}

function string(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function readString(bytes: Buffer, at: number): Buffer {
  const end = at + 4 + bytes.readUInt32BE(at);
  if (end > bytes.length) throw new Error("the agent's answer is cut off");
  return bytes.subarray(at + 4, end);
}
