/** Runs fixtures in pyinfra's format against our operations and facts: `deno task conformance DIR`. */

import { parseArgs } from "node:util";
import { runFacts } from "./conformance/facts.ts";
import { readSignatures } from "./conformance/names.ts";
import { runOperations } from "./conformance/operations.ts";
import type { CaseResult } from "./conformance/result.ts";

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { only: { type: "string" }, verbose: { type: "boolean", short: "v" } },
});
const directory = positionals[0];
if (directory === undefined) {
  write("usage: deno task conformance DIRECTORY [--only module.name] [-v]");
  Deno.exit(64);
}

const signatures = await readSignatures(directory);
const selected = (name: string) => values.only === undefined || name.startsWith(values.only);
const results = [
  ...await runFacts(directory, signatures, selected),
  ...await runOperations(directory, signatures, selected),
];

for (const result of results) {
  if (result.outcome === "failed" && (values.verbose || values.only)) {
    write(`\n✗ ${result.name}\n${result.reason}`);
  }
}
write("");
for (const [module, group] of Map.groupBy(results, (result) => result.module)) {
  const { passed, failed, missing } = count(group);
  write(`${module.padEnd(14)} ${passed} passed, ${failed} failed, ${missing} not implemented`);
}
const total = count(results);
write(`${total.passed} passed, ${total.failed} failed, ${total.missing} not implemented`);
Deno.exit(total.failed === 0 ? 0 : 1);

function count(group: CaseResult[]) {
  const of = (outcome: CaseResult["outcome"]) => group.filter((result) => result.outcome === outcome).length;
  return { passed: of("passed"), failed: of("failed"), missing: of("not implemented") };
}

function write(line: string): void {
  // deno-lint-ignore no-console -- a script's output
  console.log(line);
}
