/** What the stories share: Drover as users run it in their project, and hosts looked at without it. */

import { strictEqual } from "node:assert/strict";
import { dockerWords } from "../../scripts/lab/engine.ts";
import { capture, type Ended, must } from "../../scripts/process.ts";
import { until } from "../../scripts/wait.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PROGRAM = [Deno.execPath(), "run", "--allow-all", `${ROOT}main.ts`];

/** A deploy in its folder: `inventory.ts` and `deploy.ts`, with what belongs to them. */
export class Story {
  #folder: string;

  /** @param test The address of the test that stands beside the deploy. */
  constructor(test: string) {
    this.#folder = new URL(".", test).pathname;
  }

  /** Runs the deploy without questions; what it prints are events. */
  async run(...flags: string[]): Promise<Ended> {
    const words = ["inventory.ts", "deploy.ts", "--yes", "--json", "--detailed-exitcode", "--no-memory"];
    return await capture([...PROGRAM, ...words, ...flags], { cwd: this.#folder });
  }

  /**
   * Runs the deploy; returns the operations that changed something, as `host: label`, in their order.
   *
   * @throws {Error} If something failed, or the exit status says something else than the events.
   */
  async apply(...flags: string[]): Promise<string[]> {
    const ended = await this.run(...flags);
    const changed = changesOf(ended);
    const wanted = changed.length > 0 ? 2 : 0;
    if (ended.code !== wanted) throw new Error(`exit status ${ended.code}\n${failuresOf(ended)}`);
    return changed;
  }

  /** `drover check` finds nothing wrong, and nothing that it could not look into. */
  async check(...flags: string[]): Promise<void> {
    const words = ["check", "inventory.ts", "deploy.ts", ...flags];
    const ended = await capture([...PROGRAM, ...words], { cwd: this.#folder });
    strictEqual(ended.code, 0, ended.stdout + ended.stderr);
    strictEqual(/warning/i.test(ended.stdout + ended.stderr), false, ended.stdout + ended.stderr);
  }
}

// deno-lint-ignore no-explicit-any -- events are read as JSON that any program reads
function eventsOf(ended: Ended): any[] {
  return ended.stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

function changesOf(ended: Ended): string[] {
  return eventsOf(ended)
    .filter((event) => event.type === "operation.finished" && event.changes !== "none")
    .map((event) => `${event.host}: ${ownLabel(event.label)}`);
}

/** A label without the file that the operation was included from. */
function ownLabel(label: string): string {
  return label.split(" | ").at(-1)!;
}

/** What went wrong, with its evidence. */
export function failuresOf(ended: Ended): string {
  const last = eventsOf(ended).findLast((event) => event.type === "run.finished");
  return last === undefined ? ended.stderr : JSON.stringify(last.problems, null, 2);
}

/** Runs a script as root on a host of the lab, without SSH; returns its output, that of errors included. */
export async function onHost(labName: string, script: string): Promise<string> {
  const words = dockerWords("exec", "--interactive", labName, "sh", "-s");
  return await must(words, { stdin: `exec 2>&1\nexport LC_ALL=C.UTF-8\ncd /\n${script}\n` });
}

/** Runs a script as root on a host, whatever its exit status. */
export async function tryOnHost(labName: string, script: string): Promise<string> {
  return await onHost(labName, `(\n${script}\n) || :`);
}

/** Waits until a script on a host succeeds, and returns its output. */
export async function eventually(labName: string, script: string, seconds = 30): Promise<string> {
  let output = "";
  const settled = await until(seconds, async () => {
    try {
      output = await onHost(labName, script);
      return true;
    } catch (error) {
      output = error instanceof Error ? error.message : String(error);
      return false;
    }
  });
  if (!settled) throw new Error(`not within ${seconds} seconds: ${output}`);
  return output;
}
