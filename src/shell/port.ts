/**
 * The seam between the engine and the hosts: requests and answers as plain data.
 *
 * The deploy, its operations and facts and the engine stand on one side; connectors and sessions on the
 * other. Nothing that crosses is alive: no callback, no stream, no class instance. Both sides can therefore
 * live in different threads.
 */

import type { UploadSource } from "../command/step.ts";

/** As whom a command runs. The words are applied from the outside in: doas, dzdo, sudo, su. */
export interface Privilege {
  doas?: { user?: string };
  dzdo?: { user?: string };
  sudo?: { user?: string; login?: boolean; preserveEnv?: boolean; password?: string };
  su?: { user: string; login?: boolean; preserveEnv?: boolean; shell?: string; password?: string };
}

/** How a request runs on the host. */
export interface RunOptions {
  privilege: Privilege;
  /** Shell that reads the command (`SHELL -c`); `null` runs it in the session's own `sh`. */
  shell: string | null;
  chdir?: string;
  env: Record<string, string>;
  /** Seconds after which the remote process group is killed. */
  timeout?: number;
  stdin?: Uint8Array;
  /** Gives the command a pseudo-terminal; stderr then arrives with stdout. */
  pty: boolean;
  successExitCodes: readonly number[];
  /** Directory on the host for temporary files, when not beside the target. */
  tempDir?: string;
}

/** A command to run. */
export interface CommandRequest {
  kind: "command";
  /** Shell text, secrets included. */
  script: string;
  options: RunOptions;
  /** Whether it only reads: it leaves no process behind, and may share one with its neighbours of the kind. */
  reads?: boolean;
  /** Runs only where the batch was stopped before it, to tell what is there then. Stands at the end of a batch. */
  onStop?: boolean;
}

/** Shell text to run for its output. */
export interface Probe {
  script: string;
  options: RunOptions;
}

/** What a probe's output and exit status add to the digest of a guard. */
export function probeOutput(stdout: Uint8Array, exitStatus: number): Uint8Array[] {
  return [stdout, new TextEncoder().encode(`\n${exitStatus}\n`)];
}

/**
 * Looks whether a host still answers as it did. The request fails where it does not, so that a batch ends before
 * what rests on the answers.
 */
export interface GuardRequest {
  kind: "guard";
  /** What is compared: the outputs and exit statuses of these, as {@linkcode probeOutput} puts them together. */
  probes: Probe[];
  /** Digests of that, as it was. */
  expected: { sha256: string; cksum: string };
  options: RunOptions;
}

/** A file to write. See `Upload` in `src/command/step.ts` for the guarantees. */
export interface UploadRequest {
  kind: "upload";
  source: UploadSource;
  dest: string;
  user?: string;
  group?: string;
  mode?: string;
  /** Whether it goes through symbolic links that other users may change; they are refused otherwise. */
  follow?: boolean;
  options: RunOptions;
}

/** A file to fetch to a local path. */
export interface DownloadRequest {
  kind: "download";
  src: string;
  dest: string;
  /** Whether to make the local directory where it is missing. */
  createDirectory?: boolean;
  /** Bytes that the host has announced. It fails where other than so many come. */
  size?: number;
  options: RunOptions;
}

export type Request = CommandRequest | GuardRequest | UploadRequest | DownloadRequest;

/** Requests that travel together; their results come back in order. */
export interface Batch {
  /** Chosen by the caller, unique in the run; names the batch in events and in {@linkcode HostPort.cancel}. */
  id: number;
  /** Reading and changing use sessions of their own, so that neither waits for the other. */
  lane: "facts" | "operations";
  requests: Request[];
  /** Whether the first failure leaves the rest out. */
  stopOnFailure: boolean;
  /** Whether output is reported while it arrives, as `output` events. */
  live: boolean;
  /** Numbers of requests before which {@linkcode HostPort.drain} may end the batch: operations begin there. */
  boundaries?: number[];
}

/** How one request ended. */
export interface RequestResult {
  outcome:
    /** It ran and its exit status was one of the wanted. */
    | "success"
    /** It ran and its exit status was another. */
    | "failure"
    /** It was killed after its timeout. */
    | "timeout"
    /** It was killed because the run was interrupted. */
    | "cancelled"
    /** The connection or the session broke; whether the command ended is not known. */
    | "lost"
    /** It never started: escalation failed, the local file could not be read … See `error`. */
    | "refused"
    /** Not run, because an earlier request of the batch failed. */
    | "skipped";
  /** Absent unless the command ended by itself. */
  exitStatus?: number;
  stdout: Uint8Array;
  stderr: Uint8Array;
  /** Bytes that were dropped from the middle of stdout or stderr because they were more than the limit. */
  droppedBytes: number;
  /** What went wrong and what to do, for every outcome but `success`, `failure` and `skipped`. */
  error?: PortError;
  seconds: number;
}

/** A failure of reaching a host or of becoming another user there. */
export interface PortError {
  /** Permanent name, such as `E_SSH_AUTH`. */
  code: string;
  /** One sentence without a final period. */
  message: string;
  /** What the user can do about it. */
  hint?: string;
  /** Evidence, such as ssh's own last lines. */
  detail?: string;
}

/** What the port needs to know of a host. */
export interface HostAddress {
  /** The host's name in the inventory, unique in the run: `web-01`, `@local`, `@docker/debian:12`. */
  name: string;
  /** Connector data only (`ssh_user`, `ssh_port`, `docker_platform` …), all strings, numbers, booleans. */
  data: Record<string, string | number | boolean>;
}

export interface PortOptions {
  /** Seconds to reach a host, and anew for a shell there to answer. */
  connectTimeout: number;
  /** Escalates each command by itself instead of once per session. */
  sudoPerCommand: boolean;
  /** Bytes that a file may bring from a host at most. Default: {@linkcode MAX_DOWNLOAD}. */
  maxDownload?: number | undefined;
}

/** Bytes that a file may bring from a host at most, unless the run says otherwise: 1 GiB. */
export const MAX_DOWNLOAD = 1024 ** 3;

/** Bytes of each stream that an answer to a fact may have: 64 MiB. What prints more is ended. */
export const MAX_ANSWER = 64 * 1024 ** 2;

/** Bytes of each stream that are kept of a command's output, from its beginning and its end: 8 MiB. */
export const MAX_OUTPUT = 8 * 1024 ** 2;

/** What the far side reports by itself. */
export type PortEvent =
  | {
    type: "output";
    host: string;
    batch: number;
    request: number;
    stream: "stdout" | "stderr";
    text: string;
    /** Whether nothing follows: the request has ended. */
    last?: boolean;
  }
  | { type: "notice"; host: string; text: string };

/**
 * Which transport carries an ssh host, and why. It has a listener of its own, so that it can wait for those
 * who want to know that much.
 */
export interface BackendEvent {
  type: "backend";
  host: string;
  backend: "openssh" | "ssh2";
  /** A part of a sentence, such as `its configuration is understood`. */
  reason: string;
}

/** What a connector has to say when a host is left, such as the id of a saved image. */
export interface Farewell {
  notices: string[];
}

/** The hosts, as the engine sees them. */
export interface HostPort {
  /** Resolves to nothing when the host is ready, or to what went wrong. Never rejects for a host's sake. */
  connect(address: HostAddress): Promise<PortError | undefined>;
  /**
   * Runs a batch. Every request gets a result; never rejects for a host's sake. A batch for a host that is being
   * connected travels with the first greeting, a round trip earlier than after it.
   */
  run(host: string, batch: Batch): Promise<RequestResult[]>;
  /** Kills what a batch runs on the host; its results then say `cancelled`. */
  cancel(host: string, batch: number): Promise<void>;
  /** Lets the operation that a batch is at end, and skips those after the next of its boundaries. */
  drain(host: string, batch: number): Promise<void>;
  /** Ends all sessions of a host, so that a later `connect` starts anew (after a reboot). */
  disconnect(host: string): Promise<Farewell>;
  /** Ends everything; nothing of ours is left on hosts or on this machine. */
  close(): Promise<void>;
}
