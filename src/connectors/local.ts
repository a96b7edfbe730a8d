/** The connector `@local`: processes on this machine. */

import type { Farewell, PortError } from "../shell/port.ts";
import { minimalEnvironment } from "./environment.ts";
import { type Connector, evidence, portError, type Process, type ProcessEnd } from "../shell/process.ts";

/** Starts a program of this machine in a process group of its own, so that Ctrl-C reaches only us. */
export function spawnHere(
  argv: readonly string[],
  env: Record<string, string> = {},
): Process & { readonly pid: number } {
  const [program = "sh", ...args] = argv;
  return new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...minimalEnvironment(), ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

export class LocalConnector implements Connector {
  readonly label = "this machine";
  readonly local = true;
  readonly maxSessions: number = 8;
  readonly #spawn: typeof spawnHere;

  constructor(spawn = spawnHere) {
    this.#spawn = spawn;
  }

  connect(): Promise<PortError | undefined> {
    return Promise.resolve(undefined);
  }

  spawn(argv: readonly string[]): Promise<Process> {
    try {
      return Promise.resolve(this.#spawn(argv));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  explain(end: ProcessEnd): PortError {
    return portError(
      "E_LOCAL_SHELL",
      end.answered ? "The local shell ended unexpectedly" : "The local shell 'sh' does not work",
      undefined,
      evidence(end.stderr),
    );
  }

  abort(): void {}

  close(): Promise<Farewell> {
    return Promise.resolve({ notices: [] });
  }
}
