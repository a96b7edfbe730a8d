/** The global arguments: what every operation, fact and deploy accepts beside its own arguments. */

import { type Secret } from "../command/mod.ts";
import type { OperationResult } from "./result.ts";

/** How a command reaches the host. Facts accept these too. */
export interface ConnectorArguments {
  /** Runs with sudo. */
  _sudo?: boolean;
  /** The user that sudo switches to; root by default. */
  _sudoUser?: string;
  /** A login shell of the target user (`sudo -i`). */
  _useSudoLogin?: boolean;
  /** Password for sudo. Better left out: Drover asks once, or takes `--sudo-password-file`. */
  _sudoPassword?: string | Secret;
  /** Keeps the environment (`sudo -E`). */
  _preserveSudoEnv?: boolean;
  /** Switches to this user with su. */
  _suUser?: string;
  /** `su -l`. */
  _useSuLogin?: boolean;
  /** `su -m`. */
  _preserveSuEnv?: boolean;
  /** Shell that su starts (`su -s`), where the user's own is nologin; Linux only. */
  _suShell?: string;
  /** Password for su. */
  _suPassword?: string | Secret;
  /** Runs with doas. */
  _doas?: boolean;
  /** User that doas switches to. */
  _doasUser?: string;
  /** Runs with dzdo (Centrify). */
  _dzdo?: boolean;
  /** User that dzdo switches to. */
  _dzdoUser?: string;
  /** Shell that reads the commands, `sh` by default; `null` for the session's own. */
  _shellExecutable?: string | null;
  /** Directory on the host to run in. */
  _chdir?: string;
  /** Environment variables, added to those of `config.env`. */
  _env?: Record<string, string | Secret>;
  /** Exit statuses that count as success; `[0]` by default. */
  _successExitCodes?: readonly number[];
  /** Seconds that each command may take; its process group on the host is killed after that. */
  _timeout?: number;
  /** Gives commands a pseudo-terminal. */
  _getPty?: boolean;
  /** Text or lines for the standard input of commands; not used by facts. */
  _stdin?: string | readonly string[] | Uint8Array | Secret;
  /** Directory on the host for temporary files. */
  _tempDir?: string;
}

/** A condition: an operation's result (did it change?), a function, or a list that must all hold. */
export type Condition =
  | OperationResult
  | PromiseLike<OperationResult>
  | (() => boolean | Promise<boolean>)
  | readonly Condition[];

/** What `_retryUntil` receives after each attempt that succeeded. */
export interface Attempt {
  /** Standard output of its commands, as lines. */
  stdoutLines: string[];
  /** Standard error of its commands, as lines. */
  stderrLines: string[];
  /** The commands of the attempt, secrets masked. */
  commands: string[];
  /** The host's name. */
  host: string;
  /** The operation's label. */
  operation: string;
}

/** What every operation accepts beside its own arguments. */
export interface GlobalArguments extends ConnectorArguments {
  /** Label in plans and reports. */
  name?: string;
  /** A failure becomes a warning and the host goes on. */
  _ignoreErrors?: boolean;
  /** With `_ignoreErrors`: the operation's other commands run all the same. */
  _continueOnError?: boolean;
  /** Runs the operation only if this holds when its turn comes. */
  _if?: Condition;
  /** How often a failed operation is tried again, from fresh facts. */
  _retries?: number;
  /** Seconds between attempts; 5 by default. */
  _retryDelay?: number;
  /** Called after an attempt that succeeded; `true` asks for another one, within `_retries`. */
  _retryUntil?: (attempt: Attempt) => boolean | Promise<boolean>;
  /** At most this many hosts at a time. Must be the same on all hosts. */
  _parallel?: number;
  /** Only on the first host that calls it. Must be the same on all hosts. */
  _runOnce?: boolean;
  /** One host after the other. Must be the same on all hosts. */
  _serial?: boolean;
}

/** Names of all connector arguments. */
export const CONNECTOR_ARGUMENTS = [
  "_sudo",
  "_sudoUser",
  "_useSudoLogin",
  "_sudoPassword",
  "_preserveSudoEnv",
  "_suUser",
  "_useSuLogin",
  "_preserveSuEnv",
  "_suShell",
  "_suPassword",
  "_doas",
  "_doasUser",
  "_dzdo",
  "_dzdoUser",
  "_shellExecutable",
  "_chdir",
  "_env",
  "_successExitCodes",
  "_timeout",
  "_getPty",
  "_stdin",
  "_tempDir",
] as const satisfies readonly (keyof ConnectorArguments)[];

/** Names of all global arguments. */
export const GLOBAL_ARGUMENTS = [
  "name",
  ...CONNECTOR_ARGUMENTS,
  "_ignoreErrors",
  "_continueOnError",
  "_if",
  "_retries",
  "_retryDelay",
  "_retryUntil",
  "_parallel",
  "_runOnce",
  "_serial",
] as const satisfies readonly (keyof GlobalArguments)[];

const GLOBAL_NAMES: ReadonlySet<string> = new Set(GLOBAL_ARGUMENTS);

/** Tells an operation's own arguments from the global ones. */
export function splitArguments<A extends object>(
  args: A & GlobalArguments,
): { own: A; globals: GlobalArguments } {
  const own: Record<string, unknown> = {};
  const globals: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(args)) {
    if (value === undefined) continue;
    if (GLOBAL_NAMES.has(key)) globals[key] = value;
    else own[key] = value;
  }
  return { own: own as A, globals: globals as GlobalArguments };
}
