/** Keeps the output of one command within bounds, and passes it on while it arrives. */

type Bytes = Uint8Array<ArrayBuffer>;

/** Keeps the first and the last half of a stream that may be too long. */
export class OutputBuffer {
  readonly #limit: number;
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
      this.#head.push(compact(part));
      this.#headSize += part.length;
      bytes = bytes.subarray(part.length);
    }
    if (bytes.length === 0) return;
    this.#tail.push(compact(bytes));
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
