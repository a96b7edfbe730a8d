/** A host as deploys see it: its name, groups, data and facts. */

import { resolveValues } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  checkGlobals,
  type Condition,
  CONNECTOR_ARGUMENTS,
  type ConnectorArguments,
  type FactArguments,
  GLOBAL_ARGUMENTS,
  type GlobalArguments,
  inherit,
  splitArguments,
} from "./arguments.ts";
import { callSite } from "./call_site.ts";
import { type Config, connectorDefaults } from "./config.ts";
import { currentScope, requireScope, runInScope, type Scope } from "./context.ts";
import { type DataLayers, type HostData, hostData } from "./data.ts";
import {
  type AnyFact,
  type Fact,
  factByName,
  type FactMethods,
  type FactParameters,
  type LenientFactParameters,
  type LenientNamedFactParameters,
  type NamedFactParameters,
  type NamedFacts,
  type NamedFactValue,
} from "./fact.ts";
import type { FactReader } from "./fact_reader.ts";
import { freshNames } from "./fresh_names.ts";
import { checkArguments } from "./operation.ts";
import { requireFact } from "./required_fact.ts";
import { resolveArguments } from "./resolved_arguments.ts";
import { toRunOptions } from "./run_options.ts";
import { noteUndefinedFact } from "./undefined_facts.ts";

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

/** Data that connectors read. */
const CONNECTOR_KEY_REGEXP = /^(ssh|docker|podman|chroot|kubectl)_/;
declare module "./context.ts" {
  interface Scope {
    host: Host;
  }
}

// What the engine does with hosts, and deploys do not: only their class reaches what these need.

/** Where each value of a host's data comes from. */
export let layersOf: (host: Host) => DataLayers;

/** Gives a host its part in a run. */
export let attachHost: (host: Host, runtime: HostRuntime) => void;

/** A host of the inventory. */
export class Host {
  /** Its name in the inventory: `web-01.example.com`, `@local`. */
  readonly name: string;
  /** The groups that it belongs to, `all` and the inventory's own among them. */
  readonly groups: readonly string[];
  /** Its data; see the order of precedence in the documentation. */
  readonly data: HostData;
  /** Facts as methods: `await host.fact.linuxName()`, or `linux_name()`. */
  readonly fact: FactMethods;
  readonly #layers: DataLayers;
  readonly #temporaryNames = new Map<string, string>();
  #runtime: HostRuntime | undefined;
  #reached = false;

  static {
    layersOf = (host) => host.#layers;
    attachHost = (host, runtime) => {
      host.#runtime = runtime;
    };
  }

  /** @internal */
  constructor(name: string, groups: readonly string[], layers: DataLayers) {
    this.name = name;
    this.groups = groups;
    this.#layers = layers;
    this.data = hostData(name, layers, () => currentScope()?.deploy.defaults ?? {});
    this.fact = factMethods((one, args) => this.#read(one, args));
  }

  /** The data that belongs to this host alone: of its tuples, `host_data/` and its connector. */
  get hostData(): Record<string, unknown> {
    return this.#layers.valuesOf("host");
  }

  /** The data of the host's groups, the strongest of each key; that of `all` is the inventory's. */
  get groupData(): Record<string, unknown> {
    return this.#layers.valuesOf("group");
  }

  /** The data that connectors read: `ssh_user`, `ssh_port`, `docker_platform` …, as it holds for this host. */
  get connectorData(): Record<string, unknown> {
    const keys = this.#layers.keys().filter((key) => CONNECTOR_KEY_REGEXP.test(key));
    return resolveValues(Object.fromEntries(keys.map((key) => [key, this.#layers.find(key)!.values[key]])));
  }

  /** Whether the host is connected and has not failed since. */
  get connected(): boolean {
    const { activeHosts = [], failedHosts = [] } = currentScope()?.state ?? {};
    return activeHosts.includes(this) || (this.#reached && !failedHosts.includes(this));
  }

  /**
   * Connects a host that `--limit` has left out; facts do so by themselves.
   *
   * @throws {DroverError} If the host cannot be reached.
   * @example
   * ```ts
   * const db = inventory.getHost("db-01");
   * if (!db.connected) await db.connect();
   * ```
   */
  async connect(): Promise<void> {
    await this.#connected().ready();
    this.#reached = true;
  }

  /**
   * Reads a fact, from the cache if nothing has changed the host since it was read. With `_ignoreErrors`, a fact
   * that cannot be read gives its default, or `undefined`.
   *
   * @throws {DroverError} If the fact's command fails on the host.
   * @example
   * ```ts
   * const file = await host.getFact(facts.files.File, { path: "/etc/motd" });
   * const distribution = await host.getFact("server.LinuxDistribution");
   * const version = await host.getFact(facts.server.Command, { command: "app --version", _ignoreErrors: true });
   * ```
   */
  getFact<T, A extends object>(fact: Fact<T, A>, ...args: FactParameters<A>): Promise<T>;
  /** With `_ignoreErrors`, a failure gives the fact's default, or `undefined`. */
  getFact<T, A extends object>(fact: Fact<T, A>, ...args: LenientFactParameters<A>): Promise<T | undefined>;
  /** Reads a fact by its name: `server.LinuxDistribution`, or `LinuxDistribution` where that is unique. */
  getFact<K extends keyof NamedFacts & string>(
    name: K,
    ...args: NamedFactParameters<K>
  ): Promise<NamedFactValue<K>>;
  /** The same by its name. */
  getFact<K extends keyof NamedFacts & string>(
    name: K,
    ...args: LenientNamedFactParameters<K>
  ): Promise<NamedFactValue<K> | undefined>;
  async getFact(which: AnyFact | string, args: object = {}): Promise<unknown> {
    return await this.#read(requireFact(which), args);
  }

  /**
   * Runs code whose operations all have a condition, beside those of their own: it is settled when the turn of each
   * comes.
   *
   * @returns What the code returns.
   * @example
   * ```ts
   * await host.when(conf, async () => {
   *   await server.shell({ commands: ["app check-config"] });
   *   await server.service({ service: "app", reloaded: true });
   * });
   * ```
   */
  when<T>(condition: Condition, body: () => T | Promise<T>): Promise<T> {
    return this.#within({ _if: condition }, "host.when", body);
  }

  /**
   * Runs code whose operations all have these global arguments, where they have none of their own.
   *
   * @returns What the code returns.
   * @example
   * ```ts
   * await host.arguments({ _sudo: true, _env: { LANG: "C" } }, async () => {
   *   await server.shell({ commands: ["app migrate"] });
   * });
   * ```
   */
  arguments<T>(globals: Omit<GlobalArguments, "name">, body: () => T | Promise<T>): Promise<T> {
    return this.#within(globals, "host.arguments", body);
  }

  /**
   * Goes over values. Operations in loops need no help to keep their order: this is for deploys that come from
   * pyinfra, and does what a plain `for` does.
   */
  *loop<T>(values: Iterable<T>): Generator<T, void, void> {
    yield* values;
  }

  /**
   * A path on this host for a temporary file that nobody can foresee, below `_tempDir`, `config.tempDir` or `/tmp`.
   * The file is not made, and whoever makes it removes it.
   *
   * @param key For the same key, the path is the same throughout the run; without one, each is new.
   */
  getTempFilename(key?: string): string {
    const known = key === undefined ? undefined : this.#temporaryNames.get(key);
    if (known !== undefined) return known;
    const { config, operation } = requireScope("host.getTempFilename");
    const directory = operation?.connector._tempDir ?? connectorDefaultsOf(this, config)._tempDir ?? "/tmp";
    const path = `${directory.replace(/\/+$/, "")}/${freshNames().temporary()}`;
    if (key !== undefined) this.#temporaryNames.set(key, path);
    return path;
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

  /** Its name. */
  toString(): string {
    return this.name;
  }

  /** An exception of the deploy that comes of it can then say which fact it was. */
  #noteUndefined(fact: AnyFact, args: object): void {
    const place = callSite();
    if (place !== undefined) noteUndefinedFact(this.name, fact.name, args, place);
  }

  async #read(fact: AnyFact, args: object): Promise<unknown> {
    const runtime = this.#connected();
    const scope = currentScope();
    const { own: given, globals } = splitArguments(args);
    checkArguments(`fact ${fact.name}`, given, fact.parameters, undefined);
    const { parameters, asWritten = [] } = fact;
    const own = resolveArguments(given, { parameters, asWritten }, undefined);
    checkGlobals(`fact ${fact.name}`, globals, undefined);
    const { _ignoreErrors: ignoreErrors, ...connecting }: FactArguments = globals;
    const config = scope?.config ?? runtime.config;
    const inherited = {
      ...connectorDefaultsOf(this, config),
      ...this.#inherited(scope),
    };
    const { _stdin: _, ...connector } = { ...inherited, ...connecting } as ConnectorArguments;
    // Commands that the running operation has yielded may change what is asked now.
    await scope?.operation?.flush();
    try {
      await this.connect();
      const options = toRunOptions(connector);
      const { operation } = scope ?? {};
      const value = await runtime.reader.read(fact, own, options, config.factTimeout, operation?.reads);
      if (value === undefined && operation === undefined) this.#noteUndefined(fact, own);
      return value;
    } catch (error) {
      if (!ignoreErrors || !(error instanceof DroverError)) throw error;
      return fact.default?.(own);
    }
  }

  /** What the running operation and the deploys around it say of how to reach their host: not of its peers. */
  #inherited(scope: Scope | undefined): ConnectorArguments {
    if (scope?.host !== this) return {};
    return scope.operation?.connector ?? scope.deploy.globals;
  }

  #within<T>(
    globals: GlobalArguments,
    what: string,
    body: () => T | Promise<T>,
  ): Promise<T> {
    const scope = requireScope(what);
    checkGlobals(what, globals, callSite());
    if (scope.host !== this) throw notItsDeploy(what, this, scope.host);
    const deploy = { ...scope.deploy, globals: inherit(scope.deploy.globals, globals) };
    return scope.sink.track(runInScope({ ...scope, deploy }, async () => await body()));
  }

  #connected(): HostRuntime {
    if (this.#runtime !== undefined) return this.#runtime;
    throw new DroverError("E_NO_HOST", `Host ${this.name} cannot be used yet: no run has begun`, {
      hint: "facts can be read in deploy files, not in inventories or data files",
    });
  }
}

/** Whether a host's data, or else the configuration, wants the sudo password to be asked for at once. */
export function wantsSudoPassword(host: Host, config: Config): boolean {
  const { _useSudoPassword: own } = globalsOf(host);
  return (own ?? config.useSudoPassword) === true;
}

function notItsDeploy(what: string, host: Host, running: Host): DroverError {
  return new DroverError(
    "E_ARGUMENT",
    `${what} of ${host.name} was called in the deploy of ${running.name}`,
    {
      hint: "operations work on the host that the deploy runs for: call it on the imported host",
    },
  );
}

/** Global arguments by the names that they may have in data: their own, and in snake_case (`_sudo_user`). */
const NAMES_IN_DATA: ReadonlyMap<string, string> = new Map(
  GLOBAL_ARGUMENTS.filter((name) => name.startsWith("_")).flatMap((name) => [
    [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name],
    [name, name],
  ]),
);

/** Global arguments set as data. The strongest layer that has one decides; in it, the argument's own name. */
function globalsFromData({ layers }: DataLayers): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const { values } of layers.toReversed()) {
    for (const [given, name] of NAMES_IN_DATA) if (Object.hasOwn(values, given)) found[name] = values[given];
  }
  return Object.freeze(found);
}

function isFactName(name: string): boolean {
  try {
    return factByName(name) !== undefined;
  } catch {
    return false;
  }
}

function factMethods(read: (fact: AnyFact, args: object) => Promise<unknown>): FactMethods {
  const call = (fact: AnyFact) => async (first?: unknown) => {
    if (first === undefined || (typeof first === "object" && first !== null)) {
      return await read(fact, first ?? {});
    }
    const [parameter] = Object.keys(fact.parameters ?? {});
    if (parameter === undefined) {
      throw new DroverError("E_ARGUMENT", `fact ${fact.name} takes its arguments in an object`);
    }
    return await read(fact, { [parameter]: first });
  };
  return new Proxy({}, {
    get: (_target, key) => typeof key === "string" ? call(factByName(key)) : undefined,
    has: (_target, key) => typeof key === "string" && isFactName(key),
  }) as FactMethods;
}

/** The connector arguments that data and configuration give a host. */
export function connectorDefaultsOf(host: Host, config: Config): ConnectorArguments {
  const defaults = connectorDefaults(config);
  const given = globalsOf(host);
  const own: ConnectorArguments = Object.fromEntries(
    CONNECTOR_ARGUMENTS.filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]]),
  );
  return { ...defaults, ...own, _env: { ...defaults._env, ...own._env } };
}

const globals = new WeakMap<Host, { version: number; given: Readonly<Record<string, unknown>> }>();

/** All global arguments that are set as data of a host. */
export function globalsOf(host: Host): Readonly<Record<string, unknown>> {
  const layers = layersOf(host);
  const known = globals.get(host);
  if (known?.version === layers.version) return known.given;
  const given = globalsFromData(layers);
  globals.set(host, { version: layers.version, given });
  return given;
}
