/** The ssh process that holds a connection for the sessions of a host. */

import { type Process, within } from "../shell/process.ts";

/** What the process prints when the connection stands. */
export const CONNECTED = "drover-connected";

/** Has ssh say which key the host shows: of one that it does not remember, nothing else tells the fingerprint. */
export const SHOW_KEY: readonly string[] = ["-o", "LogVerbose=sshconnect.c:verify_host_key():*"];

/** What it says then. */
const SHOWN_KEY = /^debug1: .*\bServer host key: \S+ (SHA256:\S+)\s*\n/m;

/** Seconds for what it has said to arrive, once it has ended: a ProxyCommand may hold its streams. */
const LAST_WORDS = 1;

/** A master connection from its start: being made, standing, ended. */
export class Master {
  readonly #process: Process;
  #text = "";
  readonly status: Promise<number>;
  /** Resolves when sessions can be opened, or when that will never be. */
  readonly connected: Promise<"connected" | "ended">;

  constructor(process: Process, onEnd: () => void) {
    this.#process = process;
    const { promise, resolve } = Promise.withResolvers<"connected" | "ended">();
    this.connected = promise;
    const output = this.#read(process.stdout, (text) => text.includes(CONNECTED) && resolve("connected"));
    const errors = this.#read(process.stderr, (text) => this.#text = (this.#text + text).slice(-16384));
    this.status = process.status.then(async ({ code }) => {
      onEnd();
      await within(LAST_WORDS, Promise.all([output, errors]), undefined);
      resolve("ended");
      await process.stdin.close().catch(() => {});
      return code;
    });
  }

  /** What it said on stderr. */
  get text(): string {
    return this.#text.replace(SHOWN_KEY, "");
  }

  /** Fingerprint of the key that the host has shown, where ssh is new enough to tell. */
  get shownKey(): string | undefined {
    return SHOWN_KEY.exec(this.#text)?.[1];
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    try {
      this.#process.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  async end(): Promise<void> {
    this.kill("SIGTERM");
    if (await within(2, this.status, undefined) !== undefined) return;
    this.kill("SIGKILL");
    await this.status;
  }

  async #read(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }));
    } catch {
      // A broken pipe is the end of the stream.
    }
  }
}
