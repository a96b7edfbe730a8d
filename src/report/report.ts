/** What takes the events of a run and makes something of them. */

import type { RunEvent } from "../engine/events.ts";

/** A consumer of a run's events. */
export interface Report {
  /** Takes the next event. */
  handle(event: RunEvent): void;
  /** Writes what is left and lets go of timers and files. */
  close(): Promise<void> | void;
}

/** One report out of several; each gets every event. */
export function combineReports(reports: readonly Report[]): Report {
  return {
    handle(event) {
      for (const report of reports) report.handle(event);
    },
    async close() {
      for (const report of reports) await report.close();
    },
  };
}
