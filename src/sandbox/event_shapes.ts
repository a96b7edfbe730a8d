/** The shapes of what threads tell of a run: events, plans, problems. */

import type {
  HostPlan,
  HostSummary,
  OperationPlan,
  OwedOperation,
  Plan,
  Problem,
  Unfinished,
} from "../engine/events.ts";
import type { Place } from "../errors/mod.ts";
import type { FileDiff } from "../host/context.ts";
import type { DeployEvent } from "./protocol.ts";
import {
  amount,
  exactly,
  index,
  json,
  list,
  maybe,
  number,
  object,
  oneOf,
  record,
  type Shape,
  tagged,
  text,
  truth,
} from "./shape.ts";

/** Names of hosts, users, facts. */
export const NAME = text(4096);
export const LONG = text();

export const PLACE = object<Place>({ file: text(65536), line: index, column: index });

export const PROBLEM: Shape<Problem> = object<Problem>({
  code: text(100),
  message: LONG,
  host: maybe(NAME),
  place: maybe(PLACE),
  detail: maybe(LONG),
  command: maybe(LONG),
  hint: maybe(LONG),
  frames: maybe(list(PLACE, 1000)),
  stack: maybe(LONG),
});

const HOST_PLAN = object<HostPlan>({
  host: NAME,
  state: oneOf("change", "always", "conditional", "depends", "none"),
  effect: oneOf("create", "change", "remove"),
  commands: list(LONG),
  diffs: list(object<FileDiff>({ path: LONG, before: orUndefined(LONG), after: orUndefined(LONG) })),
  noops: list(LONG),
  reason: maybe(LONG),
  dependsOn: maybe(list(index)),
});

const OPERATION_PLAN = object<OperationPlan>({
  id: index,
  label: LONG,
  operation: NAME,
  place: maybe(PLACE),
  deploy: LONG,
  runOnce: truth,
  hosts: list(HOST_PLAN),
});

export const PLAN = object<Plan>({ operations: list(OPERATION_PLAN) });

export const OUTCOME = oneOf("done", "planned", "declined", "stopped", "interrupted", "empty");

const SUMMARY = object<HostSummary>({
  host: NAME,
  changed: index,
  unchanged: index,
  skipped: index,
  failed: index,
  ignored: index,
  incomplete: index,
  left: index,
  seconds: amount,
  state: oneOf("done", "failed", "unreachable", "stopped"),
  stoppedAt: maybe(LONG),
});

const UNFINISHED = object<Unfinished>({
  host: NAME,
  left: list(object<Unfinished["left"][number]>({ operation: index, label: LONG })),
  owed: list(object<OwedOperation>({
    operation: index,
    label: LONG,
    name: NAME,
    because: list(LONG),
    commands: list(LONG),
  })),
});

type Event<T extends DeployEvent["type"]> = Extract<DeployEvent, { type: T }>;

export const EVENT = tagged<"type", DeployEvent>("type", {
  "run.started": object<Event<"run.started">>({
    type: exactly("run.started"),
    inventory: LONG,
    deploys: list(LONG),
    hosts: list(NAME),
    groups: index,
    dry: truth,
  }),
  "host.connecting": object<Event<"host.connecting">>({ type: exactly("host.connecting"), host: NAME }),
  "host.connected": object<Event<"host.connected">>({
    type: exactly("host.connected"),
    host: NAME,
    seconds: amount,
  }),
  "host.failed": object<Event<"host.failed">>({
    type: exactly("host.failed"),
    host: NAME,
    phase: oneOf("connect", "plan", "apply"),
    problem: PROBLEM,
  }),
  "hosts.ready": object<Event<"hosts.ready">>({
    type: exactly("hosts.ready"),
    connected: index,
    failed: index,
    seconds: amount,
  }),
  "fact.read": object<Event<"fact.read">>({
    type: exactly("fact.read"),
    host: NAME,
    fact: NAME,
    args: record<unknown>(json),
    command: LONG,
    cached: truth,
  }),
  "host.log": object<Event<"host.log">>({ type: exactly("host.log"), host: NAME, text: LONG }),
  "notice": object<Event<"notice">>({ type: exactly("notice"), host: maybe(NAME), text: LONG }),
  "warning": object<Event<"warning">>({
    type: exactly("warning"),
    text: LONG,
    hint: maybe(LONG),
    place: maybe(PLACE),
  }),
  "plan.ready": object<Event<"plan.ready">>({
    type: exactly("plan.ready"),
    plan: PLAN,
    seconds: amount,
    facts: index,
  }),
  "apply.started": object<Event<"apply.started">>({
    type: exactly("apply.started"),
    operations: index,
    hosts: index,
  }),
  "operation.started": object<Event<"operation.started">>({
    type: exactly("operation.started"),
    operation: index,
    label: LONG,
    name: NAME,
    hosts: list(NAME),
  }),
  "command.started": object<Event<"command.started">>({
    type: exactly("command.started"),
    host: NAME,
    operation: index,
    command: LONG,
    privilege: LONG,
    typed: maybe(LONG),
  }),
  "command.output": object<Event<"command.output">>({
    type: exactly("command.output"),
    host: NAME,
    stream: oneOf("stdout", "stderr"),
    text: LONG,
  }),
  "command.finished": object<Event<"command.finished">>({
    type: exactly("command.finished"),
    host: NAME,
    operation: index,
    command: LONG,
    exitStatus: maybe(number),
    seconds: amount,
  }),
  "operation.retry": object<Event<"operation.retry">>({
    type: exactly("operation.retry"),
    host: NAME,
    operation: index,
    label: LONG,
    attempt: index,
    of: amount,
    delaySeconds: amount,
    problem: maybe(PROBLEM),
  }),
  "operation.finished": object<Event<"operation.finished">>({
    type: exactly("operation.finished"),
    host: NAME,
    operation: index,
    label: LONG,
    name: NAME,
    outcome: oneOf("changed", "unchanged", "skipped", "failed", "ignored"),
    changes: oneOf("none", "possible", "made"),
    commands: index,
    ran: maybe(list(LONG)),
    seconds: amount,
    noops: list(LONG),
    retries: index,
    problem: maybe(PROBLEM),
    nested: truth,
  }),
  "operation.done": object<Event<"operation.done">>({
    type: exactly("operation.done"),
    operation: index,
    label: LONG,
    name: NAME,
    seconds: amount,
  }),
  "host.finished": object<Event<"host.finished">>({ type: exactly("host.finished"), summary: SUMMARY }),
  "run.finished": object<Event<"run.finished">>({
    type: exactly("run.finished"),
    outcome: OUTCOME,
    hosts: list(SUMMARY),
    problems: list(PROBLEM),
    seconds: amount,
    unfinished: maybe(list(UNFINISHED)),
  }),
});

/** For fields that are always there and may hold nothing. */
function orUndefined<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, at) => value === undefined ? undefined : shape(value, at);
}
