/** What applying works with: an operation of the plan, and what it needs beside the host. */

import type { HostPort } from "../shell/port.ts";
import type { Call } from "./calls.ts";
import type { EventListener, OperationPlan } from "./events.ts";
import type { Interrupt } from "./interrupt.ts";

/** An operation of the plan with its calls. */
export interface Operation {
  plan: OperationPlan;
  calls: ReadonlyMap<string, Call>;
  /** The host that has taken an operation which runs once. */
  takenBy?: string;
}

/** What applying needs beside the host. */
export interface ApplyContext {
  port: HostPort;
  emit: EventListener;
  /** Whether remote output is reported while it arrives. */
  live: boolean;
  interrupt: Interrupt;
}
