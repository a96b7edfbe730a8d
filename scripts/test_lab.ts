/** `deno task test:lab`: starts the lab, deploys the example to it, checks it, and takes the lab down again. */

import { countsLine, testCounts } from "./counts.ts";
import { whyNoLab } from "./lab/machine.ts";
import { say, sayDone } from "./print.ts";
import { capture, show, tee } from "./process.ts";

/** A lab that was up before is left up. */
const KEEP = (await capture(lab("status"))).stdout.includes("running");

function lab(...args: string[]): string[] {
  return [Deno.execPath(), "run", "--allow-all", "scripts/lab.ts", ...args];
}

async function down(): Promise<void> {
  if (!KEEP) await show(lab("down"));
}

async function interrupted(): Promise<never> {
  await down();
  Deno.exit(130);
}

async function run(): Promise<{ code: number; text: string }> {
  Deno.addSignalListener("SIGINT", interrupted);
  Deno.addSignalListener("SIGTERM", interrupted);
  try {
    const code = await show(lab("up"));
    if (code !== 0) return { code, text: "" };
    const chosen = Deno.args.length > 0 ? Deno.args : ["tests/lab"];
    const env = { NO_COLOR: "1" };
    return await tee([Deno.execPath(), "test", "--allow-all", "--no-prompt", ...chosen], { env });
  } finally {
    await down();
    Deno.removeSignalListener("SIGINT", interrupted);
    Deno.removeSignalListener("SIGTERM", interrupted);
  }
}

const reason = await whyNoLab();
if (reason !== undefined) {
  sayDone("Skipped", `there can be no lab here: ${reason}. It needs root on Debian 12.`);
  say(countsLine({ passed: 0, failed: 0, skipped: 1 }));
} else {
  const { code, text } = await run();
  const counts = testCounts(text, code);
  say();
  say(countsLine(counts));
  Deno.exitCode = counts.failed > 0 ? 1 : 0;
}
