/** A host's part in a run: its connection, its calls, and whether it still takes part. */

import { maskSecrets } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  attachHost,
  type Config,
  connectorDefaultsOf,
  type Epochs,
  FactMemory,
  type FactRead,
  FactReader,
  type Host,
  type ReconnectOptions,
  type RememberedFact,
  RUN,
  toRunOptions,
} from "../host/mod.ts";
import type { HostAddress, HostPort, PortError, RunOptions } from "../shell/port.ts";
import type { Call } from "./calls.ts";
import type { EventListener, HostSummary, Problem } from "./events.ts";
import { PlannedChanges } from "./forecast.ts";
import type { Interrupt } from "./interrupt.ts";
import { portProblem } from "./problem.ts";

/** What all hosts of a run share. */
export interface RunContext {
  port: HostPort;
  config: Config;
  emit: EventListener;
  epochs: Epochs;
  interrupt: Interrupt;
  /** Trusts no plan: each operation looks again when its turn comes. */
  distrustful: boolean;
  /** The port's address of a host. */
  address(host: Host): HostAddress;
}

/** A host and what the run knows of it. */
export class HostRun {
  readonly host: Host;
  readonly reader: FactReader;
  /** What was asked of the host, for the next run. */
  readonly memory: FactMemory;
  /** Operation calls in the order they were made. */
  readonly calls: Call[] = [];
  /** What the calls so far are going to change, as far as they say so. */
  readonly plannedChanges = new PlannedChanges();
  problem: Problem | undefined;
  readonly summary: HostSummary;
  factsRead = 0;
  readonly config: Config;
  readonly #context: RunContext;
  #connection: Promise<PortError | undefined> | undefined;

  constructor(host: Host, context: RunContext) {
    this.host = host;
    this.#context = context;
    this.config = context.config;
    this.summary = {
      host: host.name,
      changed: 0,
      unchanged: 0,
      skipped: 0,
      failed: 0,
      ignored: 0,
      incomplete: 0,
      left: 0,
      seconds: 0,
      state: "done",
    };
    this.reader = new FactReader(context.port, host.name, (read) => this.#noteRead(read), context.epochs);
    this.memory = new FactMemory(() => this.#defaults(), ({ fact, args, options }) => {
      this.reader.prefetch(fact, args, options, this.config.factTimeout);
      this.factsRead++;
    });
    attachHost(host, {
      reader: this.reader,
      config: context.config,
      ready: () => this.#ready(),
      log: (text) => context.emit({ type: "host.log", host: host.name, text: maskSecrets(text) }),
      reconnect: (options) => this.#reconnect(options),
    });
  }

  get active(): boolean {
    return this.problem === undefined;
  }

  get epochs(): Epochs {
    return this.#context.epochs;
  }

  /** Whether no plan is trusted. */
  get distrustful(): boolean {
    return this.#context.distrustful;
  }

  /** Connects, once. */
  connect(): Promise<PortError | undefined> {
    this.#connection ??= this.#context.port.connect(this.#context.address(this.host));
    return this.#connection;
  }

  /** Takes the host out of the run. */
  fail(phase: "connect" | "plan" | "apply", problem: Problem): void {
    if (!this.active) return;
    this.problem = problem;
    this.epochs.raise(RUN);
    this.summary.state = phase === "connect" ? "unreachable" : "failed";
    this.#context.emit({ type: "host.failed", host: this.host.name, phase, problem });
  }

  /** Notes that something ran on the host which may have changed it. */
  touch(): void {
    this.epochs.raise(this.host.name);
    this.memory.stop();
  }

  /** Starts to read what the deploy asked of such a host before; with what it asks first, in one go. */
  prefetch(remembered: readonly RememberedFact[]): void {
    this.memory.recall(remembered);
  }

  #defaults(): RunOptions {
    return toRunOptions(connectorDefaultsOf(this.host, this.config));
  }

  #noteRead({ question: { fact, args, options, command }, cached }: FactRead): void {
    this.memory.note({ fact, args, options });
    if (!cached) this.factsRead++;
    const shown = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, maskValue(value)]));
    this.#context.emit({
      type: "fact.read",
      host: this.host.name,
      fact: fact.name,
      args: shown,
      command: maskSecrets(String(command)),
      cached,
    });
  }

  async #ready(): Promise<void> {
    const error = await this.connect();
    if (error === undefined) return;
    const { code, message, hint, detail } = portProblem(error, { host: this.host.name });
    throw new DroverError(code, message, { hint, detail, host: this.host.name });
  }

  async #reconnect(options: ReconnectOptions): Promise<void> {
    const { port, address, interrupt } = this.#context;
    const name = this.host.name;
    await port.disconnect(name);
    this.touch();
    await interrupt.pause(options.delaySeconds);
    const deadline = performance.now() + options.timeoutSeconds * 1000;
    while (true) {
      if (interrupt.stopping) {
        throw new DroverError("E_CANCELLED", `The run was interrupted while it waited for ${name}`, {
          host: name,
        });
      }
      const error = await port.connect(address(this.host));
      if (error === undefined) return;
      if (performance.now() > deadline) {
        throw new DroverError(
          "E_RECONNECT",
          `${name} did not come back within ${options.timeoutSeconds} seconds`,
          {
            detail: error.message,
            host: name,
          },
        );
      }
      await interrupt.pause(options.intervalSeconds);
    }
  }
}

function maskValue(value: unknown): unknown {
  return typeof value === "string" ? maskSecrets(value) : value;
}
