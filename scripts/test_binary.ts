/** `deno task test:binary [FILE]`: runs an executable, by default `dist/drover`, in roots without Deno or Node. */

import { resolve } from "node:path";
import { countsLine, testCounts } from "./counts.ts";
import { complain, say } from "./print.ts";
import { tee } from "./process.ts";

const SUITES = ["commands", "first_start", "embedding", "install"];
/** What runs with the sources, too. */
const HOSTILE = ["attempts", "operations", "git"];
/** A test that hangs must not hang everything. */
const MOST_MINUTES = 30;

const root = new URL("../", import.meta.url).pathname;
const file = resolve(Deno.args[0] ?? `${root}dist/drover`);
if (!(await Deno.stat(file).then((info) => info.isFile, () => false))) {
  complain(`There is no ${file}: build it with \`deno task compile\``);
  say(countsLine({ passed: 0, failed: 1, skipped: 0 }));
  Deno.exit(1);
}
const color: Record<string, string> = Deno.stdout.isTerminal() ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
const { code, text } = await tee([
  ...[Deno.execPath(), "test", "--allow-all", "--no-prompt"],
  ...SUITES.map((name) => `${root}tests/binary/${name}.ts`),
  ...HOSTILE.map((name) => `${root}tests/hostile/${name}_test.ts`),
], {
  env: { ...color, DROVER_BINARY: file, DROVER_UNDER_TEST: file },
  signal: AbortSignal.timeout(MOST_MINUTES * 60_000),
});
const counts = testCounts(text, code);
say();
say(countsLine(counts));
Deno.exitCode = counts.failed > 0 ? 1 : 0;
