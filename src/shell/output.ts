/** Keeps the output of one command within bounds, and passes it on while it arrives. */

type Bytes = Uint8Array<ArrayBuffer>;

/** Size of the blocks that small pieces are gathered in, at most and at least. */
const LARGE_BLOCK = 64 * 1024;
const SMALL_BLOCK = 1024;

/** Keeps the first and the last half of a stream that may be too long. */
export class OutputBuffer {
  readonly #limit: number;
  /** What the last piece of a list may grow in. */
  #block: Bytes | undefined;
  #head: Bytes[] = [];
  #headSize = 0;
  #tail: Bytes[] = [];
  #tailSize = 0;
  #dropped = 0;

  /** @param limit Bytes to keep at most (an eighth more for a moment). */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes that were dropped from the middle. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Forgets everything. */
  clear(): void {
    [this.#head, this.#tail] = [[], []];
    this.#headSize = this.#tailSize = this.#dropped = 0;
  }

  push(bytes: Bytes): void {
    const half = this.#limit >> 1;
    const room = half - this.#headSize;
    if (room > 0) {
      const part = bytes.subarray(0, room);
      this.#add(this.#head, part);
      this.#headSize += part.length;
      bytes = bytes.subarray(part.length);
    }
    if (bytes.length === 0) return;
    this.#add(this.#tail, bytes);
    this.#tailSize += bytes.length;
    if (this.#tailSize > half + (half >> 2)) this.#trim(half);
  }

  /** All that was kept. */
  take(): Bytes {
    this.#trim(this.#limit - this.#headSize);
    const whole = new Uint8Array(this.#headSize + this.#tailSize);
    let offset = 0;
    for (const part of [...this.#head, ...this.#tail]) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  /** Gathers small pieces: each by itself costs some hundred bytes more than it holds. */
  #add(pieces: Bytes[], bytes: Bytes): void {
    const last = pieces.at(-1);
    if (last === undefined || bytes.length > LARGE_BLOCK / 4) return void pieces.push(compact(bytes));
    const block = this.#block;
    const end = last.byteOffset + last.length;
    if (block?.buffer === last.buffer && end + bytes.length <= block.length) {
      block.set(bytes, end);
      pieces[pieces.length - 1] = block.subarray(last.byteOffset, end + bytes.length);
      return;
    }
    const size = Math.min(LARGE_BLOCK, Math.max(SMALL_BLOCK, 2 * last.length));
    this.#block = new Uint8Array(Math.max(size, bytes.length));
    this.#block.set(bytes);
    pieces.push(this.#block.subarray(0, bytes.length));
  }

  #trim(limit: number): void {
    let surplus = this.#tailSize - limit;
    if (surplus <= 0) return;
    this.#dropped += surplus;
    this.#tailSize -= surplus;
    let whole = 0;
    while (whole < this.#tail.length && surplus >= this.#tail[whole]!.length) {
      surplus -= this.#tail[whole++]!.length;
    }
    this.#tail.splice(0, whole);
    if (surplus > 0) this.#tail[0] = this.#tail[0]!.subarray(surplus);
  }
}

/** A few bytes must not keep a large read buffer alive. */
function compact(bytes: Bytes): Bytes {
  return bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes;
}
