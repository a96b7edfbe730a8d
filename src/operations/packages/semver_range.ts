/** Ranges of versions as npm and cargo read them: `^1.2`, `~1.2.3`, `>=1 <2 || 3.x`, `1.2 - 2`. */

/** A version, or the beginning of one: what is not given is `undefined`. */
interface Version {
  major: number | undefined;
  minor: number | undefined;
  patch: number | undefined;
  /** The parts behind the hyphen: `["rc", "1"]`. */
  pre: readonly string[];
}

type Whole = readonly [number, number, number, readonly string[]];

/** From the first to, but not with, the second; without them, without an end. */
interface Span {
  from?: Whole;
  to?: Whole;
}

const PARTIAL_REGEXP =
  /^[v=\s]*(\d+|[x*])(?:\.(\d+|[x*])(?:\.(\d+|[x*])(?:-([0-9a-z.-]+))?(?:\+[0-9a-z.-]+)?)?)?$/i;
const TERM_REGEXP = /(>=|<=|>|<|=|\^|~>?)?\s*([^\s,<>=^~][^\s,]*)/g;
const HYPHEN_REGEXP = /(\S+)\s+-\s+(\S+)/g;
const LOWEST: readonly string[] = ["0"];

/**
 * Whether a version lies in a range; `undefined` where the text is no range, such as a tag or a URL.
 *
 * @example
 * ```ts
 * isInRange("1.4.0", "^1.2"); // true
 * ```
 */
export function isInRange(version: string, range: string): boolean | undefined {
  const alternatives = range.split("||").map(parseAlternative);
  if (alternatives.some((one) => one === undefined)) return undefined;
  const parsed = parsePartial(version);
  if (parsed?.patch === undefined) return false;
  return alternatives.some((spans) => isInAll(parsed, spans!));
}

function isInAll(version: Version, spans: readonly Span[]): boolean {
  const whole = wholeOf(version);
  if (
    !spans.every(({ from, to }) => (!from || compare(whole, from) >= 0) && (!to || compare(whole, to) < 0))
  ) {
    return false;
  }
  // A version before its release is meant only where the range names one of the same release.
  return version.pre.length === 0 ||
    spans.some(({ from, to }) =>
      [from, to].some((end) =>
        end !== undefined && end[3].length > 0 && end[3] !== LOWEST && sameRelease(end, whole)
      )
    );
}

function parseAlternative(text: string): Span[] | undefined {
  const spans: Span[] = [];
  const rest = text.replace(HYPHEN_REGEXP, (_, low: string, high: string) => `>=${low} <=${high}`).trim();
  if (rest === "") return [{}];
  for (const [, operator = "", word = ""] of rest.matchAll(TERM_REGEXP)) {
    const version = parsePartial(word);
    if (version === undefined) return undefined;
    spans.push(spanOf(operator, version));
  }
  return spans;
}

function parsePartial(text: string): Version | undefined {
  const match = PARTIAL_REGEXP.exec(text.trim());
  if (match === null) return undefined;
  const [major, minor, patch] = match.slice(1, 4).map((part) =>
    part === undefined || /[x*]/i.test(part) ? undefined : Number(part)
  );
  return { major, minor, patch, pre: match[4]?.split(".") ?? [] };
}

function spanOf(operator: string, version: Version): Span {
  const { major, minor, patch } = version;
  const from = wholeOf(version);
  if (major === undefined) return {};
  switch (operator) {
    case ">":
      return { from: patch === undefined ? next(version) : after(from) };
    case ">=":
      return { from };
    case "<":
      return { to: version.pre.length > 0 ? from : [from[0], from[1], from[2], LOWEST] };
    case "<=":
      return { to: patch === undefined ? next(version) : after(from) };
    case "^":
      if (major > 0 || minor === undefined) return { from, to: [major + 1, 0, 0, LOWEST] };
      if (minor > 0 || patch === undefined) return { from, to: [0, minor + 1, 0, LOWEST] };
      return { from, to: [0, 0, patch + 1, LOWEST] };
    case "~":
    case "~>":
      return { from, to: minor === undefined ? [major + 1, 0, 0, LOWEST] : [major, minor + 1, 0, LOWEST] };
    default:
      return { from, to: patch === undefined ? next(version) : after(from) };
  }
}

/** The first version behind all that begin so. */
function next({ major = 0, minor }: Version): Whole {
  return minor === undefined ? [major + 1, 0, 0, LOWEST] : [major, minor + 1, 0, LOWEST];
}

/** The very next version: `1.2.3-rc.1.0` follows `1.2.3-rc.1`, `1.2.4-0` follows `1.2.3`. */
function after([major, minor, patch, pre]: Whole): Whole {
  return pre.length === 0 ? [major, minor, patch + 1, LOWEST] : [major, minor, patch, [...pre, "0"]];
}

function wholeOf({ major = 0, minor = 0, patch = 0, pre }: Version): Whole {
  return [major, minor, patch, pre];
}

function sameRelease(left: Whole, right: Whole): boolean {
  return left[0] === right[0] && left[1] === right[1] && left[2] === right[2];
}

function compare(left: Whole, right: Whole): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2] || comparePre(left[3], right[3]);
}

/** A release is newer than all versions before it; numbers are older than words. */
function comparePre(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length;
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const [isNumber, otherIsNumber] = [part, other].map((one) => /^\d+$/.test(one));
    if (isNumber && otherIsNumber) return Number(part) - Number(other);
    if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return left.length - right.length;
}
