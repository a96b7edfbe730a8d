/** Applies a plan: operation by operation over all hosts, or host by host. */

import { completeResult } from "../host/mod.ts";
import type { ApplyContext, Operation } from "./apply_context.ts";
import { BatchSize } from "./batch_size.ts";
import { applyBatch, type Turn } from "./guarded_batch.ts";
import type { HostRun } from "./host_run.ts";
import { Limiter } from "./limiter.ts";

export type { Operation } from "./apply_context.ts";

/** How to go over operations and hosts. */
export type Strategy = "together" | "no-wait" | "serial";

export interface ApplyRequest extends ApplyContext {
  operations: readonly Operation[];
  runs: readonly HostRun[];
  strategy: Strategy;
  limiter: Limiter;
  /** Percentage of failed hosts above which the run stops. */
  failPercent: number | undefined;
}

/** Applies all operations. True unless more hosts failed than `failPercent` allows. */
export async function applyAll(request: ApplyRequest): Promise<boolean> {
  const { runs, strategy, limiter } = request;
  // A single host has nobody to wait for.
  if (strategy === "together" && runs.length > 1) return await applyTogether(request);
  const progress = new Progress(request);
  if (strategy === "no-wait") {
    await Promise.all(runs.map((run) => limiter.run(() => applyHost(run, request, progress))));
  } else {
    for (const run of runs) await applyHost(run, request, progress);
  }
  return !tooManyFailed(request);
}

async function applyTogether(request: ApplyRequest): Promise<boolean> {
  for (const operation of request.operations) {
    if (request.interrupt.stopping) return true;
    const runs = request.runs.filter((run) => run.active && takesPart(run, operation));
    if (runs.length > 0) await applyOperation(operation, runs, request);
    if (tooManyFailed(request)) return false;
  }
  return true;
}

async function applyOperation(operation: Operation, runs: HostRun[], request: ApplyRequest): Promise<void> {
  const started = performance.now();
  begin(operation, runs, request);
  const size = atOnce(operation) ?? runs.length;
  const nobody = { begun: () => {}, ended: () => {} };
  const apply = async (run: HostRun) => {
    if (!request.interrupt.stopping) await applyBatch(run, [turnOf(operation, run)], 1, request, nobody);
  };
  for (let first = 0; first < runs.length && !request.interrupt.stopping; first += size) {
    const some = runs.slice(first, first + size);
    await Promise.all(some.map((run) => request.limiter.run(() => apply(run))));
    if (tooManyFailed(request)) break;
  }
  done(operation, started, request);
}

/** Applies all operations of a host at its own pace; those that may, travel together. */
async function applyHost(run: HostRun, request: ApplyRequest, progress: Progress): Promise<void> {
  const size = new BatchSize();
  const own = request.operations.filter((operation) => {
    const isOwn = operation.calls.has(run.host.name);
    if (!isOwn) progress.end(operation);
    return isOwn;
  });
  // With every host at its own pace, a failure elsewhere still has to stop the rest.
  while (own.length > 0 && run.active && !request.interrupt.stopping && !tooManyFailed(request)) {
    const started = performance.now();
    own.splice(0, await applyNext(run, own, size.current, request, progress));
    size.note((performance.now() - started) / 1000);
  }
  for (const operation of own) progress.end(operation);
}

/** Applies the next operation of a host, and those that can travel with it. Gives how many have ended. */
async function applyNext(
  run: HostRun,
  operations: readonly Operation[],
  most: number,
  request: ApplyRequest,
  progress: Progress,
): Promise<number> {
  const next = operations[0]!;
  if (!takesPart(run, next)) {
    progress.end(next);
    return 1;
  }
  const upTo = operations.slice(0, most + 1);
  const turns = upTo.map((operation) => turnOf(operation, run));
  const listener = {
    begun: (turn: Turn) => progress.begin(upTo[turns.indexOf(turn)]!, run),
    ended: (turn: Turn) => progress.end(upTo[turns.indexOf(turn)]!),
  };
  const apply = () => applyBatch(run, turns, most, request, listener);
  const limiter = progress.limiterOf(next);
  if (limiter === undefined) return await apply();
  return await limiter.run(async () => {
    const goesOn = run.active && !request.interrupt.stopping && !tooManyFailed(request);
    return goesOn ? await apply() : 0;
  });
}

function turnOf({ plan, calls }: Operation, run: HostRun): Turn {
  return { operation: plan.id, call: calls.get(run.host.name)! };
}

/** How many hosts may run an operation at the same time, if it says so. */
function atOnce({ calls }: Operation): number | undefined {
  const { _serial: serial, _parallel: parallel } = calls.values().next().value!.globals;
  return serial ? 1 : parallel !== undefined && parallel > 0 ? parallel : undefined;
}

/**
 * Whether an operation is this host's to run when it has its turn. What runs once is taken by the first host that
 * comes to it and has not failed.
 */
function takesPart(run: HostRun, operation: Operation): boolean {
  const call = operation.calls.get(run.host.name);
  if (call === undefined) return false;
  if (!call.globals._runOnce) return true;
  if (operation.takenBy === undefined) {
    operation.takenBy = run.host.name;
    for (const [host, other] of operation.calls) other.leftOut = host !== run.host.name;
  }
  if (call.leftOut) {
    completeResult(call.result, { outcome: "skipped", changed: false, stdout: "", stderr: "", retries: 0 });
  }
  return !call.leftOut;
}

/** Which operations all hosts have behind them, where hosts go at their own pace. */
class Progress {
  readonly #request: ApplyRequest;
  readonly #begun = new Map<Operation, number>();
  readonly #ended = new Map<Operation, number>();
  readonly #limiters = new Map<Operation, Limiter>();

  constructor(request: ApplyRequest) {
    this.#request = request;
  }

  /** What bounds how many hosts run an operation at the same time; nothing where nothing does. */
  limiterOf(operation: Operation): Limiter | undefined {
    const size = atOnce(operation);
    if (size === undefined) return undefined;
    const limiter = this.#limiters.get(operation) ?? new Limiter(size);
    this.#limiters.set(operation, limiter);
    return limiter;
  }

  begin(operation: Operation, run: HostRun): void {
    if (!this.#begun.has(operation)) this.#begun.set(operation, performance.now());
    begin(operation, [run], this.#request);
  }

  end(operation: Operation): void {
    const ended = (this.#ended.get(operation) ?? 0) + 1;
    this.#ended.set(operation, ended);
    const began = this.#begun.get(operation);
    if (ended === this.#request.runs.length && began !== undefined) done(operation, began, this.#request);
  }
}

function begin(operation: Operation, runs: readonly HostRun[], request: ApplyRequest): void {
  const { id, label, operation: name } = operation.plan;
  request.emit({
    type: "operation.started",
    operation: id,
    label,
    name,
    hosts: runs.map((run) => run.host.name),
  });
}

function done({ plan }: Operation, began: number, request: ApplyRequest): void {
  const seconds = (performance.now() - began) / 1000;
  request.emit({
    type: "operation.done",
    operation: plan.id,
    label: plan.label,
    name: plan.operation,
    seconds,
  });
}

function tooManyFailed({ runs, failPercent }: ApplyRequest): boolean {
  const failed = runs.filter((run) => !run.active).length;
  return failPercent !== undefined && failed * 100 / runs.length > failPercent;
}
