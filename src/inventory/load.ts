/** Loads the inventory of a run: what the command line names, its data, and the hosts to work on. */

import { basename, dirname } from "node:path";
import { didYouMean, DroverError } from "../errors/mod.ts";
import {
  type DataLayer,
  DataLayers,
  type DataLevel,
  Host,
  Inventory,
  type InventoryData,
} from "../host/mod.ts";
import { builtInNames, checkConnectorData, type ConnectorNames } from "./connector_names.ts";
import { type DataFile, isMapping, readDataFile } from "./data_file.ts";
import { type FolderData, readDataFolders } from "./data_folders.ts";
import { parseHost } from "./host_entry.ts";
import { parseDataPairs } from "./parse_value.ts";
import { makeRoster, rejectConflicts, type Roster } from "./roster.ts";
import { selectHosts } from "./select.ts";
import { type ParsedInventory, parseInventory } from "./shape.ts";
import type { InventoryWarning } from "./types.ts";
import { runUserCode } from "./user_module.ts";
import { type InventoryWord, linesOfHosts, readWord } from "./word.ts";

/** What the command line says about hosts and data. */
export interface InventoryRequest {
  /** The INVENTORY word: a file, `file.ts:function`, hosts, `@local`, or `-` for standard input. */
  word: string;
  /** Absolute path that relative ones start from. */
  workingDirectory: string;
  /** Directories of the deploy files; `group_data` and `host_data` are looked for there too. */
  deployDirectories?: readonly string[];
  /** `--limit`: groups and globs over host names. */
  limit?: readonly string[];
  /** `--exclude`: the same, subtracted. */
  exclude?: readonly string[];
  /** `--data`, as `key=value`. */
  data?: readonly string[];
  /** `--group-data`: directories and files. */
  groupData?: readonly string[];
  /** Connector data with flags of their own, such as `ssh_user`; stronger than `--data`. */
  overrides?: Readonly<Record<string, unknown>>;
  /** Reads standard input to its end. */
  stdin?: () => Promise<string>;
  /** Knows the connectors; by default those of Drover. */
  connectors?: ConnectorNames;
}

/** A loaded inventory. */
export interface LoadedInventory {
  inventory: Inventory;
  /** The file's name without its ending, the function's name, the words themselves, or `stdin`. */
  name: string;
  /** Absolute path of the inventory file. */
  file: string | undefined;
  /** Whether something in it is a list of hosts; it may be empty. */
  hasLists: boolean;
  /** The hosts to work on: `targets` after `--limit` and `--exclude`. It may be empty. */
  selected: Host[];
  warnings: InventoryWarning[];
}

interface Source {
  name: string;
  file: string | undefined;
  parsed: ParsedInventory;
}

/**
 * Loads an inventory. Its file is imported once; data files only for groups and hosts that exist.
 *
 * @throws {DroverError} `E_INVENTORY_…` for what is wrong with the inventory or a data file, with the place;
 * `E_DATA_PAIR` and `E_GROUP_DATA` for options.
 * @example
 * ```ts
 * const { selected } = await loadInventory({
 *   word: "inventories/production.ts",
 *   workingDirectory: Deno.cwd(),
 *   limit: ["web_servers"],
 * });
 * ```
 */
export async function loadInventory(request: InventoryRequest): Promise<LoadedInventory> {
  const commandLine = commandLineLayers(request);
  const word = await readWord(request.word, request.workingDirectory);
  const source = await readSource(word, request);
  const roster = await makeRoster(source.parsed.lists, request.connectors ?? builtInNames);
  const ownGroup = source.file === undefined || roster.groups.has(source.name) ? undefined : source.name;
  const groups = new Map(roster.groups);
  const everyone = roster.hosts.map((host) => host.name);
  if (ownGroup !== undefined) groups.set(ownGroup, everyone);
  groups.set("all", everyone);

  const folders = await readDataFolders({
    workingDirectory: request.workingDirectory,
    beside: [
      request.workingDirectory,
      ...request.deployDirectories ?? [],
      ...source.file === undefined ? [] : [dirname(source.file)],
    ],
    groupData: request.groupData ?? [],
    groups: new Set(groups.keys()),
    hosts: new Set(everyone),
    inventoryFile: source.file,
  });

  const members = new Map([...groups].map(([group, names]) => [group, new Set(names)]));
  const layersFor = layerOrder(source.parsed, roster, folders, commandLine, ownGroup);
  const hosts = roster.hosts.map((host) => {
    const own = [...members].filter(([, names]) => names.has(host.name)).map(([group]) => group);
    return new Host(host.name, own, new DataLayers(layersFor(host, own)));
  });
  const data = inventoryData(source.parsed, folders, commandLine, groups.keys());
  const inventory = new Inventory(hosts, hostsByGroup(groups, hosts), data);
  const selection = selectHosts(inventory, {
    targets: roster.targets,
    limit: request.limit ?? [],
    exclude: request.exclude ?? [],
  });
  return {
    inventory,
    name: source.name,
    file: source.file,
    hasLists: source.parsed.lists.length > 0,
    selected: selection.selected,
    warnings: [
      ...source.parsed.warnings,
      ...roster.warnings,
      ...folders.warnings,
      ...checkConnectorData(hosts),
      ...selection.warnings,
    ],
  };
}

/**
 * The order of data, strongest first: command line; the host's tuples, its `host_data` files, what its
 * connector knows; its groups, the one defined last first, each with `group_data` files before the
 * inventory's own data; the groups of connectors; the group named after the file; `all`; global data.
 */
function layerOrder(
  parsed: ParsedInventory,
  roster: Roster,
  folders: FolderData,
  commandLine: readonly DataLayer[],
  ownGroup: string | undefined,
): (host: Roster["hosts"][number], groups: readonly string[]) => DataLayer[] {
  const ofGroup = (group: string) => groupLayers(parsed, folders, group);
  const isExplicit = (group: string) =>
    group !== "all" && group !== ownGroup && !roster.connectorGroups.has(group);
  return (host, groups) => [
    ...at("override", commandLine),
    ...at("host", [...host.tuples, ...folders.hostData.get(host.name) ?? [], ...host.connectors]),
    ...at("group", [
      ...groups.filter(isExplicit).toReversed().flatMap(ofGroup),
      ...groups.filter((group) => roster.connectorGroups.has(group)).toReversed().flatMap(ofGroup),
      // `targets` is no group, but `targets_data` can only mean the data of its hosts.
      ...roster.targets?.has(host.name) ? parsed.groupData.get("targets") ?? [] : [],
      ...ownGroup === undefined ? [] : ofGroup(ownGroup),
    ]),
    ...at("all", [...ofGroup("all"), parsed.globals]),
  ];
}

function at(level: DataLevel, layers: readonly DataLayer[]): DataLayer[] {
  return layers.map((layer) => ({ ...layer, level }));
}

/** What is written for a group, the strongest first. */
function groupLayers(parsed: ParsedInventory, folders: FolderData, group: string): DataLayer[] {
  return [...folders.groupData.get(group) ?? [], ...parsed.groupData.get(group) ?? []];
}

function inventoryData(
  parsed: ParsedInventory,
  folders: FolderData,
  commandLine: readonly DataLayer[],
  groups: Iterable<string>,
): InventoryData {
  const merge = (layers: readonly DataLayer[]): Record<string, unknown> =>
    Object.assign({}, ...layers.toReversed().map(({ values }) => values));
  const ofGroup = (group: string) => groupLayers(parsed, folders, group);
  return {
    all: merge([...ofGroup("all"), parsed.globals]),
    groups: new Map([...groups].map((group) => [group, merge(ofGroup(group))])),
    override: merge(commandLine),
  };
}

function commandLineLayers(request: InventoryRequest): DataLayer[] {
  const flags = Object.entries(request.overrides ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ source: `--${key.replaceAll("_", "-")}`, values: { [key]: value } }));
  const data = parseDataPairs(request.data ?? []);
  return Object.keys(data).length === 0 ? flags : [...flags, { source: "--data", values: data }];
}

function hostsByGroup(
  groups: ReadonlyMap<string, readonly string[]>,
  hosts: readonly Host[],
): Map<string, readonly Host[]> {
  const byName = new Map(hosts.map((host) => [host.name, host]));
  return new Map(
    [...groups].map(([group, members]) => [group, members.map((name) => byName.get(name)!)]),
  );
}

async function readSource(word: InventoryWord, request: InventoryRequest): Promise<Source> {
  if (word.kind === "hosts") return hostsSource(request.word, "the command line", word.words, word.warnings);
  if (word.kind === "stdin") {
    const words = linesOfHosts(await (request.stdin ?? readStdin)());
    return hostsSource("stdin", "standard input", words, []);
  }
  if (word.kind === "ansible") {
    const { ansibleName, readAnsibleInventory } = await import("./ansible/mod.ts");
    const parsed = await readAnsibleInventory(word.path, request.workingDirectory);
    return { name: ansibleName(word.path), file: word.path, parsed };
  }
  const file = await readDataFile(word.path, request.workingDirectory);
  if (word.export === undefined) {
    return { name: file.stem, file: word.path, parsed: await parseInventory(file, file.stem) };
  }
  const called = await callExport(file, word.export);
  return { name: word.export, file: word.path, parsed: await parseInventory(called, word.export) };
}

function hostsSource(
  name: string,
  origin: string,
  words: readonly string[],
  warnings: readonly InventoryWarning[],
): Source {
  const hosts = words.map((word, index) =>
    parseHost(word, false, { label: `Host ${index + 1} of ${origin}`, place: () => undefined })
  );
  const list = { role: "all", name: "all", source: origin, hosts } as const;
  const parsed = {
    lists: [list],
    groupData: new Map<string, DataLayer[]>(),
    globals: { source: origin, values: {} },
    warnings: [...warnings, ...rejectConflicts(list)],
  };
  return { name, file: undefined, parsed };
}

/**
 * The file as if it exported what one of its functions returns: groups, or a list of hosts. Its other
 * exports take no part.
 */
async function callExport(file: DataFile, name: string): Promise<DataFile> {
  if (!file.exports.has(name)) {
    throw new DroverError("E_INVENTORY_SHAPE", `${file.label} exports no function "${name}"`, {
      hint: didYouMean(name, file.exports.keys()) ??
        `write: export function ${name}(): Groups { … } in ${basename(file.path)}`,
    });
  }
  const exported = file.exports.get(name);
  const value = typeof exported === "function" ? await runUserCode(file.label, () => exported()) : exported;
  const shaped = isMapping(value) ? Object.entries(value) : [["targets", value] as const];
  if (!isMapping(value) && (typeof value !== "object" || value === null)) {
    throw new DroverError(
      "E_INVENTORY_SHAPE",
      `${name}() of ${file.label} must return groups or a list of hosts: it returned ${Deno.inspect(value)}`,
      { place: file.source.placeOfExport(name) },
    );
  }
  return { ...file, exports: new Map(shaped) };
}

async function readStdin(): Promise<string> {
  return await new Response(Deno.stdin.readable).text();
}
