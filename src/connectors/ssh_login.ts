/** What logging in over ssh has in common, whatever carries the connection: checks, retries, questions. */

import { passwordProblem } from "../command/secret.ts";
import type { PortError } from "../shell/port.ts";
import type { PasswordSource } from "../shell/privilege.ts";
import { portError } from "../shell/process.ts";
import { type Data, expandHome, number, text } from "./ssh_config.ts";

/** OpenSSH's servers admit ten sessions; two stay free for the user's own and for kills. */
export const MAX_SESSIONS = 8;

/** Seconds for logging in, besides reaching the host. */
export const LOGIN_PATIENCE = 30;

/** Errors that may be gone a moment later. */
const TEMPORARY: ReadonlySet<string> = new Set([
  "E_SSH_REFUSED",
  "E_SSH_TIMEOUT",
  "E_SSH_UNREACHABLE",
  "E_SSH_FAILED",
  "E_SSH_RESOLVE",
]);

/**
 * What is known to be wrong before anything is tried.
 *
 * @param exists Whether there is a file; hosts mostly share theirs.
 */
export async function checkAddress(
  host: string,
  data: Data,
  exists: (path: string) => Promise<boolean> = isThere,
): Promise<PortError | undefined> {
  const wrong = wrongName(host, data);
  if (wrong !== undefined) return portError("E_SSH_NAME", wrong);
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
  if (file !== undefined && !await exists(file)) {
    return portError("E_SSH_CONFIG", `The file '${file}' does not exist`, "Check ssh_config_file");
  }
  return undefined;
}

/**
 * What OpenSSH refuses since 9.6, whatever its version here: characters that a shell reads in names that a
 * ProxyCommand or a `Match exec` hands to one.
 */
function wrongName(host: string, data: Data): string | undefined {
  if (!isHostName(host)) return `'${host}' cannot be the name of an ssh host`;
  const name = text(data, "ssh_hostname");
  if (name !== undefined && !isHostName(name)) return `'${name}' cannot be the ssh_hostname of ${host}`;
  const user = text(data, "ssh_user");
  if (user !== undefined && !isUserName(user)) return `'${user}' cannot be the ssh_user of ${host}`;
  const broken = Object.keys(data).find((key) =>
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    /[\x00-\x1f\x7f]/.test(text(data, key) ?? "") && !/passw/.test(key)
  );
  return broken === undefined ? undefined : `${broken} of ${host} holds control characters`;
}

function isHostName(name: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return name !== "" && !name.startsWith("-") && !/['`"$\\;&<>|(){}\s\x00-\x1f\x7f]/.test(name);
}

function isUserName(name: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return !name.startsWith("-") && !/['`";&<>|(){}$\x00-\x1f\x7f]|\s-|\\$/.test(name);
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

/** Tries to connect as often as the data wants and as answers help. */
export async function persist(
  data: Data,
  tryOnce: () => Promise<PortError | undefined>,
  options: { closed: () => boolean; askFor: (error: PortError) => Promise<boolean> },
): Promise<PortError | undefined> {
  const retries = number(data, "ssh_connect_retries", 0);
  const shortest = number(data, "ssh_connect_retry_min_delay", 0.1);
  const longest = Math.max(shortest, number(data, "ssh_connect_retry_max_delay", 0.5));
  for (let attempt = 0;; attempt++) {
    const error = await tryOnce();
    if (error === undefined || options.closed()) return error;
    if (await options.askFor(error)) continue;
    if (attempt >= retries || !TEMPORARY.has(error.code)) return error;
    await new Promise((resolve) =>
      setTimeout(resolve, 1000 * (shortest + Math.random() * (longest - shortest)))
    );
  }
}
