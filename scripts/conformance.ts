/** Runs fixtures in pyinfra's format against our operations and facts: `deno task conformance DIR`. */

import { parseArgs } from "node:util";
import { DIVERGENCES } from "../tests/conformance/divergences.ts";
import { readFilter } from "./conformance/cases.ts";
import { reportLines } from "./conformance/report.ts";
import { runConformance } from "./conformance/run.ts";
import { complain, say } from "./print.ts";

const USAGE = `usage: deno task conformance DIRECTORY [--only NAME]... [-v]

  --only NAME    a module, a fact or operation, or a fixture: files, files.line, files.line/add, "*.repo/*"
  -v, --verbose  show how fixtures fail, and how and why they diverge`;

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    only: { type: "string", multiple: true },
    verbose: { type: "boolean", short: "v" },
    help: { type: "boolean", short: "h" },
  },
});
const [directory, ...rest] = positionals;
if (values.help) {
  say(USAGE);
  Deno.exit(0);
}
if (directory === undefined || rest.length > 0) {
  complain(USAGE);
  Deno.exit(64);
}

const selected = readFilter(values.only ?? []);
const results = await runConformance(directory, { selected, divergences: DIVERGENCES });
for (const line of reportLines(results, { verbose: values.verbose ?? false })) say(line);
Deno.exit(results.some(({ outcome }) => outcome === "failed") ? 1 : 0);
