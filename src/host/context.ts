/** The ambient context: which host, inventory and operation the running code belongs to. */

import { AsyncLocalStorage } from "node:async_hooks";
import { DroverError } from "../errors/mod.ts";
import type { ConnectorArguments, GlobalArguments } from "./arguments.ts";
import type { Config } from "./config.ts";
import type { Epochs, Source } from "./epochs.ts";
import type { CalledOperation } from "./called_operation.ts";
import type { ReadSet } from "./read_set.ts";
import type { OperationResult } from "./result.ts";
import type { Subjects } from "./subject.ts";

/** What takes the operation calls of a deploy: the planner, or the executor for nested calls. */
export interface OperationSink {
  call(operation: CalledOperation): Promise<OperationResult>;
  /** Makes the run wait for work that the deploy has started, whether or not it is awaited. */
  track<T>(work: Promise<T>): Promise<T>;
}

/** The deploy file, include or `deploy()` that the code runs in. */
export interface DeployScope {
  /** Labels from the outside in, put before the names of operations. */
  labels: readonly string[];
  /** Absolute path of the running file: includes and templates are found beside it. */
  file: string;
  /** Absolute path of the deploy file that was named on the command line. */
  root: string;
  /** Global arguments that all operations inside inherit. */
  globals: GlobalArguments;
  /** Weakest layer of `host.data`. */
  defaults: Readonly<Record<string, unknown>>;
}

/** The operation whose generator runs. */
export interface OperationScope {
  /** Facts asked inside inherit these. */
  connector: ConnectorArguments;
  /** Sends the commands collected so far before the host is asked anything. */
  flush(): Promise<void>;
  /** Notes what the operation tells about itself. */
  note(note: OperationNote): void;
  /** What the operation has read so far. */
  reads: ReadSet;
  /** What the operation has told so far of what it decides about and changes. */
  subjects: Subjects;
}

/** What an operation tells about what it does, beside its commands. */
export type OperationNote =
  | { kind: "noop"; text: string }
  | { kind: "effect"; effect: Effect }
  | { kind: "diff"; diff: FileDiff };

/** What a change does to its object. */
export type Effect = "create" | "change" | "remove";

/** A file before and after a change; `undefined` where it does not exist. */
export interface FileDiff {
  /** Path of the file on the host. */
  path: string;
  /** Its content now. */
  before: string | undefined;
  /** Its content afterwards. */
  after: string | undefined;
}

/**
 * Everything that ambient names refer to. Files whose own code asks for the scope, such as those of hosts and of
 * local files, add what they keep in it, so that this one need not know them.
 */
export interface Scope {
  config: Config;
  deploy: DeployScope;
  sink: OperationSink;
  epochs: Epochs;
  operation?: OperationScope;
}

const storage = new AsyncLocalStorage<Scope>();

/** Runs code in a scope; everything that it starts belongs to the scope too. */
export function runInScope<T>(scope: Scope, code: () => T): T {
  return storage.run(scope, code);
}

/** The scope of the running code, if there is one. */
export function currentScope(): Scope | undefined {
  return storage.getStore();
}

/** Notes that the running operation reads something that may change before its turn comes. */
export function noteRead(source: Source): void {
  storage.getStore()?.operation?.reads.note(source);
}

/**
 * The scope of the running code.
 *
 * @throws {DroverError} `E_NO_HOST` outside of a run.
 */
export function requireScope(what: string): Scope {
  const scope = storage.getStore();
  if (scope !== undefined) return scope;
  throw new DroverError("E_NO_HOST", `${what} can only be used while Drover runs a deploy for a host`, {
    hint: "use it inside a deploy file or a function called from one, not in an inventory or a config file",
  });
}

/** An object that stands for whatever the current scope holds under a key. */
export function ambient<K extends keyof Scope & string>(key: K): Scope[K] {
  const current = () => requireScope(key)[key] as object;
  const forward: ProxyHandler<object> = {
    get: (_target, name) => {
      const target = current();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (_target, name, value) => Reflect.set(current(), name, value),
    has: (_target, name) => Reflect.has(current(), name),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor: (_target, name) => {
      const found = Reflect.getOwnPropertyDescriptor(current(), name);
      return found && { ...found, configurable: true };
    },
  };
  return new Proxy({}, forward) as Scope[K];
}
