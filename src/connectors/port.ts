/** The far side of the seam: all hosts of a run, each with its connector and its sessions. */

import type {
  BackendEvent,
  Batch,
  Farewell,
  HostAddress,
  HostPort,
  PortError,
  PortEvent,
  PortOptions,
  RequestResult,
} from "../shell/port.ts";
import { HostShell, notConnected } from "../shell/host_shell.ts";
import type { PasswordSource } from "../shell/privilege.ts";
import { type Connector, portError } from "../shell/process.ts";
import { ContainerConnector } from "./docker.ts";
import { EnteredConnector } from "./entered.ts";
import { entranceOf } from "./entrances.ts";
import { type AcceptedKey, keyNotice } from "./host_key_notice.ts";
import { Lifeline } from "./lifeline.ts";
import { LocalConnector } from "./local.ts";
import { HostNameError, parseHostName } from "./names.ts";
import { removeLeftRuns, RunDirectory } from "./run_directory.ts";
import { type SshBackend, SshBackends, SshHost } from "./ssh2/backend.ts";

/** Up to this many hosts, sessions are opened before they are needed; with more it would cost too much. */
const AHEAD_HOSTS = 40;

/** What {@linkcode createPort} needs. */
export interface CreatePortOptions extends PortOptions {
  /** Where passwords come from that neither data nor arguments give. */
  passwords?: PasswordSource | undefined;
  /** What carries ssh connections where a host's `ssh_backend` does not say (default `auto`). */
  sshBackend?: SshBackend | undefined;
  /** Told of each ssh host what carries it. */
  onBackend?: ((event: BackendEvent) => void) | undefined;
  /** Receives output of `live` batches and notices. */
  onEvent?: ((event: PortEvent) => void) | undefined;
}

/**
 * Creates the port through which an engine reaches its hosts.
 *
 * @example
 * ```ts
 * const port = createPort({ connectTimeout: 10, sudoPerCommand: false });
 * const error = await port.connect({ name: "@local", data: {} });
 * await port.close();
 * ```
 */
export function createPort(options: CreatePortOptions): HostPort {
  return new Port(options);
}

class Port implements HostPort {
  readonly #options: CreatePortOptions;
  readonly #directory: RunDirectory;
  readonly #lifeline = new Lifeline();
  readonly #cleaning = removeLeftRuns();
  readonly #backends: SshBackends;
  readonly #hosts = new Map<string, HostShell>();
  readonly #connecting = new Map<string, HostShell>();
  /** Host keys that were told of: each once for its host, those of jump hosts once for all. */
  readonly #told = new Set<string>();

  constructor(options: CreatePortOptions) {
    this.#options = options;
    this.#directory = new RunDirectory(options.connectTimeout);
    this.#backends = new SshBackends(options.connectTimeout);
  }

  async connect(address: HostAddress): Promise<PortError | undefined> {
    if (this.#hosts.has(address.name) || this.#connecting.has(address.name)) return undefined;
    let connector: Connector;
    try {
      connector = this.#connector(address);
    } catch (error) {
      if (error instanceof HostNameError) return portError(error.code, error.message);
      throw error;
    }
    const shell = new HostShell(address.name, connector, {
      ...this.#options,
      passwords: this.#options.passwords,
      onEvent: this.#options.onEvent ?? (() => {}),
      ahead: () => this.#hosts.size <= AHEAD_HOSTS,
    });
    this.#connecting.set(address.name, shell);
    let error: PortError | undefined;
    try {
      error = await shell.connect();
    } finally {
      this.#connecting.delete(address.name);
    }
    if (error === undefined) this.#hosts.set(address.name, shell);
    else await shell.close();
    return error;
  }

  async run(host: string, batch: Batch): Promise<RequestResult[]> {
    const shell = this.#hosts.get(host) ?? this.#connecting.get(host);
    if (shell !== undefined) return await shell.run(batch);
    return batch.requests.map(() => ({
      outcome: "refused",
      stdout: new Uint8Array(),
      stderr: new Uint8Array(),
      droppedBytes: 0,
      error: notConnected(host),
      seconds: 0,
    }));
  }

  async cancel(host: string, batch: number): Promise<void> {
    await (this.#hosts.get(host) ?? this.#connecting.get(host))?.cancel(batch);
  }

  async drain(host: string, batch: number): Promise<void> {
    await this.#hosts.get(host)?.drain(batch);
  }

  async disconnect(host: string): Promise<Farewell> {
    const shell = this.#hosts.get(host);
    this.#hosts.delete(host);
    return await shell?.close() ?? { notices: [] };
  }

  async close(): Promise<void> {
    const shells = [...this.#hosts.entries()];
    const connecting = [...this.#connecting.values()];
    this.#hosts.clear();
    await Promise.all([
      ...shells.map(async ([host, shell]) => {
        const { notices } = await shell.close();
        for (const text of notices) this.#options.onEvent?.({ type: "notice", host, text });
      }),
      ...connecting.map((shell) => shell.close()),
    ]);
    await this.#backends.close();
    await this.#lifeline.close();
    await this.#directory.remove();
    await this.#cleaning;
  }

  #tellOfKey(host: string, key: AcceptedKey): void {
    const text = keyNotice(key);
    const id = key.jump === undefined ? `${host} ${text}` : text;
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#options.onEvent?.({ type: "notice", host, text });
  }

  #connector({ name, data }: HostAddress): Connector {
    const { hops } = parseHostName(name);
    const { connectTimeout } = this.#options;
    const { spawn } = this.#lifeline;
    const here = () => new LocalConnector(spawn);
    let connector: Connector | undefined;
    for (const { kind, target } of hops) {
      if (kind === "ssh") {
        connector = new SshHost(target, data, {
          backend: this.#options.sshBackend ?? "auto",
          backends: this.#backends,
          directory: this.#directory,
          spawn,
          passwords: this.#options.passwords,
          connectTimeout,
          onAcceptedKey: (key) => this.#tellOfKey(name, key),
          onChoice: (choice) => this.#options.onBackend?.({ type: "backend", host: name, ...choice }),
        });
      } else if (kind === "local") connector = here();
      else if (kind === "docker" || kind === "podman") {
        connector = new ContainerConnector(kind, target, data, connector ?? here(), connectTimeout);
      } else {
        const entrance = entranceOf(kind, target, data);
        connector = new EnteredConnector(entrance, connector ?? here(), connectTimeout);
      }
    }
    return connector ?? here();
  }
}
