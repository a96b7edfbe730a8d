/** The table and the differences that the conformance runner prints. */

import type { CaseResult, Outcome } from "./result.ts";

const COLUMNS = ["passed", "failed", "diverging", "not implemented"] as const;

/**
 * The lines of a report. The last one counts diverging fixtures as passed: each is listed with its reason,
 * and fails as soon as it is listed wrongly.
 */
export function reportLines(results: readonly CaseResult[], { verbose }: { verbose: boolean }): string[] {
  const shown = results.filter(({ outcome }) => outcome === "failed" || outcome === "diverging");
  return [
    ...(verbose ? shown.flatMap(details) : shown.filter(isFailed).map(({ name }) => `✗ ${name}`)),
    "",
    ...table(results),
    "",
    ...notes(results, verbose),
    total(results),
  ];
}

function details({ name, outcome, differences, reason }: CaseResult): string[] {
  return [
    "",
    `${outcome === "failed" ? "✗" : "≠"} ${name}`,
    ...(reason === undefined ? [] : [`  ${outcome === "failed" ? "listed as diverging: " : ""}${reason}`]),
    ...differences.flatMap(({ aspect, lines }) => [`  ${aspect}:`, ...lines.map((line) => `    ${line}`)]),
  ];
}

function table(results: readonly CaseResult[]): string[] {
  const modules = Object.groupBy(results, ({ module }) => module);
  const rows = Object.entries(modules)
    .sort(([left], [right]) => left < right ? -1 : 1)
    .map(([module, group]) => [module, ...COLUMNS.map((outcome) => String(count(group ?? [], outcome)))]);
  const all = [["module", ...COLUMNS], ...rows];
  return all.map((row) =>
    row.map((cell, index) => index === 0 ? cell.padEnd(12) : cell.padStart(headerWidth(index))).join("  ")
  );
}

function headerWidth(column: number): number {
  return COLUMNS[column - 1]!.length;
}

function notes(results: readonly CaseResult[], verbose: boolean): string[] {
  const [diverging, skipped] = [count(results, "diverging"), count(results, "skipped")];
  return [
    diverging > 0 && `${diverging} of the passed ones diverge on purpose: tests/conformance/divergences.ts`,
    skipped > 0 && `${skipped} for other platforms left out`,
    !verbose && results.some(isFailed) && "-v shows how they fail",
  ].filter((line) => line !== false);
}

function total(results: readonly CaseResult[]): string {
  const passed = count(results, "passed") + count(results, "diverging");
  return `${passed} passed, ${count(results, "failed")} failed, ${
    count(results, "not implemented")
  } not implemented`;
}

function count(results: readonly CaseResult[], outcome: Outcome): number {
  return results.filter((result) => result.outcome === outcome).length;
}

function isFailed({ outcome }: CaseResult): boolean {
  return outcome === "failed";
}
