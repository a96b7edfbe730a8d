/** Reads a file whose exports are data: TypeScript, JavaScript, YAML or JSON. */

import { basename, extname, relative, sep } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import { readJson } from "./json_text.ts";
import { SourceText } from "./source_text.ts";
import { importUserModule } from "./user_module.ts";
import { readYaml } from "./yaml_text.ts";

/** Endings of files that inventories and data are written in. */
export const DATA_EXTENSIONS: readonly string[] = [".ts", ".js", ".mjs", ".yaml", ".yml", ".json"];

/** A file's exports, in the order that they are written in. */
export interface DataFile {
  /** Absolute path. */
  path: string;
  /** How messages and sources name it: relative to the working directory where it is below. */
  label: string;
  /** Its name without the ending. */
  stem: string;
  /** Whether it is YAML or JSON, where hosts with data may be mappings. */
  isPlain: boolean;
  exports: Map<string, unknown>;
  source: SourceText;
}

/**
 * Reads a file. Promises among its exports are awaited; a `default` export stays what it is.
 *
 * @throws {DroverError} `E_INVENTORY_LOAD`, `E_INVENTORY_SYNTAX` or `E_INVENTORY_SHAPE`
 */
export async function readDataFile(path: string, workingDirectory: string): Promise<DataFile> {
  const extension = extname(path);
  const label = labelOf(path, workingDirectory);
  const common = { path, label, stem: basename(path, extension) };
  if (extension === ".ts" || extension === ".js" || extension === ".mjs") {
    const module = await importUserModule(path, label);
    const source = await SourceText.open(path);
    const exports = new Map<string, unknown>();
    for (const name of source.inOrder(Object.keys(module).sort())) exports.set(name, module[name]);
    return { ...common, isPlain: false, exports, source };
  }
  const text = await readText(path, label);
  const source = SourceText.of(path, text);
  const value = extension === ".json" ? readJson(text, label, source) : await readYaml(text, label, source);
  if (!isMapping(value ?? {})) {
    throw new DroverError("E_INVENTORY_SHAPE", `${label} must be a mapping of names to values`, {
      hint: 'write "targets:" above a list of hosts',
      place: { file: path, line: 1, column: 1 },
    });
  }
  return { ...common, isPlain: true, exports: new Map(Object.entries(value ?? {})), source };
}

/** The exports of a file of nothing but data: its names beside those of a `default` object. */
export function dataOf(file: DataFile): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const [name, value] of file.exports) {
    if (name !== "default" || file.isPlain) data[name] = value;
    else if (isMapping(value)) Object.assign(data, value);
    else {
      throw new DroverError("E_INVENTORY_DATA", `The default export of ${file.label} must be an object`, {
        place: file.source.placeOfExport("default"),
      });
    }
  }
  return cleanData(data);
}

/** Data without what is none: names that begin with `__`, and `undefined`, so that fallbacks hold. */
export function cleanData(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).filter(([name, value]) => !name.startsWith("__") && value !== undefined),
  );
}

/** Whether a value is a plain object: not a list, a class instance, a map. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A path as messages name it. */
export function labelOf(path: string, workingDirectory: string): string {
  const short = relative(workingDirectory, path);
  return short === "" || short === ".." || short.startsWith(`..${sep}`) ? path : short;
}

async function readText(path: string, label: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (thrown) {
    throw new DroverError("E_INVENTORY_LOAD", `${label} cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}
