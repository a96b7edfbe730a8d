/** Sends a batch of an operation's requests and notes what they may have changed. */

import { CONTROLLER, nextBatchId } from "../host/mod.ts";
import type { Request, RequestResult } from "../shell/port.ts";
import type { ApplyContext } from "./apply_context.ts";
import type { HostRun } from "./host_run.ts";

/** How a batch goes out. */
export interface BatchManner {
  /** Runs everything, whatever fails. */
  keepGoing: boolean;
  /** Numbers of requests where another operation begins. */
  boundaries?: number[];
}

/** Runs requests on a host, one after the other, in one round trip. */
export async function sendBatch(
  run: HostRun,
  requests: Request[],
  { keepGoing, boundaries }: BatchManner,
  { port, live }: ApplyContext,
): Promise<RequestResult[]> {
  if (requests.length === 0) return [];
  const host = run.host.name;
  const id = nextBatchId();
  try {
    const batch = { id, lane: "operations" as const, requests, stopOnFailure: !keepGoing, live };
    return await port.run(host, boundaries === undefined ? batch : { ...batch, boundaries });
  } finally {
    noteChanges(run, requests);
  }
}

/** Whatever was sent may have run, also where its result was lost. */
function noteChanges(run: HostRun, requests: readonly Request[]): void {
  if (requests.some((request) => request.kind === "download")) run.epochs.raise(CONTROLLER);
  if (requests.some(mayChange)) run.touch();
}

function mayChange(request: Request): boolean {
  return request.kind === "upload" || (request.kind === "command" && request.reads !== true);
}
