/** The global arguments: what every operation, fact and deploy accepts beside its own arguments. */

import type { Secret, ShellCommand } from "../command/mod.ts";
import { didYouMean, DroverError, type Place } from "../errors/mod.ts";
import { checkKinds, type ParameterKinds } from "./parameters.ts";
import type { Completion, OperationResult } from "./result.ts";

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
  /**
   * sudo will want a password: as data of a host (or `config.useSudoPassword`), it is asked for before any host
   * is connected instead of when sudo first wants it. Given to a call, it changes nothing: sudo always gets a
   * password when it wants one.
   */
  _useSudoPassword?: boolean;
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

/** What facts accept beside their own arguments. */
export interface FactArguments extends ConnectorArguments {
  /**
   * A fact that cannot be read gives its default, or `undefined`, instead of throwing. Only the call itself says
   * so: an operation's `_ignoreErrors` is not inherited, since it would work with answers that nobody gave.
   */
  _ignoreErrors?: boolean;
}

/** A shell command that has to exit 0, or several. Texts are shell text, as the deploy's author writes it. */
export type CommandCondition = string | ShellCommand | readonly CommandCondition[];

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
  /** How many commands have run in the attempt. */
  executedCommands: number;
  /** The host's name. */
  host: string;
  /** The operation's label. */
  operation: string;
}

/** Told how an operation ended on a host; `host` is that host. */
export type ResultCallback = (result: OperationResult) => void | Promise<void>;

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
  /**
   * Runs on the host before the operation's first command, as whom the operation runs. If it fails, the operation
   * fails and none of its commands run. An operation with nothing to do is not checked; to leave an operation out
   * without a failure, use `_if`.
   */
  _precondition?: CommandCondition;
  /** Runs on the host after the operation's last command. If it fails, the operation has failed. */
  _postcondition?: CommandCondition;
  /**
   * Called with the result once the operation has ended well on the host, whether or not it changed anything; not
   * when `_if` left it out. Operations called inside run at once. An exception fails the operation.
   */
  _onSuccess?: ResultCallback;
  /** Called with the result once the operation has failed on the host, also when the failure is ignored. */
  _onError?: ResultCallback;
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
  _useSudoPassword: "boolean?",
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

/** Arguments that may hold lists of themselves, which no kind can say. */
type Nested = "_if" | "_precondition" | "_postcondition";

/** The kinds of all global arguments. */
export const GLOBAL_PARAMETERS:
  & ParameterKinds<Omit<GlobalArguments, Nested>>
  & { readonly [K in Nested]: string } = {
    name: "string?",
    ...CONNECTOR_PARAMETERS,
    _ignoreErrors: "boolean?",
    _continueOnError: "boolean?",
    // A condition may hold conditions, without end.
    _if: "function | object | (function | object | unknown[])[]?",
    _precondition: "string | ShellCommand | (string | ShellCommand | unknown[])[]?",
    _postcondition: "string | ShellCommand | (string | ShellCommand | unknown[])[]?",
    _onSuccess: "function?",
    _onError: "function?",
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
 * Global arguments inside another set of them: `_if`, `_precondition`, `_postcondition` and environments add up,
 * the rest replaces.
 */
export function inherit(outer: GlobalArguments, inner: GlobalArguments): GlobalArguments {
  const merged = { ...outer, ...inner };
  if (outer._env !== undefined && inner._env !== undefined) merged._env = { ...outer._env, ...inner._env };
  for (const name of ["_if", "_precondition", "_postcondition"] as const) {
    if (outer[name] === undefined || inner[name] === undefined) continue;
    Object.assign(merged, { [name]: [outer[name], inner[name]] });
  }
  return merged;
}

/** The callback that an operation's end calls for: none where the operation was left out. */
export function resultCallback(
  { _onSuccess, _onError }: GlobalArguments,
  outcome: Completion["outcome"],
): ResultCallback | undefined {
  if (outcome === "skipped") return undefined;
  return outcome === "failed" ? _onError : _onSuccess;
}

/**
 * Checks that global arguments are of their kinds, wherever they were set.
 *
 * @param name What they are for: `files.file`, `fact files.File`.
 * @param place The line of the call.
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function checkGlobals(name: string, globals: GlobalArguments, place: Place | undefined): void {
  for (const argument of Object.keys(globals)) {
    if (!argument.startsWith("_") || GLOBAL_NAMES.has(argument)) continue;
    const hint = didYouMean(argument, GLOBAL_ARGUMENTS) ?? "names that begin with _ are global arguments";
    throw new DroverError("E_ARGUMENT", `${name} has no argument "${argument}"`, { hint, place });
  }
  const given = globals as Record<string, unknown>;
  // What is put there by mistake is a password, most likely: it is not shown.
  if (given._useSudoPassword !== undefined && typeof given._useSudoPassword !== "boolean") {
    const message = `${name}: _useSudoPassword must be true or false: it is a ${typeof given
      ._useSudoPassword}`;
    throw new DroverError("E_ARGUMENT", message, { place, hint: "a password is given as _sudoPassword" });
  }
  checkKinds(name, globals, GLOBAL_PARAMETERS, place);
  for (const argument of ["_precondition", "_postcondition"] as const) {
    const value = globals[argument];
    if (typeof value !== "string" || value.trim() !== "") continue;
    throw new DroverError("E_ARGUMENT", `${name}: ${argument} is empty, it must be a shell command`, {
      place,
    });
  }
  for (const argument of ["_retries", "_parallel", "_retryDelay", "_timeout"] as const) {
    const value = globals[argument];
    const counts = argument === "_retries" || argument === "_parallel";
    if (value === undefined || (value >= 0 && (!counts || Number.isInteger(value)))) continue;
    const wanted = counts ? "a whole number, 0 or more" : "a number of seconds, 0 or more";
    throw new DroverError("E_ARGUMENT", `${name}: ${argument} must be ${wanted}, it is ${value}`, { place });
  }
}
