/** Ctrl-C in steps: once to start nothing new, twice to kill what runs. */

/** How far the person has interrupted the run. */
export class Interrupt {
  #count = 0;
  readonly #listeners = new Set<() => void>();

  /** Nothing new is to be started. */
  get stopping(): boolean {
    return this.#count >= 1;
  }

  /** What runs is to be killed. */
  get killing(): boolean {
    return this.#count >= 2;
  }

  /** Counts one Ctrl-C. */
  press(): void {
    this.#count++;
    for (const listener of this.#listeners) listener();
  }

  /** Waits, unless the run is interrupted meanwhile. */
  pause(seconds: number): Promise<void> {
    if (this.stopping) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, seconds * 1000);
    this.onPress(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      this.offPress(resolve);
    });
  }

  /** Calls a function at each press. */
  onPress(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Calls it no more. */
  offPress(listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
