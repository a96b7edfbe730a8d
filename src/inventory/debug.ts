/** The inventory as plain data, for `debug-inventory`: every host's data and where it comes from. */

import { maskSecrets, Secret } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { type Host, layersOf } from "../host/mod.ts";
import type { LoadedInventory } from "./load.ts";

/** A host of `debug-inventory`. It can be written as JSON as it is. */
export interface DebugHost {
  name: string;
  groups: readonly string[];
  /** Whether the run would work on it. */
  selected: boolean;
  /** Winning values by key; secrets are `***`. */
  data: Record<string, JsonValue>;
  /** Where each value comes from: `production.ts web_servers_data`, `--data`. */
  sources: Record<string, string>;
}

/** What JSON can hold. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

const MASK = "***";

/** Whole words of names under which secrets stand. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...["password", "passwords", "passwd", "passphrase", "passphrases"],
  ...["secret", "secrets", "token", "tokens"],
  ...["apikey", "apikeys", "credential", "credentials"],
]);
/** The same for names of two words. */
const SECRET_PAIRS: ReadonlySet<string> = new Set(["api key", "api keys", "private key", "private keys"]);

/**
 * Whether a name says that a secret stands there. What counts are its whole words, as `_`, `-`, `.` and capitals
 * separate them: `db_password`, `dbPassword` and `API-Key` do; `tokenizer`, `passwordless` and `secretary` do not.
 */
export function isSecretName(name: string): boolean {
  // `password2` is one, too.
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase().split(/[^a-z]+/);
  return words.some((word, at) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word} ${words[at + 1]}`));
}

/**
 * All hosts of an inventory with their data.
 *
 * Secrets show as `***`, as do texts and numbers under keys that {@linkcode isSecretName} knows. Functions show
 * as `[function]`, dates in ISO form.
 *
 * @throws {DroverError} `E_INVENTORY_CYCLE` if a value holds itself.
 */
export function debugInventory(loaded: LoadedInventory): DebugHost[] {
  const selected = new Set(loaded.selected);
  return loaded.inventory.hosts.map((host) => debugHost(host, selected.has(host)));
}

function debugHost(host: Host, selected: boolean): DebugHost {
  const data: Record<string, JsonValue> = {};
  const sources: Record<string, string> = {};
  for (const key of layersOf(host).keys().sort()) {
    const layer = layersOf(host).find(key);
    if (layer === undefined) continue;
    const isSecret = isSecretName(key);
    data[key] = toJson(layer.values[key], { path: [key], parents: [], isSecret, source: layer.source });
    sources[key] = layer.source;
  }
  return { name: host.name, groups: host.groups, selected, data, sources };
}

interface Position {
  path: readonly string[];
  parents: readonly object[];
  isSecret: boolean;
  source: string;
}

function toJson(value: unknown, position: Position): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value;
  if (value instanceof Secret) return MASK;
  if (typeof value === "function") return "[function]";
  if (typeof value !== "object") return scalar(value, position);
  if (position.parents.includes(value)) throw cycleError(position);
  if (value instanceof Date) return isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  const below = (key: string, inner: unknown) =>
    toJson(inner, {
      path: [...position.path, key],
      parents: [...position.parents, value],
      isSecret: position.isSecret || isSecretName(key),
      source: position.source,
    });
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].map((item, index) => below(String(index), item));
  }
  if (value instanceof URL || value instanceof RegExp) return scalar(String(value), position);
  if (value instanceof Error) return scalar(value.message, position);
  const entries: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, inner]) => [String(key), below(String(key), inner)]));
}

function scalar(value: unknown, position: Position): JsonValue {
  if (position.isSecret) return value === "" ? "" : MASK;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return maskSecrets(String(value));
}

function cycleError(position: Position): DroverError {
  return new DroverError(
    "E_INVENTORY_CYCLE",
    `Data "${position.path.join(".")}" holds itself and cannot be shown`,
    { hint: `it comes from ${position.source}` },
  );
}
