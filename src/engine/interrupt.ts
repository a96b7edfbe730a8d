/** Ctrl-C in steps: once to start nothing new, twice to kill what runs. */

/** How far the person has interrupted the run. */
export class Interrupt {
  #count = 0;
  readonly #listeners: (() => void)[] = [];

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
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.onPress(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Calls a function at each press. */
  onPress(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
