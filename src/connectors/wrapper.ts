/** What connectors have in common that run on another one: a shell there for preparations. */

import type { PortError } from "../shell/port.ts";
import { type Connector, evidence, isPortError, portError, within } from "../shell/process.ts";
import { Session } from "../shell/session.ts";

/** What a preparing command printed. */
export interface Answer {
  status: number;
  stdout: string;
  stderr: string;
}

/** Code of the error that says that a command took too long. */
export const LATE = "E_LATE";

/** A shell on the connector underneath, opened when first needed. */
export class ParentShell {
  readonly #parent: Connector;
  readonly #seconds: number;
  #session: Session | undefined;

  /** @param seconds For the shell to answer. */
  constructor(parent: Connector, seconds: number) {
    this.#parent = parent;
    this.#seconds = seconds;
  }

  /** Runs a text there. One that takes longer than so many seconds costs the shell. */
  async run(text: string, seconds: number): Promise<Answer | PortError> {
    const session = this.#session?.open ? this.#session : await Session.open(this.#parent, this.#seconds);
    if (isPortError(session)) return session;
    this.#session = session;
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const answer: Answer = { status: 0, stdout: "", stderr: "" };
    let group: number | undefined;
    const running = session.run([{
      text,
      codes: [0],
      started: (started) => void (group = started),
      output: (stream, bytes) => {
        answer[stream] += decoders[stream].decode(bytes, { stream: true });
      },
    }], false);
    const ends = await within(seconds, running, undefined);
    if (ends === undefined) {
      session.destroy();
      if (group !== undefined) await this.#kill(group);
      return portError(LATE, `It took longer than ${seconds} seconds`, undefined, evidence(answer.stderr));
    }
    const [end] = ends;
    if (end?.kind !== "exit") return portError("E_LOST", `The shell on ${this.#parent.label} ended`);
    answer.status = end.status;
    return answer;
  }

  /** Ends what took too long, from a shell beside it. */
  async #kill(group: number): Promise<void> {
    const beside = await Session.open(this.#parent, this.#seconds);
    if (isPortError(beside)) return;
    const task = { text: `kill -KILL -${group} 2>/dev/null;:`, codes: [0], output: () => {} };
    await within(this.#seconds, beside.run([task], false), undefined);
    await beside.close(1);
  }

  async close(): Promise<void> {
    await this.#session?.close(1);
    this.#session = undefined;
  }
}

/** The error of a directory or container in which a shell was started and never answered. */
export function noShell(label: string, seconds: number, detail: string): PortError {
  return portError(
    "E_SHELL",
    `No shell answered in ${label} within ${seconds} seconds`,
    "Start 'sh' there by hand to see what it waits for; --connect-timeout allows more time",
    detail,
  );
}
