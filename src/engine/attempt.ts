/** What attempts at an operation produce, and how an operation's end is told. */

import { completeResult, type OperationResult } from "../host/mod.ts";
import { MAX_OUTPUT, type RequestResult } from "../shell/port.ts";
import type { Call } from "./calls.ts";
import { commandProblem } from "./command_problem.ts";
import type { Changes, EventListener, Outcome, Problem } from "./events.ts";
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
  /** What this attempt and those before it have done to the host. */
  readonly effects: Effects;
}

/** What an operation has done to its host. */
export interface Effects {
  changes: Changes;
  /** The commands that ended well and have changed the host, secrets masked. */
  ran: string[];
}

/** How the attempts at an operation ended. */
export interface Ending {
  outcome: Outcome;
  attempted: Attempted;
  retries: number;
}

/** An attempt that has done nothing so far. What the one before has changed remains changed. */
export function nothingYet(before?: Attempted): Attempted {
  const effects: Effects = before?.effects ?? { changes: "none", ran: [] };
  return { commands: 0, shown: [], stdout: "", stderr: "", noops: [], problem: undefined, effects };
}

/** Notes that a command has changed the host, or may have. */
export function noteChange(effects: Effects, changes: Changes, shown: string): void {
  if (changes === "made") effects.ran.push(shown);
  if (changes === "made" || effects.changes === "none") effects.changes = changes;
}

/** What a command that was sent has done to its host. */
function changesOf({ request, condition }: Planned, { outcome }: RequestResult): Changes {
  const reads = condition !== undefined || request.kind === "download" || request.kind === "guard";
  if (reads || outcome === "skipped" || outcome === "refused") return "none";
  if (outcome === "success") return "made";
  // A file that could not be written is as it was.
  return request.kind === "upload" && outcome === "failure" ? "none" : "possible";
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
    noteChange(attempted.effects, changesOf(request, result), request.shown);
    attempted.stdout += new TextDecoder().decode(result.stdout);
    attempted.stderr += new TextDecoder().decode(result.stderr);
    const { seconds, exitStatus } = result;
    const status = exitStatus === undefined ? {} : { exitStatus };
    emit({ type: "command.finished", host, operation, command: request.shown, seconds, ...status });
    if (result.droppedBytes > 0) emit({ type: "notice", host, text: lostOutput(call.label, result) });
    if (result.outcome !== "success") failure ??= commandProblem(request, result, call, host);
  });
  return failure;
}

function lostOutput(label: string, { droppedBytes }: RequestResult): string {
  const most = MAX_OUTPUT / 1024 / 1024;
  return `"${label}" printed more than ${most} MiB, which is the limit for commands: its result lacks ` +
    `${droppedBytes} bytes of the middle`;
}

/** Lets a result be read. */
export function complete(result: OperationResult, { outcome, attempted, retries }: Ending): void {
  const { stdout, stderr, effects } = attempted;
  const changed = outcome === "changed" || effects.changes === "made";
  completeResult(result, {
    outcome: outcome === "ignored" ? "failed" : outcome,
    changed,
    stdout,
    stderr,
    retries,
  });
}

/** Completes a call and tells how it ended. A problem that comes back takes the host out of the run. */
export function concludeCall(
  run: HostRun,
  call: Call,
  operation: number,
  { outcome, attempted, retries, seconds, nested }: Ending & { seconds: number; nested: boolean },
  emit: EventListener,
): Problem | undefined {
  const { commands, noops, problem, effects: { changes, ran } } = attempted;
  const hasFailed = outcome === "failed" || outcome === "ignored";
  complete(call.result, { outcome, attempted, retries });
  run.summary[outcome]++;
  if (hasFailed && changes !== "none") run.summary.incomplete++;
  run.summary.seconds += seconds;
  emit({
    type: "operation.finished",
    host: run.host.name,
    operation,
    label: call.label,
    name: call.operation,
    outcome,
    changes: outcome === "changed" ? "made" : changes,
    commands,
    ...(hasFailed && ran.length > 0 ? { ran } : {}),
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
