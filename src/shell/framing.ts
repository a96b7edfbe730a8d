/** Finds our frames in a byte stream of somebody else's output. */

import { Buffer } from "node:buffer";

type Bytes = Uint8Array<ArrayBuffer>;

const BODY_REGEXP = /^(:[a-z])(:-?[0-9]+)*$/;
const MAX_BODY = 64;

/** What a frame says: its letter and its numbers. `MARK:e:7:0:1;` is `{ letter: "e", numbers: [7, 0, 1] }`. */
export interface Frame {
  letter: string;
  numbers: number[];
}

/** Receives what a {@linkcode FrameReader} finds, in order. A returned promise holds the stream back. */
export interface FrameSink {
  data(bytes: Bytes): void | Promise<void>;
  frame(frame: Frame): void;
}

/** A mark that no output contains by accident: 16 random bytes in hexadecimal digits. */
export function newMark(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/**
 * Splits a stream into data and frames. A frame may begin anywhere and end in a later chunk; the only bytes
 * held back are those that could be the start of one.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  #mark: Buffer;
  #held: Buffer | undefined;

  constructor(mark: string, sink: FrameSink) {
    this.#mark = Buffer.from(mark, "latin1");
    this.#sink = sink;
  }

  /** Uses another mark for what arrives from now on. */
  setMark(mark: string): void {
    this.#mark = Buffer.from(mark, "latin1");
  }

  /** Takes the next chunk. */
  async push(chunk: Uint8Array): Promise<void> {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#held !== undefined) rest = Buffer.concat([this.#held, rest]);
    this.#held = undefined;
    let from = 0;
    while (from < rest.length) {
      const start = rest.indexOf(this.#mark, from);
      if (start < 0) {
        const keep = this.#partialMark(rest.subarray(from));
        await this.#data(rest.subarray(from, rest.length - keep));
        this.#hold(rest.subarray(rest.length - keep));
        return;
      }
      const bodyStart = start + this.#mark.length;
      const window = rest.subarray(bodyStart, bodyStart + MAX_BODY);
      const end = window.indexOf(";");
      if (end < 0 && window.length < MAX_BODY) {
        await this.#data(rest.subarray(from, start));
        this.#hold(rest.subarray(start));
        return;
      }
      const body = end < 0 ? "" : window.subarray(0, end).toString("latin1");
      if (!BODY_REGEXP.test(body)) {
        await this.#data(rest.subarray(from, bodyStart));
        from = bodyStart;
        continue;
      }
      await this.#data(rest.subarray(from, start));
      const [letter = "", ...numbers] = body.slice(1).split(":");
      this.#sink.frame({ letter, numbers: numbers.map(Number) });
      from = bodyStart + end + 1;
    }
  }

  /** Hands out what was held back: the stream has ended. */
  async end(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) await this.#data(held);
  }

  #data(bytes: Buffer): void | Promise<void> {
    if (bytes.length === 0) return;
    return this.#sink.data(new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length));
  }

  #hold(bytes: Buffer): void {
    this.#held = bytes.length === 0 ? undefined : Buffer.from(bytes);
  }

  /** How many bytes at the end could be the start of a mark. */
  #partialMark(bytes: Buffer): number {
    const longest = Math.min(this.#mark.length - 1, bytes.length);
    for (let length = longest; length > 0; length--) {
      if (bytes.subarray(bytes.length - length).equals(this.#mark.subarray(0, length))) return length;
    }
    return 0;
  }
}
