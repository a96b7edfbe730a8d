/** How one fixture ended. */

export interface CaseResult {
  /** `facts/files.File/valid`. */
  name: string;
  module: string;
  outcome: "passed" | "failed" | "not implemented";
  reason?: string;
}

/** The wanted and the found, readable side by side. */
export function difference(wanted: unknown, found: unknown): string {
  return `  wanted ${Deno.inspect(wanted, { depth: 9, strAbbreviateSize: 2000 })}\n` +
    `  found  ${Deno.inspect(found, { depth: 9, strAbbreviateSize: 2000 })}`;
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
