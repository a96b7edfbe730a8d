/** One way to be attacked, tried with many seeds: each in a child process, so that a crash or a hang is a finding. */

import { say } from "../print.ts";

/** Runs of one kind. */
export interface Campaign {
  /** Gets ready, once for all runs. */
  begin(): Promise<CampaignRuns>;
}

export interface CampaignRuns extends AsyncDisposable {
  /**
   * One run.
   *
   * @returns What went wrong, if anything did.
   */
  run(seed: number): Promise<string | undefined>;
}

/** What is allowed to a run. */
export interface Bounds {
  /** Seconds without a result after which a run hangs. */
  seconds: number;
  /** MiB of memory that the process may hold. */
  memory: number;
  /** How many runs there are at once: where they wait more than they compute. */
  abreast: number;
}

/** How much is tried. */
export interface Extent {
  seed: number;
  runs: number;
  /** Ends it after so many seconds, whatever is left. */
  seconds: number;
}

/** A seed and what it has shown. */
export interface Finding {
  seed: number;
  what: string;
}

/** What a campaign has shown. */
export interface Outcome {
  runs: number;
  findings: Finding[];
  /** Most MiB that were held. */
  peak: number;
}

/** What the child tells, a line of JSON when a run begins and one when it has ended, which has `rss`. */
interface Told {
  seed: number;
  what?: string;
  rss?: number;
}

const MAIN = new URL("../fuzz.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** Runs a campaign in child processes, anew after one that has crashed. */
export async function runCampaign(name: string, extent: Extent, bounds: Bounds): Promise<Outcome> {
  const outcome: Outcome = { runs: 0, findings: [], peak: 0 };
  const end = performance.now() + extent.seconds * 1000;
  while (outcome.runs < extent.runs && performance.now() < end) {
    const seed = extent.seed + outcome.runs;
    const runs = extent.runs - outcome.runs;
    await runChild(name, { seed, runs, seconds: (end - performance.now()) / 1000 }, bounds, outcome);
  }
  return outcome;
}

async function runChild(name: string, extent: Extent, bounds: Bounds, outcome: Outcome): Promise<void> {
  const words = ["--seed", extent.seed, "--runs", extent.runs, "--seconds", extent.seconds];
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-prompt",
      "--quiet",
      "--config",
      CONFIG,
      MAIN,
      "--child",
      name,
      ...words.map(String),
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = tailOf(child.stderr);
  const begun = new Set<number>();
  let hangs = false;
  // Starting takes its time, too.
  let timer = setTimeout(stop, (bounds.seconds + 60) * 1000);
  function stop(): void {
    hangs = true;
    child.kill("SIGKILL");
  }
  for await (const line of linesOf(child.stdout)) {
    const told = JSON.parse(line) as Told;
    clearTimeout(timer);
    timer = setTimeout(stop, bounds.seconds * 1000);
    begun.add(told.seed);
    if (told.rss === undefined) continue;
    begun.delete(told.seed);
    outcome.runs++;
    outcome.peak = Math.max(outcome.peak, told.rss);
    if (told.what !== undefined) outcome.findings.push({ seed: told.seed, what: told.what });
  }
  clearTimeout(timer);
  const { code } = await child.status;
  const said = await stderr;
  if (code === 0) return void (outcome.runs = Math.max(outcome.runs, 1));
  const what = hangs ? `no end after ${bounds.seconds} s` : `the process ended with status ${code}`;
  const seeds = begun.size > 0 ? [...begun] : [extent.seed];
  outcome.runs += seeds.length;
  const others = seeds.length > 1 ? `, or another of ${seeds.join(", ")}` : "";
  outcome.findings.push({ seed: seeds[0]!, what: `${what}${others}\n${said}` });
}

/** The child's part: runs and tells. What nobody handles is told of one of the runs at that time. */
export async function tellRuns(campaign: Campaign, extent: Extent, bounds: Bounds): Promise<void> {
  const end = performance.now() + extent.seconds * 1000;
  let stray: unknown;
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    stray ??= event.reason;
  });
  await using runs = await campaign.begin();
  let next = extent.seed;
  const some = async () => {
    while (next < extent.seed + extent.runs && performance.now() < end) {
      const seed = next++;
      tell({ seed });
      let what = await runs.run(seed).catch(describe);
      // What was rejected is told a turn later.
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (stray !== undefined) what ??= `a rejection that nobody handles: ${describe(stray)}`;
      stray = undefined;
      const rss = Math.round(Deno.memoryUsage().rss / 1024 / 1024);
      if (rss > bounds.memory) what ??= `it holds ${rss} MiB`;
      tell({ seed, rss, ...(what === undefined ? {} : { what }) });
    }
  };
  await Promise.all(Array.from({ length: bounds.abreast }, some));
}

function tell(told: Told): void {
  say(JSON.stringify(told));
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/** The last of what a stream holds. */
async function tailOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) tail = (tail + text).slice(-3000);
  return tail;
}
