/** Texts of a deploy that may hold secrets, for operations that keep those from the arguments of programs. */

import { resolveWith } from "../command/mod.ts";

/** A text with the values of the secrets that it was made with, and whether there are any. */
export function openText(text: string): { text: string; isSecret: boolean } {
  let isSecret = false;
  const opened = resolveWith(String(text), ({ written }) => {
    isSecret = true;
    return written;
  });
  return { text: opened, isSecret };
}
