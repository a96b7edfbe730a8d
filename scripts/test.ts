/** `deno task test`: installs what the real tests need where that is possible, runs the tests, counts them. */

import { countsLine, testCounts } from "./counts.ts";
import { complain, say, sayDone } from "./print.ts";
import { tee } from "./process.ts";
import { installMissing, TEST_NEEDS, whyNoPackages } from "./setup.ts";

async function prepare(): Promise<void> {
  const reason = await whyNoPackages();
  if (reason !== undefined) {
    return sayDone("Note", `${reason}: tests of programs that are missing are skipped`);
  }
  try {
    await installMissing(TEST_NEEDS);
  } catch (error) {
    // Without them there is still a lot to test.
    complain(error instanceof Error ? error.message : String(error));
    sayDone("Note", "packages could not be installed: tests of programs that are missing are skipped");
  }
}

/** A test that hangs must not hang everything. */
const MOST_MINUTES = 50;

await prepare();
const chosen = Deno.args.length > 0 ? Deno.args : ["tests"];
const color: Record<string, string> = Deno.stdout.isTerminal() ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
const words = [
  Deno.execPath(),
  "test",
  "--allow-all",
  "--no-prompt",
  "--ignore=tests/lab,tests/stories",
  ...chosen,
];
const { code, text } = await tee(words, { env: color, signal: AbortSignal.timeout(MOST_MINUTES * 60_000) });
const counts = testCounts(text, code);
say();
say(countsLine(counts));
Deno.exitCode = counts.failed > 0 ? 1 : 0;
