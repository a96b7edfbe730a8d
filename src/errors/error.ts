/** The one error that users are meant to see: what failed, where, why, and what to do. */

/** A place in a file of the user. Lines and columns count from 1. */
export interface Place {
  /** Absolute path. */
  file: string;
  /** The line, from 1. */
  line: number;
  /** The column, from 1. */
  column: number;
}

/** Parts of a {@linkcode DroverError} beside its message. */
export interface ErrorDetails {
  /** What the user can do about it; one sentence without a final period. */
  hint?: string | undefined;
  /** Evidence in the words of the program that failed, possibly several lines. */
  detail?: string | undefined;
  /** The line of the user's file that led here. */
  place?: Place | undefined;
  /** Name of the host that it happened on. */
  host?: string | undefined;
  /** What was thrown before it. */
  cause?: unknown;
}

/**
 * A failure that has an explanation. Everything else that is thrown is either the user's own exception,
 * shown with the user's frames, or a bug in Drover.
 */
export class DroverError extends Error {
  /** `DroverError`. */
  override readonly name = "DroverError";
  /** What the user can do about it. */
  readonly hint: string | undefined;
  /** Evidence in the words of the program that failed. */
  readonly detail: string | undefined;
  /** The line of the user's file that led here. */
  readonly place: Place | undefined;
  /** Name of the host that it happened on. */
  readonly host: string | undefined;

  /** A failure with its permanent name and one sentence, without a final period. */
  constructor(
    /** Permanent name, such as `E_INVENTORY_SHAPE`. */
    readonly code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint;
    this.detail = details.detail;
    this.place = details.place;
    this.host = details.host;
  }

  /** The same error with more said about it; what is already known stays. */
  with(details: ErrorDetails): DroverError {
    const merged = new DroverError(this.code, this.message, {
      hint: this.hint ?? details.hint,
      detail: this.detail ?? details.detail,
      place: this.place ?? details.place,
      host: this.host ?? details.host,
      cause: this.cause ?? details.cause,
    });
    if (this.stack !== undefined) merged.stack = this.stack;
    return merged;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
