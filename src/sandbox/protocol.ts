/**
 * The whole protocol between the main thread and the threads that run the user's code: plain data, every
 * message of both directions.
 *
 * The main thread holds connections, passwords, questions and reports. It believes nothing: each message is
 * checked for its shape (`messages.ts`) and for its moment (`conversation.ts`), and one that is wrong ends the
 * run. What a thread may do on this machine by itself is settled when it starts (`grants.ts`).
 *
 * ```
 * config worker   evaluate ─→ evaluated | failed                       alone, before everything else
 *
 * deploy worker   loading ── prepare ─→ planning ── confirm: yes ─→ applying ─→ finished
 *                    │                     └─────── confirm: no ──→ declined ─→ finished
 *                    └─ debug-inventory, permissions ─────────────────────────→ finished
 * ```
 */

import type { Place } from "../errors/mod.ts";
import type { Plan, Problem, RunEvent, RunOutcome } from "../engine/mod.ts";
import type { ConfigOptions, RememberedFact } from "../host/mod.ts";
import type { DebugHost } from "../inventory/mod.ts";
import type { Batch, Farewell, HostAddress, PortError, RequestResult } from "../shell/port.ts";
import type { Form } from "../usage/form.ts";
import type { CliOptions } from "../usage/options.ts";

/** The first message to every worker, over its global scope: the port that all others take. */
export interface Handover {
  port: MessagePort;
}

// The config worker: evaluates `config.ts` with the default permissions and ends.

/** To the config worker, once. */
export interface EvaluateConfig {
  type: "evaluate";
  /** Absolute paths, the weakest first. */
  files: string[];
  workingDirectory: string;
}

/** From the config worker. */
export type FromConfig =
  /** What `config.ts` writes on the console. */
  | { type: "said"; text: string }
  /** Once, as the last message: what it sets, or why nothing is known of that. */
  | { type: "evaluated"; config: PlainConfig }
  | { type: "failed"; problem: Problem };

/** Text that no output may show, as it crosses. */
export interface PlainSecret {
  secret: string;
}

/** What `config.ts` sets, as plain data; its `permissions` are a request and nothing more. */
export type PlainConfig = {
  [K in keyof ConfigOptions]?: K extends "env" ? Record<string, string | PlainSecret>
    : K extends "sudoPassword" | "suPassword" ? string | PlainSecret
    : ConfigOptions[K];
};

// The loading worker of `drover check` and of completion: loads inventory and data, reads deploys, and ends.

/** To the loading worker, once. */
export interface LoadFiles {
  type: "load";
  /** The INVENTORY word. */
  inventory: string;
  /** Deploy files as they were named. */
  deploys: string[];
  options: CliOptions;
}

/** From the loading worker, once. */
export interface Loaded {
  problems: Problem[];
  /** Absolute paths of the modules that can be read: deploy files and what they include, and `data`. */
  files: string[];
  /** The inventory and data files among them. */
  data: string[];
  warnings: Warning[];
  /** Hosts that a run would work on. */
  hosts: string[];
  groups: string[];
}

/** Something that the person should know and that stops nothing. */
export interface Warning {
  text: string;
  hint?: string;
  place?: Place;
}

// The deploy worker: loads inventory and data, plans and applies.

/** To the deploy worker. */
export type ToDeploy =
  /** Once, when everything that it may do is settled. */
  | {
    type: "start";
    inventory: string;
    form: Form;
    options: CliOptions;
    config: PlainConfig;
  }
  /** The answer to a call: its value, or why there is none. */
  | { type: "reply"; id: number; value?: unknown; problem?: Problem }
  /** Ctrl-C was pressed. */
  | { type: "interrupt" };

/** From the deploy worker. */
export type FromDeploy =
  /** Once, before `start`: its own modules are loaded. */
  | { type: "loaded" }
  /** It has taken note of an interrupt; at most one for each. */
  | { type: "interrupted" }
  /** See {@linkcode Calls} for what may be called when. Ids rise. */
  | { [M in keyof Calls]: { type: "call"; id: number; method: M; args: Parameters<Calls[M]> } }[keyof Calls]
  /** While loading only warnings and notices; afterwards everything but `host.backend`, which it cannot know. */
  | { type: "event"; event: DeployEvent }
  /** A value that no output may show. */
  | { type: "secret"; value: string }
  /**
   * Once, at the end. Of `debug-inventory` and `permissions` while loading; of a run when every host has
   * finished, nothing runs, and the outcome is one that the main thread has seen happen itself.
   */
  | { type: "finished"; finished: Finished }
  /** Once, instead of `finished`, at any time. */
  | { type: "failed"; problem: Problem };

/** Events that the deploy worker may tell. */
export type DeployEvent = Exclude<RunEvent, { type: "host.backend" }>;

/** What the deploy worker asks of the main thread. */
export interface Calls {
  /** While loading, once: standard input to its end, where the inventory is `-`. */
  readStdin(): string;
  /**
   * While loading, once: the hosts, before any code of the deploy runs. No other host can be reached later.
   * Hosts on this machine must have been named on the command line or consented to. Gives what earlier runs asked.
   */
  prepare(loaded: Prepared): readonly SharedQuestion[];
  /** While planning, once, after `plan.ready`, never under `--dry`: whether to apply. */
  confirm(): boolean;
  /** While planning and applying; a host of the inventory. */
  connect(host: string): PortError | undefined;
  /**
   * While planning: commands of the lane `facts`. While applying: everything; uploads read what the deploy may
   * read, downloads write what it may write.
   */
  run(host: string, batch: Batch): RequestResult[];
  /** While planning and applying: ends what a batch does. */
  cancel(host: string, batch: number): void;
  drain(host: string, batch: number): void;
  /** Once prepared: ends a host's sessions. */
  disconnect(host: string): Farewell;
}

/** What was loaded. */
export interface Prepared {
  /** Every host of the inventory, with the connector data that it will be reached by. */
  addresses: HostAddress[];
  /** Names of the hosts to work on. */
  selected: string[];
  /** Whether a sudo password is wanted before anything is connected. */
  useSudoPassword: boolean;
}

/** A question with the groups that are asked it, and the hosts for which no group stands. */
export interface SharedQuestion extends RememberedFact {
  groups?: readonly string[];
  hosts?: readonly string[];
}

/** What one run has asked. */
export interface AskedTable {
  questions: readonly RememberedFact[];
  /** Every host of the inventory, whether or not it took part. */
  hosts: readonly AskedHost[];
}

/** A host of a run. */
export interface AskedHost {
  name: string;
  groups: readonly string[];
  /** Numbers of questions. */
  asked: readonly number[];
  /** Whether the deploy was planned to its end here: what it has not asked, it does not ask. */
  complete: boolean;
}

/** How the run ended. */
export interface Finished {
  outcome: RunOutcome;
  failures: { phase: "unreachable" | "failed"; problem: Problem }[];
  changes: boolean;
  /** Of a deploy: what was asked of hosts this time. */
  asked?: AskedTable;
  /** Of `--debug-operations`. */
  plan?: Plan;
  /** Of `fact`: values by fact and host. */
  facts?: Record<string, Record<string, unknown>>;
  /** Of `debug-inventory`. */
  inventory?: DebugHost[];
  /** Of `permissions`: names of the hosts. */
  hosts?: string[];
}
