/** What connectors have in common that run on another one: a shell there for preparations. */

import type { PortError } from "../shell/port.ts";
import { type Connector, isPortError, portError } from "../shell/process.ts";
import { Session } from "../shell/session.ts";

/** What a preparing command printed. */
export interface Answer {
  status: number;
  stdout: string;
  stderr: string;
}

/** A shell on the connector underneath, opened when first needed. */
export class ParentShell {
  readonly #parent: Connector;
  readonly #seconds: number;
  #session: Session | undefined;

  constructor(parent: Connector, seconds: number) {
    this.#parent = parent;
    this.#seconds = seconds;
  }

  /** Runs a text there. */
  async run(text: string): Promise<Answer | PortError> {
    const session = this.#session?.open ? this.#session : await Session.open(this.#parent, this.#seconds);
    if (isPortError(session)) return session;
    this.#session = session;
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const answer: Answer = { status: 0, stdout: "", stderr: "" };
    const [end] = await session.run([{
      text,
      codes: [0],
      output: (stream, bytes) => {
        answer[stream] += decoders[stream].decode(bytes, { stream: true });
      },
    }], false);
    if (end?.kind !== "exit") return portError("E_LOST", `The shell on ${this.#parent.label} ended`);
    answer.status = end.status;
    return answer;
  }

  async close(): Promise<void> {
    await this.#session?.close(1);
    this.#session = undefined;
  }
}
