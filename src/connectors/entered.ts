/** Connectors that enter something on the machine underneath by a program: a directory, a pod, a container. */

import type { ShellCommand } from "../command/mod.ts";
import type { Farewell, PortError } from "../shell/port.ts";
import {
  type Connector,
  evidence,
  isPortError,
  portError,
  type Process,
  type ProcessEnd,
} from "../shell/process.ts";
import { type Answer, LATE, noShell, ParentShell } from "./wrapper.ts";

/** What keeps somebody from entering, known by what a program says. */
export interface Obstacle {
  says: RegExp;
  code: string;
  message: string;
  hint?: string;
}

/** What can be entered, and how. The table of them is `entrances.ts`. */
export interface Entrance {
  /** How messages call it: `pod shop/web-0`. */
  label: string;
  /** Begins the codes of its errors: `E_KUBECTL`. */
  code: string;
  /** The program that enters it. */
  program: string;
  /** Looks on the machine underneath whether it can be entered; prints its state. */
  look: ShellCommand;
  /** What its state has to be; anything where the command's success says enough. */
  ready?: RegExp;
  /** The error where the look fails and no obstacle explains it, or where it is in another state. */
  absent: { message: string; hint?: string };
  /** The words before those of what is started in it. */
  enter: readonly string[];
  obstacles: readonly Obstacle[];
}

export class EnteredConnector implements Connector {
  readonly label: string;
  readonly local = false;
  readonly maxSessions: number;
  readonly #entrance: Entrance;
  readonly #parent: Connector;
  readonly #shell: ParentShell;
  readonly #seconds: number;

  /** @param seconds For the machine underneath to answer. */
  constructor(entrance: Entrance, parent: Connector, seconds: number) {
    this.#entrance = entrance;
    this.#parent = parent;
    this.#seconds = seconds;
    this.#shell = new ParentShell(parent, seconds);
    this.label = entrance.label;
    this.maxSessions = parent.maxSessions;
  }

  async connect(): Promise<PortError | undefined> {
    const error = await this.#parent.connect();
    if (error !== undefined) return error;
    const answer = await this.#shell.run(this.#entrance.look.raw, this.#seconds);
    await this.#shell.close();
    if (isPortError(answer)) return answer.code === LATE ? this.#unseen(answer) : answer;
    const { ready = /^/ } = this.#entrance;
    return answer.status === 0 && ready.test(answer.stdout.trim()) ? undefined : this.#closed(answer);
  }

  spawn(argv: readonly string[]): Promise<Process> {
    return this.#parent.spawn([...this.#entrance.enter, ...argv]);
  }

  async explain(end: ProcessEnd): Promise<PortError> {
    const detail = evidence(end.stderr);
    if (end.waited !== undefined) return noShell(this.label, end.waited, detail);
    const obstacle = this.#obstacle(detail);
    if (obstacle !== undefined) return obstacle;
    if (/no such file|not found/i.test(detail)) {
      return portError(
        `${this.#entrance.code}_SHELL`,
        `There is no 'sh' in ${this.label}`,
        "Drover needs a POSIX shell there",
        detail,
      );
    }
    if (!this.#parent.local) return await this.#parent.explain(end);
    const what = end.answered ? "ended" : "did not answer";
    return portError(this.#entrance.code, `The shell in ${this.label} ${what}`, undefined, detail);
  }

  abort(): void {
    this.#parent.abort();
  }

  close(): Promise<Farewell> {
    return this.#parent.close();
  }

  #unseen({ detail }: PortError): PortError {
    const { code, label, program } = this.#entrance;
    return portError(
      `${code}_TIMEOUT`,
      `${program} did not tell within ${this.#seconds} seconds whether there is ${label} on ${this.#parent.label}`,
      "Try it there by hand; --connect-timeout allows more time",
      detail,
    );
  }

  /** Why the look says that it cannot be entered. */
  #closed({ status, stdout, stderr }: Answer): PortError {
    const { code, program, absent } = this.#entrance;
    const detail = evidence(stderr === "" ? stdout : stderr);
    if (status === 127) {
      const message = `${program} is not installed on ${this.#parent.label}`;
      return portError(`${code}_MISSING`, message, `Install ${program}`, detail);
    }
    return this.#obstacle(detail) ??
      portError(code, `${absent.message} on ${this.#parent.label}`, absent.hint, detail);
  }

  #obstacle(detail: string): PortError | undefined {
    const found = this.#entrance.obstacles.find(({ says }) => says.test(detail));
    return found && portError(found.code, found.message, found.hint, detail);
  }
}
