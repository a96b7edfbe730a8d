/** The main thread's end of the worker that runs the deploy. */

import { rememberSecret } from "../command/secret.ts";
import { DroverError, messageOf } from "../errors/mod.ts";
import type { Interrupt, Problem, RunEvent } from "../engine/mod.ts";
import type { Plan } from "../engine/events.ts";
import type { RequestResult } from "../shell/port.ts";
import { Conversation, type Policy, violation } from "./conversation.ts";
import type { Grant } from "./grants.ts";
import { parseFromDeploy } from "./messages.ts";
import type { Calls, Finished, FromDeploy, ToDeploy } from "./protocol.ts";
import { ShapeError } from "./shape.ts";
import { WorkerThread } from "./worker_thread.ts";

/** Bytes from which on an output is handed over: below, copying is as quick. */
const LARGE = 64 * 1024;

/** Milliseconds in which the worker has to take note of an interrupt. */
const ATTENTION = 1000;

/** The compiler embeds what stands in `new Worker(new URL(…))`. */
const startWorker = (options: WorkerOptions): Worker =>
  new Worker(new URL("./worker.ts", import.meta.url), options);

/** Answers the worker's calls. */
export type CallHandlers = {
  [M in keyof Calls]: (...args: Parameters<Calls[M]>) => ReturnType<Calls[M]> | Promise<ReturnType<Calls[M]>>;
};

/** How a worker's work came to its end. */
export type WorkerEnd =
  | { kind: "finished"; finished: Finished }
  | { kind: "failed"; problem: Problem };

/** A worker with these permissions. It runs no code of the user before {@linkcode serve}. */
export class DeployWorker {
  readonly #thread: WorkerThread<ToDeploy>;
  readonly #conversation: Conversation;
  readonly #end = Promise.withResolvers<WorkerEnd>();
  readonly #loaded = Promise.withResolvers<void>();
  /** Runs out when an interrupt is not taken note of. */
  #patience: ReturnType<typeof setTimeout> | undefined;
  #handlers: CallHandlers | undefined;
  #emit: (event: RunEvent) => void = () => {};

  /** @param start Makes the worker; tests have one of their own. */
  constructor(policy: Policy, grants: readonly Grant[], start = startWorker) {
    this.#conversation = new Conversation(policy);
    this.#thread = new WorkerThread(
      start,
      "deploy",
      grants,
      { said: (message) => this.#take(message), broke: (reason) => this.#break(reason) },
    );
  }

  /** Resolves when its own modules are loaded, or cannot be. */
  get loaded(): Promise<void> {
    return this.#loaded.promise;
  }

  /** The plan that was shown, once there is one. */
  get plan(): Plan | undefined {
    return this.#conversation.plan;
  }

  /**
   * Tells the worker what to do, and serves it until its work has ended.
   *
   * @param deaf Called when an interrupt finds the worker computing without end.
   */
  async serve(
    start: ToDeploy & { type: "start" },
    handlers: CallHandlers,
    emit: (event: RunEvent) => void,
    interrupt: Interrupt,
    deaf: () => void,
  ): Promise<WorkerEnd> {
    this.#handlers = handlers;
    this.#emit = emit;
    interrupt.onPress(() => {
      this.#conversation.interrupted();
      this.#thread.send({ type: "interrupt" });
      clearTimeout(this.#patience);
      this.#patience = setTimeout(deaf, ATTENTION);
    });
    this.#conversation.started();
    this.#thread.send(start);
    try {
      return await this.#end.promise;
    } finally {
      clearTimeout(this.#patience);
      this.end();
    }
  }

  /** Ends the worker, whatever it does. */
  end(): void {
    this.#thread.end();
  }

  #take(data: unknown): void {
    try {
      const message = parseFromDeploy(data);
      this.#conversation.take(message);
      this.#handle(message);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Ends the run: nothing that this thread says from now on is heard. */
  #refuse(error: unknown): void {
    this.end();
    this.#end.resolve({ kind: "failed", problem: problemOf(error) });
    this.#loaded.resolve();
  }

  #break(reason: string): void {
    const message = `The deploy's thread broke down: ${reason}`;
    this.#end.resolve({ kind: "failed", problem: { code: "E_BUG", message } });
    this.#loaded.resolve();
  }

  #handle(message: FromDeploy): void {
    switch (message.type) {
      case "loaded":
        return this.#loaded.resolve();
      case "interrupted":
        return clearTimeout(this.#patience);
      case "secret":
        return rememberSecret(message.value);
      case "event":
        return this.#emit(message.event);
      case "call":
        return void this.#answer(message);
      case "finished":
        return this.#end.resolve({ kind: "finished", finished: message.finished });
      case "failed":
        return this.#end.resolve({ kind: "failed", problem: message.problem });
    }
  }

  async #answer(call: FromDeploy & { type: "call" }): Promise<void> {
    const { id, method, args } = call;
    // The conversation lets none through before the handlers are there; args are those of the method.
    const handler = this.#handlers![method] as (...args: unknown[]) => unknown;
    try {
      const value = await handler(...args);
      this.#conversation.answered(call, { value });
      this.#thread.send(
        { type: "reply", id, value },
        method === "run" ? outputsOf(value as RequestResult[]) : [],
      );
    } catch (thrown) {
      this.#conversation.answered(call);
      const { toProblem } = await import("../engine/mod.ts");
      this.#thread.send({ type: "reply", id, problem: toProblem(thrown) });
    }
  }
}

function problemOf(error: unknown): Problem {
  const known = error instanceof ShapeError ? violation(error.message) : error;
  if (known instanceof DroverError) {
    const { code, message, detail, hint } = known;
    return {
      code,
      message,
      ...(detail === undefined ? {} : { detail }),
      ...(hint === undefined ? {} : { hint }),
    };
  }
  const stack = known instanceof Error ? known.stack : undefined;
  return { code: "E_BUG", message: messageOf(known), ...(stack === undefined ? {} : { stack }) };
}

/** Large outputs change hands instead of being copied. */
function outputsOf(results: readonly RequestResult[]): ArrayBuffer[] {
  return results.flatMap(({ stdout, stderr }) => [stdout, stderr])
    .flatMap(({ buffer, byteLength }) =>
      byteLength >= LARGE && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
    );
}
