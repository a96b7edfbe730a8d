/** How many operations travel in one batch. */

/** How many travel together at first, at most, and the seconds that make the next ones go alone. */
const FIRST = 32;
const MOST = 64;
const SLOW_SECONDS = 1;

/**
 * How far to look ahead. It grows while operations are quick: a person who interrupts the run waits for
 * what has been sent, so slow ones go alone.
 */
export class BatchSize {
  #current = FIRST;

  /** How many may travel in the next batch. */
  get current(): number {
    return this.#current;
  }

  /** Notes how long a batch took. */
  note(seconds: number): void {
    this.#current = seconds > SLOW_SECONDS ? 1 : Math.min(MOST, this.#current * 4);
  }
}
