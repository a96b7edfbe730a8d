/** Counts of tests: read from what `deno test` prints, summed, and printed as the last line. */

/** How many tests ended in which way. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

// deno-lint-ignore no-control-regex -- the escape character of colours
const COLOUR_REGEXP = /\x1b\[[\d;]*m/g;
const SUMMARY_REGEXP = /^(?:ok|FAILED) \| (\d+) passed\b.*? \| (\d+) failed\b(?:.*? \| (\d+) ignored\b)?/;

/**
 * The counts of a run of `deno test`.
 *
 * A run that failed without a failed test (it did not compile, it was killed) counts as one failure.
 */
export function testCounts(output: string, exitStatus: number): Counts {
  const lines = output.replaceAll(COLOUR_REGEXP, "").split("\n");
  const summary = lines.map((line) => SUMMARY_REGEXP.exec(line)).findLast((match) => match !== null);
  const [passed = 0, failed = 0, skipped = 0] = summary?.slice(1).map((text) => Number(text ?? 0)) ?? [];
  return { passed, failed: exitStatus !== 0 ? Math.max(failed, 1) : failed, skipped };
}

/** The counts that a script printed on its last line, or one failure if it printed none and failed. */
export function lastLineCounts(output: string, exitStatus: number): Counts {
  const last = output.replaceAll(COLOUR_REGEXP, "").trimEnd().split("\n").at(-1) ?? "";
  const match = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(last);
  const [passed = 0, failed = 0, skipped = 0] = match?.slice(1).map(Number) ?? [];
  const broken = exitStatus !== 0 || match === null;
  return { passed, failed: broken ? Math.max(failed, 1) : failed, skipped };
}

/** All counts together. */
export function sum(all: readonly Counts[]): Counts {
  const total = (key: keyof Counts) => all.reduce((before, counts) => before + counts[key], 0);
  return { passed: total("passed"), failed: total("failed"), skipped: total("skipped") };
}

/** `N passed, N failed, N skipped`. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
