/** Does what the deploy asks of the hosts, within what was settled before its code ran. */

import { dirname } from "node:path";
import { createPort, parseHostName } from "../connectors/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { portEvents, type RunEvent } from "../engine/mod.ts";
import type { Batch, Farewell, HostAddress, HostPort, PortError, Request, RunResult } from "../shell/port.ts";
import type { Prepared } from "./messages.ts";
import type { Passwords } from "./passwords.ts";
import { covers, type Grant } from "./permissions.ts";

/** Programs that only some connectors start. */
const PROGRAMS: Record<string, readonly string[]> = {
  docker: ["docker"],
  podman: ["podman"],
  chroot: ["chroot"],
  ssh: ["ssh", "ssh-keygen", "mkfifo"],
};

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
      passwords,
      onEvent: portEvents(emit),
    });
    dropUnneeded(prepared.addresses);
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
function dropUnneeded(addresses: readonly HostAddress[]): void {
  Deno.permissions.revokeSync({ name: "ffi" });
  // OpenSSH carries every connection.
  Deno.permissions.revokeSync({ name: "net" });
  const kinds = new Set(
    addresses.flatMap(({ name }) => parseHostName(name).hops.map(({ kind }) => kind as string)),
  );
  for (const [kind, programs] of Object.entries(PROGRAMS)) {
    if (kinds.has(kind)) continue;
    for (const command of programs) Deno.permissions.revokeSync({ name: "run", command });
  }
}
