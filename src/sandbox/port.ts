/** A worker's end of the private port: calls with answers, and the hosts as the engine reaches them. */

import { onSecret } from "../command/mask.ts";
import { DroverError } from "../errors/mod.ts";
import type { HostPort } from "../shell/port.ts";
import type { Calls, FromDeploy, Handover, ToDeploy } from "./protocol.ts";

/** A port that nobody but its owner can get hold of. */
export interface PrivatePort<Out, In> {
  send(message: Out): void;
  /** Takes every message from now on, those that have waited first. */
  receive(take: (message: In) => void): void;
}

interface WorkerScope {
  onmessage: ((event: MessageEvent<Handover>) => void) | null;
}

/**
 * Waits for the port that the main thread hands over. What the code of the user may put into prototypes later
 * is never called with the port: what it takes to use it is bound now.
 */
export function takePort<Out, In>(): Promise<PrivatePort<Out, In>> {
  const scope = globalThis as unknown as WorkerScope;
  return new Promise((resolve) => {
    scope.onmessage = ({ data: { port } }) => {
      scope.onmessage = null;
      keepMethods(port);
      const send = port.postMessage.bind(port) as (message: Out) => void;
      const waiting: In[] = [];
      let taker: (message: In) => void = (message) => waiting.push(message);
      port.onmessage = (event) => taker(event.data);
      const receive = (take: (message: In) => void) => {
        taker = take;
        waiting.forEach((message) => take(message));
      };
      resolve({ send, receive });
    };
  });
}

/** The runtime itself calls methods of the port by name: it finds the original ones, whatever prototypes hold. */
function keepMethods(port: MessagePort): void {
  for (
    let holder = Object.getPrototypeOf(port);
    holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder)
  ) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      const { value } = Object.getOwnPropertyDescriptor(holder, name)!;
      if (typeof value !== "function" || Object.hasOwn(port, name)) continue;
      Object.defineProperty(port, name, { value, enumerable: false, writable: false, configurable: false });
    }
  }
}

type Answer = { resolve(value: unknown): void; reject(error: unknown): void };

/** The deploy's end of the conversation. */
export class DeployPort {
  readonly #send: (message: FromDeploy) => void;
  readonly #waiting = new Map<number, Answer>();
  #lastId = 0;

  constructor(send: (message: FromDeploy) => void) {
    this.#send = send;
    onSecret((value) => send({ type: "secret", value }));
  }

  /** Sends a message that needs no answer. */
  tell(message: FromDeploy): void {
    this.#send(message);
  }

  /** Asks the main thread; rejects with its error. */
  call<M extends keyof Calls>(method: M, ...args: Parameters<Calls[M]>): Promise<ReturnType<Calls[M]>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as ReturnType<Calls[M]>), reject });
      // The parameters are those of the method, which the union cannot say.
      this.#send({ type: "call", id, method, args } as FromDeploy);
    });
  }

  /** Takes the answer to a call. */
  answer(reply: ToDeploy & { type: "reply" }): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.problem === undefined) return waiting?.resolve(reply.value);
    const { code, message, ...details } = reply.problem;
    waiting?.reject(new DroverError(code, message, details));
  }

  /** The hosts, as far as the main thread lets the deploy reach them. */
  hosts(): HostPort {
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
