/** What applying works with: an operation of the plan, and what it needs beside the host. */

import type { HostPort } from "../shell/port.ts";
import type { Call } from "./calls.ts";
import type { EventListener, OperationPlan } from "./events.ts";

/** An operation of the plan with its calls. */
export interface Operation {
  plan: OperationPlan;
  calls: ReadonlyMap<string, Call>;
}

/** What applying needs beside the host. */
export interface ApplyContext {
  port: HostPort;
  emit: EventListener;
  /** Whether remote output is reported while it arrives. */
  live: boolean;
  /** Batches that run now, so that an interrupt can kill them. */
  running: Map<number, string>;
  /** The operation after this one on the same host, if no other host comes between them. */
  next?: Call | undefined;
  /** Whether the run has been interrupted: nothing is tried again then. */
  interrupted(): boolean;
}
