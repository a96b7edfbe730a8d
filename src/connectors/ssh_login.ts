/** What logging in over ssh has in common, whatever carries the connection: checks, retries, questions. */

import { passwordProblem } from "../command/secret.ts";
import type { PortError } from "../shell/port.ts";
import type { PasswordSource } from "../shell/privilege.ts";
import { portError } from "../shell/process.ts";
import { type Data, expandHome, number, text } from "./ssh_config.ts";
import { isHostName, isJumpList, isUserName, wrongNameIn } from "./ssh_names.ts";

/** OpenSSH's servers admit ten sessions; two stay free for the user's own and for kills. */
export const MAX_SESSIONS = 8;

/** Seconds for logging in, besides reaching the host. */
export const LOGIN_PATIENCE = 30;

/**
 * Errors that may be gone a moment later, and how often connecting is tried again where the data does not say.
 * A server that is busy drops connections at random; one that refuses or does not answer mostly goes on doing so,
 * and whoever reboots a host waits for it anyway.
 */
const TEMPORARY: Readonly<Record<string, number>> = {
  E_SSH_DROPPED: 3,
  E_SSH_REFUSED: 0,
  E_SSH_TIMEOUT: 0,
  E_SSH_UNREACHABLE: 0,
  E_SSH_FAILED: 0,
  E_SSH_RESOLVE: 0,
};

/** Reads files; hosts mostly share theirs. */
export interface Files {
  exists(path: string): Promise<boolean>;
  /** `undefined` where there is none. */
  read(path: string): Promise<string | undefined>;
}

const FILES: Files = {
  exists: isThere,
  read: (path) => Deno.readTextFile(path).catch(() => undefined),
};

/** What is known to be wrong before anything is tried. */
export async function checkAddress(
  host: string,
  data: Data,
  { exists, read }: Files = FILES,
): Promise<PortError | undefined> {
  const name = wrongName(host, data);
  if (name !== undefined) return portError("E_SSH_NAME", name);
  const value = wrongNumber(host, data);
  if (value !== undefined) return portError("E_SSH_CONFIG", value);
  for (const name of ["ssh_password", "ssh_key_password"]) {
    const problem = passwordProblem(text(data, name) ?? "");
    if (problem !== undefined) return portError("E_SSH_PASSWORD", `${name} of ${host} ${problem}`);
  }
  const key = text(data, "ssh_key");
  if (key !== undefined && !await exists(key)) {
    return portError(
      "E_SSH_KEY_MISSING",
      `The key file '${key}' for ${host} does not exist`,
      "Check ssh_key",
    );
  }
  const file = text(data, "ssh_config_file");
  if (file === undefined) return undefined;
  if (!await exists(file)) {
    return portError("E_SSH_CONFIG", `The file '${file}' does not exist`, "Check ssh_config_file");
  }
  const wrong = wrongNameIn(await read(expandHome(file)) ?? "");
  if (wrong === undefined) return undefined;
  return portError(
    "E_SSH_NAME",
    `'${wrong.value}' cannot be a ${wrong.directive} (${file} line ${wrong.line}, the ssh_config_file of ${host})`,
    "OpenSSH may hand it to a shell, for which some of its characters mean something",
  );
}

/** What OpenSSH refuses since 9.6, whatever its version here. */
function wrongName(host: string, data: Data): string | undefined {
  if (!isHostName(host)) return `'${host}' cannot be the name of an ssh host`;
  const name = text(data, "ssh_hostname");
  if (name !== undefined && !isHostName(name)) return `'${name}' cannot be the ssh_hostname of ${host}`;
  const user = text(data, "ssh_user");
  if (user !== undefined && !isUserName(user)) return `'${user}' cannot be the ssh_user of ${host}`;
  const jumps = text(data, "ssh_proxy_jump");
  if (jumps !== undefined && !isJumpList(jumps)) return `'${jumps}' cannot be the ssh_proxy_jump of ${host}`;
  const broken = Object.keys(data).find((key) =>
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    /[\x00-\x1f\x7f]/.test(text(data, key) ?? "") && !/passw/.test(key)
  );
  return broken === undefined ? undefined : `${broken} of ${host} holds control characters`;
}

/** What each number may be, in words too. */
const NUMBERS: Readonly<Record<string, { isRight: (value: number) => boolean; wanted: string }>> = {
  ssh_port: { isRight: (value) => isWhole(value, 1, 65_535), wanted: "a port from 1 to 65535" },
  ssh_keepalive_interval: {
    isRight: (value) => isWhole(value, 0, 86_400),
    wanted: "a whole number of seconds, at most a day; 0 asks for no signs of life",
  },
  ssh_keepalive_count: { isRight: (value) => isWhole(value, 1, 1000), wanted: "a number from 1 to 1000" },
  ssh_connect_retries: { isRight: (value) => isWhole(value, 0, 1000), wanted: "a number from 0 to 1000" },
  ssh_connect_retry_min_delay: { isRight: isDelay, wanted: "seconds, at most a day" },
  ssh_connect_retry_max_delay: { isRight: isDelay, wanted: "seconds, at most a day" },
};

function wrongNumber(host: string, data: Data): string | undefined {
  for (const [name, { isRight, wanted }] of Object.entries(NUMBERS)) {
    const value = text(data, name);
    if (value === undefined || (/^\d+(\.\d+)?$/.test(value) && isRight(Number(value)))) continue;
    return `${name} of ${host} is '${value}': it must be ${wanted}`;
  }
  return undefined;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function isDelay(value: number): boolean {
  return value >= 0 && value <= 86_400;
}

/** Whether a local path, which may begin with `~`, leads to something. */
export async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(expandHome(path)).then(() => true, () => false);
}

/** The password and the passphrase for a host: from data, or from people when they are missed. */
export class Credentials {
  readonly #host: string;
  readonly #data: Data;
  readonly #source: PasswordSource | undefined;
  password: string | undefined;
  passphrase: string | undefined;

  constructor(host: string, data: Data, source: PasswordSource | undefined) {
    this.#host = host;
    this.#data = data;
    this.#source = source;
    this.password = text(data, "ssh_password");
    this.passphrase = text(data, "ssh_key_password");
  }

  /** Asks for what an error says is missing, if there is somebody to ask. Whether to try again. */
  async askFor(error: PortError): Promise<boolean> {
    const source = this.#source;
    if (source === undefined) return false;
    if (error.code === "E_SSH_KEY_PASSPHRASE" && this.passphrase === undefined) {
      const key = text(this.#data, "ssh_key") ?? "the ssh key";
      this.passphrase = await source.ssh(this.#host, `Passphrase of ${key}`);
      return this.passphrase !== undefined;
    }
    const offered = /password|keyboard-interactive/.test(error.message);
    if (error.code !== "E_SSH_AUTH" || !offered) return false;
    if (this.password !== undefined) {
      source.forget?.(this.#host, "ssh");
      return false;
    }
    this.password = await source.ssh(this.#host, `ssh password on ${this.#host}`);
    return this.password !== undefined;
  }
}

/** Tries to connect as often as the data wants and as answers help. Ends at once when the signal is given. */
export async function persist(
  data: Data,
  tryOnce: () => Promise<PortError | undefined>,
  options: { signal: AbortSignal; askFor: (error: PortError) => Promise<boolean> },
): Promise<PortError | undefined> {
  const { signal, askFor } = options;
  for (let failures = 0;;) {
    const error = await tryOnce();
    if (error === undefined || signal.aborted) return error;
    if (await askFor(error)) continue;
    const retries = error.code in TEMPORARY
      ? number(data, "ssh_connect_retries", TEMPORARY[error.code] ?? 0)
      : 0;
    if (failures++ >= retries) return retries === 0 ? error : afterTries(error, failures);
    await pause(secondsBefore(failures, error, data), signal);
    if (signal.aborted) return error;
  }
}

/** Random, so that hosts that were dropped together do not come back together. */
function secondsBefore(retry: number, error: PortError, data: Data): number {
  const isGiven = ["ssh_connect_retry_min_delay", "ssh_connect_retry_max_delay"].some((key) =>
    text(data, key)
  );
  if (error.code === "E_SSH_DROPPED" && !isGiven) return 2 ** Math.min(retry - 1, 5) * (0.5 + Math.random());
  const shortest = number(data, "ssh_connect_retry_min_delay", 0.1);
  const longest = Math.max(shortest, number(data, "ssh_connect_retry_max_delay", 0.5));
  return shortest + Math.random() * (longest - shortest);
}

function afterTries(error: PortError, tries: number): PortError {
  return { ...error, message: `${error.message} (tried ${tries} times)` };
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
}
