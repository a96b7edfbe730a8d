/** Does what the deploy asks of the hosts, within what was settled before its code ran. */

import { dirname } from "node:path";
import { type ConnectorKind, createPort, parseHostName } from "../connectors/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { portEvents, type RunEvent } from "../engine/mod.ts";
import type {
  Batch,
  Farewell,
  HostAddress,
  HostPort,
  PortError,
  Request,
  RequestResult as RunResult,
} from "../shell/port.ts";
import type { Prepared } from "./messages.ts";
import type { Passwords } from "./passwords.ts";
import { covers, type Grant } from "./permissions.ts";

/** Programs that connectors start, and what for. */
const PROGRAMS: Record<ConnectorKind, Readonly<Record<string, string>>> = {
  local: { sh: "runs commands on this machine" },
  docker: { docker: "starts, enters and saves containers" },
  podman: { podman: "starts, enters and saves containers" },
  chroot: { chroot: "enters the directory" },
  ssh: {
    ssh: "carries every connection",
    "ssh-keygen": "names the known key of a host whose key has changed",
    mkfifo: "hands passwords to ssh",
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

/**
 * The hosts of a run. The worker names hosts and sends batches; the addresses are those of the inventory as
 * it was loaded, and local files are read and written only where the deploy itself might.
 */
export class Guard {
  readonly #port: HostPort;
  readonly #addresses: ReadonlyMap<string, HostAddress>;
  readonly #grants: readonly Grant[];

  constructor(
    prepared: Prepared,
    grants: readonly Grant[],
    passwords: Passwords,
    emit: (event: RunEvent) => void,
  ) {
    this.#addresses = new Map(prepared.addresses.map((address) => [address.name, address]));
    this.#grants = grants;
    this.#port = createPort({
      connectTimeout: prepared.connectTimeout,
      sudoPerCommand: prepared.sudoPerCommand,
      sshBackend: prepared.sshBackend,
      onBackend: ({ host, backend, reason }) => emit({ type: "host.backend", host, backend, reason }),
      passwords,
      onEvent: portEvents(emit),
    });
    dropUnneeded(prepared);
  }

  connect(host: string): Promise<PortError | undefined> {
    const address = this.#addresses.get(host);
    if (address !== undefined) return this.#port.connect(address);
    throw new DroverError("E_PERMISSION", `The deploy may not reach "${host}": it is not in the inventory`);
  }

  async run(host: string, batch: Batch): Promise<RunResult[]> {
    for (const request of batch.requests) await this.#check(request);
    return await this.#port.run(host, batch);
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

  /** Uploads read and downloads write files of this machine: only those that the deploy may. */
  async #check(request: Request): Promise<void> {
    if (request.kind === "upload" && request.source.kind === "file") {
      const path = await Deno.realPath(request.source.path).catch(() =>
        request.source.kind === "file" ? request.source.path : ""
      );
      if (!covers(this.#grants, "read", path)) throw refused("read", path);
    }
    if (request.kind === "download") {
      const folder = await Deno.realPath(dirname(request.dest)).catch(() => dirname(request.dest));
      // What an operation of the plan fetches may land in the project.
      const allowed = covers(this.#grants, "write", folder) || covers(this.#grants, "read", folder);
      if (!allowed) throw refused("write", request.dest);
    }
  }
}

/** A refusal that says which option would allow it. */
export function refused(kind: "read" | "write", path: string): DroverError {
  return new DroverError("E_PERMISSION", `The deploy may not ${kind} "${path}"`, {
    hint: `--allow-${kind}=${path} allows it, or permissions = { ${kind}: ["${path}"] } in config.ts`,
  });
}

/** Gives up what this run's connectors cannot need. */
function dropUnneeded({ addresses, sshBackend }: Prepared): void {
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
