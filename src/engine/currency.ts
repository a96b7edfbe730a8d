/** Whether a plan still holds when its turn comes: the one place that decides it. */

import { isComparable, isSameAnswer, type Reading } from "../host/mod.ts";
import type { Call } from "./calls.ts";
import type { HostRun } from "./host_run.ts";

/**
 * Whether the planned steps of a call are what it would do now: nothing that it has read may have changed, or
 * what may have changed is known to answer as it did.
 */
export function isCurrent(call: Call, run: HostRun): boolean {
  if (call.planned === undefined || call.asksLater || run.distrustful) return false;
  for (const source of call.reads.moved() ?? [undefined]) {
    if (source !== run.host.name) return false;
    if (!readingsOf(call, run).every((reading) => answersAsBefore(reading, run))) return false;
    call.reads.renew(source);
  }
  return true;
}

/**
 * Whether a call's planned steps are what it would do if its own host answers as it did: then the questions can
 * travel in front of the steps.
 */
export function isCurrentIfAnswered(call: Call, run: HostRun): boolean {
  if (call.planned === undefined || call.asksLater || call.doubted || run.distrustful) return false;
  const moved = call.reads.moved();
  if (moved === undefined || moved.some((source) => source !== run.host.name)) return false;
  return readingsOf(call, run).every(isComparable);
}

/** Whether all that a call has asked its own host is known as it is now, so that it can be planned anew at once. */
export function isKnown(call: Call, run: HostRun): boolean {
  const moved = call.reads.moved();
  if (moved === undefined || moved.some((source) => source !== run.host.name) || run.distrustful) {
    return false;
  }
  return readingsOf(call, run).every(({ question }) => run.reader.answerTo(question) !== undefined);
}

/** What a call has asked its own host. */
export function readingsOf(call: Call, run: HostRun): Reading[] {
  return call.reads.readings.filter(({ host }) => host === run.host.name);
}

function answersAsBefore(reading: Reading, run: HostRun): boolean {
  const answer = run.reader.answerTo(reading.question);
  return answer !== undefined && isSameAnswer(reading, answer);
}
