/** The deploy's end of the memory: what hosts are asked ahead, and what a run has asked of them. */

import type { RunEvent, RunResult } from "../engine/mod.ts";
import type { Inventory, RememberedFact } from "../host/mod.ts";
import type { AskedTable, SharedQuestion } from "./protocol.ts";

/** Most questions that one run tells of. */
export const MOST_QUESTIONS = 500_000;

/** What a host is known by. */
export interface HostNames {
  name: string;
  groups: readonly string[];
}

/** Finds what a host is to be asked: what its groups are, and what it was itself. */
export function questionsFor(shared: readonly SharedQuestion[]): (host: HostNames) => RememberedFact[] {
  const find = numbersFor(shared);
  return (host) => find(host).map((number) => withoutNames(shared[number]!));
}

/** The question alone. */
export function withoutNames({ fact, args, privilege, chdir }: SharedQuestion): RememberedFact {
  return {
    fact,
    args,
    ...(privilege === undefined ? {} : { privilege }),
    ...(chdir === undefined ? {} : { chdir }),
  };
}

function numbersFor(shared: readonly SharedQuestion[]): (host: HostNames) => number[] {
  const byGroup = new Map<string, number[]>();
  const byHost = new Map<string, number[]>();
  const note = (index: Map<string, number[]>, name: string, number: number) => {
    const list = index.get(name);
    if (list === undefined) index.set(name, [number]);
    else list.push(number);
  };
  for (const [number, { groups = [], hosts = [] }] of shared.entries()) {
    for (const group of groups) note(byGroup, group, number);
    for (const host of hosts) note(byHost, host, number);
  }
  return ({ name, groups }) => {
    const lists = [...groups.map((group) => byGroup.get(group) ?? []), byHost.get(name) ?? []];
    return [...new Set(lists.flat())].sort((a, b) => a - b);
  };
}

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
      const asked = [...byHost.get(name) ?? []].flatMap(([text, question]) => {
        const known = numbers.get(text);
        if (known !== undefined) return [known];
        if (questions.length >= MOST_QUESTIONS) return [];
        const number = questions.push(question) - 1;
        numbers.set(text, number);
        return [number];
      });
      const complete = this.#planned && byHost.has(name) && !this.#unplanned.has(name);
      return { name, groups: [...groups], asked, complete };
    });
    return { questions, hosts };
  }
}
