/** Requirements of Ruby gems as RubyGems reads them: `1.2`, `~> 1.2`, `>= 1, < 3`. */

/**
 * Whether a version of a gem is as wanted; every condition of the requirement must hold.
 *
 * @example
 * ```ts
 * satisfiesGem("7.0.4", "~> 7.0"); // true
 * ```
 */
export function satisfiesGem(version: string, requirement: string): boolean {
  return requirement.split(",").every((condition) => {
    const [, operator = "=", wanted = ""] = /^\s*(=|!=|>=|<=|~>|>|<)?\s*(\S*)\s*$/.exec(condition) ?? [];
    return holds(segments(version), operator, segments(wanted));
  });
}

type Segment = string | number;

function holds(version: readonly Segment[], operator: string, wanted: readonly Segment[]): boolean {
  const order = compare(version, wanted);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    default:
      return order >= 0 && compare(release(version), bump(wanted)) < 0;
  }
}

/** Numbers and words; a hyphen means a version before its release. */
function segments(version: string): Segment[] {
  const parts = version.replaceAll("-", ".pre.").match(/\d+|[a-z]+/gi) ?? [];
  return parts.map((part) => /^\d/.test(part) ? Number(part) : part);
}

function release(version: readonly Segment[]): readonly Segment[] {
  const end = version.findIndex((part) => typeof part === "string");
  return end === -1 ? version : version.slice(0, end);
}

/** The version that `~>` stays below: 2 for 1.2, 1.3 for 1.2.3. */
function bump(version: readonly Segment[]): Segment[] {
  const numbers = [...release(version)] as number[];
  if (numbers.length > 1) numbers.pop();
  return [...numbers.slice(0, -1), (numbers.at(-1) ?? 0) + 1];
}

/** What is missing counts as 0; words come before numbers. */
function compare(left: readonly Segment[], right: readonly Segment[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one, other] = [left[index] ?? 0, right[index] ?? 0];
    if (one === other) continue;
    if (typeof one === typeof other) return one < other ? -1 : 1;
    return typeof one === "string" ? -1 : 1;
  }
  return 0;
}
