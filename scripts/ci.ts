/** Everything that must be green, in the order in which it is quickest to know; started by `.ci/run`. */

import { type Counts, countsLine, lastLineCounts, sum } from "./counts.ts";
import { complain, say, seconds } from "./print.ts";
import { tee } from "./process.ts";

/** A step of the run. */
interface Step {
  name: string;
  /** Words after `deno`. */
  words: string[];
  /** After so many minutes it has failed. */
  minutes: number;
  /** Whether it ends with counts of its own; otherwise it counts as one test. */
  counts: boolean;
}

const STEPS: readonly Step[] = [
  { name: "demo", words: ["task", "demo"], minutes: 2, counts: false },
  { name: "format", words: ["fmt", "--check"], minutes: 1, counts: false },
  { name: "lint", words: ["lint"], minutes: 1, counts: false },
  { name: "types", words: ["task", "check"], minutes: 4, counts: false },
  { name: "docs", words: ["task", "docs"], minutes: 3, counts: false },
  { name: "tests", words: ["task", "test"], minutes: 25, counts: true },
  { name: "bare", words: ["task", "test:bare"], minutes: 20, counts: true },
  { name: "compile", words: ["task", "compile"], minutes: 3, counts: false },
  { name: "executable", words: ["task", "test:binary"], minutes: 15, counts: true },
  { name: "lab", words: ["task", "test:lab"], minutes: 12, counts: true },
];

async function run(step: Step): Promise<Counts> {
  const start = performance.now();
  say(`\n== ${step.name}: deno ${step.words.join(" ")}`);
  const signal = AbortSignal.timeout(step.minutes * 60_000);
  const { code, text } = await tee([Deno.execPath(), ...step.words], { signal });
  const counts = step.counts ? lastLineCounts(text, code) : countOne(code);
  if (signal.aborted) complain(`${step.name} took longer than ${step.minutes} minutes`);
  say(`== ${step.name}: ${counts.failed > 0 ? "FAILED" : "ok"}, ${countsLine(counts)} (${seconds(start)})`);
  return counts;
}

function countOne(code: number): Counts {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

const start = performance.now();
const results: { step: Step; counts: Counts }[] = [];
for (const step of STEPS) results.push({ step, counts: await run(step) });
const failed = results.filter(({ counts }) => counts.failed > 0).map(({ step }) => step.name);
say(`\n${failed.length === 0 ? "All is green" : `Failed: ${failed.join(", ")}`} (${seconds(start)})`);
const total = sum(results.map(({ counts }) => counts));
say(countsLine(total));
Deno.exitCode = total.failed > 0 ? 1 : 0;
