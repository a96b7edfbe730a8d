/** gpg.dearmor: binary keys from armored ones. */

import { operation } from "../../host/mod.ts";
import { key } from "./key.ts";

/** Arguments of {@linkcode dearmor}. */
export interface DearmorArgs {
  /** Path of the armored key on the host. */
  src: string;
  /** Path of the binary key. */
  dest: string;
  /** Mode of the binary key in octal digits. Default: `644`. */
  mode?: number | string;
}

/**
 * Turns an armored key into a binary one. Changes something if `dest` lacks a key of `src`.
 *
 * @example
 * ```ts
 * await gpg.dearmor({ src: "/tmp/vendor.asc", dest: "/usr/share/keyrings/vendor.gpg", _sudo: true });
 * ```
 */
export const dearmor = operation<DearmorArgs>("gpg.dearmor", async function* ({ src, dest, mode = 644 }) {
  yield* key.steps({ src, dest, mode, dearmor: true });
}, { parameters: { src: "string", dest: "string", mode: "string | number?" } });
