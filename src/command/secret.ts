/** Values that may be used but never shown. */

const MASK = "***";

/** Every secret of this process that is long enough to be masked wherever it turns up. */
const known = new Set<string>();
const listeners: ((value: string) => void)[] = [];

/** A value that commands receive whole and that every output shows as `***`. */
export class Secret {
  readonly #value: string;

  /** Keeps a value; from now on it is masked wherever it turns up. */
  constructor(value: string) {
    this.#value = value;
    rememberSecret(value);
  }

  /** The value itself. Call it only where the value is handed to what needs it. */
  reveal(): string {
    return this.#value;
  }

  /** `***`. */
  toString(): string {
    return MASK;
  }

  /** `***`. */
  toJSON(): string {
    return MASK;
  }

  /** `***`, for `console.log`. */
  [Symbol.for("Deno.customInspect")](): string {
    return MASK;
  }

  /** `***`, for `util.inspect`. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return MASK;
  }
}

/**
 * Marks a value as secret: plans, logs and reports show `***` in its place.
 *
 * @example
 * ```ts
 * await server.shell({ commands: [sh`psql -c ${secret(statement)}`] });
 * ```
 */
export function secret(value: string): Secret {
  return new Secret(value);
}

/** The value behind a secret, or the text itself. */
export function reveal(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value;
}

/**
 * Why a text cannot be a password, in words that go on from "it"; nothing if it can. Programs read a password as
 * one line: what follows a line break would be read by something else. The text is masked from now on.
 */
export function passwordProblem(value: string | Secret): string | undefined {
  const text = String(reveal(value));
  rememberSecret(text);
  return /[\r\n]/.test(text) ? "holds a line break" : text.includes("\0") ? "holds a NUL byte" : undefined;
}

/** Makes {@linkcode maskSecrets} hide this text. Texts of under four characters would hide too much else. */
export function rememberSecret(value: string): void {
  for (const line of value.split("\n").map((line) => line.trim())) {
    if (line.length < 4 || known.has(line)) continue;
    known.add(line);
    for (const listener of listeners) listener(line);
  }
}

/** Calls a function with every secret, those that are known already included. */
export function onSecret(listener: (value: string) => void): void {
  listeners.push(listener);
  for (const value of known) listener(value);
}

/** Whether there is anything to mask. */
export function hasSecrets(): boolean {
  return known.size > 0;
}

/** Replaces every known secret in a text by `***`. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const value of known) if (masked.includes(value)) masked = masked.replaceAll(value, MASK);
  return masked;
}
