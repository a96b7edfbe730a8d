/** Runs the generators of operations: for plans, when their turn comes, inside functions and in tests. */

import { FunctionCall, type Step } from "../command/mod.ts";
import {
  type ConnectorArguments,
  CONTROLLER,
  type Foreign,
  type OperationNote,
  ReadSet,
  runInScope,
  type Scope,
  type Steps,
  Subjects,
} from "../host/mod.ts";

/** An operation to run. */
export interface Generation {
  steps(): Steps;
  /** What the ambient names refer to. */
  scope: Omit<Scope, "operation">;
  /** Facts that are asked inherit these. */
  connector: ConnectorArguments;
  foreign: Foreign;
  /** Receives what it reads, also where it fails. */
  reads: ReadSet;
  /** Receives what it decides about and changes, also where it fails. */
  subjects?: Subjects;
  note(note: OperationNote): void;
  /** Does the steps so far: the operation asks a host something that they may change. */
  perform(steps: readonly Step[]): Promise<void>;
}

/** What is left to do when an operation's generator has ended. */
export interface Generated {
  /** The steps since the last that were performed. */
  steps: Step[];
  /** Whether it asked a host something after its first step: all its steps are only known when they are done. */
  asksLater: boolean;
}

/** Runs an operation's generator to its end. It sees the hosts as they are once its own steps are done. */
export async function runOperation(generation: Generation): Promise<Generated> {
  const { reads, connector, note, foreign, subjects = new Subjects() } = generation;
  if (foreign === "anything") reads.noteEverything();
  if (foreign === "files") reads.note(CONTROLLER);
  let pending: Step[] = [];
  let asksLater = false;
  let performed: Promise<void> = Promise.resolve();
  // Facts that are asked together must all wait for the steps before them.
  const flush = () => {
    const steps = pending;
    pending = [];
    if (steps.length > 0) {
      asksLater = true;
      performed = performed.then(() => generation.perform(steps));
    }
    return performed;
  };
  await runInScope(
    { ...generation.scope, operation: { connector, flush, note, reads, subjects } },
    async () => {
      for await (const step of generation.steps()) pending.push(step);
    },
  );
  await performed;
  return { steps: pending, asksLater };
}

/** Whether a step calls a function of the deploy, which may do anything. */
export function callsFunction(step: Step): step is FunctionCall {
  return step instanceof FunctionCall;
}
