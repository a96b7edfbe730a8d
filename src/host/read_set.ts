/** What an operation's plan rests on: every question it asked with its answer, every other source it read. */

import type { RequestResult } from "../shell/port.ts";
import type { Epochs, Source } from "./epochs.ts";
import type { Question } from "./question.ts";

/** A question that an operation asked a host, and what it was told. */
export interface Reading {
  /** Name of the host that was asked, which need not be the operation's own. */
  host: string;
  question: Question;
  /** Nothing until it is known. */
  answer: RequestResult | undefined;
  /** Whether more of the answer was looked at than what lasts; see {@linkcode SharedProgram.lasting}. */
  whole: boolean;
}

/** What an operation has read while its generator ran. */
export class ReadSet {
  readonly #epochs: Epochs;
  /** Each source with its epoch when it was first read. */
  readonly #sources = new Map<Source, number>();
  readonly #readings: Reading[] = [];
  readonly #total: number;
  #opaque = false;

  constructor(epochs: Epochs) {
    this.#epochs = epochs;
    this.#total = epochs.total;
  }

  /** The questions in the order they were asked. */
  get readings(): readonly Reading[] {
    return this.#readings;
  }

  /** Notes that a source is read now. */
  note(source: Source): void {
    if (!this.#sources.has(source)) this.#sources.set(source, this.#epochs.of(source));
  }

  /** Notes that a host is asked something now. */
  ask(host: string, question: Question): Reading {
    this.note(host);
    const reading: Reading = { host, question, answer: undefined, whole: false };
    this.#readings.push(reading);
    return reading;
  }

  /** Notes that code of the deploy has a say, which can look anywhere. */
  noteEverything(): void {
    this.#opaque = true;
  }

  /** Whether it rests on a source at all. */
  restsOn(source: Source): boolean {
    return this.#opaque || this.#sources.has(source);
  }

  /** The sources that may have changed since they were read; nothing if it is unknown which. */
  moved(): Source[] | undefined {
    if (this.#opaque && this.#epochs.total !== this.#total) return undefined;
    return [...this.#sources].filter(([source, epoch]) => this.#epochs.of(source) !== epoch)
      .map(([source]) => source);
  }

  /** Notes that a source was found to be as it was read. */
  renew(source: Source): void {
    if (this.#sources.has(source)) this.#sources.set(source, this.#epochs.of(source));
  }
}
