/** The one file that knows the package ssh2: connections, channels and keys with types of our own. */

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

/** What signs in our place: an ssh agent. */
export interface Signer {
  /** Public keys to offer, in order. */
  keys: readonly Uint8Array[];
  /** @param hash `sha256` or `sha512` for RSA keys. */
  sign(key: Uint8Array, data: Uint8Array, hash: string | undefined): Promise<Uint8Array>;
}

/** One attempt to log in. */
export type AuthAttempt =
  | { method: "none" }
  | { method: "publickey"; key: PrivateKey }
  | { method: "agent"; signer: Signer }
  | { method: "password"; password: string }
  | { method: "keyboard-interactive"; answer: (prompts: Prompt[]) => string[] };

/** What a server asks. */
export interface Prompt {
  prompt: string;
  echo: boolean;
}

/** A channel that runs a program. */
export interface ExecChannel extends Duplex {
  readonly stderr: Readable;
  close(): void;
}

/** A connection that has not logged in yet. */
export interface ClientOptions {
  socket: Duplex;
  user: string;
  hostKeyAlgorithms: readonly string[];
  /** Whether the host's key is accepted; asked at every exchange of keys. */
  verify: (key: Uint8Array) => boolean;
  /** The next attempt, or nothing when there is none left. */
  next: (allowed: readonly string[] | undefined) => AuthAttempt | undefined;
  /** Seconds between signs of life, 0 for none. */
  aliveInterval: number;
  aliveCountMax: number;
  /** Socket of the agent that sessions are given, if any. */
  forwardedAgent: string | undefined;
  /** Whether they are given it, now that the host is known. */
  mayForward: () => boolean;
}

/** What a connection reports. */
export interface ClientEvents {
  /** Keys were exchanged and the host proved its own. */
  handshake(): void;
  ready(): void;
  /** An attempt failed on our side; others follow. */
  failedAttempt(message: string): void;
  /** Something that ends the connection. */
  failed(message: string, kind: "handshake" | "timeout" | "socket" | "other"): void;
  closed(): void;
}

interface RawChannel extends ExecChannel {
  outgoing: { id: number };
  _callbacks: ((failed: unknown) => void)[];
}

type RawHandler = (protocol: RawProtocol, ...details: unknown[]) => void;

interface RawProtocol {
  exec(id: number, command: string, wantReply: boolean): void;
  requestSuccess(): void;
  requestFailure(): void;
  service(name: string): void;
  authPK(user: string, key: ParsedKey, algorithm: string | undefined, sign?: unknown): void;
  _handlers: Record<string, RawHandler>;
}

/** The package's client, with those of its inner parts that we need. */
interface RawClient {
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

/** A program that was asked for. */
export interface Started {
  channel: ExecChannel;
  /** Whether the far side refuses to start it. */
  refused: Promise<boolean>;
}

interface Waiting {
  command: string;
  resolve(started: Started): void;
  reject(error: unknown): void;
}

interface Library {
  Client: new () => RawClient;
  BaseAgent: new () => object;
  utils: { parseKey(data: string | Buffer, passphrase?: string): ParsedKey | Error };
}

const library = ssh2 as unknown as Library;

/** Host key algorithms that the transport can check, in the order of our liking. */
export const HOST_KEY_ALGORITHMS: readonly string[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/** Deno's crypto has no ECDH on P-521, and SHA-1 is left to those who ask OpenSSH for it. */
const KEY_EXCHANGES = [
  "curve25519-sha256",
  "curve25519-sha256@libssh.org",
  "ecdh-sha2-nistp256",
  "ecdh-sha2-nistp384",
  "diffie-hellman-group-exchange-sha256",
  "diffie-hellman-group16-sha512",
  "diffie-hellman-group18-sha512",
  "diffie-hellman-group14-sha256",
];

const MACS = [
  "hmac-sha2-256-etm@openssh.com",
  "hmac-sha2-512-etm@openssh.com",
  "hmac-sha2-256",
  "hmac-sha2-512",
];

/** OpenSSH's own favourite is the fastest here too; GCM is a third slower in Deno. */
const CIPHERS = [
  "chacha20-poly1305@openssh.com",
  "aes128-ctr",
  "aes192-ctr",
  "aes256-ctr",
  "aes128-gcm@openssh.com",
  "aes256-gcm@openssh.com",
];

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

/** One connection. */
export class Client {
  readonly #client = new library.Client();
  readonly #options: ClientOptions;
  readonly #waiting: Waiting[] = [];
  /** Whether the attempt that is made uses a key of ours, which can sign at no cost. */
  #ownKey = false;

  constructor(options: ClientOptions, events: ClientEvents) {
    this.#options = options;
    this.#listen(events);
    this.#client.connect({
      sock: options.socket,
      username: options.user,
      algorithms: {
        kex: KEY_EXCHANGES,
        serverHostKey: options.hostKeyAlgorithms,
        cipher: CIPHERS,
        hmac: MACS,
        compress: ["none"],
      },
      hostVerifier: (key: Buffer) => options.verify(key),
      authHandler: (allowed: string[] | null) => this.#next(allowed),
      readyTimeout: 0,
      keepaliveInterval: options.aliveInterval * 1000,
      keepaliveCountMax: options.aliveCountMax,
      ...(options.forwardedAgent === undefined ? {} : { agent: options.forwardedAgent }),
    });
    this.#ignoreAnnouncedKeys();
    this.#askForLoginEarly();
    this.#signAtOnce();
  }

  /**
   * Runs a command. Resolves when it was asked for: what is written may follow at once, without waiting a
   * round trip for the answer.
   */
  exec(command: string, env: Record<string, string>): Promise<Started> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { command, resolve, reject };
      this.#waiting.push(waiting);
      const { forwardedAgent, mayForward } = this.#options;
      const options = { env, agentForward: forwardedAgent !== undefined && mayForward() };
      try {
        this.#client.exec(command, options, (error) => {
          // Calls of the same command may take each other's channels, so any of them is the one refused.
          if (error !== undefined && !/^Unable to exec/.test(error.message)) {
            this.#take(command)?.reject(error);
          }
        });
      } catch (error) {
        this.#take(command)?.reject(error);
      }
    });
  }

  /** A connection from the far side to another host. */
  forward(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      try {
        this.#client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
          if (error === undefined) resolve(channel);
          else reject(error);
        });
      } catch (error) {
        reject(error);
      }
    });
  }

  /** Says goodbye. */
  end(): void {
    this.#client.end();
  }

  #take(command: string): Waiting | undefined {
    const at = this.#waiting.findIndex((one) => one.command === command);
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  #listen(events: ClientEvents): void {
    const client = this.#client;
    client.on("handshake", () => events.handshake());
    client.on("ready", () => {
      this.#startEarly();
      this.#countLife();
      events.ready();
    });
    client.on("close", () => events.closed());
    client.on("error", (error: Error & { level?: string }) => {
      const { level, message } = error;
      if (level === "agent" || level === "client-authentication") events.failedAttempt(message);
      else if (level === "handshake") events.failed(message, "handshake");
      else if (level === "client-timeout") events.failed(message, "timeout");
      else if (level === "client-socket") events.failed(message, "socket");
      else events.failed(message, "other");
    });
  }

  /**
   * OpenSSH's servers announce all their host keys. The package makes them prove each, which nobody here needs,
   * and gives the connection up when it does not know a key's type.
   */
  #ignoreAnnouncedKeys(): void {
    this.#client._protocol._handlers["GLOBAL_REQUEST"] = (protocol, name, wantReply) => {
      if (wantReply !== true) return;
      if (name === "hostkeys-00@openssh.com") protocol.requestSuccess();
      else protocol.requestFailure();
    };
  }

  /**
   * Sends the first attempt right behind the request for the service that takes it: a round trip saved. Servers
   * that announce their extensions are known to cope; with others, and for want of that list, it waits.
   */
  #askForLoginEarly(): void {
    const protocol = this.#client._protocol;
    const { EXT_INFO: informed, SERVICE_ACCEPT: accepted } = protocol._handlers;
    if (informed === undefined || accepted === undefined) return;
    let told = false;
    protocol._handlers["EXT_INFO"] = (...all) => {
      told = true;
      informed(...all);
    };
    const service = protocol.service;
    protocol.service = (name) => {
      service.call(protocol, name);
      // The extensions come in the same packet as the end of the exchange, which is read first.
      queueMicrotask(() => {
        if (!told) return;
        protocol._handlers["SERVICE_ACCEPT"] = () => {};
        accepted(protocol, name);
      });
    };
  }

  /**
   * Leaves out the question whether a key would be taken: a round trip saved. It is worth asking only where
   * signing costs something, as an agent that asks its user.
   */
  #signAtOnce(): void {
    const protocol = this.#client._protocol;
    const authPK = protocol.authPK;
    protocol.authPK = (user, key, algorithm, sign) => {
      const wouldBeTaken = protocol._handlers["USERAUTH_PK_OK"];
      if (sign === undefined && this.#ownKey && wouldBeTaken !== undefined) wouldBeTaken(protocol);
      else authPK.call(protocol, user, key, algorithm, sign);
    };
  }

  /** Hands channels out when the command was sent, not when the answer has come: a round trip saved. */
  #startEarly(): void {
    const protocol = this.#client._protocol;
    const exec = protocol.exec;
    protocol.exec = (id, command, wantReply) => {
      const channels = Object.values(this.#client._chanMgr._channels) as (RawChannel | undefined)[];
      const channel = channels.find((one) => one?.outgoing?.id === id);
      const answered = channel?._callbacks.at(-1);
      exec.call(protocol, id, command, wantReply);
      if (channel === undefined || answered === undefined) return;
      const { promise: refused, resolve } = Promise.withResolvers<boolean>();
      channel._callbacks[channel._callbacks.length - 1] = (failed) => {
        answered(failed);
        resolve(failed !== false);
      };
      const waiting = this.#take(command);
      if (waiting === undefined) channel.close();
      else waiting.resolve({ channel, refused });
    };
  }

  /** Everything that arrives is a sign of life; the package counts the answers to its questions only. */
  #countLife(): void {
    if (this.#options.aliveInterval === 0) return;
    let last = 0;
    this.#options.socket.on("data", () => {
      const now = performance.now();
      if (now - last < 1000) return;
      last = now;
      this.#client._resetKA();
    });
  }

  #next(allowed: string[] | null): unknown {
    const attempt = this.#options.next(allowed ?? undefined);
    const username = this.#options.user;
    this.#ownKey = attempt?.method === "publickey";
    if (attempt === undefined) return false;
    switch (attempt.method) {
      case "none":
        return { type: "none", username };
      case "publickey":
        return { type: "publickey", username, key: attempt.key.parsed };
      case "agent":
        return { type: "agent", username, agent: agentOf(attempt.signer) };
      case "password":
        return { type: "password", username, password: attempt.password };
      case "keyboard-interactive": {
        type Answer = (answers: string[]) => void;
        const prompt = (_name: string, _text: string, _language: string, prompts: Prompt[], done: Answer) =>
          done(attempt.answer(prompts));
        return { type: "keyboard-interactive", username, prompt };
      }
    }
  }
}

/** The package wants an agent of its own class. */
function agentOf(signer: Signer): object {
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
