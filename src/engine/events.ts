/** What a run tells about itself: plain data, the only thing that reports are made from. */

import type { Place } from "../errors/mod.ts";
import type { Effect, FileDiff } from "../host/mod.ts";

/** A failure, ready to be shown. */
export interface Problem {
  /** Permanent name, such as `E_SSH_AUTH`; `E_USER` is an exception of the deploy's own code. */
  code: string;
  /** One sentence without a final period. */
  message: string;
  host?: string;
  /** The line of the user's file. */
  place?: Place;
  /** Evidence, possibly several lines. */
  detail?: string;
  /** The command that failed, with how it was escalated; secrets masked. */
  command?: string;
  hint?: string;
  /** For exceptions of the user's code: where they passed through the user's files. */
  frames?: Place[];
  /** For bugs: the stack. */
  stack?: string;
}

/** What an operation would do on one host. */
export interface HostPlan {
  host: string;
  state:
    /** It would run commands. */
    | "change"
    /** It acts every time. */
    | "always"
    /** Its `_if` decides when its turn comes. */
    | "conditional"
    /**
     * Whether it does anything depends on what earlier operations change; `reason` tells how. Its commands are those
     * that it would run on the host as it is now.
     */
    | "depends"
    /** The host is already as wanted. */
    | "none";
  effect: Effect;
  /** The commands as they can be pasted, with how they become another user; secrets masked. */
  commands: string[];
  diffs: FileDiff[];
  /** Why there is nothing to do. */
  noops: string[];
  reason?: string;
  /** Numbers of the earlier operations that a plan which depends rests on, where they are known. */
  dependsOn?: number[];
}

/** One operation of the plan. */
export interface OperationPlan {
  /** Number of the operation in the plan's order, from 1. */
  id: number;
  label: string;
  /** `module.operation`. */
  operation: string;
  place?: Place;
  /** The deploy file as it was named on the command line. */
  deploy: string;
  runOnce: boolean;
  /** In the order of the inventory; hosts that do not call the operation are absent. */
  hosts: HostPlan[];
}

/** What a run would do. */
export interface Plan {
  operations: OperationPlan[];
}

/** How an operation ended on a host. */
export type Outcome =
  | "changed"
  | "unchanged"
  /** Its `_if` did not hold. */
  | "skipped"
  | "failed"
  /** It failed and `_ignoreErrors` let the host go on. */
  | "ignored";

/** Whether an operation has changed its host, failed or not. */
export type Changes =
  | "none"
  /** A command began and did not end well: it may have. */
  | "possible"
  | "made";

/** A host's part in a run. */
export interface HostSummary {
  host: string;
  changed: number;
  unchanged: number;
  skipped: number;
  failed: number;
  ignored: number;
  /** Operations among the failed and the ignored that have changed the host, or may have. */
  incomplete: number;
  /** Operations that the host did not get to. */
  left: number;
  /** Seconds that its operations took. */
  seconds: number;
  state: "done" | "failed" | "unreachable" | "stopped";
  /** Label of the operation that the host failed or was stopped at. */
  stoppedAt?: string;
}

/** A conditional operation that did not run although what it waits for has changed its host. */
export interface OwedOperation {
  /** Number of the operation in the plan. */
  operation: number;
  label: string;
  /** `module.operation`. */
  name: string;
  /** Labels of what has changed; none where a function decides. */
  because: string[];
  /** What it would have run, as far as the plan knew. */
  commands: string[];
}

/** What a run has left undone on a host. */
export interface Unfinished {
  host: string;
  /** Operations that the host did not get to, but for those that had nothing to do. */
  left: { operation: number; label: string }[];
  /**
   * Operations that the next run will not do by itself: what they wait for has changed the host in this run, and will
   * not do so again.
   */
  owed: OwedOperation[];
}

/** Why a run ended. */
export type RunOutcome =
  /** All operations ran; single ones may have failed on hosts. */
  | "done"
  /** Nothing was to be changed: `--dry`, or nobody confirmed. */
  | "planned"
  /** The person at the terminal said no. */
  | "declined"
  /** Too many hosts failed. */
  | "stopped"
  | "interrupted"
  /** No host was selected. */
  | "empty";

export type RunEvent =
  | {
    type: "run.started";
    inventory: string;
    deploys: string[];
    hosts: string[];
    groups: number;
    dry: boolean;
  }
  | { type: "host.connecting"; host: string }
  /** What carries a host's connection, and why. */
  | { type: "host.backend"; host: string; backend: string; reason: string }
  | { type: "host.connected"; host: string; seconds: number }
  | { type: "host.failed"; host: string; phase: "connect" | "plan" | "apply"; problem: Problem }
  | { type: "hosts.ready"; connected: number; failed: number; seconds: number }
  | {
    type: "fact.read";
    host: string;
    fact: string;
    args: Record<string, unknown>;
    command: string;
    cached: boolean;
  }
  | { type: "host.log"; host: string; text: string }
  | { type: "notice"; host?: string; text: string }
  | { type: "warning"; text: string; hint?: string; place?: Place }
  | { type: "plan.ready"; plan: Plan; seconds: number; facts: number }
  | { type: "apply.started"; operations: number; hosts: number }
  | { type: "operation.started"; operation: number; label: string; name: string; hosts: string[] }
  | {
    type: "command.started";
    host: string;
    operation: number;
    command: string;
    /** Such as `sudo -u app`; empty for the login user. */
    privilege: string;
    /** Both together, as they can be pasted into a shell; absent of what is no command. */
    typed?: string;
  }
  | { type: "command.output"; host: string; stream: "stdout" | "stderr"; text: string }
  | {
    type: "command.finished";
    host: string;
    operation: number;
    command: string;
    exitStatus?: number;
    seconds: number;
  }
  | {
    type: "operation.retry";
    host: string;
    operation: number;
    label: string;
    attempt: number;
    of: number;
    delaySeconds: number;
    problem?: Problem;
  }
  | {
    type: "operation.finished";
    host: string;
    operation: number;
    label: string;
    /** `module.operation`. */
    name: string;
    outcome: Outcome;
    /** Over all attempts. A failure, too, may come after changes. */
    changes: Changes;
    /** Number of commands that ran. */
    commands: number;
    /** Of failures: the commands that ended well and have changed the host, over all attempts; secrets masked. */
    ran?: string[];
    seconds: number;
    noops: string[];
    retries: number;
    problem?: Problem;
    /** Of operations called inside `func.call`. */
    nested: boolean;
  }
  | { type: "operation.done"; operation: number; label: string; name: string; seconds: number }
  | { type: "host.finished"; summary: HostSummary }
  | {
    type: "run.finished";
    outcome: RunOutcome;
    hosts: HostSummary[];
    problems: Problem[];
    seconds: number;
    /** Absent where all came to its end. */
    unfinished?: Unfinished[];
  };

/** Receives every event in its order. */
export type EventListener = (event: RunEvent) => void;
