/**
 * `deno task cut [COUNT]`: cuts connections at random offsets, by default 1,000 on each backend, while operations
 * change a host, and prints what was left. Linux, root.
 */

import { cutConnections, type Tally } from "../tests/support/cut.ts";
import { Random } from "./fuzz/random.ts";
import { complain, say, seconds } from "./print.ts";

const count = Number(Deno.args[0] ?? 1000);
const seed = Number(Deno.args[1] ?? 1);
const COLUMNS = ["cuts", "unharmed", "half-written", "leftovers", "false successes", "not mended"];

const rows: [string, Tally][] = [];
for (const backend of ["ssh2", "openssh"] as const) {
  const random = new Random(seed);
  const start = performance.now();
  const tally = await cutConnections(backend, count, () => random.next(), (done) => {
    if (done % 100 === 0) complain(`${backend}: ${done} of ${count} (${seconds(start)})`);
  });
  rows.push([backend, tally]);
}

say(["backend", ...COLUMNS].map((word) => word.padEnd(16)).join(""));
let found = 0;
for (const [backend, { cuts, unharmed, halfWritten, leftovers, falseSuccesses, unmended }] of rows) {
  const lists = [halfWritten, leftovers, falseSuccesses, unmended];
  const cells = [backend, cuts, unharmed, ...lists.map(({ length }) => length)];
  say(cells.map((cell) => String(cell).padEnd(16)).join("").trimEnd());
  for (const what of lists.flat()) complain(what);
  found += lists.flat().length;
}
Deno.exitCode = found > 0 ? 1 : 0;
