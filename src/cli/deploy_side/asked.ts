/** Gathers what a run has asked of its hosts, for the main thread to keep. */

import type { RunEvent, RunResult } from "../../engine/mod.ts";
import type { Inventory, RememberedFact } from "../../host/mod.ts";
import type { AskedTable } from "../memory/sharing.ts";

/** Watches a run for the hosts whose deploy was planned to its end. */
export class AskedQuestions {
  readonly #unplanned = new Set<string>();
  #planned = false;

  watch(event: RunEvent): void {
    if (event.type === "plan.ready") this.#planned = true;
    if (event.type === "host.failed" && event.phase !== "apply") this.#unplanned.add(event.host);
  }

  /** Every question once, and by host which it was asked. */
  table(inventory: Inventory, runs: RunResult["runs"]): AskedTable {
    const numbers = new Map<string, number>();
    const questions: RememberedFact[] = [];
    const byHost = new Map(runs.map((run) => [run.host.name, run.memory.asked]));
    const hosts = inventory.hosts.map(({ name, groups }) => {
      const asked = [...byHost.get(name) ?? []].map(([text, question]) => {
        const number = numbers.get(text) ?? questions.push(question) - 1;
        numbers.set(text, number);
        return number;
      });
      const complete = this.#planned && byHost.has(name) && !this.#unplanned.has(name);
      return { name, groups: [...groups], asked, complete };
    });
    return { questions, hosts };
  }
}
