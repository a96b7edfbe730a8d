/** The main thread's end of a worker: started with its permissions, spoken to over a port of its own. */

import { DroverError } from "../errors/mod.ts";
import { type Grant, workerPermissions } from "./grants.ts";
import type { Handover } from "./protocol.ts";

/** What happens to a thread. */
export interface ThreadEvents {
  /** It has said something; nothing of it is checked yet. */
  said(message: unknown): void;
  /** It broke down by itself. */
  broke(reason: string): void;
}

/** A worker and the port to it. */
export class WorkerThread<In> {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #over = false;

  /** @param start Makes the worker; the compiler embeds what stands in `new Worker(new URL(…))`. */
  constructor(
    start: (options: WorkerOptions) => Worker,
    name: string,
    grants: readonly Grant[],
    events: ThreadEvents,
  ) {
    this.#worker = startWorker(start, name, grants);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<unknown>) => this.#over || events.said(data);
    port1.onmessageerror = () => this.#over || events.said(undefined);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      if (!this.#over) events.broke(event.message);
    };
    const handover: Handover = { port: port2 };
    this.#worker.postMessage(handover, [port2]);
  }

  send(message: In, transfer: Transferable[] = []): void {
    if (!this.#over) this.#port.postMessage(message, transfer);
  }

  /** Ends the thread, whatever it does. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#port.close();
    this.#worker.terminate();
  }
}

function startWorker(
  start: (options: WorkerOptions) => Worker,
  name: string,
  grants: readonly Grant[],
): Worker {
  try {
    return start({ type: "module", name, deno: { permissions: workerPermissions(grants) } });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    throw new DroverError("E_PERMISSION", "The deploy cannot be given more than this program holds itself", {
      hint:
        "Drover starts only the programs that are written into it; run its sources with more of --allow-run",
      cause,
    });
  }
}
