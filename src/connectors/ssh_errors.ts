/** What goes wrong on the way to an ssh host, and what to do about it. */

import type { PortError } from "../shell/port.ts";
import { evidence, portError, type ProcessEnd, SESSION_REFUSED } from "../shell/process.ts";

/** How messages name the far side. */
export interface Target {
  host: string;
  user: string;
  hostname: string;
  port: string;
}

/** The errors of a host, in the same words whatever carries the connection. */
export class SshErrors {
  readonly #target: Target;
  readonly #name: string;

  constructor(target: Target) {
    const { host, user, hostname, port } = target;
    const where = `${user === "" ? "" : `${user}@`}${hostname} port ${port}`;
    this.#target = target;
    this.#name = host === hostname ? where : `${host} (${where})`;
  }

  noLogin(seconds: number, detail?: string): PortError {
    return portError(
      "E_SSH_TIMEOUT",
      `${this.#name} did not finish the login within ${seconds} seconds`,
      "Try `ssh` by hand: the login may wait for something, or the host is overloaded",
      detail,
    );
  }

  noShell(seconds: number, detail?: string): PortError {
    return portError(
      "E_SSH_SHELL",
      `${this.#name} logged us in, but no shell answered within ${seconds} seconds`,
      "Try `ssh HOST sh` by hand: a ForceCommand of its sshd, the user's login shell or its startup files may " +
        "wait for something; --connect-timeout allows more time",
      detail,
    );
  }

  sessionRefused(detail?: string): PortError {
    return portError(SESSION_REFUSED, `${this.#name} admits no further session`, undefined, detail);
  }

  /** @param silent Whether keepalives were not answered. */
  lost(silent: boolean, detail?: string): PortError {
    return portError(
      "E_SSH_LOST",
      silent ? `${this.#name} stopped answering` : `The connection to ${this.#name} broke off`,
      "What ran at that moment may have ended or not; run the deploy again",
      detail,
    );
  }

  /** @param forget The command that forgets the old key, if it is known. */
  hostKeyChanged(forget: string | undefined, detail?: string): PortError {
    const { hostname, port } = this.#target;
    const name = port === "22" ? hostname : `[${hostname}]:${port}`;
    return portError(
      "E_SSH_HOST_KEY_CHANGED",
      `The host key of ${this.#name} is not the one that is known`,
      `If the host was set up anew, forget the old key with: ${forget ?? `ssh-keygen -R '${name}'`}. ` +
        "Otherwise somebody may be listening in",
      detail,
    );
  }

  hostKeyUnknown(detail?: string): PortError {
    return portError(
      "E_SSH_HOST_KEY_UNKNOWN",
      `The host key of ${this.#name} is not known, and strict checking is on`,
      `Connect once with ssh to accept it, or set ssh_strict_host_key_checking to "accept-new"`,
      detail,
    );
  }

  hostKeyRevoked(detail?: string): PortError {
    return portError(
      "E_SSH_HOST_KEY_REVOKED",
      `The host key of ${this.#name} is revoked`,
      "Somebody marked it with @revoked: the host needs a new key, or is not the one you mean",
      detail,
    );
  }

  unresolved(detail?: string): PortError {
    return portError(
      "E_SSH_RESOLVE",
      `The name '${this.#target.hostname}' cannot be resolved`,
      "Check its spelling, your DNS, or set ssh_hostname",
      detail,
    );
  }

  refused(detail?: string): PortError {
    const hint = "Check that sshd runs there and that ssh_port is right";
    return portError("E_SSH_REFUSED", `${this.#name} refuses connections`, hint, detail);
  }

  /** It was there, and hung up before anybody could log in. */
  dropped(detail?: string): PortError {
    return portError(
      "E_SSH_DROPPED",
      `${this.#name} closed the connection before the login`,
      "Its sshd may have too many logins under way (MaxStartups) or not want this address: see its log, raise " +
        "MaxStartups there, or lower --parallel",
      detail,
    );
  }

  noAnswer(detail?: string): PortError {
    return portError(
      "E_SSH_TIMEOUT",
      `${this.#name} does not answer`,
      "Check that it is up and that no firewall is in between, or raise --connect-timeout",
      detail,
    );
  }

  unreachable(detail?: string): PortError {
    const hint = "Check that it is up and the route to it";
    return portError("E_SSH_UNREACHABLE", `${this.#name} cannot be reached`, hint, detail);
  }

  /** @param methods What the server offers, if it said so. */
  notLoggedIn(methods: readonly string[] | undefined, detail?: string): PortError {
    return portError(
      "E_SSH_AUTH",
      `${this.#name} refuses to log us in${
        methods === undefined ? "" : ` (it offers: ${methods.join(", ")})`
      }`,
      "Check ssh_user and ssh_key, or that the right key is in your agent (ssh-add -l)",
      detail,
    );
  }

  /** @param ending How it ended, such as `with status 255 before a shell answered`. */
  failed(program: string, ending: string, detail?: string): PortError {
    return portError(
      "E_SSH_FAILED",
      `${program} to ${this.#name} ended ${ending}`,
      detail === undefined || detail === ""
        ? "Its login shell may not start programs: try `ssh HOST sh` by hand"
        : undefined,
      detail,
    );
  }

  /** What a network failure that is told in words means. */
  fromWords(text: string, detail: string): PortError | undefined {
    const has = (pattern: RegExp): boolean => pattern.test(text);
    if (has(/Could not resolve hostname|Name or service not known|nodename nor servname/i)) {
      return this.unresolved(detail);
    }
    if (has(/Connection refused/i)) return this.refused(detail);
    if (has(/timed out/i)) return this.noAnswer(detail);
    if (has(/No route to host|Network is unreachable|Host is down/i)) return this.unreachable(detail);
    return undefined;
  }
}

/** Turns the end of an ssh process into an error. */
export function explainSsh(end: ProcessEnd, target: Target): PortError {
  const errors = new SshErrors(target);
  const text = end.stderr;
  const detail = evidence(text);
  const has = (pattern: RegExp): boolean => pattern.test(text);
  if (end.waited !== undefined) return errors.noShell(end.waited, detail);
  if (
    has(
      /Session open refused by peer|mux_client_request_session|Control socket|ControlSocket .* already exists/i,
    )
  ) {
    return errors.sessionRefused(detail);
  }
  if (end.answered) return errors.lost(has(/Timeout, server .* not responding/), detail);
  if (has(/REMOTE HOST IDENTIFICATION HAS CHANGED|POSSIBLE DNS SPOOFING/)) {
    return errors.hostKeyChanged(suggestedCommand(text), detail);
  }
  if (has(/REVOKED HOST KEY DETECTED/)) return errors.hostKeyRevoked(detail);
  if (has(/Host key verification failed|No .* host key is known/)) return errors.hostKeyUnknown(detail);
  const unreached = errors.fromWords(text, detail);
  if (unreached !== undefined) return unreached;
  if (has(/Permission denied|Too many authentication failures|No supported authentication methods/i)) {
    const methods = /Permission denied \(([^)]*)\)/.exec(text)?.[1];
    return errors.notLoggedIn(methods?.split(","), detail);
  }
  if (has(/Bad configuration option|terminating, \d+ bad configuration|Bad owner or permissions/i)) {
    return portError("E_SSH_CONFIG", "ssh does not accept its configuration", "See the detail", detail);
  }
  if (isDropped(text)) return errors.dropped(detail);
  return errors.failed("ssh", `with status ${end.code} before a shell answered`, detail);
}

/**
 * Whether the server, or a jump host before it, hung up before it had told its version. What is said between the
 * keys and the login looks the same as a refused login, so it is none.
 */
function isDropped(text: string): boolean {
  if (/open failed|stdio forwarding failed|not found|No such file|cannot execute/i.test(text)) return false;
  return /^(kex|ssh)_exchange_identification: .*(closed|reset)|^banner exchange: .*(closed|reset)/im.test(
    text,
  );
}

/** The keys that were there to log in with. */
export interface KeysTried {
  /** Files that could be read. */
  tried: readonly string[];
  /** Files locked by a passphrase. */
  locked: readonly string[];
  /** Whether the user named one file. */
  named: boolean;
  /** Whether a passphrase was given. */
  passphrase: boolean;
}

/** Says of a refused login which keys were there to try, and whether one was locked. */
export function explainKeys(host: string, error: PortError, keys: KeysTried): PortError {
  const { tried, locked } = keys;
  if (locked.length > 0 && (keys.named || tried.length === 0)) {
    return portError(
      "E_SSH_KEY_PASSPHRASE",
      `The key ${locked.join(", ")} for ${host} ` +
        (keys.passphrase
          ? "does not open with the passphrase given, or is not accepted there"
          : "is protected by a passphrase"),
      "Load it into your agent with ssh-add, or set ssh_key_password",
      error.detail,
    );
  }
  const all = [...tried, ...locked.map((file) => `${file} (locked by a passphrase)`)];
  const agent = Deno.env.get("SSH_AUTH_SOCK") === undefined ? "no agent" : "the agent's keys";
  return { ...error, detail: `Tried: ${[...all, agent].join(", ")}\n${error.detail ?? ""}`.trimEnd() };
}

function suggestedCommand(text: string): string | undefined {
  const suggested = /ssh-keygen -f ["']?([^"'\n]+?)["']? -R ["']?([^"'\n]+?)["']?\s*$/m.exec(text);
  return suggested === null ? undefined : `ssh-keygen -f '${suggested[1]}' -R '${suggested[2]}'`;
}
