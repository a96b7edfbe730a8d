/** `deno task test:bare`: runs the tests on a Debian on which nothing was installed, as root and as another user. */

import { bareRoot, type BareUser } from "./bare/root.ts";
import { type Counts, countsLine, sum, testCounts } from "./counts.ts";
import { whyNoLab } from "./lab/machine.ts";
import { say, sayDone, seconds } from "./print.ts";
import { tee } from "./process.ts";
import { installMissing } from "./setup.ts";

/** A run that hangs must not hang everything. */
const MOST_MINUTES = 20;

/** Matches the name of no test: all files are loaded, and say what they lack. */
const NO_TEST = "--filter=/^$/";

/** Where it matters whether somebody is root, or which programs there are. */
const FOLDERS = ["command", "connectors", "facts", "operations", "shell", "template", "terminal"]
  .map((name) => `tests/${name}`);

const LOAD = [
  "deno",
  "test",
  "-A",
  "--no-prompt",
  "--no-check",
  "--ignore=tests/lab,tests/stories",
  NO_TEST,
  "tests",
];

/** Types are the same everywhere. */
const TEST = ["deno", "task", "test", "--no-check"];

/** Everything is loaded, by the user who can do less; the rest of the tests is about the program, which is the same everywhere. */
const RUNS: readonly { user: BareUser; words: readonly string[] }[] = [
  { user: "tester", words: LOAD },
  { user: "tester", words: [...TEST, ...FOLDERS] },
  { user: "root", words: [...TEST, ...FOLDERS] },
];

async function runAll(): Promise<Counts> {
  await installMissing([{ package: "debootstrap", program: "debootstrap" }]);
  await using root = await bareRoot();
  const all: Counts[] = [];
  for (const { user, words } of RUNS) {
    const start = performance.now();
    say(`\n== ${user}: ${words.join(" ")}`);
    const { code, text } = await tee(root.enter(user, words, MOST_MINUTES * 60));
    const counts = testCounts(text, code);
    // Tests that were only loaded were not skipped.
    all.push({ ...counts, skipped: words === LOAD ? 0 : counts.skipped });
    say(`== ${user}: ${countsLine(all.at(-1)!)} (${seconds(start)})`);
  }
  return sum(all);
}

const reason = await whyNoLab();
if (reason !== undefined) {
  sayDone("Skipped", `there can be no root of Debian's here: ${reason}. It needs root on Debian 12.`);
  say(countsLine({ passed: 0, failed: 0, skipped: 1 }));
} else {
  const counts = await runAll();
  say();
  say(countsLine(counts));
  Deno.exitCode = counts.failed > 0 ? 1 : 0;
}
