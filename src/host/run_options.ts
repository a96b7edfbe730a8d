/** Turns global arguments into what the port needs: as whom, where and how a command runs. */

import {
  maskSecrets,
  passwordProblem,
  resolveValues,
  reveal,
  Secret,
  type StepOptions,
} from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import type { Privilege, RunOptions } from "../shell/port.ts";
import type { ConnectorArguments } from "./arguments.ts";

/**
 * The port's options for a set of global arguments.
 *
 * @throws {DroverError} `E_ARGUMENT` for a password of several lines, `E_SECRET` for a secret that is not whole.
 */
export function toRunOptions(given: ConnectorArguments): RunOptions {
  const args = resolveValues(given);
  return {
    privilege: toPrivilege(args),
    shell: args._shellExecutable === undefined ? "sh" : args._shellExecutable,
    env: Object.fromEntries(Object.entries(args._env ?? {}).map(([key, value]) => [key, reveal(value)])),
    pty: args._getPty ?? false,
    successExitCodes: args._successExitCodes ?? [0],
    ...defined("chdir", args._chdir),
    ...defined("timeout", args._timeout),
    ...defined("stdin", toBytes(args._stdin)),
    ...defined("tempDir", args._tempDir),
  };
}

/** Global arguments with the options of one step on top. */
export function withStepOptions(args: ConnectorArguments, options: StepOptions): ConnectorArguments {
  const { env, ...rest } = options;
  const own = Object.fromEntries(Object.entries(rest).map(([key, value]) => [`_${key}`, value]));
  return { ...args, ...own, ...(env === undefined ? {} : { _env: { ...args._env, ...env } }) };
}

/** The arguments that are shown when they matter, in the words of a command line: `sudo -u app`. */
export function describePrivilege(privilege: Privilege): string {
  const { doas, dzdo, sudo, su } = privilege;
  const words = [
    doas && ["doas", ...(doas.user ? ["-u", doas.user] : [])],
    dzdo && ["dzdo", ...(dzdo.user ? ["-u", dzdo.user] : [])],
    sudo && ["sudo", ...(sudo.login ? ["-i"] : []), ...(sudo.user ? ["-u", sudo.user] : [])],
    su && ["su", ...(su.login ? ["-l"] : []), su.user],
  ];
  return maskSecrets(words.flatMap((part) => part ?? []).join(" "));
}

function toPrivilege(args: ConnectorArguments): Privilege {
  const privilege: Privilege = {};
  if (args._doas || args._doasUser !== undefined) privilege.doas = { ...defined("user", args._doasUser) };
  if (args._dzdo || args._dzdoUser !== undefined) privilege.dzdo = { ...defined("user", args._dzdoUser) };
  if (args._sudo) {
    privilege.sudo = {
      ...defined("user", args._sudoUser),
      ...defined("login", args._useSudoLogin || undefined),
      ...defined("preserveEnv", args._preserveSudoEnv || undefined),
      ...defined("password", password("_sudoPassword", args._sudoPassword)),
    };
  }
  if (args._suUser !== undefined) {
    privilege.su = {
      user: args._suUser,
      ...defined("login", args._useSuLogin || undefined),
      ...defined("preserveEnv", args._preserveSuEnv || undefined),
      ...defined("shell", args._suShell || undefined),
      ...defined("password", password("_suPassword", args._suPassword)),
    };
  }
  return privilege;
}

function password(argument: string, value: string | Secret | undefined): string | undefined {
  if (value === undefined) return undefined;
  const problem = passwordProblem(value);
  if (problem !== undefined) throw new DroverError("E_ARGUMENT", `${argument} ${problem}`);
  return reveal(value);
}

function toBytes(stdin: ConnectorArguments["_stdin"]): Uint8Array | undefined {
  if (stdin === undefined || stdin instanceof Uint8Array) return stdin;
  if (stdin instanceof Secret) return new TextEncoder().encode(stdin.reveal());
  const text = typeof stdin === "string" ? stdin : stdin.map((line) => `${line}\n`).join("");
  return new TextEncoder().encode(text);
}

function defined<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V };
}
