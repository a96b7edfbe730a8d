/** What a run that did not come to its end has left undone, and what the next one will not do either. */

import { type Condition, OperationResult, runInScope } from "../host/mod.ts";
import type { Operation } from "./apply.ts";
import type { Call } from "./calls.ts";
import type { OwedOperation, Unfinished } from "./events.ts";
import type { HostRun } from "./host_run.ts";

/** What is left of the operations of hosts that did not get to their end. */
export async function unfinishedOf(
  operations: readonly Operation[],
  runs: readonly HostRun[],
): Promise<Unfinished[]> {
  const all = await Promise.all(runs.map(async ({ host: { name: host } }): Promise<Unfinished> => {
    const own = operations.flatMap(({ plan, calls }) => {
      const call = calls.get(host);
      return call === undefined || call.leftOut ? [] : [{ id: plan.id, label: plan.label, call }];
    });
    const left = own.filter(({ call }) => !call.result.isComplete() && call.plan.state !== "none");
    const owed: OwedOperation[] = [];
    for (const { id, label, call } of own) {
      const because = isUndone(call) ? await changedConditions(call) : undefined;
      if (because === undefined) continue;
      owed.push({ operation: id, label, name: call.operation, because, commands: call.plan.commands });
    }
    return { host, left: left.map(({ id, label }) => ({ operation: id, label })), owed };
  }));
  return all.filter(({ left, owed }) => left.length + owed.length > 0);
}

/** Whether a call has conditions and either did not have its turn, or failed. */
function isUndone({ conditions, result, globals }: Call): boolean {
  if (conditions.length === 0) return false;
  return !result.isComplete() || (result.didError() && !globals._ignoreErrors);
}

/** Labels of what has changed, so that the call was to run; nothing unless it was. */
async function changedConditions({ conditions, scope }: Call): Promise<string[] | undefined> {
  const labels = new Set<string>();
  const holds = await runInScope(scope, () => haveChanged(conditions, labels));
  return holds ? [...labels] : undefined;
}

async function haveChanged(conditions: readonly Condition[], labels: Set<string>): Promise<boolean> {
  let some = false;
  for (const condition of conditions) {
    if (typeof condition === "function") {
      if (!holdsAtOnce(condition)) return false;
      some = true;
    } else if (Array.isArray(condition)) {
      if (!await haveChanged(condition, labels)) return false;
      some = true;
    } else {
      const result = await (condition as OperationResult | Promise<OperationResult>);
      // What is still to come may change, too.
      if (!result.isComplete()) {
        if (!result.willChange) return false;
        continue;
      }
      if (!result.didChange()) return false;
      labels.add(result.name);
      some = true;
    }
  }
  return some;
}

/** Whether a condition that looks at results says yes. One that asks hosts is not asked any more. */
function holdsAtOnce(condition: () => unknown): boolean {
  if (condition.constructor.name === "AsyncFunction") return false;
  try {
    const held = condition();
    if (held instanceof Promise) held.catch(() => {});
    return held === true;
  } catch {
    return false;
  }
}
