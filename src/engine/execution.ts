/** One call when its turn has come: its conditions, its commands, its attempts, and how it ends. */

import type { FunctionCall, Step } from "../command/mod.ts";
import { maskSecrets } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  type Attempt,
  type CalledOperation,
  currentScope,
  type OperationNote,
  type OperationSink,
  type Reading,
  ReadSet,
  resultCallback,
  runInScope,
  type Scope,
} from "../host/mod.ts";
import type { RequestResult } from "../shell/port.ts";
import { type Attempted, complete, type Ending, noteChange, nothingYet, takeResults } from "./attempt.ts";
import type { ApplyContext } from "./apply_context.ts";
import { sendBatch } from "./batch.ts";
import { type Call, conditionsHold, createCall } from "./calls.ts";
import { isCurrent, isCurrentIfAnswered, readingsOf } from "./currency.ts";
import type { Problem } from "./events.ts";
import type { HostRun } from "./host_run.ts";
import { runOperation } from "./operation_runner.ts";
import { toProblem } from "./problem.ts";
import { type Planned, type Portion, showStep, toPortions } from "./steps.ts";

/** The part of a call that can travel with the calls after it. */
export interface Parcel {
  /** What has to be answered as before for the commands to be right; nothing if that is known. */
  unsure: readonly Reading[];
  commands: readonly Planned[];
}

/** Applies a call by itself to its end. A problem that comes back takes the host out of the run. */
export type ApplyAlone = (
  run: HostRun,
  call: Call,
  operation: number,
  context: ApplyContext,
) => Promise<Problem | undefined>;

/** Stops an operation's generator after one of its commands has failed. */
class CommandsFailed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** One call of one host while it is applied. */
export class Execution {
  readonly #run: HostRun;
  readonly #call: Call;
  readonly #operation: number;
  readonly #context: ApplyContext;
  readonly #applyNested: ApplyAlone;
  #attempted: Attempted = nothingYet();
  #attempts = 0;
  #nested: Promise<unknown> = Promise.resolve();
  #tracked: Promise<unknown>[] = [];
  /** How it ended, once it has. */
  ending: Ending | undefined;

  constructor(run: HostRun, call: Call, operation: number, context: ApplyContext, applyNested: ApplyAlone) {
    this.#run = run;
    this.#call = call;
    this.#operation = operation;
    this.#context = context;
    this.#applyNested = applyNested;
  }

  /** Whether its commands run on although one has failed. */
  get keepsGoing(): boolean {
    return Boolean(this.#call.globals._ignoreErrors && this.#call.globals._continueOnError);
  }

  /** Whether the operation is to run. A condition that does not hold ends it. */
  async begin(): Promise<boolean> {
    try {
      const holds = () => conditionsHold(this.#call.conditions);
      if (await runInScope(this.#functionScope(), holds)) return true;
      this.ending = { outcome: "skipped", attempted: this.#attempted, retries: 0 };
    } catch (thrown) {
      this.fail(this.#explain(thrown));
      await this.#end();
    }
    return false;
  }

  /**
   * Does everything that has to be done before what can travel with the calls after it, and gives the rest;
   * nothing if that has failed.
   */
  async prepare(): Promise<Parcel | undefined> {
    try {
      const { steps, unsure } = await this.#steps();
      const portions = toPortions(steps, this.#call.connector);
      const last = portions.at(-1)?.kind === "requests" ? portions.pop() : undefined;
      await this.#perform(portions);
      return { unsure, commands: last?.kind === "requests" ? last.requests : [] };
    } catch (thrown) {
      this.fail(this.#explain(thrown));
      return undefined;
    }
  }

  /** What is to be sent for a call whose planned steps hold, or hold if `unsure` is answered as before. */
  trustPlan(unsure: readonly Reading[]): Parcel {
    const portions = toPortions(this.#plannedSteps(), this.#call.connector);
    const commands = portions.flatMap((portion) => portion.kind === "requests" ? portion.requests : []);
    return { unsure, commands };
  }

  /** Tells that commands are about to run. */
  announce(commands: readonly Planned[]): void {
    const { host: { name: host } } = this.#run;
    for (const { shown, privilege, typed } of commands) {
      const operation = this.#operation;
      this.#context.emit({ type: "command.started", host, operation, command: shown, privilege, typed });
    }
  }

  /** Takes what came of its commands. */
  take(commands: readonly Planned[], results: readonly RequestResult[]): void {
    const { emit } = this.#context;
    const attempted = this.#attempted;
    const failure = takeResults(attempted, this.#run, this.#call, this.#operation, commands, results, emit);
    if (failure !== undefined) this.fail(failure);
  }

  /** Notes why it could not be done. */
  fail(problem: Problem): void {
    this.#attempted.problem ??= problem;
  }

  /** Ends an attempt. False if there is another one, for which it has to be prepared again. */
  async settle(): Promise<boolean> {
    const retries = this.#call.globals._retries ?? 0;
    const { interrupt } = this.#context;
    if (this.#attempts >= retries || interrupt.stopping || !await this.#wantsAnother()) {
      await this.#end();
      return true;
    }
    this.#attempts++;
    const delaySeconds = this.#call.globals._retryDelay ?? 5;
    const { problem } = this.#attempted;
    this.#context.emit({
      type: "operation.retry",
      host: this.#run.host.name,
      operation: this.#operation,
      label: this.#call.label,
      attempt: this.#attempts,
      of: retries,
      delaySeconds,
      ...(problem === undefined ? {} : { problem }),
    });
    await interrupt.pause(delaySeconds);
    if (interrupt.stopping) {
      await this.#end();
      return true;
    }
    this.#attempted = nothingYet(this.#attempted);
    // Whatever failed may have changed something; the next attempt looks again.
    this.#run.touch();
    return false;
  }

  async #end(): Promise<void> {
    this.ending = this.#endingNow();
    const { result, globals } = this.#call;
    complete(result, this.ending);
    const callback = resultCallback(globals, this.#attempted.problem === undefined ? "changed" : "failed");
    if (callback === undefined) return;
    try {
      await this.#callBack(() => callback(result));
    } catch (thrown) {
      this.fail(this.#explain(thrown));
      this.ending = this.#endingNow();
    }
  }

  #endingNow(): Ending {
    const { problem, commands, effects } = this.#attempted;
    const failed = this.#call.globals._ignoreErrors ? "ignored" : "failed";
    // What an earlier attempt has changed, the last one finds as wanted.
    const changed = commands > 0 || effects.changes !== "none";
    const outcome = problem !== undefined ? failed : changed ? "changed" : "unchanged";
    return { outcome, attempted: this.#attempted, retries: this.#attempts };
  }

  /** Runs a function of the deploy, and waits for what it has started. It can reach everything. */
  async #callBack(code: () => unknown): Promise<unknown> {
    this.#tracked = [];
    try {
      const returned = await runInScope(this.#functionScope(), async () => await code());
      for (let index = 0; index < this.#tracked.length; index++) await this.#tracked[index];
      return returned;
    } finally {
      this.#run.epochs.raiseAll();
    }
  }

  /** The planned steps as long as they hold; otherwise what the generator yields now. */
  async #steps(): Promise<{ steps: readonly Step[]; unsure: readonly Reading[] }> {
    const { live } = this.#context;
    const call = this.#call;
    if (isCurrent(call, this.#run)) return { steps: this.#plannedSteps(), unsure: [] };
    // Output that is shown while it arrives cannot wait until it is known that the commands run.
    const guarded = !live && !this.keepsGoing && isCurrentIfAnswered(call, this.#run);
    if (guarded && toPortions(call.planned!, call.connector).length < 2) {
      return { steps: this.#plannedSteps(), unsure: readingsOf(call, this.#run) };
    }
    return { steps: await this.#generate(), unsure: [] };
  }

  /** The planned steps; what the plan found in place still is. */
  #plannedSteps(): readonly Step[] {
    this.#attempted.noops = [...this.#call.plan.noops];
    return this.#call.planned!;
  }

  /** Runs the generator on the host as it is now; steps go out when it asks something after them. */
  async #generate(): Promise<Step[]> {
    const call = this.#call;
    const noops: string[] = [];
    const note = (one: OperationNote) => void (one.kind === "noop" && noops.push(maskSecrets(one.text)));
    call.reads = new ReadSet(this.#run.epochs);
    call.planned = undefined;
    this.#attempted.noops = noops;
    const perform = (steps: readonly Step[]) => this.#perform(toPortions(steps, call.connector));
    const { steps, asksLater } = await runOperation({ ...call, scope: this.#functionScope(), note, perform });
    call.planned = steps;
    call.asksLater = asksLater;
    call.doubted = false;
    call.plan = { ...call.plan, noops };
    return steps;
  }

  /** Sends commands and calls functions, one after the other. */
  async #perform(portions: readonly Portion[]): Promise<void> {
    for (const portion of portions) {
      if (portion.kind === "call") await this.#callFunction(portion.call);
      else await this.#send(portion.requests);
    }
  }

  async #send(commands: readonly Planned[]): Promise<void> {
    this.announce(commands);
    const requests = commands.map(({ request }) => request);
    const results = await sendBatch(this.#run, requests, { keepGoing: this.keepsGoing }, this.#context);
    this.take(commands, results);
    if (this.#attempted.problem !== undefined) throw new CommandsFailed(this.#attempted.problem);
  }

  async #callFunction(step: FunctionCall): Promise<void> {
    const { emit } = this.#context;
    const host = this.#run.host.name;
    const command = showStep(step);
    const started = performance.now();
    emit({ type: "command.started", host, operation: this.#operation, command, privilege: "" });
    this.#attempted.commands++;
    this.#attempted.shown.push(command);
    const { effects } = this.#attempted;
    noteChange(effects, "possible", command);
    try {
      if (await this.#callBack(() => step.run()) !== false) return noteChange(effects, "made", command);
      throw new DroverError("E_CALL", `${step.label} returned false`, { place: this.#call.place });
    } finally {
      const took = (performance.now() - started) / 1000;
      emit({ type: "command.finished", host, operation: this.#operation, command, seconds: took });
    }
  }

  /** The scope of functions given to the operation: operations called there run at once. */
  #functionScope(): Scope {
    const { operation: _, ...scope } = this.#call.scope;
    return { ...scope, sink: this.#sink };
  }

  readonly #sink: OperationSink = {
    call: (called: CalledOperation) => {
      const scope = currentScope()!;
      const { deploy, unit } = this.#call;
      const call = createCall(called, scope, { key: "", deploy, unit });
      const done = this.#nested.then(async () => {
        const problem = await this.#applyNested(this.#run, call, this.#operation, this.#context);
        if (problem === undefined) return call.result;
        throw new DroverError("E_NESTED", `"${call.label}" failed inside "${this.#call.label}"`, {
          place: call.place,
        });
      });
      this.#nested = done.catch(() => {});
      return this.#track(done);
    },
    track: (work) => this.#track(work),
  };

  #track<T>(work: Promise<T>): Promise<T> {
    this.#tracked.push(work);
    work.catch(() => {});
    return work;
  }

  async #wantsAnother(): Promise<boolean> {
    if (this.#attempted.problem !== undefined) return true;
    const until = this.#call.globals._retryUntil;
    if (until === undefined) return false;
    const attempt: Attempt = {
      stdoutLines: lines(this.#attempted.stdout),
      stderrLines: lines(this.#attempted.stderr),
      commands: this.#attempted.shown,
      executedCommands: this.#attempted.commands,
      host: this.#run.host.name,
      operation: this.#call.label,
    };
    try {
      return await until(attempt);
    } catch (thrown) {
      this.fail(this.#explain(thrown));
      return false;
    }
  }

  #explain(thrown: unknown): Problem {
    if (thrown instanceof CommandsFailed) return thrown.problem;
    return toProblem(thrown, { host: this.#run.host.name, place: this.#call.place });
  }
}

function lines(text: string): string[] {
  const masked = maskSecrets(text);
  return masked === "" ? [] : masked.replace(/\n$/, "").split("\n");
}
