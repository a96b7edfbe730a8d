/** Plans one call: what it would do on its host as it is now. */

import { maskSecrets, type Step } from "../command/mod.ts";
import { type Epochs, type FileDiff, type OperationNote, ReadSet, toRunOptions } from "../host/mod.ts";
import type { Call } from "./calls.ts";
import type { HostPlan } from "./events.ts";
import { runOperation } from "./operation_runner.ts";
import { showStep } from "./steps.ts";

/**
 * Runs a call's generator without doing anything, and keeps what it would do. It may be planned again before its
 * turn; what is shown is what was planned first.
 */
export async function planCall(call: Call, epochs: Epochs): Promise<void> {
  call.planned = undefined;
  call.reads = new ReadSet(epochs);
  call.doubted = false;
  const plan: HostPlan = { ...call.plan, commands: [], diffs: [], noops: [] };
  call.plan = plan;
  // What cannot be used, such as a password of two lines, is found although nothing may be asked yet.
  toRunOptions(call.connector);
  const early: Step[] = [];
  const { steps, asksLater } = await runOperation({
    ...call,
    note: (note) => takeNote(plan, note),
    perform: (some) => Promise.resolve(void early.push(...some)),
  });
  call.planned = [...early, ...steps];
  call.asksLater = asksLater;
  plan.commands = call.planned.map(showStep);
}

function takeNote(plan: HostPlan, note: OperationNote): void {
  if (note.kind === "noop") plan.noops.push(maskSecrets(note.text));
  if (note.kind === "effect") plan.effect = note.effect;
  if (note.kind === "diff") plan.diffs.push(maskDiff(note.diff));
}

function maskDiff({ path, before, after }: FileDiff): FileDiff {
  const mask = (text: string | undefined) => text === undefined ? undefined : maskSecrets(text);
  return { path, before: mask(before), after: mask(after) };
}
