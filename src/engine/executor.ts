/** Applies one operation on one host: conditions, commands, retries, and operations called inside. */

import type { Call as CallStep, Step } from "../command/mod.ts";
import { maskSecrets } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  type Attempt,
  type CalledOperation,
  currentScope,
  nextBatchId,
  type OperationNote,
  type OperationResult,
  type OperationSink,
  runInScope,
  type Scope,
} from "../host/mod.ts";
import type { RunResult } from "../shell/port.ts";
import type { ApplyContext } from "./apply_context.ts";
import { type Call, conditionsHold, createCall } from "./calls.ts";
import type { Problem } from "./events.ts";
import { type HostRun, seconds } from "./host_run.ts";
import { toProblem } from "./problem.ts";
import { type Attempted, concludeCall, type Ending, nothingYet, takeResults } from "./attempt.ts";
import { questionsAhead } from "./look_ahead.ts";
import { type Planned, showStep, toPortions } from "./steps.ts";

export type { ApplyContext } from "./apply_context.ts";

/** Stops an operation's generator after one of its commands has failed. */
class CommandsFailed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** Applies a call and reports how it ended. A problem that comes back takes the host out of the run. */
export async function applyCall(
  run: HostRun,
  call: Call,
  operation: number,
  context: ApplyContext,
  nested = false,
): Promise<Problem | undefined> {
  const started = performance.now();
  const ending = await new Execution(run, call, operation, context).run();
  const seconds = (performance.now() - started) / 1000;
  return concludeCall(run, call, operation, { ...ending, seconds, nested }, context.emit);
}

/** One call while it is applied. */
class Execution implements OperationSink {
  readonly #run: HostRun;
  readonly #call: Call;
  readonly #operation: number;
  readonly #context: ApplyContext;
  #attempted: Attempted = nothingYet();
  #nested: Promise<unknown> = Promise.resolve();
  #tracked: Promise<unknown>[] = [];

  constructor(run: HostRun, call: Call, operation: number, context: ApplyContext) {
    this.#run = run;
    this.#call = call;
    this.#operation = operation;
    this.#context = context;
  }

  async run(): Promise<Ending> {
    const retries = this.#call.globals._retries ?? 0;
    try {
      if (!await this.#wanted()) return { outcome: "skipped", attempted: this.#attempted, retries: 0 };
    } catch (thrown) {
      return this.#ended({ ...this.#attempted, problem: this.#explain(thrown) }, 0);
    }
    for (let attempt = 0;; attempt++) {
      this.#attempted = nothingYet();
      await this.#attempt(attempt === 0);
      const again = attempt < retries && !this.#context.interrupted() && await this.#wantsAnother();
      if (!again) return this.#ended(this.#attempted, attempt);
      const delaySeconds = this.#call.globals._retryDelay ?? 5;
      const { problem } = this.#attempted;
      this.#context.emit({
        type: "operation.retry",
        host: this.#run.host.name,
        operation: this.#operation,
        label: this.#call.label,
        attempt: attempt + 1,
        of: retries,
        delaySeconds,
        ...(problem === undefined ? {} : { problem }),
      });
      await seconds(delaySeconds);
      // Whatever failed may have changed something; the next attempt looks again.
      this.#run.touch();
    }
  }

  /** For operations that a function of the deploy calls: they run at once. */
  call(called: CalledOperation): Promise<OperationResult> {
    const scope = currentScope()!;
    const call = createCall(called, scope, { key: "", deploy: this.#call.deploy, unit: this.#call.unit });
    const done = this.#nested.then(async () => {
      const problem = await applyCall(this.#run, call, this.#operation, this.#context, true);
      if (problem === undefined) return call.result;
      throw new DroverError("E_NESTED", `"${call.label}" failed inside "${this.#call.label}"`, {
        place: call.place,
      });
    });
    this.#nested = done.catch(() => {});
    return this.track(done);
  }

  track<T>(work: Promise<T>): Promise<T> {
    this.#tracked.push(work);
    work.catch(() => {});
    return work;
  }

  #wanted(): Promise<boolean> {
    return runInScope(this.#functionScope(), () => conditionsHold(this.#call.conditions));
  }

  #ended(attempted: Attempted, retries: number): Ending {
    if (attempted.problem !== undefined) {
      return { outcome: this.#call.globals._ignoreErrors ? "ignored" : "failed", attempted, retries };
    }
    return { outcome: attempted.commands > 0 ? "changed" : "unchanged", attempted, retries };
  }

  async #attempt(first: boolean): Promise<void> {
    try {
      const { planned, forecast } = this.#call;
      // On a host that nothing has changed, the plan is still true.
      if (first && planned !== undefined && !forecast && !this.#run.changed) {
        this.#attempted.noops = [...this.#call.plan.noops];
        await this.#perform(planned, this.#context.next);
      } else await this.#generate();
    } catch (thrown) {
      this.#attempted.problem = this.#explain(thrown);
    }
  }

  /** Runs the generator on fresh facts; commands go out when it asks the host something or ends. */
  async #generate(): Promise<void> {
    let pending: Step[] = [];
    let sent: Promise<void> = Promise.resolve();
    // Facts that are asked together must all wait for the commands before them.
    const flush = () => {
      const steps = pending;
      pending = [];
      if (steps.length > 0) sent = sent.then(() => this.#perform(steps));
      return sent;
    };
    const note = (one: OperationNote) => {
      if (one.kind === "noop") this.#attempted.noops.push(one.text);
    };
    const scope: Scope = {
      ...this.#functionScope(),
      operation: { connector: this.#call.connector, flush, note },
    };
    await runInScope(scope, async () => {
      for await (const step of this.#call.steps()) pending.push(step);
    });
    const last = pending;
    pending = [];
    await flush();
    await this.#perform(last, this.#context.next);
  }

  /** Runs steps; with the last of them, what the next operation asks is read. */
  async #perform(steps: readonly Step[], next?: Call): Promise<void> {
    const portions = toPortions(steps, this.#call.connector);
    for (const [index, portion] of portions.entries()) {
      if (portion.kind === "call") await this.#callFunction(portion.call);
      else await this.#send(portion.requests, index === portions.length - 1 ? next : undefined);
    }
  }

  async #send(planned: Planned[], next: Call | undefined): Promise<void> {
    const { port, emit, live, running } = this.#context;
    const { reader, host: { name: host } } = this.#run;
    const operation = this.#operation;
    const keepGoing = Boolean(this.#call.globals._ignoreErrors && this.#call.globals._continueOnError);
    const id = nextBatchId();
    for (const { shown, privilege } of planned) {
      emit({ type: "command.started", host, operation, command: shown, privilege });
    }
    const own = planned.map(({ request }) => request);
    const questions = live ? [] : questionsAhead(next, own);
    const requests = [...own, ...questions.map((question) => reader.requestFor(question))];
    running.set(id, host);
    const results = await port.run(host, {
      id,
      lane: "operations",
      requests,
      stopOnFailure: !keepGoing,
      live,
    });
    running.delete(id);
    this.#run.touch();
    questions.forEach((question, index) => reader.learn(question, results[own.length + index]!));
    this.#take(planned, results.slice(0, own.length));
  }

  #take(requests: Planned[], results: RunResult[]): void {
    const { emit } = this.#context;
    const failure = takeResults(
      this.#attempted,
      this.#run,
      this.#call,
      this.#operation,
      requests,
      results,
      emit,
    );
    if (failure !== undefined) throw new CommandsFailed(failure);
  }

  async #callFunction(step: CallStep): Promise<void> {
    const { emit } = this.#context;
    const host = this.#run.host.name;
    const command = showStep(step);
    const started = performance.now();
    emit({ type: "command.started", host, operation: this.#operation, command, privilege: "" });
    this.#attempted.commands++;
    this.#attempted.shown.push(command);
    this.#tracked = [];
    const returned = await runInScope(this.#functionScope(), async () => await step.run());
    for (let index = 0; index < this.#tracked.length; index++) await this.#tracked[index];
    const took = (performance.now() - started) / 1000;
    emit({ type: "command.finished", host, operation: this.#operation, command, seconds: took });
    if (returned === false) {
      throw new DroverError("E_CALL", `${step.label} returned false`, { place: this.#call.place });
    }
  }

  /** The scope of functions given to the operation: operations called there run at once. */
  #functionScope(): Scope {
    const { operation: _, ...scope } = this.#call.scope;
    return { ...scope, sink: this };
  }

  async #wantsAnother(): Promise<boolean> {
    if (this.#attempted.problem !== undefined) return true;
    const until = this.#call.globals._retryUntil;
    if (until === undefined) return false;
    const attempt: Attempt = {
      stdoutLines: lines(this.#attempted.stdout),
      stderrLines: lines(this.#attempted.stderr),
      commands: this.#attempted.shown,
      host: this.#run.host.name,
      operation: this.#call.label,
    };
    try {
      return await until(attempt);
    } catch (thrown) {
      this.#attempted.problem = this.#explain(thrown);
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
