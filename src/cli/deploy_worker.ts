/** The main thread's end of the worker that runs the deploy. */

import { rememberSecret } from "../command/mod.ts";
import type { Interrupt, Problem, RunEvent } from "../engine/mod.ts";
import { toProblem } from "../engine/mod.ts";
import type { Calls, Finished, FromWorker, ToWorker } from "./messages.ts";
import { type Grant, type PermissionWishes, workerPermissions } from "./permissions.ts";

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

/** Runs one command line in a worker with these permissions. */
export function runInWorker(
  start: ToWorker & { type: "start" },
  grants: readonly Grant[],
  handlers: CallHandlers,
  emit: (event: RunEvent) => void,
  interrupt: Interrupt,
): Promise<WorkerEnd> {
  const worker = new Worker(new URL("./deploy_side/worker.ts", import.meta.url), {
    type: "module",
    name: "deploy",
    deno: { permissions: workerPermissions(grants) },
  });
  const send = (message: ToWorker) => worker.postMessage(message);
  interrupt.onPress(() => send({ type: "interrupt" }));
  const { promise, resolve } = Promise.withResolvers<WorkerEnd>();
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === "event") emit(data.event);
    else if (data.type === "secret") rememberSecret(data.value);
    else if (data.type === "call") void answer(data, handlers, send);
    else if (data.type === "finished") resolve({ kind: "finished", finished: data.finished });
    else if (data.type === "failed") resolve({ kind: "failed", problem: data.problem });
    else resolve({ kind: "wishes", wishes: data.wishes });
  };
  worker.onerror = (event) => {
    event.preventDefault();
    resolve({
      kind: "failed",
      problem: { code: "E_BUG", message: `The deploy's thread broke down: ${event.message}` },
    });
  };
  send(start);
  return promise.finally(() => worker.terminate());
}

async function answer(
  { id, method, args }: FromWorker & { type: "call" },
  handlers: CallHandlers,
  send: (message: ToWorker) => void,
): Promise<void> {
  const handler = handlers[method] as (...args: unknown[]) => unknown;
  try {
    send({ type: "reply", id, value: await handler(...args) });
  } catch (thrown) {
    send({ type: "reply", id, problem: toProblem(thrown) });
  }
}
