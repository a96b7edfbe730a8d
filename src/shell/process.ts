/** What a connector gives: processes over there, and explanations when they die. */

import type { Farewell, PortError } from "./port.ts";

/** A process with piped streams; the part of `Deno.ChildProcess` that sessions need. */
export interface Process {
  readonly stdin: WritableStream<Uint8Array<ArrayBuffer>>;
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly stderr: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly status: Promise<{ code: number }>;
  /** Ends our end of it. What still runs on the host is the session's concern. */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** Called once when the shell over there has answered. */
  answered?(): void;
}

/** How a process of a connector ended before, or instead of, doing its work. */
export interface ProcessEnd {
  /** Exit status of our end (`ssh`, `docker` …). */
  code: number;
  /** The last of what it said on stderr. */
  stderr: string;
  /** Whether a shell over there had answered before. */
  answered: boolean;
  /** Set when we gave up waiting for an answer after this many seconds. */
  waited?: number;
}

/** A way to reach a host: it starts processes there, nothing else. */
export interface Connector {
  /** How messages call the far side, such as `web-01` or `container 3f2a`. */
  readonly label: string;
  /** Whether the host is this machine, so that commands there may write our local files. */
  readonly local: boolean;
  /** How many processes may run at once. */
  readonly maxSessions: number;
  /** Whether closing the connection ends what runs through it, so that nobody has to wait for each session. */
  readonly hangsUp?: boolean;
  /** Prepares the far side (starts a container …). */
  connect(): Promise<PortError | undefined>;
  /** Starts a program. */
  spawn(argv: readonly string[]): Promise<Process>;
  /** Turns the end of one of its processes into an error for people. */
  explain(end: ProcessEnd): PortError | Promise<PortError>;
  /** Breaks everything at once; used when nothing gentler can reach the far side. */
  abort(): void;
  /** Called after all sessions have ended. */
  close(): Promise<Farewell>;
}

/** Code of the error by which a connector says that the host admits no further session. */
export const SESSION_REFUSED = "E_SESSION_REFUSED";

/** Whether an error says that the host admits no further session. */
export function isRefusal(error: PortError): boolean {
  return error.code === SESSION_REFUSED;
}

/** Text of the far side with control characters made visible, cut to its last lines. */
export function evidence(text: string, lines = 12): string {
  const clean = text.replaceAll("\r", "").replace(
    // deno-lint-ignore no-control-regex
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "�",
  );
  return clean.split("\n").filter((line) => line.trim() !== "").slice(-lines).join("\n").slice(-4000);
}

/** A {@linkcode PortError} without absent fields. */
export function portError(code: string, message: string, hint?: string, detail?: string): PortError {
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(detail === undefined || detail === "" ? {} : { detail }),
  };
}

/** Whether a thrown value is a {@linkcode PortError}. */
export function isPortError(value: unknown): value is PortError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value &&
    !(value instanceof Error);
}

/** The promise's value, or `fallback` after some seconds. */
export async function within<T, F>(seconds: number, promise: Promise<T>, fallback: F): Promise<T | F> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<F>((resolve) => {
    timer = setTimeout(() => resolve(fallback), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
