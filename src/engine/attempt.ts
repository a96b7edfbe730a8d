/** What attempts at an operation produce, and how an operation's end is told. */

import type { OperationResult } from "../host/mod.ts";
import type { RequestResult } from "../shell/port.ts";
import type { Call } from "./calls.ts";
import { commandProblem } from "./command_problem.ts";
import type { EventListener, Outcome, Problem } from "./events.ts";
import type { HostRun } from "./host_run.ts";
import type { Planned } from "./steps.ts";

/** What one attempt has produced so far. */
export interface Attempted {
  commands: number;
  shown: string[];
  stdout: string;
  stderr: string;
  noops: string[];
  problem: Problem | undefined;
}

/** How the attempts at an operation ended. */
export interface Ending {
  outcome: Outcome;
  attempted: Attempted;
  retries: number;
}

/** An attempt that has done nothing so far. */
export function nothingYet(): Attempted {
  return { commands: 0, shown: [], stdout: "", stderr: "", noops: [], problem: undefined };
}

/** Adds the results of commands to an attempt; gives the first failure. */
export function takeResults(
  attempted: Attempted,
  run: HostRun,
  call: Call,
  operation: number,
  requests: readonly Planned[],
  results: readonly RequestResult[],
  emit: EventListener,
): Problem | undefined {
  const host = run.host.name;
  let failure: Problem | undefined;
  results.forEach((result, index) => {
    if (result.outcome === "skipped") return;
    const request = requests[index]!;
    attempted.commands++;
    attempted.shown.push(request.shown);
    attempted.stdout += new TextDecoder().decode(result.stdout);
    attempted.stderr += new TextDecoder().decode(result.stderr);
    const { seconds, exitStatus } = result;
    const status = exitStatus === undefined ? {} : { exitStatus };
    emit({ type: "command.finished", host, operation, command: request.shown, seconds, ...status });
    if (result.outcome !== "success") failure ??= commandProblem(request, result, call, host);
  });
  return failure;
}

/** Lets a result be read. */
export function complete(result: OperationResult, { outcome, attempted, retries }: Ending): void {
  const { stdout, stderr } = attempted;
  result.complete({ outcome: outcome === "ignored" ? "failed" : outcome, stdout, stderr, retries });
}

/** Completes a call and tells how it ended. A problem that comes back takes the host out of the run. */
export function concludeCall(
  run: HostRun,
  call: Call,
  operation: number,
  { outcome, attempted, retries, seconds, nested }: Ending & { seconds: number; nested: boolean },
  emit: EventListener,
): Problem | undefined {
  const { commands, noops, problem } = attempted;
  complete(call.result, { outcome, attempted, retries });
  run.summary[outcome]++;
  run.summary.seconds += seconds;
  emit({
    type: "operation.finished",
    host: run.host.name,
    operation,
    label: call.label,
    name: call.operation,
    outcome,
    commands,
    seconds,
    noops,
    retries,
    nested,
    ...(problem === undefined ? {} : { problem }),
  });
  if (outcome !== "failed") return undefined;
  if (!nested) run.summary.stoppedAt = call.label;
  return problem;
}
