/** A host as deploys see it: its name, groups, data and facts. */

import { DroverError } from "../errors/mod.ts";
import {
  CONNECTOR_ARGUMENTS,
  type ConnectorArguments,
  GLOBAL_ARGUMENTS,
  splitArguments,
} from "./arguments.ts";
import { type Config, connectorDefaults } from "./config.ts";
import { currentScope, requireScope } from "./context.ts";
import { type DataLayers, type HostData, hostData } from "./data.ts";
import {
  type AnyFact,
  definedFacts,
  type Fact,
  factByName,
  type FactMethods,
  type FactParameters,
  type NamedFactParameters,
  type NamedFacts,
  type NamedFactValue,
} from "./fact.ts";
import type { FactReader } from "./fact_reader.ts";
import { checkArguments } from "./operation.ts";
import { toRunOptions } from "./run_options.ts";

/** What the engine gives a host for the time of a run. */
export interface HostRuntime {
  reader: FactReader;
  config: Config;
  /** Resolves when the host is connected; connects it if the run has not. */
  ready(): Promise<void>;
  log(text: string): void;
  reconnect(options: ReconnectOptions): Promise<void>;
}

/** How to wait for a host to come back. All values are seconds. */
export interface ReconnectOptions {
  /** Before the first attempt. */
  delaySeconds: number;
  /** Between attempts. */
  intervalSeconds: number;
  /** Until it is given up. */
  timeoutSeconds: number;
}

declare module "./context.ts" {
  interface Scope {
    host: Host;
  }
}

/** A host of the inventory. */
export class Host {
  /** Its name in the inventory: `web-01.example.com`, `@local`. */
  readonly name: string;
  /** The groups that it belongs to, `all` and the inventory's own among them. */
  readonly groups: readonly string[];
  /** Its data; see the order of precedence in the documentation. */
  readonly data: HostData;
  /**
   * Where each value of its data comes from.
   *
   * @internal
   */
  readonly layers: DataLayers;
  /** Facts as methods: `await host.fact.linuxName()`. */
  readonly fact: FactMethods;
  #runtime: HostRuntime | undefined;

  /** @internal */
  constructor(name: string, groups: readonly string[], layers: DataLayers) {
    this.name = name;
    this.groups = groups;
    this.layers = layers;
    this.data = hostData(name, layers, () => currentScope()?.deploy.defaults ?? {});
    this.fact = factMethods((one, args) => this.#read(one, args));
  }

  /**
   * Reads a fact, from the cache if nothing has changed the host since it was read.
   *
   * @throws {DroverError} If the fact's command fails on the host.
   * @example
   * ```ts
   * const file = await host.getFact(facts.files.File, { path: "/etc/motd" });
   * const distribution = await host.getFact("server.LinuxDistribution");
   * ```
   */
  getFact<T, A extends object>(fact: Fact<T, A>, ...args: FactParameters<A>): Promise<T>;
  /** Reads a fact by its name: `server.LinuxDistribution`, or `LinuxDistribution` where that is unique. */
  getFact<K extends keyof NamedFacts & string>(
    name: K,
    ...args: NamedFactParameters<K>
  ): Promise<NamedFactValue<K>>;
  async getFact(which: AnyFact | string, args: object = {}): Promise<unknown> {
    const fact = typeof which === "string" ? factByName(which) : which;
    return await this.#read(fact, args);
  }

  /** Says why the running operation has nothing to do; `-v` shows it. */
  noop(text: string): void {
    requireScope("host.noop").operation?.note({ kind: "noop", text });
  }

  /** Prints a line for this host. */
  log(text: string): void {
    this.#connected().log(text);
  }

  /**
   * Drops the connection and waits until the host can be reached again, as after a reboot.
   *
   * @throws {DroverError} `E_RECONNECT` if it does not come back in time.
   */
  reconnect(options: ReconnectOptions): Promise<void> {
    return this.#connected().reconnect(options);
  }

  /**
   * The host's part in a run.
   *
   * @internal
   */
  attach(runtime: HostRuntime): void {
    this.#runtime = runtime;
  }

  /**
   * The connector arguments that data and configuration give this host.
   *
   * @internal
   */
  connectorDefaults(config: Config): ConnectorArguments {
    const defaults = connectorDefaults(config);
    const own = globalsFromData(this.layers, CONNECTOR_ARGUMENTS) as ConnectorArguments;
    const env = { ...defaults._env, ...own._env };
    return { ...defaults, ...own, _env: env };
  }

  /**
   * All global arguments that are set as data.
   *
   * @internal
   */
  globalsFromData(): Record<string, unknown> {
    return globalsFromData(this.layers, GLOBAL_ARGUMENTS.filter((name) => name.startsWith("_")));
  }

  /** Its name. */
  toString(): string {
    return this.name;
  }

  async #read(fact: AnyFact, args: object): Promise<unknown> {
    const runtime = this.#connected();
    const scope = currentScope();
    const { own, globals } = splitArguments(args);
    checkArguments(`fact ${fact.name}`, own, fact.parameters, undefined);
    const inherited = scope?.operation?.connector ??
      { ...this.connectorDefaults(scope?.config ?? runtime.config), ...scope?.deploy.globals };
    const { _stdin: _, ...connector } = { ...inherited, ...globals } as ConnectorArguments;
    // Commands that the running operation has yielded may change what is asked now.
    await scope?.operation?.flush();
    await runtime.ready();
    const options = toRunOptions(connector);
    scope?.operation?.asked?.({ fact, args: own, options });
    return await runtime.reader.read(fact, own, options);
  }

  #connected(): HostRuntime {
    if (this.#runtime !== undefined) return this.#runtime;
    throw new DroverError("E_NO_HOST", `Host ${this.name} cannot be used yet: no run has begun`, {
      hint: "facts can be read in deploy files, not in inventories or data files",
    });
  }
}

/** Global arguments set as data, under their own name or in snake_case (`_sudo_user`). */
function globalsFromData(layers: DataLayers, names: readonly string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const layer = layers.layers.find(({ values }) =>
      Object.hasOwn(values, name) || Object.hasOwn(values, snake)
    );
    if (layer !== undefined) found[name] = layer.values[name] ?? layer.values[snake];
  }
  return found;
}

function factMethods(read: (fact: AnyFact, args: object) => Promise<unknown>): FactMethods {
  const call = (fact: AnyFact) => async (first?: unknown) => {
    if (first === undefined || (typeof first === "object" && first !== null)) {
      return await read(fact, first ?? {});
    }
    const parameter = fact.parameters?.[0]?.replace(/\?$/, "");
    if (parameter === undefined) {
      throw new DroverError("E_ARGUMENT", `fact ${fact.name} takes its arguments in an object`);
    }
    return await read(fact, { [parameter]: first });
  };
  return new Proxy({}, {
    get: (_target, key) => typeof key === "string" ? call(factByName(key)) : undefined,
    has: (_target, key) => [...definedFacts().values()].some((one) => one.name.endsWith(`.${String(key)}`)),
  }) as FactMethods;
}
