/** Plans: runs the deploy for a host and finds what each operation would do, changing nothing. */

import {
  createConfig,
  currentScope,
  type Inventory,
  type OperationResult,
  type OperationSink,
  planResult,
  type RunState,
  type Scope,
} from "../host/mod.ts";
import type { CalledOperation } from "../host/mod.ts";
import { type DeployUnit, fileScope, runUnit } from "../deploy/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { type Call, createCall, mayHold } from "./calls.ts";
import { expect, forecast } from "./forecast.ts";
import type { HostRun } from "./host_run.ts";
import { toProblem } from "./problem.ts";
import { planCall } from "./plan_call.ts";

/** What planning needs beside the host. */
export interface PlanContext {
  inventory: Inventory;
  state: RunState;
  units: readonly DeployUnit[];
  /** Keys of `_runOnce` operations and the host that called each first. */
  firstCallers: Map<string, string>;
  /** Told of the fail percentage that a deploy file sets. */
  onFailPercent(percent: number): void;
}

/** Failures that no earlier operation could cure. */
const STATIC_FAILURES: ReadonlySet<string> = new Set([
  "E_ARGUMENT",
  "E_LOCAL_FILE",
  "E_TEMPLATE",
  "E_TEMPLATE_SYNTAX",
  "E_NESTED_CALL",
  "E_DATA_KEY",
  "E_DATA_CONSTANT",
  "E_FACT_NAME",
]);

/** Runs all deploy files for a host; its calls and their plans are then in `run.calls`. */
export async function planHost(run: HostRun, context: PlanContext): Promise<void> {
  for (const [index, unit] of context.units.entries()) {
    const planner = new Planner(run, context, unit.name, index);
    const scope: Scope = {
      host: run.host,
      inventory: context.inventory,
      config: createConfig(run.config),
      state: context.state,
      deploy: fileScope(unit.file),
      sink: planner,
      epochs: run.epochs,
    };
    await planner.finish(runUnit(unit, scope));
    if (scope.config.failPercent !== undefined) context.onFailPercent(scope.config.failPercent);
    if (!run.active) return;
  }
}

/** Takes a host's calls in their order and plans one after the other. */
class Planner implements OperationSink {
  readonly #run: HostRun;
  readonly #context: PlanContext;
  readonly #deploy: string;
  readonly #unit: number;
  readonly #counts = new Map<string, number>();
  readonly #tracked: Promise<unknown>[] = [];
  /** Settled when the calls so far are planned. */
  #earlier: Promise<unknown> = Promise.resolve();

  constructor(run: HostRun, context: PlanContext, deploy: string, unit: number) {
    this.#run = run;
    this.#context = context;
    this.#deploy = deploy;
    this.#unit = unit;
  }

  call(called: CalledOperation): Promise<OperationResult> {
    const scope = requireCurrent();
    const call = createCall(called, scope, {
      key: this.#key(called, scope),
      deploy: this.#deploy,
      unit: this.#unit,
    });
    this.#run.calls.push(call);
    // Only applying needs the order of the calls: those that are made together are planned together.
    const planned = this.#plan(call, this.#earlier);
    this.#earlier = Promise.all([this.#earlier, planned.catch(() => {})]);
    return this.track(planned.then(() => call.result));
  }

  track<T>(work: Promise<T>): Promise<T> {
    const watched = work.catch((thrown) => this.#fail(thrown));
    this.#tracked.push(watched);
    return work;
  }

  /** Waits for the deploy and for everything that it has started without awaiting it. */
  async finish(work: Promise<void>): Promise<void> {
    await work.catch((thrown) => this.#fail(thrown));
    for (let index = 0; index < this.#tracked.length; index++) await this.#tracked[index];
  }

  #fail(thrown: unknown): void {
    this.#run.fail("plan", toProblem(thrown, { host: this.#run.host.name }));
  }

  #key(called: CalledOperation, scope: Scope): string {
    const { place } = called;
    const site = place === undefined ? called.operation : `${place.file}:${place.line}:${place.column}`;
    const path = [this.#unit, ...scope.deploy.labels, site].join("\n");
    const count = (this.#counts.get(path) ?? 0) + 1;
    this.#counts.set(path, count);
    return `${path}\n${count}`;
  }

  async #plan(call: Call, earlier: Promise<unknown>): Promise<void> {
    // Its place in the order comes first, whatever its generator does at once.
    await Promise.resolve();
    if (!this.#run.active) throw new DroverError("E_HOST_FAILED", `${this.#run.host.name} has failed before`);
    const left = call.globals._runOnce === true && !this.#isFirst(call);
    try {
      await planCall(call, this.#run.epochs);
    } catch (thrown) {
      if (!await this.#mayBeCured(thrown, earlier, call)) throw located(thrown, call);
      const state = await mayHold(call.conditions) ? "depends" : "none";
      Object.assign(call.plan, { state, reason: toProblem(thrown).message });
      if (state === "none") return planResult(call.result, false, 0);
    }
    await earlier;
    const { plannedChanges } = this.#run;
    await forecast(call, (subjects) => plannedChanges.touching(subjects));
    if (left) planResult(call.result, false, call.globals._retries ?? 0);
    else await expect(call, plannedChanges);
  }

  /** Whether the host is the one that will probably run what runs once. Who really does is seen when it has its turn. */
  #isFirst({ key }: Call): boolean {
    const { firstCallers } = this.#context;
    if (!firstCallers.has(key)) firstCallers.set(key, this.#run.host.name);
    return firstCallers.get(key) === this.#run.host.name;
  }

  /**
   * A fact may fail only because an earlier operation has yet to provide what it reads, and what has conditions may
   * never have its turn.
   */
  async #mayBeCured(thrown: unknown, earlier: Promise<unknown>, { conditions }: Call): Promise<boolean> {
    if (!(thrown instanceof DroverError) || STATIC_FAILURES.has(thrown.code)) return false;
    if (conditions.length > 0) return true;
    await earlier;
    return this.#run.calls.some(({ result }) => result.willChange);
  }
}

/** The same failure with the line of the user's call. */
function located(thrown: unknown, call: Call): unknown {
  return thrown instanceof DroverError ? thrown.with({ place: call.place, host: call.plan.host }) : thrown;
}

function requireCurrent(): Scope {
  const scope = currentScope();
  if (scope === undefined) throw new DroverError("E_NO_HOST", "An operation was called outside of a deploy");
  return scope;
}
