/** A run from connecting to the report: connect, plan, confirm, apply. */

import { relative } from "node:path";
import { MaskedStream, maskSecrets } from "../command/mod.ts";
import type { DeployUnit } from "../deploy/mod.ts";
import {
  type Config,
  Epochs,
  type Host,
  type Inventory,
  noteRead,
  type RememberedFact,
  RUN,
  type RunState,
} from "../host/mod.ts";
import type { HostAddress, HostPort, PortEvent } from "../shell/port.ts";
import { applyAll, type Operation, type Strategy } from "./apply.ts";
import type { Call } from "./calls.ts";
import type { EventListener, HostPlan, OperationPlan, Plan, Problem, RunOutcome } from "./events.ts";
import { forecastPeers } from "./forecast.ts";
import { HostRun } from "./host_run.ts";
import type { Interrupt } from "./interrupt.ts";
import { InterruptiblePort } from "./interruptible_port.ts";
import { Limiter } from "./limiter.ts";
import { maskEvent } from "./mask_event.ts";
import { mergeOrder } from "./order.ts";
import { planHost } from "./planner.ts";
import { portProblem } from "./problem.ts";
import { unfinishedOf } from "./unfinished.ts";

/** From when on a person wants to know what the plan waits for. */
const SLOW_PLAN_SECONDS = 20;

/** What to run, on which hosts, and how. */
export interface RunRequest {
  inventory: Inventory;
  /** As the inventory was named. */
  inventoryName: string;
  /** The hosts to work on. */
  hosts: readonly Host[];
  /** The port's address of a host: its connector data. */
  address(host: Host): HostAddress;
  units: readonly DeployUnit[];
  config: Config;
  port: HostPort;
  emit: EventListener;
  interrupt: Interrupt;
  strategy: Strategy;
  /** Ends after the plan. */
  dry: boolean;
  /** Trusts no plan: each operation looks again when its turn comes. What a run does must not depend on it. */
  distrustful?: boolean;
  /** Reports remote output while it arrives. */
  live: boolean;
  /** What earlier runs asked of such a host; read with the first questions. */
  remembered?(host: Host): readonly RememberedFact[];
  /** Asked once the plan is known, unless it changes nothing. */
  confirm(plan: Plan): Promise<boolean>;
}

/** How a run ended. */
export interface RunResult {
  outcome: RunOutcome;
  runs: readonly HostRun[];
  plan: Plan;
  problems: Problem[];
}

/** Runs a deploy. Every failure of a host is in the result; only bugs and the caller's own errors throw. */
export async function run(request: RunRequest): Promise<RunResult> {
  // Whatever is said of a run is free of secrets, whoever says it.
  const emit: EventListener = (event) => request.emit(maskEvent(event));
  return await new Run({ ...request, emit }).run();
}

class Run {
  readonly #request: RunRequest;
  readonly #started = performance.now();
  readonly #runs: HostRun[];
  readonly #state: RunState;
  #phase: "plan" | "apply" = "plan";
  readonly #port: HostPort;
  readonly #limiter: Limiter;
  #failPercent: number | undefined;

  constructor(request: RunRequest) {
    this.#request = request;
    const { config, emit, address, interrupt, distrustful = false } = request;
    const port = this.#port = new InterruptiblePort(request.port, interrupt);
    const epochs = new Epochs();
    const selected = new Set(request.hosts);
    // Hosts outside of the selection can still be asked for facts; they connect on demand.
    const all = [...request.hosts, ...request.inventory.hosts.filter((host) => !selected.has(host))];
    const context = { port, config, emit, address, epochs, interrupt, distrustful };
    const runs = all.map((host) => new HostRun(host, context));
    this.#runs = runs.slice(0, request.hosts.length);
    this.#limiter = new Limiter(parallelism(config, request.hosts.length));
    this.#failPercent = config.failPercent;
    this.#state = this.#stateOf();
  }

  async run(): Promise<RunResult> {
    const { emit, interrupt, dry, confirm } = this.#request;
    this.#announce();
    if (this.#runs.length === 0) return this.#finish("empty", []);
    // Until changes are made, nothing is worth waiting for.
    const pressed = new Promise<undefined>((resolve) => interrupt.onPress(() => resolve(undefined)));
    await Promise.race([this.#connect(), pressed]);
    if (interrupt.stopping) return this.#finish("interrupted", []);
    if (this.#state.activeHosts.length === 0) return this.#finish("done", []);
    const operations = await Promise.race([this.#plan(), pressed]);
    if (operations === undefined) return this.#finish("interrupted", []);
    const plan: Plan = { operations: operations.map((operation) => operation.plan) };
    if (interrupt.stopping) return this.#finish("interrupted", operations);
    if (this.#state.activeHosts.length === 0) return this.#finish("done", operations);
    emit({ type: "plan.ready", plan, seconds: this.#elapsed(), facts: this.#facts() });
    if (this.#tooManyFailed()) return this.#finish("stopped", operations);
    if (dry) return this.#finish("planned", operations);
    if (!hasWork(plan)) return this.#asWanted(operations);
    if (!await confirm(plan)) {
      return this.#finish(interrupt.stopping ? "interrupted" : "declined", operations);
    }
    const completed = await this.#apply(operations);
    const outcome = interrupt.stopping ? "interrupted" : completed ? "done" : "stopped";
    return this.#finish(outcome, operations);
  }

  /** The run as deploys see it: what an operation sees of it, its plan rests on. */
  #stateOf(): RunState {
    const hosts = (active: boolean) => {
      noteRead(RUN);
      return this.#runs.filter((run) => run.active === active).map((run) => run.host);
    };
    // The phase is no ground for a plan: an operation does the same in both, or its plan would be worth nothing.
    const phase = () => this.#phase;
    return {
      dry: this.#request.dry,
      get phase() {
        return phase();
      },
      get activeHosts() {
        return hosts(true);
      },
      get failedHosts() {
        return hosts(false);
      },
    };
  }

  #announce(): void {
    const { inventory, inventoryName, units, hosts, dry, emit } = this.#request;
    emit({
      type: "run.started",
      inventory: inventoryName,
      deploys: units.map((unit) => unit.name),
      hosts: hosts.map((host) => host.name),
      groups: Object.keys(inventory.groups).length,
      dry,
    });
  }

  async #connect(): Promise<void> {
    const { emit } = this.#request;
    const started = performance.now();
    await Promise.all(this.#runs.map((run) => this.#limiter.run(() => this.#connectHost(run))));
    const failed = this.#runs.filter((run) => !run.active).length;
    emit({
      type: "hosts.ready",
      connected: this.#runs.length - failed,
      failed,
      seconds: (performance.now() - started) / 1000,
    });
  }

  async #connectHost(run: HostRun): Promise<void> {
    const { emit, interrupt } = this.#request;
    if (interrupt.stopping) return;
    const host = run.host.name;
    const started = performance.now();
    emit({ type: "host.connecting", host });
    const connection = run.connect();
    run.prefetch(this.#request.remembered?.(run.host) ?? []);
    const error = await connection;
    if (error !== undefined) run.fail("connect", portProblem(error, { host }));
    else emit({ type: "host.connected", host, seconds: (performance.now() - started) / 1000 });
  }

  /** Says which deploys are not at their end, and how far they have come. */
  #tellSlow(runs: readonly HostRun[]): void {
    const [first, ...others] = runs;
    if (first === undefined || this.#request.interrupt.stopping) return;
    const name = this.#request.units.map((unit) => unit.name).join(", ");
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    const place = first.calls.at(-1)?.place;
    const last = place === undefined
      ? "no operation was called yet"
      : `the last operation that was called stands in ${relative(Deno.cwd(), place.file)}:${place.line}`;
    const text =
      `${name} is not at its end on ${first.host.name}${more} after ${SLOW_PLAN_SECONDS} seconds of planning: ${last}`;
    this.#request.emit({ type: "notice", text });
  }

  async #plan(): Promise<Operation[]> {
    const { inventory, units } = this.#request;
    const context = {
      inventory,
      state: this.#state,
      units,
      firstCallers: new Map<string, string>(),
      onFailPercent: (percent: number) => void (this.#failPercent = percent),
    };
    const runs = this.#runs.filter((run) => run.active);
    const planning = new Set(runs);
    const patience = setTimeout(() => this.#tellSlow([...planning]), SLOW_PLAN_SECONDS * 1000);
    await Promise.all(
      runs.map((run) =>
        this.#limiter.run(() => planHost(run, context)).finally(() => void planning.delete(run))
      ),
    ).finally(() => clearTimeout(patience));
    const calls = new Map(
      this.#runs.filter((run) => run.active)
        .map((run) => [run.host.name, run.calls]),
    );
    const order = mergeOrder<Call>(calls).map(({ calls }) => calls);
    for (const [, ...others] of order.map((calls) => [...calls.values()])) {
      // What runs once is shown for the first host; it is taken when it has its turn.
      for (const call of others) call.leftOut = call.globals._runOnce === true;
    }
    await forecastPeers(order, (host) => runs.find((run) => run.host.name === host)?.plannedChanges);
    const ids = new Map(order.flatMap((calls, at) => [...calls.values()].map((call) => [call, at + 1])));
    return order.map((calls, index) => ({ calls, plan: toPlan(index + 1, calls, ids) }));
  }

  /** Ends a run that has nothing to do. */
  #asWanted(operations: Operation[]): Promise<RunResult> {
    for (const run of this.#runs.filter((run) => run.active)) {
      const isOwn = ({ calls }: Operation) => calls.get(run.host.name)?.leftOut === false;
      run.summary.unchanged = operations.filter(isOwn).length;
    }
    return this.#finish("done", operations);
  }

  async #apply(operations: Operation[]): Promise<boolean> {
    const { emit, live, strategy, interrupt } = this.#request;
    this.#phase = "apply";
    const runs = this.#runs.filter((run) => run.active);
    emit({ type: "apply.started", operations: operations.length, hosts: runs.length });
    return await applyAll({
      port: this.#port,
      emit,
      live,
      operations,
      runs: this.#runs,
      strategy,
      limiter: this.#limiter,
      interrupt,
      failPercent: this.#failPercent,
    });
  }

  /** Whether so many hosts have failed already that nothing is to be changed. */
  #tooManyFailed(): boolean {
    const failed = this.#runs.filter((run) => !run.active).length;
    return this.#failPercent !== undefined && failed * 100 / this.#runs.length > this.#failPercent;
  }

  async #finish(outcome: RunOutcome, operations: readonly Operation[]): Promise<RunResult> {
    const { emit } = this.#request;
    const problems: Problem[] = [];
    for (const run of this.#runs) {
      const { summary } = run;
      const own = operations.filter(({ calls }) => calls.get(run.host.name)?.leftOut === false).length;
      const done = summary.changed + summary.unchanged + summary.skipped + summary.failed + summary.ignored;
      summary.left = Math.max(0, own - done);
      if (run.problem !== undefined) problems.push(run.problem);
      else if (summary.left > 0 && outcome !== "planned" && outcome !== "declined") summary.state = "stopped";
      emit({ type: "host.finished", summary });
    }
    const hosts = this.#runs.map((run) => run.summary);
    const applied = this.#phase === "apply" && outcome !== "declined";
    const unfinished = applied ? await unfinishedOf(operations, this.#runs) : [];
    emit({
      type: "run.finished",
      outcome,
      hosts,
      problems,
      seconds: this.#elapsed(),
      ...(unfinished.length > 0 ? { unfinished } : {}),
    });
    const plan = { operations: operations.map((operation) => operation.plan) };
    return { outcome, runs: this.#runs, plan, problems };
  }

  #facts(): number {
    return this.#runs.reduce((sum, run) => sum + run.factsRead, 0);
  }

  #elapsed(): number {
    return (performance.now() - this.#started) / 1000;
  }
}

/**
 * Passes what the port reports by itself on as events of the run. Output arrives in pieces, and a secret may be in
 * several of them: what may be the beginning of one waits for what follows.
 */
export function portEvents(emit: EventListener): (event: PortEvent) => void {
  const streams = new Map<string, MaskedStream>();
  return (event) => {
    if (event.type === "notice") {
      return emit({ type: "notice", host: event.host, text: maskSecrets(event.text) });
    }
    const { host, batch, request, stream, last } = event;
    const key = [host, batch, request, stream].join("\n");
    const masked = streams.get(key) ?? new MaskedStream();
    const text = masked.push(event.text) + (last ? masked.end() : "");
    if (last) streams.delete(key);
    else streams.set(key, masked);
    if (text !== "") emit({ type: "command.output", host, stream, text });
  };
}

/** Whether any operation would act, or decides about it later. */
function hasWork(plan: Plan): boolean {
  return plan.operations.some(({ hosts }) => hosts.some(({ state }) => state !== "none"));
}

function toPlan(
  id: number,
  calls: ReadonlyMap<string, Call>,
  ids: ReadonlyMap<Call, number>,
): OperationPlan {
  const first = calls.values().next().value!;
  return {
    id,
    label: maskSecrets(first.label),
    operation: first.operation,
    deploy: first.deploy,
    runOnce: first.globals._runOnce ?? false,
    hosts: [...calls.values()].filter(({ leftOut }) => !leftOut).map((call) => hostPlan(call, ids)),
    ...(first.place === undefined ? {} : { place: first.place }),
  };
}

function hostPlan({ plan, dependsOn }: Call, ids: ReadonlyMap<Call, number>): HostPlan {
  if (plan.state !== "depends" || dependsOn.length === 0) return plan;
  return { ...plan, dependsOn: dependsOn.flatMap((call) => ids.get(call) ?? []) };
}

/** How many hosts are worked on at once. */
function parallelism(config: Config, hosts: number): number {
  if (config.parallel > 0) return config.parallel;
  return Math.min(20 * navigator.hardwareConcurrency, Math.max(1, hosts));
}
