/** Which planned calls depend on the changes of earlier ones, so that their plans are only forecasts. */

import { maskSecrets, type Step, StepWithOptions, Upload } from "../command/mod.ts";
import { isTouched, normalSubject, pathSubject, planResult, type Subject } from "../host/mod.ts";
import { type Call, conditionReason, mayHold } from "./calls.ts";
import type { HostPlan } from "./events.ts";

/** What earlier calls are going to change on one host. */
export class PlannedChanges {
  readonly #byName = new Map<string, Change[]>();
  /** Changes that reach other names than their own, by kind. */
  readonly #wide = new Map<string, Change[]>();

  /** Notes what a call changes. */
  add(call: Call): void {
    const uploads = (call.planned ?? []).flatMap(uploadOf);
    // What may have something to do after all has not said what it would change.
    const uncertain = call.plan.state === "depends" ? call.subjects.decided : [];
    for (const subject of [...call.subjects.changed, ...uploads, ...uncertain]) {
      const isWide = subject.name === undefined || subject.below === true;
      const [map, key] = isWide ? [this.#wide, subject.kind] : [this.#byName, keyOf(subject)];
      map.set(key, [...map.get(key) ?? [], { call, subject }]);
    }
  }

  /** The calls that change what is found of some subjects. */
  touching(subjects: readonly Subject[]): Call[] {
    const calls = subjects.flatMap((subject) =>
      this.#near(subject).filter((change) => isTouched(subject, change.subject)).map(({ call }) => call)
    );
    return [...new Set(calls)];
  }

  #near(subject: Subject): Change[] {
    const wide = this.#wide.get(subject.kind) ?? [];
    const isOne = subject.name !== undefined && !subject.below;
    const named = isOne
      ? this.#byName.get(keyOf(subject)) ?? []
      : [...this.#byName.values()].flat().filter((change) => change.subject.kind === subject.kind);
    return [...named, ...wide];
  }
}

interface Change {
  call: Call;
  subject: Subject;
}

/**
 * Settles what the plan says of a call, given what earlier calls of its host are going to change, and which calls of
 * other hosts do so. A call that acts anyway, or by a condition, keeps saying so.
 */
export async function forecast(
  call: Call,
  earlier: (subjects: readonly Subject[]) => Call[],
  peers: readonly Call[] = [],
): Promise<void> {
  const { plan } = call;
  if (call.planned === undefined) return;
  plan.state = await stateOf(call);
  call.dependsOn = [...new Set([...earlier(decidedBy(call)), ...peers])];
  if (plan.state === "conditional") return void Object.assign(plan, await conditionReason(call.conditions));
  if (call.dependsOn.length === 0 || plan.state === "always" || !await mayHold(call.conditions)) return;
  plan.state = "depends";
  plan.reason = `depends on ${call.dependsOn.map((other) => nameOf(other, call)).join(" and ")}`;
}

/** Tells what the plan says of a call to those who ask for its result, and to the calls after it. */
export async function expect(call: Call, changes: PlannedChanges): Promise<void> {
  const willChange = call.plan.state !== "none" && await mayHold(call.conditions);
  planResult(call.result, willChange, call.globals._retries ?? 0);
  if (willChange) changes.add(call);
}

/** The calls of an operation, by host. */
type Calls = ReadonlyMap<string, Call>;

/**
 * Settles anew what rests on answers of other hosts, once the order of all calls is known.
 *
 * @param changesOf What the calls of a host are going to change.
 */
export async function forecastPeers(
  operations: readonly Calls[],
  changesOf: (host: string) => PlannedChanges | undefined,
): Promise<void> {
  const order = new Map(operations.flatMap((calls, at) => [...calls.values()].map((call) => [call, at])));
  const unsettled = new Set<string>();
  for (const [at, calls] of operations.entries()) {
    const isEarlier = (call: Call) => (order.get(call) ?? Infinity) < at;
    for (const [host, call] of calls) {
      if (call.leftOut) continue;
      const touching = (name: string, subjects: readonly Subject[]) =>
        changesOf(name)?.touching(subjects).filter(isEarlier) ?? [];
      const peers = [...decidedByPeers(call)].flatMap(([name, subjects]) => touching(name, subjects));
      if (peers.length > 0) unsettled.add(host);
      if (!unsettled.has(host)) continue;
      await forecast(call, (subjects) => touching(host, subjects), peers);
      await expect(call, changesOf(host)!);
    }
  }
}

/** What the answers of other hosts told a call, by host. */
function decidedByPeers(call: Call): Map<string, Subject[]> {
  const subjects = new Map<string, Subject[]>();
  for (const { host, question: { fact, args } } of call.reads.readings) {
    if (host === call.plan.host || fact.about === undefined) continue;
    subjects.set(host, [...subjects.get(host) ?? [], normalSubject(fact.about(args))]);
  }
  return subjects;
}

/** What a call decides about on its own host: what it says so of, or what it has asked. */
function decidedBy(call: Call): Subject[] {
  const { decided, changed } = call.subjects;
  if (decided.length + changed.length > 0) return decided;
  return call.reads.readings.flatMap(({ host, question: { fact, args } }) =>
    host === call.plan.host && fact.about !== undefined ? [normalSubject(fact.about(args))] : []
  );
}

async function stateOf(call: Call): Promise<HostPlan["state"]> {
  if (call.planned?.length === 0) return "none";
  if (call.conditions.length > 0) {
    return await mayHold(call.conditions) ? "conditional" : "none";
  }
  return call.idempotent ? "change" : "always";
}

function uploadOf(step: Step): Subject[] {
  const bare = step instanceof StepWithOptions ? step.step : step;
  return bare instanceof Upload ? [normalSubject(pathSubject(bare.dest))] : [];
}

function nameOf(other: Call, call: Call): string {
  const label = `"${maskSecrets(other.label)}"`;
  return other.plan.host === call.plan.host ? label : `${label} of ${other.plan.host}`;
}

function keyOf({ kind, name }: Subject): string {
  return `${kind}\n${name}`;
}
