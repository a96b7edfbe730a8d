/** Plans one call: what it would do on its host as it is now. */

import { maskSecrets, type Step } from "../command/mod.ts";
import {
  type Epochs,
  type FileDiff,
  type OperationNote,
  ReadSet,
  Subjects,
  toRunOptions,
} from "../host/mod.ts";
import type { Call } from "./calls.ts";
import type { HostPlan } from "./events.ts";
import { runOperation } from "./operation_runner.ts";
import { typeStep } from "./steps.ts";

/**
 * Runs a call's generator without doing anything, and keeps what it would do. It may be planned again before its
 * turn; what is shown is what was planned first.
 */
export async function planCall(call: Call, epochs: Epochs): Promise<void> {
  call.planned = undefined;
  call.reads = new ReadSet(epochs);
  call.subjects = new Subjects();
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
  const planned = [...early, ...steps];
  // It also finds secrets that cannot be put into a command, before anything is changed.
  plan.commands = planned.map((step) => typeStep(step, call.connector));
  call.planned = planned;
  call.asksLater = asksLater;
}

function takeNote(plan: HostPlan, note: OperationNote): void {
  if (note.kind === "noop") plan.noops.push(maskSecrets(note.text));
  if (note.kind === "effect") plan.effect = note.effect;
  if (note.kind === "diff") plan.diffs.push(maskDiff(note.diff));
}

/** A difference without secrets, nor those that stand now where the secrets are going to be. */
function maskDiff({ path, before, after }: FileDiff): FileDiff {
  const shown = after === undefined ? undefined : maskSecrets(after);
  const former = before === undefined ? undefined : maskFormer(maskSecrets(before), after, shown);
  return { path: maskSecrets(path), before: former, after: shown };
}

/** Lines of a file as it is now that look like one with a secret in it: the secret that they hold is another one. */
function maskFormer(before: string, after: string | undefined, shown: string | undefined): string {
  if (after === undefined || shown === undefined || after === shown) return before;
  const known = new Set(after.split("\n"));
  const masked = new Set(shown.split("\n").filter((line) => line.includes("***") && !known.has(line)));
  const forms = [...masked].map((line) => ({
    line: line.replaceAll("***", "*** (before)"),
    regexp: new RegExp(`^${line.split("***").map(literal).join(".+")}$`),
  }));
  const former = (line: string) =>
    masked.has(line) ? line : forms.find(({ regexp }) => regexp.test(line))?.line ?? line;
  return before.split("\n").map(former).join("\n");
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
