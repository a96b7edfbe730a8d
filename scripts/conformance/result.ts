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

function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
        : inner,
  ) ?? "null";
}
