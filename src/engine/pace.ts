/** How many operations travel together. */

/** How many travel together at first, at most, and the seconds that make the next ones go alone. */
const FIRST = 32;
const MOST = 64;
const SLOW_SECONDS = 1;

/**
 * How far to look ahead. It grows while operations are quick: a person who interrupts the run waits for
 * what has been sent, so slow ones go alone.
 */
export class Pace {
  #size = FIRST;

  get size(): number {
    return this.#size;
  }

  /** Notes how long a stretch took. */
  note(seconds: number): void {
    this.#size = seconds > SLOW_SECONDS ? 1 : Math.min(MOST, this.#size * 4);
  }
}
