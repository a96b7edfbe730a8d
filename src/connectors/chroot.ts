/** The connector `@chroot`: a directory as root of the file system. */

import { sh } from "../command/sh.ts";
import type { Farewell, PortError } from "../shell/port.ts";
import {
  type Connector,
  evidence,
  isPortError,
  portError,
  type Process,
  type ProcessEnd,
} from "../shell/process.ts";
import { LATE, noShell, ParentShell } from "./wrapper.ts";

export class ChrootConnector implements Connector {
  readonly label: string;
  readonly local = false;
  readonly maxSessions: number;
  readonly #directory: string;
  readonly #parent: Connector;
  readonly #shell: ParentShell;

  readonly #seconds: number;

  /** @param seconds For the machine around the directory to answer. */
  constructor(directory: string, parent: Connector, seconds: number) {
    this.#directory = directory;
    this.#parent = parent;
    this.#seconds = seconds;
    this.#shell = new ParentShell(parent, seconds);
    this.label = `chroot ${directory}`;
    this.maxSessions = parent.maxSessions;
  }

  async connect(): Promise<PortError | undefined> {
    const error = await this.#parent.connect();
    if (error !== undefined) return error;
    const answer = await this.#shell.run(sh`[ -d ${this.#directory} ]`.raw, this.#seconds);
    await this.#shell.close();
    if (isPortError(answer)) return answer.code === LATE ? this.#unseen() : answer;
    if (answer.status === 0) return undefined;
    return portError("E_CHROOT", `The directory ${this.#directory} does not exist on ${this.#parent.label}`);
  }

  #unseen(): PortError {
    return portError(
      "E_CHROOT",
      `It could not be seen within ${this.#seconds} seconds whether ${this.#directory} exists on ${this.#parent.label}`,
      "Its file system may be on a server that does not answer",
    );
  }

  spawn(argv: readonly string[]): Promise<Process> {
    return this.#parent.spawn(["chroot", this.#directory, ...argv]);
  }

  async explain(end: ProcessEnd): Promise<PortError> {
    const detail = evidence(end.stderr);
    if (end.waited !== undefined) return noShell(this.label, end.waited, detail);
    if (/operation not permitted|permission denied/i.test(detail)) {
      return portError("E_CHROOT_DENIED", `Only root can use ${this.label}`, "Run as root", detail);
    }
    if (/no such file|not found/i.test(detail)) {
      return portError("E_CHROOT_SHELL", `There is no 'sh' in ${this.#directory}`, undefined, detail);
    }
    if (!this.#parent.local) return await this.#parent.explain(end);
    return portError("E_CHROOT", `The shell in ${this.label} ended`, undefined, detail);
  }

  abort(): void {
    this.#parent.abort();
  }

  close(): Promise<Farewell> {
    return this.#parent.close();
  }
}
