/** Runs all fixtures of a directory and settles which differences are on purpose. */

import { type Filter, toPattern } from "./cases.ts";
import { runFacts } from "./facts.ts";
import { readSignatures } from "./names.ts";
import { runOperations } from "./operations.ts";
import type { Aspect, CaseResult } from "./result.ts";

/** Where Drover does something else than pyinfra, on purpose. */
export interface Divergence {
  /** Names of fixtures, `*` standing for anything: `operations/apt.key/add*`. */
  fixtures: readonly string[];
  /** In what they differ: all of it, and nothing else. */
  in: readonly Exclude<Aspect, "error">[];
  /** Why ours is better. */
  reason: string;
}

export interface ConformanceOptions {
  selected: Filter;
  divergences: readonly Divergence[];
}

/** Runs the fixtures in `facts` and `operations`; `signatures.json` tells the order of arguments. */
export async function runConformance(
  directory: string,
  { selected, divergences }: ConformanceOptions,
): Promise<CaseResult[]> {
  const signatures = await readSignatures(directory);
  const results = [
    ...await runFacts(directory, signatures, selected),
    ...await runOperations(directory, signatures, selected),
  ];
  return results.map((result) => settle(result, divergences));
}

function settle(result: CaseResult, divergences: readonly Divergence[]): CaseResult {
  const divergence = divergences.find(({ fixtures }) =>
    fixtures.some((name) => toPattern(name).test(result.name))
  );
  if (divergence === undefined || !["passed", "failed"].includes(result.outcome)) return result;
  const { reason } = divergence;
  const found = result.differences.map(({ aspect }) => aspect);
  const gone = divergence.in.filter((aspect) => !found.includes(aspect));
  if (gone.length > 0 && !found.includes("error")) {
    const lines = [`no longer diverges in ${gone.join(" and ")}: take it out of the list of divergences`];
    const stale = { aspect: gone[0]!, lines };
    return { ...result, outcome: "failed", differences: [...result.differences, stale], reason };
  }
  const isExcused = found.every((aspect) => aspect !== "error" && divergence.in.includes(aspect));
  return { ...result, outcome: isExcused ? "diverging" : "failed", reason };
}
