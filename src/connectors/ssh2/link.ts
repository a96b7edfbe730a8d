/** One connection to an ssh server, over a socket or through another connection. */

import type { Duplex } from "node:stream";
import { type Process, within } from "../../shell/process.ts";
import { HOST_KEY_ALGORITHMS } from "./algorithms.ts";
import type { Authentication } from "./authentication.ts";
import { ChannelProcess } from "./channel.ts";
import { Client, type ClientFailure } from "./client.ts";
import { coalesceWrites } from "./coalesce.ts";
import type { HostKey } from "./host_key.ts";
import type { Settings } from "./settings.ts";

/** Why there is no connection. */
export type LinkFailure = "host-key" | "negotiation" | "dropped" | "login" | "timeout" | "lost";

/** Thrown by {@linkcode Link.open}. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  constructor(readonly kind: LinkFailure, message: string) {
    super(message);
  }
}

export class Link {
  readonly #client: Client;
  readonly #socket: Duplex;
  readonly #closed = Promise.withResolvers<void>();
  readonly #ready = Promise.withResolvers<void>();
  #stage: "handshake" | "login" | "ready" | "closed" = "handshake";
  #failure: LinkFailure | undefined;
  #words: string[] = [];
  #silent = false;

  private constructor(settings: Settings, socket: Duplex, hostKey: HostKey, authentication: Authentication) {
    this.#socket = socket;
    coalesceWrites(socket);
    const kept: Promise<void>[] = [];
    this.#client = new Client({
      socket,
      user: settings.user,
      hostKeyAlgorithms: hostKey.order(HOST_KEY_ALGORITHMS),
      verify: (key) => hostKey.verify(key) || this.#refuseKey(),
      next: (allowed) =>
        this.#stage === "closed" ? undefined : authentication.next(allowed, hostKey.untrusted),
      aliveInterval: settings.aliveInterval,
      aliveCountMax: settings.aliveCountMax,
      forwardedAgent: settings.forwardAgent ? settings.agent : undefined,
      mayForward: () => !hostKey.untrusted,
    }, {
      handshake: () => {
        // Later ones are the exchanges of new keys.
        if (this.#stage !== "handshake") return;
        this.#stage = "login";
        kept.push(hostKey.keep());
      },
      ready: () => {
        this.#stage = "ready";
        void Promise.all(kept).then(() => this.#ready.resolve());
      },
      failedAttempt: (message) => void this.#words.push(message),
      failed: (message, kind) => {
        this.#words.push(message);
        if (kind === "timeout") this.#silent = true;
        if (this.#stage === "handshake") this.#failure ??= earlyFailure(message, kind);
        this.destroy();
      },
      closed: () => this.#onClosed(),
    });
    socket.once("close", () => this.#onClosed());
  }

  /**
   * Agrees on keys and logs in.
   *
   * @throws {LinkError} If that fails.
   */
  static async open(
    settings: Settings,
    socket: Duplex,
    hostKey: HostKey,
    authentication: Authentication,
  ): Promise<Link> {
    const link = new Link(settings, socket, hostKey, authentication);
    const { connectTimeout } = settings;
    const timer = connectTimeout > 0 ? setTimeout(() => link.#giveUp(), connectTimeout * 1000) : undefined;
    try {
      await Promise.race([link.#ready.promise, link.#closed.promise]);
    } finally {
      clearTimeout(timer);
    }
    if (link.alive) return link;
    throw new LinkError(
      link.#failure ?? (authentication.offered === undefined ? "lost" : "login"),
      link.words,
    );
  }

  /** Whether it stands. */
  get alive(): boolean {
    return this.#stage !== "closed";
  }

  /** What was said when it ended. */
  get words(): string {
    return this.#words.slice(-6).join("\n");
  }

  /** Whether it ended because nothing came from the far side. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Resolves when it has ended. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Starts a program. Rejects when the far side admits no further session. */
  async exec(command: string, env: Record<string, string>): Promise<Process> {
    return new ChannelProcess(await this.#client.exec(command, env), this.#socket);
  }

  /** A connection from the far side to another host. */
  async forward(host: string, port: number): Promise<Duplex> {
    return await this.#client.forward(host, port);
  }

  /** Says goodbye and leaves: nobody waits for the far side to hang up too. */
  async end(): Promise<void> {
    if (!this.alive) return;
    const said = new Promise((resolve) => this.#socket.once("finish", resolve));
    this.#client.end();
    await within(1, Promise.race([said, this.#closed.promise]), undefined);
    this.destroy();
  }

  /** Breaks it off. */
  destroy(): void {
    this.#socket.destroy();
    // A channel of another connection does not say that it was destroyed.
    queueMicrotask(() => this.#onClosed());
  }

  #refuseKey(): false {
    this.#failure = "host-key";
    return false;
  }

  #giveUp(): void {
    if (this.#stage !== "handshake") return;
    this.#failure = "timeout";
    this.#words.push("Connection timed out during banner exchange");
    this.destroy();
  }

  #onClosed(): void {
    this.#stage = "closed";
    this.#closed.resolve();
  }
}

/** What a failure before the keys were agreed on means. */
function earlyFailure(message: string, kind: ClientFailure): LinkFailure | undefined {
  if (kind === "handshake") return "negotiation";
  // What the package says of a server that hangs up before it has told its version, and the system of a reset.
  return /Connection lost before handshake|ECONNRESET|EPIPE/.test(message) ? "dropped" : undefined;
}
