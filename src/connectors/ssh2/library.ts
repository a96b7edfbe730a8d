/** The one file that imports the package ssh2: its clients, agents and keys, with types of our own. */

import { Buffer } from "node:buffer";
import type { Duplex, Readable } from "node:stream";
import ssh2 from "ssh2";

/** A private key that can sign. */
export interface PrivateKey {
  type: string;
  /** The public half as it travels. */
  blob: Uint8Array;
  /** What the package made of it; opaque to everybody else. */
  parsed: ParsedKey;
}

/** The package's own key object. */
export interface ParsedKey {
  readonly type: string;
  getPrivatePEM(): string | null;
  getPublicSSH(): Buffer;
  isPrivateKey(): boolean;
  sign(data: Uint8Array, algorithm?: string): Buffer | Error;
}

/** A channel that runs a program. */
export interface ExecChannel extends Duplex {
  readonly stderr: Readable;
  close(): void;
}

/** A channel with its inner parts. */
export interface RawChannel extends ExecChannel {
  outgoing: { id: number };
  _callbacks: ((failed: unknown) => void)[];
}

type RawHandler = (protocol: RawProtocol, ...details: unknown[]) => void;

/** The package's protocol: what it sends, and what it does with what comes. */
export interface RawProtocol {
  exec(id: number, command: string, wantReply: boolean): void;
  requestSuccess(): void;
  requestFailure(): void;
  service(name: string): void;
  authPK(user: string, key: ParsedKey, algorithm: string | undefined, sign?: unknown): void;
  _handlers: Record<string, RawHandler>;
}

/** The package's client, with those of its inner parts that we need. */
export interface RawClient {
  on(event: string, listener: (...args: never[]) => void): void;
  connect(options: Record<string, unknown>): void;
  exec(
    command: string,
    options: Record<string, unknown>,
    done: (error: Error | undefined, channel: ExecChannel) => void,
  ): void;
  forwardOut(
    fromHost: string,
    fromPort: number,
    host: string,
    port: number,
    done: (error: Error | undefined, channel: Duplex) => void,
  ): void;
  end(): void;
  _protocol: RawProtocol;
  _chanMgr: { _channels: Record<string, unknown> };
  _resetKA(): void;
}

interface Library {
  Client: new () => RawClient;
  BaseAgent: new () => object;
  utils: { parseKey(data: string | Buffer, passphrase?: string): ParsedKey | Error };
}

const library = ssh2 as unknown as Library;

/** A client that is not connected. */
export function newClient(): RawClient {
  return new library.Client();
}

/** Reads a private key; the error says why it cannot. */
export function parsePrivateKey(data: Uint8Array, passphrase?: string): ParsedKey | Error {
  let key: ParsedKey | Error;
  try {
    key = library.utils.parseKey(Buffer.from(data), passphrase);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  // A file of several keys is read as its first.
  const first = Array.isArray(key) ? key[0] as ParsedKey : key;
  if (first instanceof Error || first.isPrivateKey()) return first;
  return new Error("not a private key");
}

/** Whether a public key is of a type that the package understands. */
export function isUsablePublicKey(blob: Uint8Array): boolean {
  return !(library.utils.parseKey(Buffer.from(blob)) instanceof Error);
}

/** What signs in our place: an ssh agent. */
export interface Signer {
  /** Public keys to offer, in order. */
  keys: readonly Uint8Array[];
  /** @param hash `sha256` or `sha512` for RSA keys. */
  sign(key: Uint8Array, data: Uint8Array, hash: string | undefined): Promise<Uint8Array>;
}

/** A signer as the package wants it: an agent of its own class. */
export function agentOf(signer: Signer): object {
  class Agent extends library.BaseAgent {
    getIdentities(done: (error: null, keys: Buffer[]) => void): void {
      done(null, signer.keys.map((key) => Buffer.from(key)));
    }
    sign(
      key: ParsedKey,
      data: Uint8Array,
      options: { hash?: string },
      done: (error: Error | null, signature?: Buffer) => void,
    ): void {
      signer.sign(key.getPublicSSH(), data, options.hash).then(
        (signature) => done(null, Buffer.from(signature)),
        (error) => done(error instanceof Error ? error : new Error(String(error))),
      );
    }
  }
  return new Agent();
}
