/** Applies a plan: operation by operation over all hosts, or host by host. */

import type { ApplyContext, Operation } from "./apply_context.ts";
import type { Call } from "./calls.ts";
import { applyCall } from "./executor.ts";
import type { HostRun } from "./host_run.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Limiter } from "./limiter.ts";
import { applyStretch, Pace, stretchOf, type Turn } from "./look_ahead.ts";

export type { Operation } from "./apply_context.ts";

/** How to go over operations and hosts. */
export type Strategy = "together" | "no-wait" | "serial";

export interface ApplyRequest extends ApplyContext {
  operations: readonly Operation[];
  runs: readonly HostRun[];
  strategy: Strategy;
  limiter: Limiter;
  interrupt: Interrupt;
  /** Percentage of failed hosts above which the run stops. */
  failPercent: number | undefined;
}

/** Applies all operations. True unless more hosts failed than `failPercent` allows. */
export async function applyAll(request: ApplyRequest): Promise<boolean> {
  const { runs, strategy, limiter } = request;
  // A single host has nobody to wait for.
  if (strategy === "together" && runs.length > 1) return await applyTogether(request);
  const passed = new Passed(request);
  if (strategy === "no-wait") {
    await Promise.all(runs.map((run) => limiter.run(() => applyHost(run, request, passed))));
  } else {
    for (const run of runs) await applyHost(run, request, passed);
  }
  return !tooManyFailed(request);
}

async function applyTogether(request: ApplyRequest): Promise<boolean> {
  for (const operation of request.operations) {
    if (request.interrupt.stopping) return true;
    const runs = request.runs.filter((run) => takesPart(run, operation));
    if (runs.length > 0) await applyOperation(operation, runs, request);
    if (tooManyFailed(request)) return false;
  }
  return true;
}

async function applyOperation(operation: Operation, runs: HostRun[], request: ApplyRequest): Promise<void> {
  const started = performance.now();
  begin(operation, runs, request);
  const { _serial: serial, _parallel: parallel } = operation.calls.values().next().value!.globals;
  const size = serial ? 1 : parallel !== undefined && parallel > 0 ? parallel : runs.length;
  for (let first = 0; first < runs.length && !request.interrupt.stopping; first += size) {
    const batch = runs.slice(first, first + size);
    await Promise.all(batch.map((run) => request.limiter.run(() => applyOne(run, operation, request))));
    if (tooManyFailed(request)) break;
  }
  done(operation, started, request);
}

/** Applies all operations of a host at its own pace; those that may, travel together. */
async function applyHost(run: HostRun, request: ApplyRequest, passed: Passed): Promise<void> {
  const pace = new Pace();
  const begin = ({ operation }: Turn) => passed.begin(operation, run);
  const end = ({ operation }: Turn) => passed.end(operation);
  const turns: Turn[] = request.operations.flatMap((operation) => {
    const call = operation.calls.get(run.host.name);
    if (call !== undefined && !call.leftOut) return [{ operation, call }];
    passed.end(operation);
    return [];
  });
  while (turns.length > 0 && run.active) {
    // With every host at its own pace, a failure elsewhere still has to stop the rest.
    if (request.interrupt.stopping || tooManyFailed(request)) break;
    const started = performance.now();
    const stretch = request.live ? [] : stretchOf(turns, run, pace.size);
    if (stretch.length > 1) {
      const next = turns[stretch.length]?.call;
      const problem = await applyStretch(run, stretch, next, request, begin, end);
      if (problem !== undefined) run.fail("apply", problem);
    } else {
      begin(turns[0]!);
      await applyOne(run, turns[0]!.operation, request, turns[1]?.call);
      end(turns[0]!);
    }
    turns.splice(0, Math.max(1, stretch.length));
    pace.note((performance.now() - started) / 1000);
  }
  for (const turn of turns) end(turn);
}

/** Which operations all hosts have behind them, where hosts go at their own pace. */
class Passed {
  readonly #request: ApplyRequest;
  readonly #begun = new Map<Operation, number>();
  readonly #ended = new Map<Operation, number>();

  constructor(request: ApplyRequest) {
    this.#request = request;
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

async function applyOne(
  run: HostRun,
  operation: Operation,
  request: ApplyRequest,
  next?: Call,
): Promise<void> {
  if (request.interrupt.stopping) return;
  const call = operation.calls.get(run.host.name)!;
  const problem = await applyCall(run, call, operation.plan.id, { ...request, next });
  if (problem !== undefined) run.fail("apply", problem);
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

function takesPart(run: HostRun, operation: Operation): boolean {
  const call = operation.calls.get(run.host.name);
  return run.active && call !== undefined && !call.leftOut;
}

function tooManyFailed({ runs, failPercent }: ApplyRequest): boolean {
  const failed = runs.filter((run) => !run.active).length;
  return failPercent !== undefined && failed * 100 / runs.length > failPercent;
}
