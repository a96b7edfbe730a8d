/** What deploys ask of hosts, kept from run to run. The main thread reads and writes it. */

import type { RunEvent } from "../../engine/mod.ts";
import type { AskedTable, SharedQuestion } from "../../sandbox/protocol.ts";
import { findSection, readMemory, updateMemory } from "./file.ts";
import { forgetOld, type MemoryPlace, memoryPlace, type PlaceRequest } from "./place.ts";
import { share } from "./sharing.ts";

/** The memory of one command line. A memory is a convenience: whatever is wrong with it, the run goes on. */
export class Memory {
  readonly #warn: (event: RunEvent) => void;
  #place: MemoryPlace | undefined;

  /** @param warn Told what is wrong with a file that somebody has named. */
  constructor(warn: (event: RunEvent) => void) {
    this.#warn = warn;
  }

  /** What is known from earlier runs. */
  async recall(request: PlaceRequest): Promise<readonly SharedQuestion[]> {
    const place = await memoryPlace(request);
    if (place === undefined) return [];
    if ("problem" in place) return this.#give(place.problem, "--memory may name any file");
    const content = await readMemory(place);
    if ("problem" in content) return this.#give(content.problem, content.hint);
    this.#place = place;
    return findSection(content.sections, place.names);
  }

  /** Keeps what was asked this time. */
  async remember(asked: AskedTable | undefined): Promise<void> {
    const place = this.#place;
    if (place === undefined || asked === undefined) return;
    const reason = await updateMemory(place, place.names, (before) => share(before, asked));
    if (place.own) return await forgetOld().catch(() => {});
    if (reason !== undefined) {
      this.#give(`Cannot write the memory "${place.path}": ${reason}`, "the next run asks as this one did");
    }
  }

  #give(text: string, hint: string | undefined): [] {
    this.#warn({ type: "warning", text, ...(hint === undefined ? {} : { hint }) });
    return [];
  }
}
