/** The global arguments: what every operation, fact and deploy accepts beside its own arguments. */

import { type Secret } from "../command/mod.ts";
import type { Place } from "../errors/mod.ts";
import { checkKinds, type ParameterKinds } from "./parameters.ts";
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
  _doasUser?: string;
  /** Runs with dzdo (Centrify). */
  _dzdo?: boolean;
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
  stdoutLines: string[];
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

/** The kinds of the connector arguments. */
export const CONNECTOR_PARAMETERS: ParameterKinds<ConnectorArguments> = {
  _sudo: "boolean?",
  _sudoUser: "string?",
  _useSudoLogin: "boolean?",
  _sudoPassword: "string | Secret?",
  _preserveSudoEnv: "boolean?",
  _suUser: "string?",
  _useSuLogin: "boolean?",
  _preserveSuEnv: "boolean?",
  _suShell: "string?",
  _suPassword: "string | Secret?",
  _doas: "boolean?",
  _doasUser: "string?",
  _dzdo: "boolean?",
  _dzdoUser: "string?",
  _shellExecutable: "string | null?",
  _chdir: "string?",
  _env: "Record<string, string | Secret>?",
  _successExitCodes: "number[]?",
  _timeout: "number?",
  _getPty: "boolean?",
  _stdin: "string | string[] | Uint8Array | Secret?",
  _tempDir: "string?",
};

/** The kinds of all global arguments. */
export const GLOBAL_PARAMETERS: ParameterKinds<Omit<GlobalArguments, "_if">> & { readonly _if: string } = {
  name: "string?",
  ...CONNECTOR_PARAMETERS,
  _ignoreErrors: "boolean?",
  _continueOnError: "boolean?",
  // A condition may hold conditions, without end.
  _if: "function | object | (function | object | unknown[])[]?",
  _retries: "number?",
  _retryDelay: "number?",
  _retryUntil: "function?",
  _parallel: "number?",
  _runOnce: "boolean?",
  _serial: "boolean?",
};

/** Names of all connector arguments. */
export const CONNECTOR_ARGUMENTS = Object.keys(CONNECTOR_PARAMETERS) as readonly (keyof ConnectorArguments)[];

/** Names of all global arguments. */
export const GLOBAL_ARGUMENTS = Object.keys(GLOBAL_PARAMETERS) as readonly (keyof GlobalArguments)[];

const GLOBAL_NAMES: ReadonlySet<string> = new Set<string>(GLOBAL_ARGUMENTS);

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

/**
 * Checks that global arguments are of their kinds, wherever they were set.
 *
 * @param name What they are for: `files.file`, `fact files.File`.
 * @param place The line of the call.
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkGlobals(name: string, globals: GlobalArguments, place: Place | undefined): void {
  checkKinds(name, globals, GLOBAL_PARAMETERS, place);
}
