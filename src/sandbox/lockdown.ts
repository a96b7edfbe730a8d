/** Takes from a worker what permissions do not cover: the terminal, the process, other threads. */

import { closeSync } from "node:fs";
import process from "node:process";
import { format } from "node:util";
import { Worker as NodeWorker } from "node:worker_threads";
import { DroverError } from "../errors/mod.ts";

/** Receives what code writes to the console and to the standard streams, line by line. */
export type Say = (text: string) => void;

const DENIED = {
  exit: "end the program",
  kill: "send signals",
  chdir: "change the working directory, which all threads share",
  umask: "change the mask of new files, which all threads share",
  addSignalListener: "listen for signals",
  removeSignalListener: "listen for signals",
} as const;

/**
 * Locks the running worker down, before the first line of the user's code. It cannot be undone: what is taken
 * away is closed or replaced for good.
 *
 * Reading standard input would take pieces of a password that is being typed; writing standard output would
 * let a deploy speak as Drover; a thread of its own would have both back.
 */
export function lockDown(say: Say): void {
  closeStreams();
  speakThrough(say);
  denyProcess();
  denyThreads();
  const scope = globalThis as unknown as Record<string, unknown>;
  for (const name of ["postMessage", "onmessage", "onmessageerror", "close", "caches"]) {
    Reflect.deleteProperty(scope, name);
  }
  seal(globalThis, "close", denial("end the program"));
  // The runtime's own operations, for its own modules.
  Reflect.deleteProperty(Deno, (Deno as unknown as { internal: symbol }).internal);
}

/** These are this thread's own handles of the streams; the main thread keeps its. */
function closeStreams(): void {
  const { stdin, stdout, stderr } = Deno;
  const close = [
    ...[0, 1, 2].map((fd) => () => closeSync(fd)),
    ...[stdin, stdout, stderr].map((stream) => () => stream.close()),
  ];
  for (const one of close) {
    try {
      one();
    } catch {
      // Closed already: one of the two ways was enough.
    }
  }
}

function speakThrough(say: Say): void {
  const write = (...values: unknown[]) => say(format(...values));
  const { console } = globalThis;
  for (const name of ["log", "info", "debug", "warn", "error", "trace", "dir", "dirxml"] as const) {
    console[name] = write;
  }
  console.table = (value: unknown) => say(Deno.inspect(value));
  console.assert = (condition?: boolean, ...values: unknown[]) =>
    condition || write("Assertion failed", ...values);
  for (
    const name of ["group", "groupCollapsed", "groupEnd", "count", "countReset", "time", "timeEnd", "timeLog"]
  ) {
    Object.defineProperty(console, name, { value: () => {} });
  }
  const stream = { write: (text: unknown) => (say(String(text).replace(/\n$/, "")), true) };
  for (const name of ["stdout", "stderr"]) {
    Object.defineProperty(process, name, { value: stream, configurable: false });
  }
  // The runtime's own listener would write to a stream that is closed.
  process.removeAllListeners("warning");
  process.on("warning", (warning) => say(`${warning.name}: ${warning.message}`));
}

function denyProcess(): void {
  for (const [name, what] of Object.entries(DENIED)) seal(Deno, name, denial(what));
  for (const name of ["set", "delete"]) {
    seal(Deno.env, name, denial("change the environment, which all threads share"));
  }
  // What node's own `exit` and `kill` end in, also where they were imported by name.
  for (const name of ["exit", "reallyExit", "abort"]) seal(process, name, denial("end the program"));
  for (const name of ["kill", "_kill"]) seal(process, name, denial("send signals"));
}

/** A thread of its own would have streams of its own. Both constructors begin with that of their parent. */
function denyThreads(): void {
  for (const constructor of [globalThis.Worker, NodeWorker]) {
    Object.setPrototypeOf(constructor, denial("start threads"));
    Object.preventExtensions(constructor);
  }
}

function denial(what: string): () => never {
  return function denied(): never {
    throw new DroverError(
      what === DENIED.exit ? "E_EXIT" : "E_PERMISSION",
      `The code of a project cannot ${what}`,
      {
        hint: what === DENIED.exit
          ? "throw an error to fail the host, or return from the function"
          : "no option allows it: the main thread of Drover does what has to be done",
      },
    );
  };
}

function seal(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: false, configurable: false, enumerable: false });
}
