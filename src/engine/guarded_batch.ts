/** Calls of one host that travel in one batch: each runs what was planned, or the batch ends in front of it. */

import { CONTROLLER, guardsOf, type Question, type Reading } from "../host/mod.ts";
import type { GuardRequest, Request, RequestResult } from "../shell/port.ts";
import { concludeCall } from "./attempt.ts";
import type { ApplyContext } from "./apply_context.ts";
import { sendBatch } from "./batch.ts";
import { type Call, surelyHold } from "./calls.ts";
import { isCurrent, isCurrentIfAnswered, isKnown, readingsOf } from "./currency.ts";
import type { Problem } from "./events.ts";
import { Execution, type Parcel } from "./execution.ts";
import type { HostRun } from "./host_run.ts";
import { callsFunction } from "./operation_runner.ts";
import { planCall } from "./plan_call.ts";
import { portProblem } from "./problem.ts";
import type { Planned } from "./steps.ts";

/** A call of the plan whose turn it is. */
export interface Turn {
  operation: number;
  call: Call;
}

/** Told about the turns of a batch. */
export interface TurnListener {
  begun(turn: Turn): void;
  ended(turn: Turn): void;
}

/** How many readings one guard compares, at most. */
const MOST_READINGS = 100;

/** A call of a batch with what is sent for it. */
interface Item extends Parcel {
  turn: Turn;
  execution: Execution;
  guards: GuardRequest[];
}

/**
 * Applies the first of a host's turns and those after it that can travel with it, `most` at the most.
 *
 * @returns How many turns have ended.
 */
export async function applyBatch(
  run: HostRun,
  turns: readonly Turn[],
  most: number,
  context: ApplyContext,
  listener: TurnListener,
): Promise<number> {
  const [turn] = turns;
  if (turn === undefined) return 0;
  listener.begun(turn);
  const { execution, items, results, seconds } = await applyHead(run, turns, most, context);
  conclude(run, turn, execution, seconds, context);
  listener.ended(turn);
  return 1 + await concludeFollowers(run, items.slice(1), results.slice(1), context, listener);
}

/** Applies one call to its end, as functions of the deploy do it. */
export async function applyAlone(
  run: HostRun,
  call: Call,
  operation: number,
  context: ApplyContext,
): Promise<Problem | undefined> {
  const { execution, seconds } = await applyHead(run, [{ operation, call }], 1, context);
  return concludeCall(run, call, operation, { ...execution.ending!, seconds, nested: true }, context.emit);
}

/** The first call of a batch after its last attempt, and what travelled with that. */
interface Head {
  execution: Execution;
  /** The call itself, then those that were sent with it; none if it did not come to that. */
  items: readonly Item[];
  results: readonly RequestResult[][];
  seconds: number;
}

async function applyHead(
  run: HostRun,
  turns: readonly Turn[],
  most: number,
  context: ApplyContext,
): Promise<Head> {
  const started = performance.now();
  const turn = turns[0]!;
  const execution = executionOf(run, turn, context);
  let items: Item[] = [];
  let results: RequestResult[][] = [];
  let settled = !await execution.begin();
  while (!settled) {
    [items, results] = [[], []];
    const parcel = await execution.prepare();
    if (parcel !== undefined) {
      const first: Item = { turn, execution, guards: [], ...parcel };
      if (most > 1) await planAnew(turns.slice(1, most), run);
      items = withGuards([first, ...followersOf(first, turns, run, most, context)]);
      results = await sendItems(run, items, turns[items.length], context);
      const verdict = verdictOf(items[0]!, results[0]!);
      // It is prepared again with the answers that have come back.
      if (verdict === "moved") continue;
      if (verdict === "ran") accept(items[0]!, results[0]!, run);
      else execution.fail(notRun(run, turn));
    }
    settled = await execution.settle();
  }
  const seconds = items.length > 1 ? sumOf(results[0]!) : (performance.now() - started) / 1000;
  return { execution, items, results, seconds };
}

function executionOf(run: HostRun, { call, operation }: Turn, context: ApplyContext): Execution {
  return new Execution(run, call, operation, context, applyAlone);
}

/** Plans calls anew whose host is known to answer otherwise than their plans rest on. */
async function planAnew(turns: readonly Turn[], run: HostRun): Promise<void> {
  const stale = turns.filter(({ call }) => travels(call) && !isCurrent(call, run) && isKnown(call, run));
  await Promise.all(stale.map(({ call }) => planCall(call, run.epochs).catch(() => {})));
}

/** The calls after the first that can go along: each does what was planned, if its host answers as it did. */
function followersOf(
  first: Item,
  turns: readonly Turn[],
  run: HostRun,
  most: number,
  context: ApplyContext,
): Item[] {
  const followers: Item[] = [];
  if (!endsWithItsCommands(first.turn.call) || context.live || context.interrupt.stopping) return followers;
  const results = new Set<object>([first.turn.call.result]);
  let { changes, downloads } = effects(first.commands);
  for (const turn of turns.slice(1, most)) {
    const { call } = turn;
    if (!travels(call) || (downloads && call.reads.restsOn(CONTROLLER))) break;
    if ([...results].some((result) => call.reads.restsOn(result))) break;
    const sure = !changes && isCurrent(call, run);
    if (!sure && !isCurrentIfAnswered(call, run)) break;
    const execution = executionOf(run, turn, context);
    const parcel = execution.trustPlan(sure ? [] : readingsOf(call, run));
    followers.push({ turn, execution, guards: [], ...parcel });
    results.add(call.result);
    const own = effects(parcel.commands);
    changes ||= own.changes;
    downloads ||= own.downloads;
  }
  return followers;
}

/** Whether nothing has to be decided between a call's commands and the calls after it. */
function endsWithItsCommands({ globals }: Call): boolean {
  const { _continueOnError, _retryUntil, _onSuccess, _onError } = globals;
  return !_continueOnError && _retryUntil === undefined && _onSuccess === undefined && _onError === undefined;
}

/** Whether a call can be sent before those in front of it have ended. */
function travels(call: Call): boolean {
  const { globals, conditions, planned } = call;
  if (!surelyHold(conditions) || globals._runOnce || globals._serial || globals._parallel !== undefined) {
    return false;
  }
  if (!endsWithItsCommands(call) || globals._ignoreErrors || (globals._retries ?? 0) > 0) return false;
  return planned !== undefined && !planned.some(callsFunction);
}

function effects(commands: readonly Planned[]): { changes: boolean; downloads: boolean } {
  const kinds = commands.map(({ request }) => request.kind);
  return {
    changes: kinds.some((kind) => kind !== "download"),
    downloads: kinds.includes("download"),
  };
}

/** Calls that run nothing share the guard of the calls after them: nothing can come between. */
function withGuards(items: readonly Item[]): Item[] {
  const groups: { at: number; readings: Reading[] }[] = [];
  let open: { at: number; readings: Reading[] } | undefined;
  for (const [at, { unsure, commands }] of items.entries()) {
    if (unsure.length > 0) {
      if (open === undefined || open.readings.length > MOST_READINGS) {
        groups.push(open = { at, readings: [] });
      }
      open.readings.push(...unsure);
    }
    if (commands.length > 0) open = undefined;
  }
  const guards = new Map(groups.map(({ at, readings }) => [at, guardsOf(readings)]));
  return items.map((item, at) => ({ ...item, guards: guards.get(at) ?? [] }));
}

/** Sends items in one batch; gives the results of each. An interrupt leaves all but the first behind. */
async function sendItems(
  run: HostRun,
  items: readonly Item[],
  next: Turn | undefined,
  context: ApplyContext,
): Promise<RequestResult[][]> {
  const { guards, commands, execution } = items[0]!;
  if (guards.length === 0) execution.announce(commands);
  // Somebody may have interrupted the run just now.
  const sent = context.interrupt.stopping ? items.slice(0, 1) : items;
  const own = sent.map(({ guards, commands }): Request[] => [
    ...guards,
    ...commands.map(({ request }) => request),
  ]);
  const requests = own.flat();
  if (requests.length === 0) return own.map(() => []);
  const ahead = run.reader.ahead(context.live ? [] : questionsAhead(next?.call, requests, run));
  // Where a guard ends the batch, all that was left is planned anew on what is there then.
  const unsure = sent.flatMap((item) => item.unsure.map(({ question }) => question));
  const anew = run.reader.ahead(unsure, true);
  const starts = startsOf(own);
  const boundaries = starts.filter((_, index) => index > 0 && own[index]!.length > 0);
  const manner = { keepGoing: execution.keepsGoing, boundaries };
  const all = [...requests, ...ahead.requests, ...anew.requests];
  const results = await sendBatch(run, all, manner, context);
  ahead.learn(results.slice(requests.length));
  anew.learn(results.slice(requests.length + ahead.requests.length));
  return own.map((part, index) => results.slice(starts[index]!, starts[index]! + part.length));
}

/** The number of requests in front of each part. */
function startsOf(parts: readonly Request[][]): number[] {
  let start = 0;
  return parts.map((part) => (start += part.length) - part.length);
}

/**
 * What the next call will ask that cannot come along, to be read right behind the commands that end before it:
 * in the same batch nothing can come between. Only as the same user, in whose session it costs no round trip.
 */
function questionsAhead(next: Call | undefined, requests: readonly Request[], run: HostRun): Question[] {
  const last = requests.at(-1);
  if (next === undefined || last === undefined) return [];
  // A plan can be compared on the way; one that waits for a condition mostly waits for what will have moved it.
  if (next.planned !== undefined && !next.asksLater && next.conditions.length === 0) return [];
  const privilege = JSON.stringify(last.options.privilege);
  return readingsOf(next, run).map(({ question }) => question)
    .filter(({ options }) => JSON.stringify(options.privilege) === privilege);
}

/** What has become of an item: it had its turn, its guard has found changes, or it was not reached. */
function verdictOf({ guards, turn }: Item, results: readonly RequestResult[]): "ran" | "moved" | "left" {
  if (results.length > 0 && results.every(({ outcome }) => outcome === "skipped")) return "left";
  const failed = results.slice(0, guards.length).find(({ outcome }) =>
    !["success", "skipped"].includes(outcome)
  );
  if (failed === undefined || isBroken(failed)) return "ran";
  turn.call.doubted = true;
  return "moved";
}

/** Whether a guard did not come to its end, for which facts would fail just so. */
function isBroken({ outcome, error }: RequestResult): boolean {
  return error !== undefined && outcome !== "timeout";
}

/** What was never begun has not succeeded. */
function notRun(run: HostRun, { call }: Turn): Problem {
  const error = { code: "E_NOT_RUN", message: "Its commands were not begun", hint: "run the deploy again" };
  return portProblem(error, { host: run.host.name, place: call.place });
}

/** Hands the results of an item to its call. */
function accept(
  { guards, commands, execution, turn }: Item,
  results: readonly RequestResult[],
  run: HostRun,
): void {
  const broken = results.slice(0, guards.length).find(isBroken);
  if (broken !== undefined) {
    return execution.fail(portProblem(broken.error!, { host: run.host.name, place: turn.call.place }));
  }
  // Commands behind a guard are told of once it is known that they ran.
  if (guards.length > 0) execution.announce(commands);
  execution.take(commands, results.slice(guards.length));
}

async function concludeFollowers(
  run: HostRun,
  items: readonly Item[],
  results: readonly RequestResult[][],
  context: ApplyContext,
  listener: TurnListener,
): Promise<number> {
  for (const [index, item] of items.entries()) {
    const own = results[index];
    if (own === undefined || !run.active || verdictOf(item, own) !== "ran") return index;
    const { turn, execution } = item;
    listener.begun(turn);
    if (item.guards.length === 0) execution.announce(item.commands);
    accept(item, own, run);
    await execution.settle();
    conclude(run, turn, execution, sumOf(own), context);
    listener.ended(turn);
  }
  return items.length;
}

function sumOf(results: readonly RequestResult[]): number {
  return results.reduce((sum, { seconds }) => sum + seconds, 0);
}

function conclude(
  run: HostRun,
  { call, operation }: Turn,
  execution: Execution,
  seconds: number,
  { emit }: ApplyContext,
): void {
  const problem = concludeCall(run, call, operation, { ...execution.ending!, seconds, nested: false }, emit);
  if (problem !== undefined) run.fail("apply", problem);
}
