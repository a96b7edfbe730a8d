/** Reads `group_data/` and `host_data/`: a file for each group or host. */

import { basename, dirname, extname, join, resolve } from "node:path";
import { didYouMean, DroverError } from "../errors/mod.ts";
import type { DataLayer } from "../host/mod.ts";
import { DATA_EXTENSIONS, dataOf, labelOf, readDataFile } from "./data_file.ts";
import { directoryNames, distinctDirectories, statOf } from "./directory.ts";
import type { InventoryWarning } from "./types.ts";

/** Where to look for data files and what they may be about. */
export interface DataFolders {
  workingDirectory: string;
  /** Directories that hold `group_data` and `host_data`, the weakest first. */
  beside: readonly string[];
  /** `--group-data`: directories and files, read last. */
  groupData: readonly string[];
  groups: ReadonlySet<string>;
  hosts: ReadonlySet<string>;
  /** The inventory file, if there is one. Without one no name can be missing. */
  inventoryFile: string | undefined;
}

/** Layers by group or host, each strongest first. */
export interface FolderData {
  groupData: Map<string, DataLayer[]>;
  hostData: Map<string, DataLayer[]>;
  warnings: InventoryWarning[];
}

/** A file that is the data of something. */
interface DataEntry {
  name: string;
  path: string;
}

/**
 * Reads the files of the groups and hosts that exist. Others are not even opened.
 *
 * @throws {DroverError} `E_GROUP_DATA` if a `--group-data` path is missing, and as reading files does.
 */
export async function readDataFolders(folders: DataFolders): Promise<FolderData> {
  const beside = await distinctDirectories(folders.beside);
  const groupFiles: DataEntry[] = [];
  for (const directory of beside) groupFiles.push(...await entriesOf(join(directory, "group_data")));
  for (const path of folders.groupData) {
    groupFiles.push(...await namedEntries(path, folders.workingDirectory));
  }
  const hostFiles: DataEntry[] = [];
  for (const directory of beside) hostFiles.push(...await entriesOf(join(directory, "host_data")));

  const siblings = new SiblingInventories(folders.inventoryFile);
  const warnings: InventoryWarning[] = [];
  for (
    const [files, known, kind] of [
      [groupFiles, folders.groups, "group"],
      [hostFiles, folders.hosts, "host"],
    ] as const
  ) {
    for (const file of files) {
      if (known.has(file.name) || file.name.startsWith("@") || await siblings.mention(file.name)) continue;
      warnings.push(strayFile(file, kind, known, folders.workingDirectory));
    }
  }
  return {
    groupData: await layersOf(groupFiles, folders.groups, folders.workingDirectory),
    hostData: await layersOf(hostFiles, folders.hosts, folders.workingDirectory),
    warnings,
  };
}

/** Paths of all data files in the `group_data` and `host_data` of directories, whatever they are about. */
export async function dataFilesBeside(directories: readonly string[]): Promise<string[]> {
  const folders = (await distinctDirectories(directories)).flatMap((directory) =>
    ["group_data", "host_data"].map((name) => join(directory, name))
  );
  const entries = await Promise.all(folders.map((folder) => entriesOf(folder)));
  return entries.flat().map(({ path }) => path);
}

async function layersOf(
  files: readonly DataEntry[],
  known: ReadonlySet<string>,
  workingDirectory: string,
): Promise<Map<string, DataLayer[]>> {
  const layers = new Map<string, DataLayer[]>();
  for (const { name, path } of files) {
    if (!known.has(name)) continue;
    const file = await readDataFile(path, workingDirectory);
    const placeOf = (key: string, value: string | number) => file.source.placeOfLiteral(key, String(value));
    const layer = { source: file.label, values: dataOf(file), placeOf };
    layers.set(name, [layer, ...layers.get(name) ?? []]);
  }
  return layers;
}

/**
 * The data files of a directory. Names that begin with `_` are helpers for others to import. Directories
 * count only below `@`: `host_data/@docker/debian:12.yaml` belongs to the host `@docker/debian:12`.
 */
async function entriesOf(directory: string, prefix = ""): Promise<DataEntry[]> {
  const entries: DataEntry[] = [];
  for (const name of await directoryNames(directory)) {
    const path = join(directory, name);
    const extension = extname(name);
    const isInner = prefix !== "" || name.startsWith("@");
    if (isInner && (await statOf(path))?.isDirectory) {
      entries.push(...await entriesOf(path, `${prefix}${name}/`));
    } else if (DATA_EXTENSIONS.includes(extension) && !/^[._]/.test(name) && !name.endsWith(".d.ts")) {
      entries.push({ name: prefix + basename(name, extension), path });
    }
  }
  return entries;
}

async function namedEntries(named: string, workingDirectory: string): Promise<DataEntry[]> {
  const path = resolve(workingDirectory, named);
  const info = await statOf(path);
  if (info?.isDirectory) return await entriesOf(path);
  const extension = extname(path);
  if (info !== undefined && DATA_EXTENSIONS.includes(extension)) {
    return [{ name: basename(path, extension), path }];
  }
  if (info !== undefined) {
    throw new DroverError(
      "E_GROUP_DATA",
      `--group-data "${named}" must end in ${DATA_EXTENSIONS.join(", ")}`,
    );
  }
  const beside = await directoryNames(dirname(path));
  throw new DroverError("E_GROUP_DATA", `There is no file or directory "${named}" for --group-data`, {
    hint: didYouMean(basename(path), beside) ?? `looked for ${path}`,
  });
}

function strayFile(
  file: DataEntry,
  kind: "group" | "host",
  known: ReadonlySet<string>,
  workingDirectory: string,
): InventoryWarning {
  const label = labelOf(file.path, workingDirectory);
  return {
    text: `${label} is not used, because there is no ${kind} "${file.name}"`,
    hint: didYouMean(file.name, known) ?? `its name must be that of a ${kind}`,
    place: { file: file.path, line: 1, column: 1 },
  };
}

/**
 * The inventories beside the one in use. `group_data/staging.ts` and the data of a group that only staging
 * has are no mistakes while production is worked on.
 */
class SiblingInventories {
  readonly #file: string | undefined;
  #texts: Promise<{ names: ReadonlySet<string>; text: string }> | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  async mention(name: string): Promise<boolean> {
    if (this.#file === undefined) return true;
    this.#texts ??= this.#read(this.#file);
    const { names, text } = await this.#texts;
    if (names.has(name)) return true;
    const word = name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    return new RegExp(`(?<![\\w.-])${word}(?![\\w.-])`).test(text);
  }

  async #read(file: string): Promise<{ names: ReadonlySet<string>; text: string }> {
    const directory = dirname(file);
    const siblings = (await directoryNames(directory)).filter((name) =>
      name !== basename(file) && DATA_EXTENSIONS.includes(extname(name))
    );
    const texts = await Promise.all(
      siblings.map((name) => Deno.readTextFile(join(directory, name)).catch(() => "")),
    );
    return { names: new Set(siblings.map((name) => basename(name, extname(name)))), text: texts.join("\n") };
  }
}
