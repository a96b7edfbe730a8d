/** A host's data: layers of values, the first that has a key wins. */

import { didYouMean, DroverError, type Place } from "../errors/mod.ts";
import { frozenData } from "./frozen_data.ts";

/** What the values of a layer belong to: one host, a group of hosts, all hosts, or the command line. */
export type DataLevel = "override" | "host" | "group" | "all";

/** Values that come from one place. */
export interface DataLayer {
  /** Where they come from, as `debug-inventory` shows it: `inventory.ts (web_servers_data)`. */
  source: string;
  values: Readonly<Record<string, unknown>>;
  level?: DataLevel;
  /** Where a key is written, or a value that stands somewhere in it; nothing for what no file holds. */
  placeOf?(key: string, value: string | number): Place | undefined;
}

/**
 * Types of data keys. Declare yours to have them checked and completed:
 *
 * ```ts
 * declare module "drover" {
 *   interface DataTypes { app_port: number }
 * }
 * ```
 */
// deno-lint-ignore no-empty-interface
export interface DataTypes {}

/**
 * What `host.data` offers. Keys that no {@linkcode DataTypes} declares are untyped, as data files are.
 *
 * Values cannot be changed in place, at any depth: that throws (`E_DATA_CONSTANT` or a `TypeError`) at the line
 * that tries. Assign a changed copy instead: `host.data.ports = [...host.data.ports, 8443]`.
 */
export type HostData =
  & DataTypes
  & {
    /** The value of a key, or the fallback when no layer has it. */
    get<K extends keyof DataTypes>(key: K, fallback?: DataTypes[K]): DataTypes[K];
    // deno-lint-ignore no-explicit-any -- data is written by the user; its types are theirs to declare
    get(key: string, fallback?: unknown): any;
    /** All keys with their winning values. */
    toObject(): Record<string, unknown>;
  }
  // deno-lint-ignore no-explicit-any -- as above
  & { [key: string]: any };

/** The layers behind a host's data, the strongest first. */
export class DataLayers {
  readonly #runtime: Record<string, unknown> = {};
  readonly #layers: readonly DataLayer[];
  readonly #read = new Set<string>();
  #version = 0;

  constructor(layers: readonly DataLayer[]) {
    this.#layers = layers.map((layer) => ({ ...layer, values: sharedValues(layer.values) }));
  }

  /** All layers, the strongest first, with what the deploy itself has assigned on top. */
  get layers(): readonly DataLayer[] {
    return [{ source: "deploy", values: this.#runtime }, ...this.#layers];
  }

  /** The layer that a key's value comes from. */
  find(key: string): DataLayer | undefined {
    return this.layers.find((layer) => Object.hasOwn(layer.values, key));
  }

  /** Keys that the deploy has read, the latest last. */
  get read(): ReadonlySet<string> {
    return this.#read;
  }

  noteRead(key: string): void {
    this.#read.delete(key);
    this.#read.add(key);
  }

  /** Rises whenever a value is assigned, for those who keep what they have found. */
  get version(): number {
    return this.#version;
  }

  /** Assigns a value, stronger than all layers. */
  set(key: string, value: unknown): void {
    this.#version++;
    this.#runtime[key] = frozenData(value, nameOf(key));
  }

  keys(): string[] {
    return [...new Set(this.layers.flatMap((layer) => Object.keys(layer.values)))];
  }

  /** The values of the layers of one level, the strongest of each key. */
  valuesOf(level: DataLevel): Record<string, unknown> {
    const own = this.#layers.filter((layer) => layer.level === level);
    return Object.assign({}, ...own.toReversed().map(({ values }) => values));
  }
}

const sharedCopies = new WeakMap<object, Readonly<Record<string, unknown>>>();

/** The values of a layer as no host can change them. Hosts that share a layer share the copy. */
function sharedValues(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const known = sharedCopies.get(values);
  if (known !== undefined) return known;
  const frozen = frozenValues(values);
  sharedCopies.set(values, frozen);
  return frozen;
}

/** Data by its keys, as nobody can change it and as it is now. */
export function frozenValues(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(values).map(([key, value]) =>
    [key, frozenData(value, nameOf(key))] as const
  );
  return Object.freeze(Object.fromEntries(entries));
}

/** The words that a deploy reads a key with. */
function nameOf(key: string): string {
  return `host.data.${key}`;
}

/**
 * The proxy that deploys see as `host.data`.
 *
 * @param defaults Weakest layer, of the deploy that is running; asked anew on each access.
 */
export function hostData(
  hostName: string,
  layers: DataLayers,
  defaults: () => Readonly<Record<string, unknown>>,
): HostData {
  const keys = () => [...new Set([...layers.keys(), ...Object.keys(defaults())])];
  const has = (key: string) => layers.find(key) !== undefined || Object.hasOwn(defaults(), key);
  const read = (key: string) => (layers.find(key)?.values ?? sharedValues(defaults()))[key];
  const readByDeploy = (key: string) => {
    layers.noteRead(key);
    return read(key);
  };
  const own = {
    get: (key: string, fallback?: unknown) => has(key) ? readByDeploy(key) : fallback,
    toObject: () => Object.fromEntries(keys().map((key) => [key, read(key)])),
  };
  const data = new Proxy(own, {
    get(target, key) {
      if (typeof key === "symbol") return undefined;
      if (has(key)) return readByDeploy(key);
      if (Object.hasOwn(target, key)) return Reflect.get(target, key);
      // What awaiting, printing and serialising a value ask for is no data.
      if (key === "then" || key === "toJSON" || key === "constructor") return undefined;
      throw new DroverError("E_DATA_KEY", `There is no data "${key}" for host ${hostName}`, {
        hint: didYouMean(key, keys()) ?? `set it in the inventory or use host.data.get("${key}", fallback)`,
      });
    },
    set(_target, key, value) {
      layers.set(String(key), value);
      return true;
    },
    deleteProperty(_target, key) {
      throw new DroverError("E_DATA_CONSTANT", `host.data.${String(key)} cannot be removed`, {
        hint: `assign undefined: host.data.get("${String(key)}") is undefined then`,
      });
    },
    has: (_target, key) => typeof key === "string" && has(key),
    ownKeys: () => keys(),
    getOwnPropertyDescriptor: (_target, key) =>
      typeof key === "string" && has(key)
        ? { value: read(key), enumerable: true, configurable: true, writable: true }
        : undefined,
  }) as HostData;
  layersBehind.set(data, layers);
  return data;
}

/** The layers of each `host.data`, for messages. */
const layersBehind = new WeakMap<HostData, DataLayers>();

/** The layers that a host's data is read from. */
export function layersBehindData(data: HostData): DataLayers | undefined {
  return layersBehind.get(data);
}
