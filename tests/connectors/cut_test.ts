/** Connections that break at any byte; `deno task cut` cuts a thousand. */

import assert from "node:assert/strict";
import { Random } from "../../scripts/fuzz/random.ts";
import { cutConnections } from "../support/cut.ts";
import { requirement } from "../support/skip.ts";

/** Each takes some seconds. */
const CUTS = 10;

for (const backend of ["ssh2", "openssh"] as const) {
  Deno.test({
    name: `connections that are cut leave nothing half-written and claim nothing (${backend})`,
    ignore: requirement("sshd"),
    fn: async () => {
      const random = new Random(7);
      const { cuts, halfWritten, leftovers, falseSuccesses, unmended } = await cutConnections(
        backend,
        CUTS,
        () => random.next(),
      );
      assert.deepEqual([cuts, halfWritten, leftovers, falseSuccesses, unmended], [CUTS, [], [], [], []]);
    },
  });
}
