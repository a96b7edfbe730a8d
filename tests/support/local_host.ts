/** This machine (or another one) as a host: reads facts and applies operations for real, without a deploy around them. */

import { fileScope } from "../../src/deploy/mod.ts";
import type { Step } from "../../src/command/mod.ts";
import { createPort } from "../../src/connectors/mod.ts";
import { runOperation } from "../../src/engine/mod.ts";
import { toPortions } from "../../src/engine/steps.ts";
import {
  type AnyFact,
  type AnyOperation,
  attachHost,
  type Config,
  type ConfigOptions,
  type ConnectorArguments,
  createConfig,
  DataLayers,
  Epochs,
  type Fact,
  FactReader,
  Host,
  Inventory,
  nextBatchId,
  type OperationNote,
  ReadSet,
  type Scope,
  toRunOptions,
} from "../../src/host/mod.ts";
import type { HostAddress, HostPort, RequestResult } from "../../src/shell/port.ts";

/** What an operation did to the machine. */
export interface Applied {
  /** The commands that were run, secrets masked; none if there was nothing to do. */
  commands: string[];
  notes: OperationNote[];
  stdout: string;
}

/** This machine. Dispose of it with `await using`. */
export class LocalHost implements AsyncDisposable {
  readonly #port: HostPort;
  readonly #name: string;
  readonly #reader: FactReader;
  readonly #epochs = new Epochs();
  readonly #host: Host;
  readonly #connector: ConnectorArguments;
  readonly #config: Config;

  private constructor(port: HostPort, name: string, connector: ConnectorArguments, config: Config) {
    this.#port = port;
    this.#name = name;
    this.#connector = connector;
    this.#config = config;
    this.#reader = new FactReader(port, name, () => {}, this.#epochs);
    this.#host = new Host(name, ["all"], new DataLayers([]));
    attachHost(this.#host, {
      reader: this.#reader,
      config,
      ready: () => Promise.resolve(),
      log: () => {},
      reconnect: () => Promise.reject(new Error("This machine is not rebooted in tests")),
    });
  }

  /**
   * Connects to this machine.
   *
   * @param connector Arguments for everything that runs here, such as those of {@linkcode busyboxPath}.
   * @param address Another host, instead of this machine.
   */
  static async connect(
    connector: ConnectorArguments = {},
    config: Partial<ConfigOptions> = {},
    address: HostAddress = { name: "@local", data: {} },
  ): Promise<LocalHost> {
    const port = createPort({ connectTimeout: 10, sudoPerCommand: false });
    const error = await port.connect(address);
    if (error !== undefined) throw new Error(error.message);
    return new LocalHost(port, address.name, connector, createConfig(config));
  }

  /** Reads a fact anew. */
  async fact<T, A extends object>(fact: Fact<T, A>, args?: A): Promise<T> {
    this.#epochs.raise(this.#name);
    return await this.#reader.read(fact as AnyFact, args ?? {}, toRunOptions(this.#connector), 0) as T;
  }

  /** Runs an operation to its end; throws when a command fails. */
  async apply(operation: AnyOperation, args: Record<string, unknown>): Promise<Applied> {
    const applied: Applied = { commands: [], notes: [], stdout: "" };
    this.#epochs.raise(this.#name);
    const { steps } = await runOperation({
      steps: () => operation.steps(args),
      scope: this.#scope(),
      connector: this.#connector,
      foreign: "nothing",
      reads: new ReadSet(this.#epochs),
      note: (note) => void applied.notes.push(note),
      perform: (some) => this.#run(some, applied),
    });
    await this.#run(steps, applied);
    return applied;
  }

  /** The steps that an operation would take, shown as in a plan; none of them is taken. */
  async plan(operation: AnyOperation, args: Record<string, unknown>): Promise<string[]> {
    this.#epochs.raise(this.#name);
    const early: Step[] = [];
    const { steps } = await runOperation({
      steps: () => operation.steps(args),
      scope: this.#scope(),
      connector: this.#connector,
      foreign: "nothing",
      reads: new ReadSet(this.#epochs),
      note: () => {},
      perform: (some) => Promise.resolve(void early.push(...some)),
    });
    return [...early, ...steps].map(String);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#port.close();
  }

  async #run(steps: readonly Step[], applied: Applied): Promise<void> {
    if (steps.length === 0) return;
    for (const portion of toPortions(steps, this.#connector)) {
      if (portion.kind === "call") {
        await portion.call.run();
        continue;
      }
      const batch = { id: nextBatchId(), lane: "operations" as const, stopOnFailure: true, live: false };
      const requests = portion.requests.map((one) => one.request);
      const results = await this.#port.run(this.#name, { ...batch, requests });
      applied.commands.push(...portion.requests.map((one) => one.shown));
      for (const [index, result] of results.entries()) take(result, portion.requests[index]!.shown, applied);
    }
    this.#epochs.raise(this.#name);
  }

  #scope(): Scope {
    const host = this.#host;
    return {
      host,
      inventory: new Inventory([host], new Map([["all", [host]]])),
      config: this.#config,
      deploy: fileScope(`${Deno.cwd()}/deploy.ts`),
      state: { phase: "apply", dry: false, activeHosts: [host], failedHosts: [] },
      sink: { call: () => Promise.reject(new Error("no nested calls here")), track: (work) => work },
      epochs: this.#epochs,
    };
  }
}

function take(result: RequestResult, shown: string, applied: Applied): void {
  applied.stdout += new TextDecoder().decode(result.stdout);
  if (result.outcome === "success") return;
  const stderr = new TextDecoder().decode(result.stderr);
  throw new Error(
    `${shown}: ${result.outcome} ${result.exitStatus ?? ""} ${result.error?.message ?? stderr}`,
  );
}

/** BusyBox's programs before everything else, until they are disposed of. */
export async function busyboxPath(): Promise<
  { path: string; connector: ConnectorArguments } & AsyncDisposable
> {
  const directory = await Deno.makeTempDir({ prefix: "drover-busybox-" });
  const command = new Deno.Command("busybox", { args: ["--install", "-s", directory] });
  if (!(await command.output()).success) throw new Error("busybox --install failed");
  const path = `${directory}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`;
  return {
    /** A PATH on which the applets come first. */
    path,
    /** Arguments under which the commands are read by BusyBox's shell too. */
    connector: { _env: { PATH: path }, _shellExecutable: `${directory}/sh` },
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}
