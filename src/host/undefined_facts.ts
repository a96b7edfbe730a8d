/** Facts that were undefined: what exceptions of code that took them for something else can be about. */

import { maskSecrets } from "../command/mod.ts";
import { type Place } from "../errors/mod.ts";

interface UndefinedFact {
  /** The question as a deploy writes it. */
  question: string;
  place: Place;
}

/** So many are kept of a host, the last ones. */
const MOST = 100;

const byHost = new Map<string, UndefinedFact[]>();

/** Keeps that a fact was undefined for the line that has asked. */
export function noteUndefinedFact(host: string, fact: string, args: object, place: Place): void {
  const words = Deno.inspect(args, { breakLength: Infinity, strAbbreviateSize: 60 });
  const question = `facts.${fact}${words === "{}" ? "" : ` with ${maskSecrets(words)}`}`;
  const known = byHost.get(host) ?? [];
  byHost.set(host, [...known.slice(1 - MOST), { question, place }]);
}

/**
 * Which fact an exception about something undefined may be about: one that was asked in the same line, or the last
 * before it in the same file. Nothing for any other message.
 */
export function undefinedFactHint(message: string, host: string, place: Place): string | undefined {
  if (!/of undefined|is undefined|undefined is not|undefined or null|is not iterable/.test(message)) {
    return undefined;
  }
  const near = (byHost.get(host) ?? []).filter((one) =>
    one.place.file === place.file && one.place.line <= place.line
  );
  const last = near.sort((left, right) => right.place.line - left.place.line)[0];
  if (last === undefined) return undefined;
  const { question, place: { line } } = last;
  return line === place.line
    ? `${question} is undefined on ${host}: look before you use it, as with ?.`
    : `if it comes from line ${line}: ${question} is undefined on ${host}; look before you use it, as with ?.`;
}
