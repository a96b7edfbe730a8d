/** The counts that scripts end with. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { countsLine, lastLineCounts, sum, testCounts } from "../../scripts/counts.ts";

Deno.test("reads the summary of deno test, with and without steps, colours and ignored tests", () => {
  const cases: readonly [text: string, status: number, counts: [number, number, number]][] = [
    ["ok | 33 passed | 0 failed (120ms)", 0, [33, 0, 0]],
    ["ok | 3 passed (2 steps) | 0 failed | 4 ignored (1 step) (120ms)", 0, [3, 0, 4]],
    ["\x1b[31mFAILED\x1b[0m | 3 passed (2 steps) | 2 failed (1 step) | 1 ignored (1s)", 1, [3, 2, 1]],
    ["error: Type checking failed", 1, [0, 1, 0]],
    ["ok | 3 passed | 0 failed (1s)\nerror: leaked", 1, [3, 1, 0]],
  ];
  for (const [text, status, [passed, failed, skipped]] of cases) {
    deepStrictEqual(testCounts(`${text}\n`, status), { passed, failed, skipped }, text);
  }
});

Deno.test("takes a script's last line, and counts a failure where there is none", () => {
  deepStrictEqual(lastLineCounts("x\n1 passed, 0 failed, 2 skipped\n", 0), {
    passed: 1,
    failed: 0,
    skipped: 2,
  });
  deepStrictEqual(lastLineCounts("x\n1 passed, 0 failed, 2 skipped\n", 1), {
    passed: 1,
    failed: 1,
    skipped: 2,
  });
  deepStrictEqual(lastLineCounts("killed\n", 0), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("sums and prints", () => {
  const total = sum([{ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 }]);
  strictEqual(countsLine(total), "11 passed, 22 failed, 33 skipped");
});
