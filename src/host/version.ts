/** Drover's version, and whether it is one that a deploy says it needs. */

import manifest from "../../deno.json" with { type: "json" };
import { DroverError } from "../errors/mod.ts";

/** The version of this program, as `deno.json` says it. */
export const VERSION: string = manifest.version;

interface Version {
  parts: readonly number[];
  prerelease: string | undefined;
}

/**
 * Whether a version lies in a range: comparisons joined by commas, each of which must hold.
 *
 * `>=`, `>`, `<=`, `<` compare, missing parts being 0. `=` and a bare version match what they name
 * (`=1.2` is any 1.2.x). `~=1.4.2` is at least that within 1.4, `~=1.4` within 1; `^1.4.2` is at least that
 * up to the next breaking version, which below 1.0 is the next minor one.
 *
 * @throws {DroverError} `E_CONFIG` if the range cannot be read.
 * @example
 * ```ts
 * satisfiesVersion(">=0.1,<0.3", "0.2.1"); // true
 * ```
 */
export function satisfiesVersion(range: string, version: string): boolean {
  const actual = parseVersion(version);
  if (actual === undefined) throw rangeError(range, version);
  return range.split(",").every((term) => {
    const [, operator = "", text] = /^\s*(>=|<=|~=|==|[><=^])?\s*(\S+)\s*$/.exec(term) ?? [];
    const wanted = text === undefined ? undefined : parseVersion(text);
    if (wanted === undefined || (operator === "~=" && wanted.parts.length < 2)) throw rangeError(range, term);
    return holds(operator, wanted, actual);
  });
}

/**
 * Fails unless this program's version lies in a range.
 *
 * @throws {DroverError} `E_VERSION` if it does not, `E_CONFIG` if the range cannot be read.
 */
export function requireVersion(range: string): void {
  if (satisfiesVersion(range, VERSION)) return;
  throw new DroverError("E_VERSION", `This deploy needs Drover ${range}, this is ${VERSION}`, {
    hint: "config.requireDroverVersion says so",
  });
}

function holds(operator: string, wanted: Version, actual: Version): boolean {
  const order = compare(actual, wanted);
  switch (operator) {
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case "<":
      return order < 0;
    case "~=":
      return order >= 0 && samePrefix(wanted, actual, wanted.parts.length - 1);
    case "^": {
      const firstUsed = wanted.parts.findIndex((part) => part > 0);
      return order >= 0 &&
        samePrefix(wanted, actual, (firstUsed < 0 ? wanted.parts.length - 1 : firstUsed) + 1);
    }
    default:
      return samePrefix(wanted, actual, wanted.parts.length) && wanted.prerelease === actual.prerelease;
  }
}

function samePrefix(wanted: Version, actual: Version, length: number): boolean {
  return wanted.parts.slice(0, length).every((part, index) => part === (actual.parts[index] ?? 0));
}

function compare(left: Version, right: Version): number {
  for (let index = 0; index < 3; index++) {
    const difference = (left.parts[index] ?? 0) - (right.parts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.prerelease === right.prerelease) return 0;
  // A prerelease comes before its release.
  if (left.prerelease === undefined) return 1;
  if (right.prerelease === undefined) return -1;
  return left.prerelease.localeCompare(right.prerelease, "en", { numeric: true });
}

function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+){0,2})(?:-([\w.-]+))?(?:\+[\w.-]+)?$/.exec(text);
  if (match === null) return undefined;
  return { parts: match[1]!.split(".").map(Number), prerelease: match[2] };
}

function rangeError(range: string, term: string): DroverError {
  return new DroverError("E_CONFIG", `"${range}" is no range of versions: "${term.trim()}" cannot be read`, {
    hint: 'write comparisons joined by commas, such as ">=0.1.0,<0.3"',
  });
}
