/** The connector `@local`: processes on this machine. */

import type { Farewell, PortError } from "../shell/port.ts";
import { minimalEnvironment } from "./environment.ts";
import {
  type Connector,
  evidence,
  portError,
  type Process,
  type ProcessEnd,
  within,
} from "../shell/process.ts";

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

/** What a program of this machine prints; nothing where it is missing or does not end in so many seconds. */
export async function outputHere(
  argv: readonly string[],
  seconds: number,
): Promise<{ stdout: string; stderr: string }> {
  const [program = "sh", ...args] = argv;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), seconds * 1000);
  const streams = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const nothing = { stdout: new Uint8Array(), stderr: new Uint8Array() };
  const output = new Deno.Command(program, { args, ...streams, signal: late.signal }).output();
  // What the program has started may hold its streams after it was killed.
  const { stdout, stderr } = await within(seconds + 1, output.catch(() => nothing), nothing);
  clearTimeout(timer);
  return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
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
    if (end.waited !== undefined) {
      return portError(
        "E_LOCAL_SHELL",
        `The local shell 'sh' did not answer within ${end.waited} seconds`,
        "Run sh by hand: it may wait for something, or the machine is overloaded; --connect-timeout allows more time",
        evidence(end.stderr),
      );
    }
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
