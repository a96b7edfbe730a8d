/** apt.ppa: adds and removes PPAs of Ubuntu. */

import { doubleQuoted, sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { effect, operation } from "../../host/mod.ts";

/** Arguments of {@linkcode ppa}. */
export interface PpaArgs {
  /** Its name: `ppa:user/archive`. */
  src: string;
  /** Whether the PPA shall be among apt's sources. Default: `true`. */
  present?: boolean;
}

/**
 * Adds or removes a PPA with `apt-add-repository`, which the host must have (package
 * `software-properties-common`). Acts each time.
 *
 * @example
 * ```ts
 * await apt.ppa({ src: "ppa:ondrej/php", _sudo: true });
 * ```
 */
export const ppa = operation<PpaArgs>("apt.ppa", async function* ({ src, present = true }) {
  if (src === "" || src.startsWith("-")) {
    throw new DroverError("E_ARGUMENT", `"${src}" is not a PPA`, { hint: "write it as ppa:user/archive" });
  }
  effect(present ? "create" : "remove");
  yield sh`apt-add-repository -y ${!present && sh`--remove`} ${doubleQuoted(src)}`;
}, { parameters: { src: "string", present: "boolean?" }, idempotent: false });
