/** `deno task demo`: deploys the quickstart to a temporary directory: plan, apply, and both again. */

import { complain, say, seconds } from "./print.ts";
import { show } from "./process.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const DEPLOY = "examples/quickstart/deploy.ts";
/** The exit status of `--detailed-exitcode` when there is something to change. */
const CHANGES = 2;

/** A run of Drover. */
interface Step {
  says: string;
  flags: string[];
  wanted: number;
  /** What has gone wrong if it ends otherwise. */
  otherwise: string;
}

const STEPS: readonly Step[] = [
  {
    says: "What would change? With the commands and the differences of files:",
    flags: ["--dry", "--diff"],
    wanted: 0,
    otherwise: "the plan failed",
  },
  {
    says: "Change it, without asking:",
    flags: ["--yes", "--detailed-exitcode"],
    wanted: CHANGES,
    otherwise: "the first run did not change what it should",
  },
  {
    says: "Everything is as wanted, so there is nothing left to plan:",
    flags: ["--dry", "--detailed-exitcode"],
    wanted: 0,
    otherwise: "the second plan was not empty",
  },
  {
    says: "And nothing to change:",
    flags: ["--yes", "--detailed-exitcode"],
    wanted: 0,
    otherwise: "the second run changed something",
  },
];

async function run(directory: string): Promise<string | undefined> {
  const target = ["@local", DEPLOY, "--data", `dir=${directory}/app`];
  for (const step of STEPS) {
    const words = [...target, ...step.flags];
    say(`\n${step.says}\n$ deno task drover ${words.join(" ")}`);
    const status = await show([Deno.execPath(), "run", "--allow-all", "main.ts", ...words], {
      cwd: ROOT,
    });
    if (status !== step.wanted) return `${step.otherwise} (exit status ${status}, not ${step.wanted})`;
  }
  return undefined;
}

const start = performance.now();
const directory = await Deno.makeTempDir({ prefix: "drover-demo-" });
const remove = () => Deno.remove(directory, { recursive: true });
Deno.addSignalListener("SIGINT", async () => {
  await remove();
  Deno.exit(130);
});
let problem: string | undefined;
try {
  problem = await run(directory);
} finally {
  await remove();
}
if (problem === undefined) {
  say(`\nThe second run changed nothing; ${directory} is removed again. ${seconds(start)}`);
} else {
  complain(`\ndeno task demo: ${problem}`);
}
Deno.exit(problem === undefined ? 0 : 1);
