/** Operations of one host that travel together, because none of them has to look at the host before its turn. */

import { Call as CallStep } from "../command/mod.ts";
import { type FactQuestion, nextBatchId } from "../host/mod.ts";
import type { Request, RunResult } from "../shell/port.ts";
import type { ApplyContext, Operation } from "./apply_context.ts";
import { concludeCall, nothingYet, takeResults } from "./attempt.ts";
import type { Call } from "./calls.ts";
import type { Problem } from "./events.ts";
import type { HostRun } from "./host_run.ts";
import { type Planned, toPortions } from "./steps.ts";

/** An operation and its call on the host. */
export interface Turn {
  operation: Operation;
  call: Call;
}

/** How many operations travel together at first, at most, and the seconds that make the next ones go alone. */
const FIRST = 32;
const MOST = 64;
const SLOW_SECONDS = 1;

/**
 * How far to look ahead. It grows while operations are quick: a person who interrupts the run waits for
 * what has been sent, so slow ones go alone.
 */
export class Pace {
  #size = FIRST;

  get size(): number {
    return this.#size;
  }

  /** Notes how long a stretch took. */
  note(seconds: number): void {
    this.#size = seconds > SLOW_SECONDS ? 1 : Math.min(MOST, this.#size * 4);
  }
}

/**
 * The turns from the first on that can travel together. Each must run exactly what was planned, whatever
 * those before it do: it asks the host nothing, or nothing before it changes the host.
 */
export function stretchOf(turns: readonly Turn[], run: HostRun, most: number): Turn[] {
  const stretch: Turn[] = [];
  let touched = run.changed;
  for (const turn of turns.slice(0, most)) {
    const { call } = turn;
    if (!isSettled(call) || (touched && call.questions.length > 0)) break;
    stretch.push(turn);
    touched ||= call.planned!.length > 0;
  }
  return stretch;
}

/** Applies a stretch in one batch that stops at the first failure. Every operation has its own result. */
export async function applyStretch(
  run: HostRun,
  stretch: readonly Turn[],
  next: Call | undefined,
  context: ApplyContext,
  begin: (turn: Turn) => void,
  end: (turn: Turn) => void,
): Promise<Problem | undefined> {
  const planned = stretch.map(({ call }) => requestsOf(call));
  const announce = (index: number) => {
    const turn = stretch[index]!;
    begin(turn);
    for (const { shown, privilege } of planned[index]!) {
      const operation = turn.operation.plan.id;
      context.emit({ type: "command.started", host: run.host.name, operation, command: shown, privilege });
    }
  };
  announce(0);
  // Somebody may have interrupted the run just now.
  const sent = context.interrupted() ? planned.slice(0, 1) : planned;
  const results = await send(run, sent, next, context);
  let at = 0;
  for (const [index, turn] of stretch.entries()) {
    const requests = planned[index]!;
    const own = results.slice(at, at + requests.length);
    at += requests.length;
    // An interrupt has ended the batch before this operation.
    if (index >= sent.length) return undefined;
    if (own.length > 0 && own.every(({ outcome }) => outcome === "skipped")) return undefined;
    if (index > 0) announce(index);
    const { call, operation: { plan: { id } } } = turn;
    const attempted = { ...nothingYet(), noops: [...call.plan.noops] };
    attempted.problem = takeResults(attempted, run, call, id, requests, own, context.emit);
    const outcome = attempted.problem !== undefined
      ? "failed"
      : attempted.commands > 0
      ? "changed"
      : "unchanged";
    const seconds = own.reduce((sum, result) => sum + result.seconds, 0);
    const ending = { outcome, attempted, retries: 0, seconds, nested: false } as const;
    const problem = concludeCall(run, call, id, ending, context.emit);
    if (problem !== undefined) return problem;
    end(turn);
  }
  return undefined;
}

async function send(
  run: HostRun,
  planned: readonly Planned[][],
  next: Call | undefined,
  { port, running }: ApplyContext,
): Promise<RunResult[]> {
  const own = planned.flat().map(({ request }) => request);
  if (own.length === 0) return [];
  const host = run.host.name;
  const id = nextBatchId();
  const boundaries = planned.slice(1).map((_, index) => planned.slice(0, index + 1).flat().length);
  const questions = questionsAhead(next, own);
  const requests = [...own, ...questions.map((question) => run.reader.requestFor(question))];
  running.set(id, host);
  const batch = { id, lane: "operations" as const, requests, stopOnFailure: true, live: false, boundaries };
  const results = await port.run(host, batch);
  running.delete(id);
  run.touch();
  questions.forEach((question, index) => run.reader.learn(question, results[own.length + index]!));
  return results.slice(0, own.length);
}

/**
 * What the next operation will ask, to be read right behind the commands that end before it: in the same
 * batch nothing can come between. Only as the same user, in whose session it costs no round trip.
 */
export function questionsAhead(next: Call | undefined, requests: readonly Request[]): FactQuestion[] {
  const last = requests.at(-1);
  if (next === undefined || last === undefined || next.conditions.length > 0) return [];
  const privilege = JSON.stringify(last.options.privilege);
  return next.questions.filter(({ options }) => JSON.stringify(options.privilege) === privilege);
}

/** Whether nothing but its planned commands can happen when the call has its turn. */
function isSettled({ planned, forecast, conditions, globals }: Call): boolean {
  if (planned === undefined || forecast || conditions.length > 0) return false;
  if (globals._ignoreErrors || globals._retryUntil !== undefined || (globals._retries ?? 0) > 0) return false;
  return !planned.some((step) => step instanceof CallStep);
}

function requestsOf(call: Call): Planned[] {
  return toPortions(call.planned!, call.connector)
    .flatMap((portion) => portion.kind === "requests" ? portion.requests : []);
}
