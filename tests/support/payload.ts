/** A text that would be noticed if a shell ran it, in the place of others. */

import { isRecord } from "./fixtures.ts";

/** It ends all quotes. */
export const PAYLOAD = "x'\"$(run it)`run it`;run it #";

/** A value with the payload in the place of one of its texts, once for each text. */
export function* poisoned(value: unknown): Generator<unknown> {
  if (typeof value === "string") yield* [PAYLOAD, `-${PAYLOAD}`, `~/${PAYLOAD}`, `https://x/${PAYLOAD}`];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const other of poisoned(item)) yield value.with(index, other);
    }
  }
  if (!isRecord(value)) return;
  for (const [key, item] of Object.entries(value)) {
    for (const other of poisoned(item)) yield { ...value, [key]: other };
  }
}

/** Whether a shell would run the payload: it is outside of quotes, or `$(` and backticks are alive inside. */
export function runsPayload(command: string): boolean {
  const pieces = command.matchAll(/'[^']*'|"((?:[^"\\]|\\[\s\S])*)"|\\[\s\S]|[^'"\\]+|['"]/g);
  let bare = "";
  for (const [piece, inDoubleQuotes] of pieces) {
    // A quote that is left over has no partner.
    if (piece === "'" || piece === '"') return true;
    if (inDoubleQuotes !== undefined) {
      if (/`|\$\(run/.test(inDoubleQuotes.replaceAll(/\\[\s\S]/g, ""))) return true;
    } else if (!/^['\\]/.test(piece)) bare += piece;
  }
  return bare.includes("run it");
}
