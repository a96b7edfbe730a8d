/** What ssh's last words mean, and what to do about it. */

import type { PortError } from "../shell/port.ts";
import { evidence, portError, type ProcessEnd, SESSION_REFUSED } from "../shell/process.ts";

/** How messages name the far side. */
export interface Target {
  host: string;
  user: string;
  hostname: string;
  port: string;
}

/** Turns the end of an ssh process into an error. */
export function explainSsh(end: ProcessEnd, target: Target): PortError {
  const where = `${target.user === "" ? "" : `${target.user}@`}${target.hostname} port ${target.port}`;
  const name = target.host === target.hostname ? where : `${target.host} (${where})`;
  const text = end.stderr;
  const detail = evidence(text);
  const has = (pattern: RegExp): boolean => pattern.test(text);
  if (end.waited !== undefined) {
    return portError(
      "E_SSH_TIMEOUT",
      `${name} did not give a working shell within ${end.waited} seconds`,
      "Try `ssh` by hand: the login may wait for something, or the host is overloaded",
      detail,
    );
  }
  if (
    has(
      /Session open refused by peer|mux_client_request_session|Control socket|ControlSocket .* already exists/i,
    )
  ) {
    return portError(SESSION_REFUSED, `${name} admits no further session`, undefined, detail);
  }
  if (end.answered) {
    return portError(
      "E_SSH_LOST",
      has(/Timeout, server .* not responding/)
        ? `${name} stopped answering`
        : `The connection to ${name} broke off`,
      "What ran at that moment may have ended or not; run the deploy again",
      detail,
    );
  }
  if (has(/REMOTE HOST IDENTIFICATION HAS CHANGED|POSSIBLE DNS SPOOFING/)) {
    return portError(
      "E_SSH_HOST_KEY_CHANGED",
      `The host key of ${name} is not the one that is known`,
      `If the host was set up anew, forget the old key with: ${forgetCommand(text, target)}. ` +
        "Otherwise somebody may be listening in",
      detail,
    );
  }
  if (has(/Host key verification failed|No .* host key is known/)) {
    return portError(
      "E_SSH_HOST_KEY_UNKNOWN",
      `The host key of ${name} is not known, and strict checking is on`,
      `Connect once with ssh to accept it, or set ssh_strict_host_key_checking to "accept-new"`,
      detail,
    );
  }
  if (has(/Could not resolve hostname|Name or service not known|nodename nor servname/i)) {
    return portError(
      "E_SSH_RESOLVE",
      `The name '${target.hostname}' cannot be resolved`,
      "Check its spelling, your DNS, or set ssh_hostname",
      detail,
    );
  }
  if (has(/Connection refused/i)) {
    const hint = "Check that sshd runs there and that ssh_port is right";
    return portError("E_SSH_REFUSED", `${name} refuses connections`, hint, detail);
  }
  if (has(/timed out/i)) {
    return portError(
      "E_SSH_TIMEOUT",
      `${name} does not answer`,
      "Check that it is up and that no firewall is in between, or raise --connect-timeout",
      detail,
    );
  }
  if (has(/No route to host|Network is unreachable|Host is down/i)) {
    const hint = "Check that it is up and the route to it";
    return portError("E_SSH_UNREACHABLE", `${name} cannot be reached`, hint, detail);
  }
  if (has(/Permission denied|Too many authentication failures|No supported authentication methods/i)) {
    const methods = /Permission denied \(([^)]*)\)/.exec(text)?.[1];
    return portError(
      "E_SSH_AUTH",
      `${name} refuses to log us in${
        methods === undefined ? "" : ` (it offers: ${methods.replaceAll(",", ", ")})`
      }`,
      "Check ssh_user and ssh_key, or that the right key is in your agent (ssh-add -l)",
      detail,
    );
  }
  if (has(/Bad configuration option|terminating, \d+ bad configuration|Bad owner or permissions/i)) {
    return portError("E_SSH_CONFIG", "ssh does not accept its configuration", "See the detail", detail);
  }
  return portError(
    "E_SSH_FAILED",
    `ssh to ${name} ended with status ${end.code} before a shell answered`,
    detail === "" ? "Its login shell may not start programs: try `ssh HOST sh` by hand" : undefined,
    detail,
  );
}

function forgetCommand(text: string, { hostname, port }: Target): string {
  const suggested = /ssh-keygen -f ["']?([^"'\n]+?)["']? -R ["']?([^"'\n]+?)["']?\s*$/m.exec(text);
  if (suggested !== null) return `ssh-keygen -f '${suggested[1]}' -R '${suggested[2]}'`;
  const name = port === "22" ? hostname : `[${hostname}]:${port}`;
  return `ssh-keygen -R '${name}'`;
}
