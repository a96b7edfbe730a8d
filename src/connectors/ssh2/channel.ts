/** Makes a process of a channel: web streams with backpressure both ways, an exit status, an end by force. */

import { Buffer } from "node:buffer";
import type { Duplex, Readable } from "node:stream";
import type { Process } from "../../shell/process.ts";
import type { Started } from "./client.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that wait here at most before the far side has to. */
const HIGH_WATER = 256 * 1024;

/** Status of programs that ended without one. */
const NO_STATUS = 255;

export class ChannelProcess implements Process {
  readonly stdin: WritableStream<Bytes>;
  readonly stdout: ReadableStream<Bytes>;
  readonly stderr: ReadableStream<Bytes>;
  readonly status: Promise<{ code: number }>;
  readonly #started: Started;
  readonly #socket: Duplex;
  readonly #out: Outlet;
  readonly #err: Outlet;
  #over = false;
  /** Releases the writer that waits, if one does. */
  #interrupt: () => void = () => {};
  readonly #ended = Promise.withResolvers<{ code: number }>();

  /** @param socket What carries the channel: a writer waits while it is full. */
  constructor(started: Started, socket: Duplex) {
    this.#started = started;
    this.#socket = socket;
    const { channel } = started;
    this.status = this.#ended.promise;
    this.#out = new Outlet(channel);
    this.#err = new Outlet(channel.stderr);
    this.stdout = this.#out.stream;
    this.stderr = this.#err.stream;
    let code: number | undefined;
    channel.on("exit", (status: number | null) => code = status ?? NO_STATUS);
    channel.on("close", () => this.#end(code ?? NO_STATUS));
    // What goes wrong on a channel ends it.
    channel.on("error", () => this.#finish(NO_STATUS));
    channel.stderr.on("error", () => {});
    void started.refused.then((refused) => refused && this.#refuse());
    this.stdin = new WritableStream<Bytes>({
      write: (chunk) => this.#write(chunk),
      close: () => void channel.end(),
      abort: () => void channel.end(),
    }, new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }));
  }

  kill(): void {
    this.#started.channel.close();
    this.#finish(NO_STATUS);
  }

  #refuse(): void {
    this.#err.push(new TextEncoder().encode("exec request failed on channel\n"));
    this.kill();
  }

  /** The far side may never answer again: our end is over at once. */
  #finish(code: number): void {
    this.#out.close();
    this.#err.close();
    this.#end(code);
  }

  #end(code: number): void {
    this.#over = true;
    this.#ended.resolve({ code });
    this.#interrupt();
  }

  async #write(chunk: Bytes): Promise<void> {
    const { channel } = this.#started;
    const written = new Promise<void>((resolve, reject) => {
      const gone = (): void => reject(new Error("the channel is closed"));
      if (this.#over || !channel.writable) return gone();
      // The package never calls back for a channel that closes meanwhile.
      this.#interrupt = gone;
      // The buffer may be used again by whoever gave it: the package keeps what does not fit the window.
      channel.write(Buffer.from(chunk), (error) => error ? reject(error) : resolve());
    });
    await written;
    if (this.#over || !this.#socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      this.#interrupt = resolve;
      this.#socket.once("drain", resolve);
    });
  }
}

/** A readable stream that holds its source back while nobody reads. */
class Outlet {
  readonly stream: ReadableStream<Bytes>;
  readonly #source: Readable;
  #controller: ReadableStreamDefaultController<Bytes> | undefined;

  constructor(source: Readable) {
    this.#source = source;
    this.stream = new ReadableStream<Bytes>({
      start: (controller) => void (this.#controller = controller),
      pull: () => void source.resume(),
      cancel: () => {
        this.#controller = undefined;
        source.resume();
      },
    }, new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }));
    // A plain view: methods of Buffer differ (its `slice` does not copy).
    source.on(
      "data",
      (chunk: Buffer<ArrayBuffer>) =>
        this.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    );
    source.on("end", () => this.close());
    source.on("close", () => this.close());
  }

  push(chunk: Bytes): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    controller.enqueue(chunk);
    if ((controller.desiredSize ?? 0) <= 0) this.#source.pause();
  }

  close(): void {
    this.#controller?.close();
    this.#controller = undefined;
    this.#source.resume();
  }
}
