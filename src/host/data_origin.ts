/** Where a value that an operation was given stands in a host's data. */

import { type DataLayers, type HostData, layersBehindData } from "./data.ts";

/** A value that the deploy has read, by the words that read it. */
interface Reading {
  key: string;
  /** Names and positions below the key. */
  path: readonly string[];
}

/** Data is written by people: deeper than this, nobody looks for a value. */
const DEPTH = 6;

/**
 * Says where in its data a host has a value that an argument was given: `it is host.data.app.enabled, from
 * group_data/web.yml, line 3`. Nothing where no data that the deploy has read holds it, or several do and none is
 * named like the argument.
 *
 * @param argument Name of the argument that the value was given to.
 */
export function describeOrigin(data: HostData, value: unknown, argument: string): string | undefined {
  const layers = layersBehindData(data);
  if (layers === undefined || !isTelling(value)) return undefined;
  const found = [...layers.read].toReversed().flatMap((key) => findBelow(layers, key, value));
  const alike = found.filter(({ key, path }) => plainName(path.at(-1) ?? key) === plainName(argument));
  const reading = alike[0] ?? (found.length === 1 ? found[0] : undefined);
  if (reading === undefined) return undefined;
  const layer = layers.find(reading.key);
  const line = layer?.placeOf?.(reading.key, value)?.line;
  const place = layer === undefined
    ? ""
    : `, from ${layer.source}${line === undefined ? "" : `, line ${line}`}`;
  return `it is host.data.${reading.key}${reading.path.map(accessor).join("")}${place}`;
}

/** Truth values, `null` and the empty text stand everywhere. */
function isTelling(value: unknown): value is string | number {
  return typeof value === "number" || typeof value === "string" && value !== "";
}

function findBelow(layers: DataLayers, key: string, value: string | number): Reading[] {
  return pathsTo(value, layers.find(key)?.values[key], []).map((path) => ({ key, path }));
}

function pathsTo(wanted: string | number, value: unknown, path: readonly string[]): string[][] {
  if (value === wanted) return [[...path]];
  if (typeof value !== "object" || value === null || path.length === DEPTH) return [];
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return [];
  return Object.entries(value).flatMap(([name, inner]) => pathsTo(wanted, inner, [...path, name]));
}

/** `nginx_enabled` and `nginxEnabled` are the same name. */
function plainName(name: string): string {
  return name.replaceAll(/[_-]/g, "").toLowerCase();
}

function accessor(name: string): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
