/** Values that may be used but never shown. */

import { MASK, rememberSecret } from "./mask.ts";
import { placeholderOf } from "./placeholder.ts";
import { resolveSecrets } from "./resolve.ts";

export { rememberSecret };

/**
 * A value that hosts receive whole and that every output shows as `***`. It may be put into other texts:
 * `` `PW=${token}` `` carries it to the host.
 */
export class Secret {
  readonly #value: string;

  /** Keeps a value; from now on it is masked wherever it turns up. */
  constructor(value: string) {
    this.#value = resolveSecrets(String(value));
    rememberSecret(this.#value);
  }

  /** The value itself. Call it only where the value is handed to what needs it. */
  reveal(): string {
    return this.#value;
  }

  /** What stands for the value in a text until the text leaves for a host; shown as `***`. */
  toString(): string {
    return placeholderOf(this.#value);
  }

  /** The same in JSON, where the value is escaped as JSON wants it. */
  toJSON(): string {
    return placeholderOf(this.#value);
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
 * Texts that are made with it carry it to the host: in contents, commands, data, templates. What a text is made
 * with has to stay whole; a secret that was cut, escaped or converted is the error `E_SECRET`.
 *
 * @example
 * ```ts
 * const password = secret(Deno.env.get("DB_PASSWORD") ?? "");
 * await server.shell({ commands: [sh`psql -c ${secret(statement)}`] });
 * await files.put({ src: { content: `PW=${password}\n` }, dest: "/etc/app/env", mode: 600 });
 * ```
 */
export function secret(value: string): Secret {
  return new Secret(value);
}

/** The value behind a secret, or the text itself with the values of those that it was made with. */
export function reveal(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : resolveSecrets(value);
}

/**
 * Why a text cannot be a password, in words that go on from "it"; nothing if it can. Programs read a password as
 * one line: what follows a line break would be read by something else. The text is masked from now on.
 */
export function passwordProblem(value: string | Secret): string | undefined {
  const text = reveal(typeof value === "string" || value instanceof Secret ? value : String(value));
  rememberSecret(text);
  return /[\r\n]/.test(text) ? "holds a line break" : text.includes("\0") ? "holds a NUL byte" : undefined;
}
