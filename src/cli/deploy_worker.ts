/** The main thread's end of the worker that runs the deploy. */

import { rememberSecret } from "../command/secret.ts";
import { DroverError } from "../errors/mod.ts";
import type { Interrupt, Problem, RunEvent } from "../engine/mod.ts";
import type { RequestResult as RunResult } from "../shell/port.ts";
import type { Calls, Finished, FromWorker, ToWorker } from "./messages.ts";
import { type Grant, type PermissionWishes, workerPermissions } from "./permissions.ts";

/** Bytes from which on an output is handed over: below, copying is as quick. */
const LARGE = 64 * 1024;

/** Milliseconds in which the worker has to take note of an interrupt. */
const ATTENTION = 1000;

/** Answers the worker's calls. */
export type CallHandlers = {
  [M in keyof Calls]: (...args: Parameters<Calls[M]>) => ReturnType<Calls[M]> | Promise<ReturnType<Calls[M]>>;
};

/** How a worker's work came to its end. */
export type WorkerEnd =
  | { kind: "finished"; finished: Finished }
  | { kind: "failed"; problem: Problem }
  /** Its configuration asks for more than it holds. */
  | { kind: "wishes"; wishes: PermissionWishes };

/**
 * A worker with these permissions, at work on one command line. What it says before it is served is kept.
 */
export class DeployWorker {
  readonly #worker: Worker;
  readonly #end = Promise.withResolvers<WorkerEnd>();
  readonly #loaded = Promise.withResolvers<void>();
  #kept: FromWorker[] | undefined = [];
  /** Runs out when an interrupt is not taken note of. */
  #patience: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  #take: (message: FromWorker) => void = (message) => this.#kept?.push(message);

  constructor(start: ToWorker & { type: "start" }, grants: readonly Grant[]) {
    this.#worker = startWorker(grants);
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "loaded") this.#loaded.resolve();
      else this.#take(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const message = `The deploy's thread broke down: ${event.message}`;
      this.#end.resolve({ kind: "failed", problem: { code: "E_BUG", message } });
      this.#loaded.resolve();
    };
    this.#send(start);
  }

  /** Resolves when its own modules are loaded, or cannot be. */
  get loaded(): Promise<void> {
    return this.#loaded.promise;
  }

  /**
   * Serves the worker until its work has ended.
   *
   * @param deaf Called when an interrupt finds the worker computing without end.
   */
  async serve(
    handlers: CallHandlers,
    emit: (event: RunEvent) => void,
    interrupt: Interrupt,
    deaf: () => void,
  ): Promise<WorkerEnd> {
    interrupt.onPress(() => {
      // Another worker may have taken its place.
      if (this.#over) return;
      this.#send({ type: "interrupt" });
      clearTimeout(this.#patience);
      this.#patience = setTimeout(deaf, ATTENTION);
    });
    this.#take = (message) => this.#handle(message, handlers, emit);
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const message of kept) this.#take(message);
    return await this.#end.promise.finally(() => {
      this.#over = true;
      clearTimeout(this.#patience);
      this.#worker.terminate();
    });
  }

  #handle(message: FromWorker, handlers: CallHandlers, emit: (event: RunEvent) => void): void {
    if (message.type === "event") emit(message.event);
    else if (message.type === "interrupted") clearTimeout(this.#patience);
    else if (message.type === "secret") rememberSecret(message.value);
    else if (message.type === "call") void this.#answer(message, handlers);
    else if (message.type === "finished") this.#end.resolve({ kind: "finished", finished: message.finished });
    else if (message.type === "failed") this.#end.resolve({ kind: "failed", problem: message.problem });
    else if (message.type === "wishes") this.#end.resolve({ kind: "wishes", wishes: message.wishes });
  }

  async #answer({ id, method, args }: FromWorker & { type: "call" }, handlers: CallHandlers): Promise<void> {
    const handler = handlers[method] as (...args: unknown[]) => unknown;
    try {
      const value = await handler(...args);
      this.#send({ type: "reply", id, value }, method === "run" ? outputsOf(value as RunResult[]) : []);
    } catch (thrown) {
      const { toProblem } = await import("../engine/mod.ts");
      this.#send({ type: "reply", id, problem: toProblem(thrown) });
    }
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** Large outputs change hands instead of being copied. */
function outputsOf(results: readonly RunResult[]): ArrayBuffer[] {
  return results.flatMap(({ stdout, stderr }) => [stdout, stderr])
    .flatMap(({ buffer, byteLength }) =>
      byteLength >= LARGE && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
    );
}

function startWorker(grants: readonly Grant[]): Worker {
  try {
    return new Worker(new URL("./deploy_side/worker.ts", import.meta.url), {
      type: "module",
      name: "deploy",
      deno: { permissions: workerPermissions(grants) },
    });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    throw new DroverError("E_PERMISSION", "The deploy cannot be given more than this program holds itself", {
      hint:
        "a compiled Drover starts only the programs that are written into it; run it from its sources for others",
      cause,
    });
  }
}
