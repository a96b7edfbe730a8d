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

/** What is quickly known, and what the others need installed. */
const FIRST: readonly Step[] = [
  { name: "demo", words: ["task", "demo"], minutes: 2, counts: false },
  { name: "format", words: ["fmt", "--check"], minutes: 1, counts: false },
  { name: "lint", words: ["lint"], minutes: 2, counts: false },
  { name: "types", words: ["task", "check"], minutes: 5, counts: false },
  { name: "docs", words: ["task", "docs"], minutes: 3, counts: false },
  { name: "setup", words: ["task", "setup"], minutes: 5, counts: false },
];

/** Folders whose tests take about half of the time of all. */
const SLOW: readonly string[] = ["cli", "connectors", "convert", "engine"].map((name) => `tests/${name}`);

/** Real programs in roots of their own: they wait a good deal, too. */
const SYSTEMS = "tests/systems";

/** Folders that are tested on the lab. */
const ON_LAB: readonly string[] = ["tests/lab", "tests/stories"];

/** The other folders of tests, whatever there is. */
async function quickFolders(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir("tests"));
  const folders = entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => `tests/${name}`);
  return folders.filter((folder) => ![...SLOW, SYSTEMS, ...ON_LAB].includes(folder)).toSorted();
}

/** What takes its time, and waits a good deal: the rows run side by side. */
const ROWS: readonly (readonly Step[])[] = [
  [
    { name: "tests that wait", words: ["task", "test", ...SLOW], minutes: 50, counts: true },
    { name: "systems", words: ["task", "test", SYSTEMS], minutes: 30, counts: true },
  ],
  [{ name: "tests", words: ["task", "test", ...await quickFolders()], minutes: 50, counts: true }],
  [
    { name: "compile", words: ["task", "compile"], minutes: 5, counts: false },
    { name: "executable", words: ["task", "test:binary"], minutes: 30, counts: true },
    { name: "lab", words: ["task", "test:lab"], minutes: 30, counts: true },
    { name: "bare", words: ["task", "test:bare"], minutes: 35, counts: true },
  ],
];

/** How a step went. */
interface Result {
  step: Step;
  counts: Counts;
}

/** @param live Whether its output is shown as it comes; otherwise all of it when the step has ended. */
async function run(step: Step, live: boolean): Promise<Result> {
  const start = performance.now();
  const title = `\n== ${step.name}: deno ${step.words.join(" ")}`;
  if (live) say(title);
  const signal = AbortSignal.timeout(step.minutes * 60_000);
  const { code, text } = await tee([Deno.execPath(), ...step.words], { signal, quiet: !live });
  if (!live) say(`${title}\n${text}`);
  const counts = step.counts ? lastLineCounts(text, code) : countOne(code);
  if (signal.aborted) complain(`${step.name} took longer than ${step.minutes} minutes`);
  say(`== ${step.name}: ${counts.failed > 0 ? "FAILED" : "ok"}, ${countsLine(counts)} (${seconds(start)})`);
  return { step, counts };
}

async function runRow(steps: readonly Step[], live: boolean): Promise<Result[]> {
  const results: Result[] = [];
  for (const step of steps) results.push(await run(step, live));
  return results;
}

function countOne(code: number): Counts {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

const start = performance.now();
const results = await runRow(FIRST, true);
say(`\nSide by side: ${ROWS.map((row) => row.map(({ name }) => name).join(", ")).join(" | ")}`);
results.push(...(await Promise.all(ROWS.map((row) => runRow(row, false)))).flat());
const failed = results.filter(({ counts }) => counts.failed > 0).map(({ step }) => step.name);
say(`\n${failed.length === 0 ? "All is green" : `Failed: ${failed.join(", ")}`} (${seconds(start)})`);
const total = sum(results.map(({ counts }) => counts));
say(countsLine(total));
Deno.exitCode = total.failed > 0 ? 1 : 0;
