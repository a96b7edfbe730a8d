/** Does what the deploy asks of the hosts, within what was settled before its code ran. */

import { type ConnectorKind, createPort, parseHostName, type PasswordSource } from "../connectors/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { portEvents, type RunEvent, toProblem } from "../engine/mod.ts";
import type {
  Batch,
  Farewell,
  HostAddress,
  HostPort,
  PortError,
  Request,
  RequestResult,
} from "../shell/port.ts";
import type { Config } from "../host/config.ts";
import { bytesOf } from "../host/size.ts";
import type { Prepared } from "./protocol.ts";
import type { Grant } from "./grants.ts";
import { readablePath, writablePath } from "./paths.ts";

/** Programs that connectors start, and what for. */
const PROGRAMS: Record<ConnectorKind, Readonly<Record<string, string>>> = {
  local: { sh: "runs commands on this machine" },
  docker: { docker: "starts, enters and saves containers" },
  podman: { podman: "starts, enters and saves containers" },
  chroot: { chroot: "enters the directory" },
  kubectl: { kubectl: "enters the pod" },
  lxc: { "lxc-attach": "enters the container" },
  lxd: { lxc: "enters the container" },
  incus: { incus: "enters the container" },
  nspawn: { sh: "enters the machine" },
  ssh: {
    ssh: "carries every connection",
    "ssh-keygen": "names the known key of a host whose key has changed",
    mkfifo: "hands passwords to ssh",
    sh: "ends ssh when Drover was killed",
  },
};

/** The programs that hosts of these names are reached with. */
export function programsFor(names: readonly string[]): { program: string; why: string }[] {
  const kinds = kindsOf(names);
  return Object.entries(PROGRAMS).flatMap(([kind, programs]) =>
    kinds.has(kind)
      ? Object.entries(programs).map(([program, why]) => ({ program, why: `@${kind}: ${why}` }))
      : []
  );
}

function kindsOf(names: readonly string[]): ReadonlySet<string> {
  const kinds = new Set<string>(names.flatMap((name) => parseHostName(name).hops.map(({ kind }) => kind)));
  // Containers and directories of this machine are entered from a shell of this machine.
  for (const name of names) if (parseHostName(name).hops[0]?.kind !== "ssh") kinds.add("local");
  return kinds;
}

/** What the main thread itself knows of how hosts are reached. */
export interface GuardOptions {
  config: Pick<Config, "connectTimeout" | "maxDownload" | "sudoPerCommand" | "sshBackend">;
  grants: readonly Grant[];
  passwords: PasswordSource;
  emit: (event: RunEvent) => void;
  /** Hosts of the inventory that may not be reached, and why. */
  withheld: ReadonlyMap<string, string>;
}

/**
 * The hosts of a run. The worker names hosts and sends batches; the addresses are those of the inventory as
 * it was loaded, and local files are read and written only where the deploy itself might.
 */
export class Guard {
  readonly #port: HostPort;
  readonly #addresses: ReadonlyMap<string, HostAddress>;
  readonly #grants: readonly Grant[];
  readonly #withheld: ReadonlyMap<string, string>;

  constructor({ addresses }: Prepared, { config, grants, passwords, emit, withheld }: GuardOptions) {
    this.#addresses = new Map(addresses.map((address) => [address.name, address]));
    this.#grants = grants;
    this.#withheld = withheld;
    this.#port = createPort({
      connectTimeout: config.connectTimeout,
      maxDownload: bytesOf(config.maxDownload),
      sudoPerCommand: config.sudoPerCommand,
      sshBackend: config.sshBackend,
      onBackend: ({ host, backend, reason }) => emit({ type: "host.backend", host, backend, reason }),
      passwords,
      onEvent: portEvents(emit),
    });
    dropUnneeded(addresses, config.sshBackend);
  }

  async connect(host: string): Promise<PortError | undefined> {
    const address = this.#addresses.get(host);
    if (address === undefined) {
      throw new DroverError("E_PERMISSION", `The deploy may not reach "${host}": it is not in the inventory`);
    }
    const why = this.#withheld.get(host);
    if (why === undefined) return await this.#port.connect(address);
    return {
      code: "E_PERMISSION",
      message: `The deploy may not reach ${host}: nobody has agreed to "${why}"`,
    };
  }

  /** What may not be done is refused in its turn, as a file that cannot be read would be. */
  async run(host: string, batch: Batch): Promise<RequestResult[]> {
    const judged: (Request | Refusal)[] = [];
    for (const request of batch.requests) judged.push(await this.#judged(request));
    const refusal = judged.findIndex(isRefusal);
    if (refusal < 0) return await this.#port.run(host, { ...batch, requests: judged as Request[] });
    const reached = batch.stopOnFailure ? judged.slice(0, refusal) : judged;
    const requests = reached.filter((one) => !isRefusal(one));
    const results = requests.length === 0 ? [] : await this.#port.run(host, { ...batch, requests });
    return withRefusals(judged, results, batch.stopOnFailure);
  }

  cancel(host: string, batch: number): Promise<void> {
    return this.#port.cancel(host, batch);
  }

  drain(host: string, batch: number): Promise<void> {
    return this.#port.drain(host, batch);
  }

  disconnect(host: string): Promise<Farewell> {
    return this.#port.disconnect(host);
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  /** Uploads read and downloads write files of this machine: only those that the deploy may, by their real paths. */
  async #judged(request: Request): Promise<Request | Refusal> {
    try {
      return await this.#allowed(request);
    } catch (thrown) {
      const { code, message, hint } = toProblem(thrown);
      return { kind: "refusal", error: { code, message, ...(hint === undefined ? {} : { hint }) } };
    }
  }

  async #allowed(request: Request): Promise<Request> {
    if (request.kind === "upload" && request.source.kind === "file") {
      const path = await readablePath(request.source.path, this.#grants);
      return { ...request, source: { kind: "file", path } };
    }
    if (request.kind === "download") {
      return { ...request, dest: await writablePath(request.dest, this.#grants) };
    }
    return request;
  }
}

/** Instead of a request that may not be sent. */
interface Refusal {
  kind: "refusal";
  error: PortError;
}

function isRefusal(one: Request | Refusal): one is Refusal {
  return one.kind === "refusal";
}

/** The results of a whole batch from those of the requests that were sent. */
function withRefusals(
  judged: readonly (Request | Refusal)[],
  results: readonly RequestResult[],
  stopOnFailure: boolean,
): RequestResult[] {
  const left = [...results];
  let stopped = false;
  return judged.map((one) => {
    const result = isRefusal(one) && !stopped
      ? notRun("refused", one.error)
      : left.shift() ?? notRun("skipped");
    stopped ||= stopOnFailure && result.outcome !== "success";
    return result;
  });
}

function notRun(outcome: "refused" | "skipped", error?: PortError): RequestResult {
  const nothing = { stdout: new Uint8Array(), stderr: new Uint8Array(), droppedBytes: 0, seconds: 0 };
  return { outcome, ...nothing, ...(error === undefined ? {} : { error }) };
}

/** Gives up what this run's connectors cannot need. */
function dropUnneeded(addresses: readonly HostAddress[], sshBackend: string): void {
  Deno.permissions.revokeSync({ name: "ffi" });
  // The bundled SSH client opens connections itself; the system's ssh is a program of its own.
  const connects = addresses.some(({ name, data }) =>
    kindsOf([name]).has("ssh") && (data.ssh_backend ?? sshBackend) !== "openssh"
  );
  if (!connects) Deno.permissions.revokeSync({ name: "net" });
  // Only `drover check` starts a Deno.
  Deno.permissions.revokeSync({ name: "run", command: "deno" });
  const needed = new Set(programsFor(addresses.map(({ name }) => name)).map(({ program }) => program));
  for (const command of Object.values(PROGRAMS).flatMap(Object.keys)) {
    if (!needed.has(command)) Deno.permissions.revokeSync({ name: "run", command });
  }
}
