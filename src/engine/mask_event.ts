/** Hides secrets in events: in what comes from users and hosts, not in the report's own words. */

import { hasSecrets, maskPlaceholders, maskSecrets, Secret } from "../command/mod.ts";
import type { Problem, RunEvent } from "./events.ts";

/** Fields that hold words of ours, and names that others look things up by. A secret may be the same word. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  "type",
  "host",
  "hosts",
  "state",
  "phase",
  "outcome",
  "changes",
  "effect",
  "operation",
  "name",
  "fact",
  "code",
  "stream",
  "backend",
  "deploy",
  "deploys",
  "inventory",
  "place",
  "frames",
  "reason",
]);

const NO_WORDS: ReadonlySet<string> = new Set();

/** An event without secrets. `changed` stays an outcome although somebody's secret is "changed". */
export function maskEvent(event: RunEvent): RunEvent {
  return hasSecrets() ? mask(event, maskSecrets) as RunEvent : event;
}

/** A problem without secrets. Its code and its host stay what they are. */
export function maskProblem(problem: Problem): Problem {
  return hasSecrets() ? mask(problem, maskSecrets) as Problem : problem;
}

function mask(value: unknown, masking: (text: string) => string, ownWords = OWN_WORDS): unknown {
  if (typeof value === "string") return masking(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Secret) return maskPlaceholders(String(value));
  if (Array.isArray(value)) return value.map((item) => mask(item, masking, ownWords));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const itsMasking = ownWords.has(key) ? maskPlaceholders : masking;
      // A fact's arguments have names of their own: everything in them is data.
      return [key, mask(item, itsMasking, key === "args" ? NO_WORDS : ownWords)];
    }),
  );
}
