/** Operation calls as the engine keeps them, and the settings that apply to each. */

import { type Step } from "../command/mod.ts";
import type { Place } from "../errors/mod.ts";
import { inherit } from "../deploy/mod.ts";
import {
  type CalledOperation,
  checkGlobals,
  type Condition,
  CONNECTOR_ARGUMENTS,
  type ConnectorArguments,
  connectorDefaultsOf,
  type Foreign,
  type GlobalArguments,
  globalsOf,
  noteRead,
  OperationResult,
  ReadSet,
  type Scope,
  type Steps,
  Subjects,
  withConditions,
} from "../host/mod.ts";
import type { HostPlan } from "./events.ts";

/** One operation call on one host. */
export interface Call {
  /** What makes calls of different hosts the same operation; see `order.ts`. */
  key: string;
  label: string;
  /** `module.operation`. */
  operation: string;
  idempotent: boolean;
  place: Place | undefined;
  /** The deploy file as it was named. */
  deploy: string;
  /** Place of the deploy file in the run, from 0. */
  unit: number;
  globals: GlobalArguments;
  connector: ConnectorArguments;
  conditions: Condition[];
  scope: Scope;
  foreign: Foreign;
  steps(): Steps;
  result: OperationResult;
  /** Steps found while planning; nothing where the plan could not be made. */
  planned: Step[] | undefined;
  /** What the planned steps rest on; of a plan that could not be made, what it has read until then. */
  reads: ReadSet;
  /** What it decides about, and what it changes if it has something to do. */
  subjects: Subjects;
  /** Earlier calls whose changes decide about what it does. */
  dependsOn: readonly Call[];
  /** Whether it asks a host something after its first step: such a plan is only a forecast. */
  asksLater: boolean;
  /** Whether its host was found to answer otherwise than the planned steps rest on. */
  doubted: boolean;
  plan: HostPlan;
  /** Left to another host, with `_runOnce`: while planning a forecast, decided when the operation has its turn. */
  leftOut: boolean;
}

/** Builds the call of an operation in its scope. */
export function createCall(
  called: CalledOperation,
  scope: Scope,
  position: { key: string; deploy: string; unit: number },
): Call {
  const globals = resolveGlobals(called.globals, scope);
  checkGlobals(called.operation, globals, called.place);
  const label = [...scope.deploy.labels, globals.name ?? describe(called)].join(" | ");
  return {
    ...position,
    label,
    operation: called.operation,
    idempotent: called.idempotent,
    place: called.place,
    globals,
    connector: connectorOf(globals),
    conditions: globals._if === undefined ? [] : [globals._if],
    scope,
    foreign: called.foreign,
    steps: withConditions(() => called.steps(), globals),
    result: new OperationResult(label, noteRead),
    planned: undefined,
    reads: new ReadSet(scope.epochs),
    subjects: new Subjects(),
    dependsOn: [],
    asksLater: false,
    doubted: false,
    plan: {
      host: scope.host.name,
      state: "none",
      effect: "change",
      commands: [],
      diffs: [],
      noops: [],
    },
    leftOut: false,
  };
}

/** Whether all conditions hold now. */
export async function conditionsHold(conditions: readonly Condition[]): Promise<boolean> {
  for (const condition of conditions) if (!await holds(condition)) return false;
  return true;
}

/** Whether conditions hold whatever else runs: they are results of calls that have ended. */
export function surelyHold(conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => {
    if (isList(condition)) return surelyHold(condition);
    return condition instanceof OperationResult && condition.isComplete() && condition.didChange();
  });
}

/** Whether conditions could hold, as far as the plan knows: a function may always. */
export async function mayHold(conditions: readonly Condition[]): Promise<boolean> {
  for (const condition of conditions) {
    if (typeof condition === "function") continue;
    if (isList(condition) ? !await mayHold(condition) : !(await condition).willChange) return false;
  }
  return true;
}

/** Conditions in words, where they are results of operations. */
export async function conditionReason(conditions: readonly Condition[]): Promise<{ reason?: string }> {
  const labels = await labelsOf(conditions);
  return labels === undefined ? {} : { reason: `if ${labels.join(" and ")} changed` };
}

/** Labels of the operations behind conditions; nothing where a function has a say too. */
async function labelsOf(conditions: readonly Condition[]): Promise<string[] | undefined> {
  const labels: string[] = [];
  for (const condition of conditions) {
    if (typeof condition === "function") return undefined;
    const inner = isList(condition) ? await labelsOf(condition) : [`"${(await condition).name}"`];
    if (inner === undefined) return undefined;
    labels.push(...inner);
  }
  return labels;
}

async function holds(condition: Condition): Promise<boolean> {
  if (typeof condition === "function") return await condition();
  if (isList(condition)) return await conditionsHold(condition);
  return (await condition).didChange();
}

function isList(condition: Condition): condition is readonly Condition[] {
  return Array.isArray(condition);
}

/** Weakest first: configuration, the host's data, the deploys around the call, the call itself. */
function resolveGlobals(own: GlobalArguments, scope: Scope): GlobalArguments {
  const { config, host, deploy } = scope;
  const configured: GlobalArguments = {
    ...connectorDefaultsOf(host, config),
    _ignoreErrors: config.ignoreErrors,
    _retries: config.retry,
    _retryDelay: config.retryDelay,
  };
  return inherit(inherit(inherit(configured, globalsOf(host)), deploy.globals), own);
}

function connectorOf(globals: GlobalArguments): ConnectorArguments {
  const given = globals as Record<string, unknown>;
  return Object.fromEntries(
    CONNECTOR_ARGUMENTS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
}

/** `files.file (/etc/motd)`: the operation and the first thing it was given. */
function describe(called: CalledOperation): string {
  const first = Object.values(called.args)[0];
  const text = Array.isArray(first) ? first.map(String).join(", ") : String(first ?? "");
  const plain = first === undefined || (typeof first === "object" && !Array.isArray(first)) ||
    typeof first === "function";
  if (plain || text === "") return called.operation;
  const line = text.replaceAll(/\s+/g, " ");
  return `${called.operation} (${line.length > 60 ? `${line.slice(0, 59)}…` : line})`;
}
