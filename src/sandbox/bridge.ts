/** The deploy's way to the main thread: calls with answers, and the port made of them. */

import { onSecret } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import type { HostPort } from "../shell/port.ts";
import type { Calls, FromWorker, ToWorker } from "./protocol.ts";

type Answer = { resolve(value: unknown): void; reject(error: unknown): void };

/** One end of the messages between the two threads. */
export class Bridge {
  readonly #send: (message: FromWorker) => void;
  readonly #waiting = new Map<number, Answer>();
  #lastId = 0;

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
    onSecret((value) => send({ type: "secret", value }));
  }

  /** Sends a message that needs no answer. */
  tell(message: FromWorker): void {
    this.#send(message);
  }

  /** Asks the main thread; rejects with its error. */
  call<M extends keyof Calls>(method: M, ...args: Parameters<Calls[M]>): Promise<ReturnType<Calls[M]>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as ReturnType<Calls[M]>), reject });
      this.#send({ type: "call", id, method, args });
    });
  }

  /** Takes the answer to a call. */
  answer(reply: ToWorker & { type: "reply" }): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.problem === undefined) return waiting?.resolve(reply.value);
    const { code, message, ...details } = reply.problem;
    waiting?.reject(new DroverError(code, message, details));
  }

  /** The hosts, as far as the main thread lets the deploy reach them. */
  port(): HostPort {
    return {
      connect: (address) => this.call("connect", address.name),
      run: (host, batch) => this.call("run", host, batch),
      cancel: (host, batch) => this.call("cancel", host, batch),
      drain: (host, batch) => this.call("drain", host, batch),
      disconnect: (host) => this.call("disconnect", host),
      close: () => Promise.resolve(),
    };
  }
}
