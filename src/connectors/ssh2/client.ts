/** One connection as the package makes it: logging in, programs, connections onwards. */

import type { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { CIPHERS, KEY_EXCHANGES, MACS } from "./algorithms.ts";
import { type AuthAttempt, authMethod } from "./auth_attempt.ts";
import { type ExecChannel, newClient, type RawChannel } from "./library.ts";
import { askForLoginEarly, ignoreAnnouncedKeys, signAtOnce } from "./round_trips.ts";

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

/** Which part of a connection failed. */
export type ClientFailure = "handshake" | "timeout" | "socket" | "other";

/** What a connection reports. */
export interface ClientEvents {
  /** Keys were exchanged and the host proved its own. */
  handshake(): void;
  ready(): void;
  /** An attempt failed on our side; others follow. */
  failedAttempt(message: string): void;
  /** Something that ends the connection. */
  failed(message: string, kind: ClientFailure): void;
  closed(): void;
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

/** One connection. */
export class Client {
  readonly #client = newClient();
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
      authHandler: (allowed: string[] | null) => this.#nextMethod(allowed),
      readyTimeout: 0,
      keepaliveInterval: options.aliveInterval * 1000,
      keepaliveCountMax: options.aliveCountMax,
      ...(options.forwardedAgent === undefined ? {} : { agent: options.forwardedAgent }),
    });
    const protocol = this.#client._protocol;
    ignoreAnnouncedKeys(protocol);
    askForLoginEarly(protocol);
    signAtOnce(protocol, () => this.#ownKey);
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

  #nextMethod(allowed: string[] | null): unknown {
    const attempt = this.#options.next(allowed ?? undefined);
    this.#ownKey = attempt?.method === "publickey";
    return authMethod(attempt, this.#options.user);
  }
}
