/** How one fixture ended, and in what it differs from what was wanted. */

/**
 * What can differ. `facts`: others are asked than the fixture tells of, so that nothing else is known. An `error`
 * is one that nobody expected: no divergence excuses it.
 */
export type Aspect = "command" | "requires" | "value" | "facts" | "commands" | "exception" | "noop" | "error";

export interface Difference {
  aspect: Aspect;
  /** Lines that show it. */
  lines: string[];
}

/** `diverging`: differs on purpose, as `tests/conformance/divergences.ts` says. `skipped`: for another platform. */
export type Outcome = "passed" | "failed" | "diverging" | "not implemented" | "skipped";

export interface CaseResult {
  /** `facts/files.File/valid`. */
  name: string;
  module: string;
  outcome: Outcome;
  differences: Difference[];
  /** Why it diverges, or is not implemented. */
  reason?: string;
}

/** A result without the name of its case. */
export type Verdict = Pick<CaseResult, "outcome" | "differences" | "reason">;

/** Passed or failed. */
export function verdict(differences: readonly (Difference | undefined)[]): Verdict {
  const found = differences.filter((one) => one !== undefined);
  return { outcome: found.length === 0 ? "passed" : "failed", differences: found };
}

/** Thrown where a fact is asked that a fixture does not tell of. */
export class MissingFact extends Error {}

/** An error that nobody expected. */
export function unexpected(thrown: unknown): Difference {
  if (thrown instanceof MissingFact) return { aspect: "facts", lines: [thrown.message] };
  return { aspect: "error", lines: Deno.inspect(thrown).split("\n") };
}

/** The difference of two values, if there is one. */
export function compare(aspect: Aspect, wanted: unknown, found: unknown): Difference | undefined {
  if (sameJson(found, wanted)) return undefined;
  return differenceOf(aspect, wanted, found);
}

/** Two values that differ, line by line. */
export function differenceOf(aspect: Aspect, wanted: unknown, found: unknown): Difference {
  return { aspect, lines: differenceLines(toLines(wanted), toLines(found)) };
}

/** Whether two values are the same JSON, whatever the order of keys. */
export function sameJson(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

/** Fields that hold nothing count as absent, and times that tell their offset are put into UTC. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === "string") return inUtc(inner);
    if (inner === null || typeof inner !== "object" || Array.isArray(inner)) return inner;
    const fields = Object.entries(inner).filter(([, field]) => field !== null && field !== undefined);
    return Object.fromEntries(fields.sort(([a], [b]) => a < b ? -1 : 1));
  }) ?? "null";
}

function inUtc(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d$/.test(text)) return text;
  return new Date(text).toISOString().slice(0, 19);
}

/** A value as people read it: each command begins with `$`, and its further lines stand below it. */
function toLines(value: unknown): string[] {
  if (value === undefined || value === null) return ["(nothing)"];
  if (typeof value === "string") return value.split("\n");
  if (!Array.isArray(value)) return JSON.stringify(JSON.parse(canonical(value)), undefined, 2).split("\n");
  if (value.length === 0) return ["(none)"];
  return value.flatMap((one) => {
    if (typeof one !== "string") return [JSON.stringify(one)];
    return one.split("\n").map((line, index) => `${index === 0 ? "$" : " "} ${line}`);
  });
}

/** Wanted lines that are missing (`-`), found ones that nobody wanted (`+`), and those that are the same. */
function differenceLines(wanted: readonly string[], found: readonly string[]): string[] {
  const common = commonLengths(wanted, found);
  const lines: string[] = [];
  let [left, right] = [0, 0];
  while (left < wanted.length || right < found.length) {
    if (left < wanted.length && wanted[left] === found[right]) {
      lines.push(`  ${wanted[left]}`);
      left += 1;
      right += 1;
    } else if (
      right >= found.length || (common[left + 1]?.[right] ?? -1) >= (common[left]?.[right + 1] ?? 0)
    ) {
      lines.push(`- ${wanted[left++] ?? ""}`);
    } else lines.push(`+ ${found[right++] ?? ""}`);
  }
  if (wanted.length === 1 && found.length === 1) lines.push(`  ${" ".repeat(sharedStart(wanted, found))}^`);
  return lines;
}

/** For each pair of positions, how many lines the rests have in common. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const table = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      table[i]![j] = left[i] === right[j]
        ? table[i + 1]![j + 1]! + 1
        : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}

function sharedStart([left = ""]: readonly string[], [right = ""]: readonly string[]): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}
