/** Short ways to connect and run in tests of the port. */

import { createPort, type CreatePortOptions } from "../../src/connectors/mod.ts";
import { LocalConnector, spawnHere } from "../../src/connectors/local.ts";
import { HostShell } from "../../src/shell/host_shell.ts";
import type {
  Batch,
  HostPort,
  PortEvent,
  Privilege,
  Request,
  RequestResult,
  RunOptions,
  UploadRequest,
} from "../../src/shell/port.ts";
import type { Process } from "../../src/shell/process.ts";
import type { PasswordSource } from "../../src/shell/privilege.ts";

/** Options of a request; all have defaults. */
export function options(given: Partial<RunOptions> = {}): RunOptions {
  return { privilege: {}, shell: null, env: {}, pty: false, successExitCodes: [0], ...given };
}

/** A command as a request. */
export function command(script: string, given: Partial<RunOptions> = {}): Request {
  return { kind: "command", script, options: options(given) };
}

/** An upload of text or bytes as a request. */
export function upload(
  content: string | Uint8Array,
  dest: string,
  given: Partial<UploadRequest> & { privilege?: Privilege } = {},
): Request {
  const { privilege, ...rest } = given;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return {
    kind: "upload",
    source: { kind: "bytes", bytes },
    dest,
    options: options(privilege === undefined ? {} : { privilege }),
    ...rest,
  };
}

/** A download as a request. */
export function download(src: string, dest: string, given: Partial<RunOptions> = {}): Request {
  return { kind: "download", src, dest, options: options(given) };
}

/** Text of bytes. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** One connected host. */
export class TestHost implements AsyncDisposable {
  #id = 0;
  readonly events: PortEvent[] = [];

  private constructor(
    readonly run: (batch: Batch) => Promise<RequestResult[]>,
    readonly cancel: (id: number) => Promise<void>,
    readonly drain: (id: number) => Promise<void>,
    readonly close: () => Promise<unknown>,
    events: PortEvent[],
  ) {
    this.events = events;
  }

  /** Connects through a port of its own; throws when that fails. */
  static async connect(
    name: string,
    data: Record<string, string | number | boolean> = {},
    given: Partial<CreatePortOptions> = {},
  ): Promise<TestHost> {
    const events: PortEvent[] = [];
    const port: HostPort = createPort({
      connectTimeout: 10,
      sudoPerCommand: false,
      onEvent: (event) => void events.push(event),
      ...given,
    });
    const error = await port.connect({ name, data });
    if (error !== undefined) {
      await port.close();
      throw Object.assign(new Error(`${error.code}: ${error.message}\n${error.detail}`), { error });
    }
    return new TestHost(
      (batch) => port.run(name, batch),
      (id) => port.cancel(name, id),
      (id) => port.drain(name, id),
      () => port.close(),
      events,
    );
  }

  /** A host whose sessions are a given shell of this machine. */
  static async shell(argv: string[], passwords?: PasswordSource, sudoPerCommand = false): Promise<TestHost> {
    const connector = new class extends LocalConnector {
      override spawn(): Promise<Process> {
        return Promise.resolve(spawnHere(argv));
      }
    }();
    const events: PortEvent[] = [];
    const shell = new HostShell("test", connector, {
      connectTimeout: 5,
      sudoPerCommand,
      passwords,
      onEvent: (event) => void events.push(event),
      ahead: () => false,
    });
    const error = await shell.connect();
    if (error !== undefined) throw new Error(error.message);
    return new TestHost(
      (batch) => shell.run(batch),
      (id) => shell.cancel(id),
      (id) => shell.drain(id),
      () => shell.close(),
      events,
    );
  }

  /** Number of the next batch. */
  get nextId(): number {
    return this.#id + 1;
  }

  /** Runs requests as one batch. */
  async batch(requests: Request[], given: Partial<Batch> = {}): Promise<RequestResult[]> {
    return await this.run({
      id: ++this.#id,
      lane: "operations",
      stopOnFailure: true,
      live: false,
      ...given,
      requests,
    });
  }

  /** Runs one request. */
  async one(request: Request, given: Partial<Batch> = {}): Promise<RequestResult> {
    const [result] = await this.batch([request], given);
    return result!;
  }

  /** Runs one command and gives its stdout; throws when it fails. */
  async sh(script: string, given: Partial<RunOptions> = {}): Promise<string> {
    const result = await this.one(command(script, given));
    if (result.outcome === "success") return decode(result.stdout);
    throw new Error(`${result.outcome}: ${script}: ${decode(result.stderr)} ${JSON.stringify(result.error)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
