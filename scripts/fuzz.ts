/**
 * `deno task fuzz [protocol|shell|ssh]…`: plays a hostile deploy, a hostile host and a hostile SSH server against
 * Drover, with random choices that a seed decides.
 */

import { parseArgs } from "node:util";
import { type Bounds, type Campaign, type Extent, runCampaign, tellRuns } from "./fuzz/campaign.ts";
import { complain, say, sayDone } from "./print.ts";

const CAMPAIGNS: Readonly<Record<string, { load: () => Promise<Campaign>; bounds: Bounds; runs: number }>> = {
  protocol: {
    load: async () => (await import("./fuzz/protocol.ts")).PROTOCOL,
    bounds: { seconds: 30, memory: 1024, abreast: 1 },
    runs: 1000,
  },
  shell: {
    load: async () => (await import("./fuzz/shell.ts")).SHELL,
    bounds: { seconds: 90, memory: 1024, abreast: 8 },
    runs: 1000,
  },
  ssh: {
    load: async () => (await import("./fuzz/ssh.ts")).SSH,
    bounds: { seconds: 120, memory: 1024, abreast: 8 },
    runs: 500,
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    runs: { type: "string" },
    seconds: { type: "string" },
    child: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

if (values.help) {
  say("deno task fuzz [protocol|shell|ssh]… [--seed N] [--runs N] [--seconds N]");
  Deno.exit(0);
}
const extent = (runs: number): Extent => ({
  seed: Number(values.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000_000),
  runs: Number(values.runs ?? (values.seconds === undefined ? runs : 1_000_000_000)),
  seconds: Number(values.seconds ?? 3600),
});

if (values.child !== undefined) {
  const { load, bounds, runs } = campaignOf(values.child);
  await tellRuns(await load(), extent(runs), bounds).catch((error) => {
    complain(error.stack);
    Deno.exit(1);
  });
  // Sockets and timers of what was cut off are nobody's.
  Deno.exit(0);
}

let failed = 0;
for (const name of positionals.length > 0 ? positionals : Object.keys(CAMPAIGNS)) {
  const { bounds, runs } = campaignOf(name);
  const started = extent(runs);
  const outcome = await runCampaign(name, started, bounds);
  for (const { seed, what } of outcome.findings) {
    complain(`${name}: seed ${seed}: ${what}`);
    complain(`  again: deno task fuzz ${name} --seed ${seed} --runs 1`);
  }
  failed += outcome.findings.length;
  const counts = `${outcome.runs} runs from seed ${started.seed}, ${outcome.findings.length} findings`;
  sayDone(name, `${counts}, at most ${outcome.peak} MiB`);
}
Deno.exitCode = failed > 0 ? 1 : 0;

function campaignOf(name: string) {
  const campaign = CAMPAIGNS[name];
  if (campaign !== undefined) return campaign;
  complain(`There is no fuzzer "${name}"; there are ${Object.keys(CAMPAIGNS).join(", ")}`);
  Deno.exit(64);
}
