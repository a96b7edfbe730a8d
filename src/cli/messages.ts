/** What the main thread and the deploy's worker tell each other: plain data in both directions. */

import type { Plan, Problem, RunEvent, RunOutcome } from "../engine/mod.ts";
import type { DebugHost } from "../inventory/mod.ts";
import type { Batch, Farewell, HostAddress, PortError, RequestResult as RunResult } from "../shell/port.ts";
import type { Form } from "./form.ts";
import type { AskedTable, SharedQuestion } from "./memory/sharing.ts";
import type { CliOptions } from "./options.ts";
import type { PermissionWishes } from "./permissions.ts";

/** To the worker. */
export type ToWorker =
  | {
    type: "start";
    inventory: string;
    form: Form;
    options: CliOptions;
    granted: PermissionWishes;
  }
  | { type: "reply"; id: number; value?: unknown; problem?: Problem }
  | { type: "interrupt" };

/** From the worker. */
export type FromWorker =
  /** Its first words: its own modules are loaded. */
  | { type: "loaded" }
  /** It has taken note of an interrupt. */
  | { type: "interrupted" }
  | { type: "call"; id: number; method: keyof Calls; args: unknown[] }
  | { type: "event"; event: RunEvent }
  /** A value that no output may show. */
  | { type: "secret"; value: string }
  /** `config.permissions` asks for more than the worker holds. */
  | { type: "wishes"; wishes: PermissionWishes }
  | { type: "finished"; finished: Finished }
  | { type: "failed"; problem: Problem };

/** What the worker asks of the main thread. */
export interface Calls {
  /**
   * Tells what was loaded, before any code of the deploy runs: nothing else can be reached later. Gives what
   * earlier runs asked.
   */
  prepare(loaded: Prepared): readonly SharedQuestion[];
  readStdin(): string;
  confirm(size: { operations: number; hosts: number }): boolean;
  connect(host: string): PortError | undefined;
  run(host: string, batch: Batch): RunResult[];
  cancel(host: string, batch: number): void;
  drain(host: string, batch: number): void;
  disconnect(host: string): Farewell;
}

/** What was loaded. */
export interface Prepared {
  /** Every host of the inventory, with the connector data that it will be reached by. */
  addresses: HostAddress[];
  /** Names of the hosts to work on. */
  selected: string[];
  connectTimeout: number;
  sudoPerCommand: boolean;
  /** Whether a sudo password is wanted before anything is connected. */
  useSudoPassword: boolean;
  sshBackend: "auto" | "openssh" | "ssh2";
  diff: boolean;
  /** Absolute path of `config.memory`. */
  memory?: string;
}

/** How the run ended. */
export interface Finished {
  outcome: RunOutcome;
  failures: { phase: "unreachable" | "failed"; problem: Problem }[];
  changes: boolean;
  /** What was asked of hosts this time. */
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
