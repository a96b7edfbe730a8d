/** Epochs of everything that plans rest on: they rise whenever it may have changed. */

/**
 * What a plan can rest on: a host by its name, the machine that Drover runs on, the run itself (which hosts have
 * failed), or the result of an operation.
 */
export type Source = string | typeof CONTROLLER | typeof RUN | object;

/** The machine that Drover runs on: the files that a deploy reads there. */
export const CONTROLLER = Symbol("controller");

/** The run: which hosts have failed. */
export const RUN = Symbol("run");

/** The epochs of one run. */
export class Epochs {
  readonly #raised = new Map<Source, number>();
  #everything = 0;
  #total = 0;

  /** The epoch of a source. It only ever rises. */
  of(source: Source): number {
    return this.#everything + (this.#raised.get(source) ?? 0);
  }

  /** How often anything at all was raised. */
  get total(): number {
    return this.#total;
  }

  /** Notes that a source may have changed. */
  raise(source: Source): void {
    this.#total++;
    this.#raised.set(source, (this.#raised.get(source) ?? 0) + 1);
  }

  /** Notes that anything may have changed: code of the deploy has run, which can reach everywhere. */
  raiseAll(): void {
    this.#total++;
    this.#everything++;
  }
}
