/** The hosts of a run, as an interrupt finds them: what runs there is drained first, and killed then. */

import type { Batch, Farewell, HostAddress, HostPort, PortError, RequestResult } from "../shell/port.ts";
import type { Interrupt } from "./interrupt.ts";

/** A port that knows what is under way, and lets nobody wait for a host that cannot be reached. */
export class InterruptiblePort implements HostPort {
  readonly #port: HostPort;
  readonly #interrupt: Interrupt;
  /** Hosts by the numbers of their batches. */
  readonly #running = new Map<number, string>();

  constructor(port: HostPort, interrupt: Interrupt) {
    this.#port = port;
    this.#interrupt = interrupt;
    interrupt.onPress(() => this.#pressed());
  }

  async connect(address: HostAddress): Promise<PortError | undefined> {
    const given = Promise.withResolvers<PortError>();
    const giveUp = () => this.#interrupt.killing && given.resolve(givenUp(address.name));
    this.#interrupt.onPress(giveUp);
    try {
      return await Promise.race([this.#port.connect(address), given.promise]);
    } finally {
      this.#interrupt.offPress(giveUp);
    }
  }

  async run(host: string, batch: Batch): Promise<RequestResult[]> {
    this.#running.set(batch.id, host);
    try {
      return await this.#port.run(host, batch);
    } finally {
      this.#running.delete(batch.id);
    }
  }

  cancel(host: string, batch: number): Promise<void> {
    return this.#port.cancel(host, batch);
  }

  drain(host: string, batch: number): Promise<void> {
    return this.#port.drain(host, batch);
  }

  disconnect(host: string): Promise<Farewell> {
    return this.#port.disconnect(host);
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  #pressed(): void {
    for (const [batch, host] of this.#running) {
      void (this.#interrupt.killing ? this.cancel(host, batch) : this.drain(host, batch));
    }
  }
}

function givenUp(host: string): PortError {
  return { code: "E_CANCELLED", message: `The run was interrupted while ${host} was being connected` };
}
