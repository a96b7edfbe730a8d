/** An operation that a deploy has called, on its way to whoever plans or runs it. */

import type { Step } from "../command/mod.ts";
import type { Place } from "../errors/mod.ts";
import type { GlobalArguments } from "./arguments.ts";

/** The steps of an operation: a generator that reads facts and yields what has to be done. */
export type Steps = AsyncGenerator<Step, void, void>;

/** One call of an operation, as the planner receives it. */
export interface CalledOperation {
  /** `module.operation`. */
  operation: string;
  idempotent: boolean;
  args: Record<string, unknown>;
  globals: GlobalArguments;
  place: Place | undefined;
  /** Whether code of the deploy has a say in its steps. */
  foreign: Foreign;
  steps(): Steps;
}

/** What the steps of an operation may depend on beside what Drover knows of. */
export type Foreign =
  /** Nothing. */
  | "nothing"
  /** Files that the deploy's own operation may read by itself. */
  | "files"
  /** Anything: it was given a function. */
  | "anything";
