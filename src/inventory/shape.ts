/** Tells the exports of an inventory apart: groups, hosts to work on, data of groups, data of all. */

import { didYouMean, DroverError, type Place } from "../errors/mod.ts";
import type { DataLayer } from "../host/mod.ts";
import { cleanData, type DataFile, isMapping } from "./data_file.ts";
import { describe, HOST_SHAPE, type ParsedHost, parseHost, splitEntry } from "./host_entry.ts";
import type { InventoryWarning } from "./types.ts";
import { runUserCode } from "./user_module.ts";

/** A list of hosts of an inventory. */
export interface ParsedList {
  /** `group`; `targets` and `all` are lists with a meaning of their own. */
  role: "group" | "targets" | "all";
  /** The group's name. */
  name: string;
  /** Where it was written, as sources of data show it. */
  source: string;
  hosts: readonly ParsedHost[];
}

/** What an inventory says. */
export interface ParsedInventory {
  /** In the order of definition. */
  lists: readonly ParsedList[];
  /** Data by group, each strongest first; `targets` is the data of the hosts in `targets`. */
  groupData: Map<string, DataLayer[]>;
  globals: DataLayer;
  warnings: InventoryWarning[];
}

const DATA_SUFFIX_REGEXP = /^(.+?)(?:_data|Data)$/;

/**
 * Sorts out the exports of an inventory file.
 *
 * @param ownGroup The group of all hosts that bears the inventory's name.
 * @throws {DroverError} `E_INVENTORY_SHAPE`, `E_INVENTORY_HOST`, `E_INVENTORY_DUPLICATE` or
 * `E_INVENTORY_DATA`
 */
export async function parseInventory(file: DataFile, ownGroup: string): Promise<ParsedInventory> {
  const reader = new ShapeReader(file);
  for (const [name, value] of await flatExports(file)) await reader.take(name, value);
  return reader.finish(ownGroup);
}

/** The exports with those of `default` among them, and functions left out. */
async function flatExports(file: DataFile): Promise<[string, unknown][]> {
  const flat = new Map<string, unknown>();
  for (const [name, exported] of file.exports) {
    if (name !== "default" || file.isPlain) {
      if (typeof exported !== "function") add(file, flat, name, exported);
      continue;
    }
    const value = typeof exported === "function" ? await runUserCode(file.label, () => exported()) : exported;
    if (!isMapping(value)) add(file, flat, "targets", value);
    else for (const [key, inner] of Object.entries(value)) add(file, flat, key, await inner);
  }
  return [...flat].filter(([, value]) => typeof value !== "function");
}

function add(file: DataFile, flat: Map<string, unknown>, name: string, value: unknown): void {
  if (flat.has(name)) {
    throw new DroverError("E_INVENTORY_SHAPE", `${file.label} exports "${name}" and has it in default too`, {
      hint: "keep one of them",
      place: file.source.placeOfExport("default"),
    });
  }
  flat.set(name, value);
}

class ShapeReader {
  readonly #file: DataFile;
  readonly #lists: ParsedList[] = [];
  readonly #groupData = new Map<string, DataLayer[]>();
  readonly #others = new Map<string, unknown>();

  constructor(file: DataFile) {
    this.#file = file;
  }

  async take(name: string, value: unknown): Promise<void> {
    if (name.startsWith("__") || value === undefined) return;
    // Global arguments (`_sudo`, `_env` …) are data, whatever they look like.
    if (name.startsWith("_")) {
      this.#others.set(name, value);
      return;
    }
    const items = await listOf(value, this.#file.label);
    const isStrict = name === "targets" || name === "all";
    if (items === undefined) {
      if (isStrict) throw this.#notAList(name, value);
      this.#others.set(name, value);
      return;
    }
    await this.#takeList(name, value, items, isStrict);
  }

  async #takeList(name: string, value: unknown, items: unknown[], isStrict: boolean): Promise<void> {
    const withData = await this.#hostsAndData(items, isStrict);
    if (withData !== undefined) {
      this.#addList(name, withData.hosts);
      this.#addGroupData(name, name, withData.data);
      return;
    }
    // pyinfra's rule: every list of strings is a group, whatever its strings are. A name cannot tell
    // `packages = ["nginx"]` from `caches = ["redis-01"]`; data of that kind goes into group_data.
    const hosts = items.filter((item) => splitEntry(item, this.#file.isPlain) !== undefined);
    if (isStrict || hosts.length === items.length) return this.#addList(name, items);
    if (hosts.length > 0) {
      const index = items.findIndex((item) => splitEntry(item, this.#file.isPlain) === undefined);
      throw this.#mixedList(name, items, index);
    }
    this.#others.set(name, isIterator(value) ? items : value);
  }

  /** The parts of `[hosts, data]`. */
  async #hostsAndData(
    items: unknown[],
    isStrict: boolean,
  ): Promise<{ hosts: unknown[]; data: Record<string, unknown> } | undefined> {
    const [first, data] = items;
    if (items.length !== 2 || !isMapping(data)) return undefined;
    const isHost = (item: unknown) => splitEntry(item, this.#file.isPlain) !== undefined;
    if (isHost(first)) return undefined;
    const hosts = await listOf(first, this.#file.label);
    if (hosts === undefined) return undefined;
    return isStrict || hosts.every(isHost) ? { hosts, data } : undefined;
  }

  #addList(name: string, items: readonly unknown[]): void {
    const hosts = items.map((item, index) =>
      parseHost(item, this.#file.isPlain, {
        label: `${name}[${index}] of ${this.#file.label}`,
        place: () => this.#placeOfItem(name, item),
      })
    );
    this.#rejectRepeated(name, hosts);
    const role = name === "targets" || name === "all" ? name : "group";
    this.#lists.push({ role, name, source: `${this.#file.label} ${name}`, hosts });
  }

  /**
   * A name written out twice in one list is a slip: the second was to be another host. Lists put together by
   * code (`[...web, ...eu]`) may overlap, so what counts is the text.
   */
  #rejectRepeated(name: string, hosts: readonly ParsedHost[]): void {
    const seen = new Set<string>();
    let strings: Map<string, number> | undefined;
    const isWrittenTwice = (host: ParsedHost) => {
      if (this.#file.isPlain) return true;
      strings ??= this.#file.source.countStrings(name);
      return (strings.get(host.written) ?? 0) > 1;
    };
    for (const [index, host] of hosts.entries()) {
      if (seen.has(host.name) && isWrittenTwice(host)) {
        throw new DroverError(
          "E_INVENTORY_DUPLICATE",
          `${name}[${index}] of ${this.#file.label} is "${host.name}" again`,
          {
            hint: "a group has each host once",
            place: this.#file.source.placeOfLiteral(name, host.written, 1),
          },
        );
      }
      seen.add(host.name);
    }
  }

  #addGroupData(group: string, exportName: string, values: Readonly<Record<string, unknown>>): void {
    const placeOf = (_key: string, value: string | number) => this.#placeOfValue(exportName, value);
    const layer = { source: `${this.#file.label} ${exportName}`, values: cleanData(values), placeOf };
    // What is written later is stronger.
    this.#groupData.set(group, [layer, ...this.#groupData.get(group) ?? []]);
  }

  #placeOfValue(exportName: string, value: string | number): Place | undefined {
    return this.#file.source.placeOfLiteral(exportName, String(value));
  }

  finish(ownGroup: string): ParsedInventory {
    const groups = new Set(this.#lists.map((list) => list.name)).add("all").add(ownGroup);
    for (const { name, hosts } of this.#lists) {
      const group = DATA_SUFFIX_REGEXP.exec(name)?.[1];
      // A group called `big_data` is fine, but not beside a group `big`.
      if (group !== undefined && groups.has(group)) {
        throw this.#badGroupData(name, group, hosts.map((host) => host.written));
      }
    }
    const globals: Record<string, unknown> = {};
    const warnings: InventoryWarning[] = [];
    for (const [name, value] of this.#others) {
      const group = DATA_SUFFIX_REGEXP.exec(name)?.[1];
      if (group === undefined || !(groups.has(group) || group.startsWith("@"))) {
        globals[name] = value;
        if (group !== undefined && isMapping(value)) warnings.push(...this.#nearMiss(name, group, groups));
        continue;
      }
      if (!isMapping(value)) throw this.#badGroupData(name, group, value);
      this.#addGroupData(group, name, value);
    }
    return {
      lists: this.#lists,
      groupData: this.#groupData,
      globals: {
        source: this.#file.label,
        values: cleanData(globals),
        placeOf: (key, value) => this.#placeOfValue(key, value),
      },
      warnings,
    };
  }

  #nearMiss(name: string, group: string, groups: ReadonlySet<string>): InventoryWarning[] {
    const meant = didYouMean(group, groups);
    if (meant === undefined) return [];
    const place = this.#file.source.placeOfExport(name);
    return [{
      text: `"${name}" in ${this.#file.label} is global data, because there is no group "${group}"`,
      hint: meant,
      ...place === undefined ? {} : { place },
    }];
  }

  #placeOfItem(name: string, item: unknown) {
    const first = Array.isArray(item) ? item[0] : isMapping(item) ? Object.keys(item)[0] : item;
    const isWritten = typeof first === "string" || typeof first === "number";
    return isWritten && first !== ""
      ? this.#file.source.placeOfLiteral(name, String(first))
      : this.#file.source.placeOfExport(name);
  }

  #notAList(name: string, value: unknown): DroverError {
    const hint = isMapping(value) && name === "all"
      ? `data of all hosts is written as "all_data"`
      : `write a list of hosts: ${HOST_SHAPE}`;
    const message = `"${name}" in ${this.#file.label} must be a list of hosts: it is ${describe(value)}`;
    return new DroverError("E_INVENTORY_SHAPE", message, {
      hint,
      place: this.#file.source.placeOfExport(name),
    });
  }

  #mixedList(name: string, items: readonly unknown[], index: number): DroverError {
    try {
      parseHost(items[index], this.#file.isPlain, {
        label: `${name}[${index}] of ${this.#file.label}`,
        place: () => this.#placeOfItem(name, items[index]),
      });
    } catch (error) {
      if (!(error instanceof DroverError)) throw error;
      const [first, second] = items;
      const isOneHost = items.length === 2 && typeof first === "string" && isMapping(second);
      const data = isOneHost
        ? `if it is one host with data, put it into a list: [["${first}", …]]`
        : "if the list is data, put it into an object or into group_data/all";
      return new DroverError(error.code, error.message, {
        place: error.place,
        hint: `${error.hint}; ${data}`,
      });
    }
    throw new Error("a host without the shape of a host was parsed");
  }

  #badGroupData(name: string, group: string, value: unknown): DroverError {
    return new DroverError(
      "E_INVENTORY_DATA",
      `"${name}" in ${this.#file.label} must be an object, the data of group "${group}": it is ${
        describe(value)
      }`,
      { place: this.#file.source.placeOfExport(name) },
    );
  }
}

/** The items of a list, a set or a generator; other iterables (maps, buffers) are data. */
async function listOf(value: unknown, label: string): Promise<unknown[] | undefined> {
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return [...value];
  if (isIterator(value)) return await runUserCode(label, () => Array.fromAsync(value));
  return undefined;
}

function isIterator(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  return typeof value === "object" && value !== null && "next" in value &&
    (Symbol.iterator in value || Symbol.asyncIterator in value);
}
