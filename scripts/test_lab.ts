/** `deno task test:lab`: starts the lab, runs its tests and the stories on it, and takes the lab down again. */

import { type Counts, countsLine, sum, testCounts } from "./counts.ts";
import { whyNoLab } from "./lab/machine.ts";
import { say, sayDone } from "./print.ts";
import { capture, show, tee } from "./process.ts";

/** A lab that was up before is left up. */
const KEEP = (await capture(lab("status"))).stdout.includes("running");

function lab(...args: string[]): string[] {
  return [Deno.execPath(), "run", "--allow-all", "scripts/lab.ts", ...args];
}

async function down(): Promise<void> {
  if (!KEEP) await show(lab("down"));
}

async function interrupted(): Promise<never> {
  await down();
  Deno.exit(130);
}

/** Tests in the order in which they run; words after `deno test`. */
const RUNS: readonly (readonly string[])[] = [
  ["tests/lab"],
  // Each story is on hosts of its own.
  ["--parallel", "tests/stories"],
];

/** The stories wait for apt most of the time: all run at once, whatever the number of processors. */
const ENV = { NO_COLOR: "1", DENO_JOBS: "8" };

async function test(words: readonly string[]): Promise<Counts> {
  const { code, text } = await tee([Deno.execPath(), "test", "--allow-all", "--no-prompt", ...words], {
    env: ENV,
  });
  return testCounts(text, code);
}

async function run(): Promise<Counts> {
  Deno.addSignalListener("SIGINT", interrupted);
  Deno.addSignalListener("SIGTERM", interrupted);
  try {
    const code = await show(lab("up"));
    if (code !== 0) return testCounts("", code);
    const all: Counts[] = [];
    for (const words of Deno.args.length > 0 ? [Deno.args] : RUNS) all.push(await test(words));
    return sum(all);
  } finally {
    await down();
    Deno.removeSignalListener("SIGINT", interrupted);
    Deno.removeSignalListener("SIGTERM", interrupted);
  }
}

const reason = await whyNoLab();
if (reason !== undefined) {
  sayDone("Skipped", `there can be no lab here: ${reason}. It needs root on Debian 12.`);
  say(countsLine({ passed: 0, failed: 0, skipped: 1 }));
} else {
  const counts = await run();
  say();
  say(countsLine(counts));
  Deno.exitCode = counts.failed > 0 ? 1 : 0;
}
