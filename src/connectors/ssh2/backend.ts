/** Chooses what carries the connection to an ssh host: the bundled ssh2, or the system's OpenSSH. */

import type { Farewell, PortError } from "../../shell/port.ts";
import type { PasswordSource } from "../../shell/privilege.ts";
import { type Connector, portError, type Process, type ProcessEnd } from "../../shell/process.ts";
import type { Spawn } from "../lifeline.ts";
import type { RunDirectory } from "../run_directory.ts";
import type { AcceptedKey } from "../host_key_notice.ts";
import { SshConnector } from "../ssh.ts";
import { type Data, text } from "../ssh_config.ts";
import { checkAddress, Credentials, MAX_SESSIONS } from "../ssh_login.ts";
import { ClientEnvironment } from "./client_environment.ts";
import type { Router } from "./router.ts";

/** What may be asked for. */
export const SSH_BACKENDS = ["auto", "openssh", "ssh2"] as const;

/** `auto` takes ssh2 where the host's configuration is fully understood, and OpenSSH elsewhere. */
export type SshBackend = typeof SSH_BACKENDS[number];

/** A choice that was made. */
export interface Choice {
  backend: "openssh" | "ssh2";
  /** Why, as a part of a sentence. */
  reason: string;
}

/** Loads the bundled client ahead of its use, while other things are waited for. */
export function preloadSsh(): void {
  // Where it cannot be loaded, connecting says so.
  import("./connector.ts").catch(() => {});
}

/** What all ssh hosts of a run share. */
export class SshBackends {
  readonly environment: ClientEnvironment;
  #router: Promise<Router> | undefined;

  constructor(connectTimeout: number) {
    this.environment = new ClientEnvironment(connectTimeout);
  }

  /** Loads ssh2, which takes a while. */
  router(): Promise<Router> {
    return this.#router ??= import("./router.ts").then(({ Router }) => new Router(this.environment));
  }

  async close(): Promise<void> {
    await (await this.#router)?.close();
  }
}

/** What a host needs besides its name and data. */
export interface SshHostOptions {
  /** What to use where the data does not say. */
  backend: SshBackend;
  backends: SshBackends;
  directory: RunDirectory;
  /** Starts programs of this machine. */
  spawn: Spawn;
  passwords: PasswordSource | undefined;
  connectTimeout: number;
  onChoice: (choice: Choice) => void;
  /** Told of host keys that are accepted although they are not known. */
  onAcceptedKey: (key: AcceptedKey) => void;
}

/** The choice is made when connecting; it holds until the connector is closed. */
export class SshHost implements Connector {
  readonly label: string;
  readonly local = false;
  readonly maxSessions = MAX_SESSIONS;
  readonly hangsUp = true;
  readonly #host: string;
  readonly #data: Data;
  readonly #options: SshHostOptions;
  #inner: Connector | undefined;
  #closed = false;

  constructor(host: string, data: Data, options: SshHostOptions) {
    this.label = host;
    this.#host = host;
    this.#data = data;
    this.#options = options;
  }

  async connect(): Promise<PortError | undefined> {
    const wanted = text(this.#data, "ssh_backend") ?? this.#options.backend;
    if (!isBackend(wanted)) {
      return portError(
        "E_SSH_CONFIG",
        `ssh_backend of ${this.#host} is '${wanted}'`,
        `It may be ${SSH_BACKENDS.join(", ")}`,
      );
    }
    if (wanted === "openssh") return await this.#connectOpenSsh("it was asked for");
    const { backends } = this.#options;
    const { environment } = backends;
    const invalid = await checkAddress(this.#host, this.#data, {
      exists: (path) => environment.exists(path),
      read: (path) => environment.read(path),
    });
    if (invalid !== undefined) return invalid;
    const hasFallback = wanted === "auto" && await environment.hasOpenSsh();
    const route = await environment.route(this.#host, this.#data);
    if (!mayConnect()) route.doubts.push("what it says: the network is not allowed to this process");
    if (route.doubts.length > 0) {
      if (hasFallback) {
        return await this.#connectOpenSsh(`only OpenSSH can follow ${route.doubts.join(", ")}`);
      }
      return this.#unable(wanted, route.doubts);
    }
    const router = await backends.router();
    const { Ssh2Connector } = await import("./connector.ts");
    const { passwords, connectTimeout, onAcceptedKey } = this.#options;
    const connector = new Ssh2Connector(route, {
      data: this.#data,
      credentials: new Credentials(this.#host, this.#data, passwords),
      environment,
      router,
      connectTimeout,
      hasFallback,
      onAcceptedKey,
    });
    this.#inner = connector;
    if (this.#closed) return this.#closing();
    const error = await connector.connect();
    const { fallbackReason } = connector;
    if (error === undefined) {
      const reason = hasFallback ? "its configuration is understood" : "there is no ssh program";
      this.#options.onChoice({ backend: "ssh2", reason: wanted === "ssh2" ? "it was asked for" : reason });
    } else if (hasFallback && fallbackReason !== undefined && !this.#closed) {
      await connector.close();
      return await this.#connectOpenSsh(fallbackReason);
    }
    return error;
  }

  async #connectOpenSsh(reason: string): Promise<PortError | undefined> {
    if (this.#closed) return this.#closing();
    this.#inner = new SshConnector(this.#host, this.#data, this.#options.directory, this.#options);
    this.#options.onChoice({ backend: "openssh", reason });
    return await this.#inner.connect();
  }

  #closing(): PortError {
    return portError("E_CLOSED", `The connection to ${this.#host} is being closed`);
  }

  #unable(wanted: SshBackend, doubts: readonly string[]): PortError {
    const hint = wanted === "auto"
      ? "Install OpenSSH's client, or leave it out of the configuration of this host"
      : `Set ssh_backend to "openssh" or "auto" for this host, or leave it out of its configuration`;
    return portError(
      "E_SSH_CONFIG",
      `The bundled ssh2 cannot follow the configuration of ${this.#host}: ${doubts.join(", ")}`,
      hint,
    );
  }

  spawn(argv: readonly string[]): Promise<Process> {
    if (this.#inner !== undefined) return this.#inner.spawn(argv);
    return Promise.reject(portError("E_NOT_CONNECTED", `${this.#host} is not connected`));
  }

  explain(end: ProcessEnd): PortError | Promise<PortError> {
    return this.#inner?.explain(end) ?? portError("E_NOT_CONNECTED", `${this.#host} is not connected`);
  }

  abort(): void {
    this.#inner?.abort();
  }

  async close(): Promise<Farewell> {
    this.#closed = true;
    return await this.#inner?.close() ?? { notices: [] };
  }
}

function isBackend(word: string): word is SshBackend {
  return SSH_BACKENDS.some((known) => known === word);
}

/** The program may have given the network up. */
function mayConnect(): boolean {
  return Deno.permissions.querySync({ name: "net" }).state === "granted";
}
