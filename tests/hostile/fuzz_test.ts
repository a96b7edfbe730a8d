/** A short part of `deno task fuzz`, always with the same seeds: a hostile deploy, host and SSH server. */

import assert from "node:assert/strict";
import { type Bounds, runCampaign } from "../../scripts/fuzz/campaign.ts";

const CAMPAIGNS: Record<string, { runs: number; bounds: Bounds }> = {
  protocol: { runs: 25, bounds: { seconds: 60, memory: 512, abreast: 1 } },
  shell: { runs: 16, bounds: { seconds: 90, memory: 512, abreast: 8 } },
  ssh: { runs: 16, bounds: { seconds: 120, memory: 512, abreast: 8 } },
};

for (const [name, { runs, bounds }] of Object.entries(CAMPAIGNS)) {
  Deno.test({
    name: `random hostility without effect: ${name}`,
    fn: async () => {
      const outcome = await runCampaign(name, { seed: 20, runs, seconds: 300 }, bounds);
      assert.deepEqual(outcome.findings, []);
      assert.equal(outcome.runs, runs);
      assert.ok(outcome.peak < bounds.memory, `${outcome.peak} MiB`);
    },
  });
}
