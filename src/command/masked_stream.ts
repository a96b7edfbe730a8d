/** Hides secrets in a text that arrives in pieces. */

import { coverSpans, hasSecrets, secretSpans, settledLength } from "./mask.ts";

/**
 * A text of which everything is shown as soon as it cannot be a part of a secret. What may be the beginning of one
 * is held back until it is known.
 */
export class MaskedStream {
  #held = "";

  /** Takes the next piece; gives what can be shown now. */
  push(piece: string): string {
    if (this.#held === "" && !hasSecrets()) return piece;
    const text = this.#held + piece;
    const length = settledLength(text);
    this.#held = text.slice(length);
    const spans = secretSpans(text).filter(({ end }) => end <= length);
    return coverSpans(text.slice(0, length), spans);
  }

  /** Gives what was held back: nothing follows. */
  end(): string {
    const text = this.#held;
    this.#held = "";
    return coverSpans(text, secretSpans(text));
  }
}
