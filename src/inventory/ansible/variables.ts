/** Reads variables of Ansible: `group_vars/` and `host_vars/` beside an inventory, and YAML as Ansible means it. */

import { extname, join } from "node:path";
import { DroverError } from "../../errors/mod.ts";
import { isMapping, labelOf } from "../data_file.ts";
import { directoryNames, statOf } from "../directory.ts";
import { SourceText } from "../source_text.ts";
import { readPythonYaml } from "../yaml_text.ts";
import type { Variables } from "./model.ts";

/** Stands where a value is encrypted. */
export const VAULTED: unique symbol = Symbol("encrypted by ansible-vault");

const VAULT_REGEXP = /^\s*\$ANSIBLE_VAULT;/;
const EXTENSIONS: ReadonlySet<string> = new Set(["", ".yml", ".yaml", ".json"]);

/** A file that is read in place of another: those encrypted by ansible-vault are none. */
export interface AnsibleFile {
  path: string;
  label: string;
  source: SourceText;
}

/**
 * The value of a YAML or JSON text; {@linkcode VAULTED} for what is encrypted.
 *
 * @throws {DroverError} `E_INVENTORY_SYNTAX`
 */
export async function readAnsibleYaml(text: string, { label, source }: AnsibleFile): Promise<unknown> {
  if (VAULT_REGEXP.test(text)) return VAULTED;
  return await readPythonYaml(text, label, source, {
    "!vault": () => VAULTED,
    "!vault-encrypted": () => VAULTED,
    "!unsafe": (plain) => plain,
  });
}

/** What the files of one folder say, by the name of the group or host. */
export async function readVariables(
  folder: string,
  workingDirectory: string,
): Promise<Map<string, VariableFile[]>> {
  const found = new Map<string, VariableFile[]>();
  for (const name of await directoryNames(folder)) {
    if (/^\.|~$/.test(name) || !EXTENSIONS.has(extname(name)) && !await isDirectory(join(folder, name))) {
      continue;
    }
    const stem = EXTENSIONS.has(extname(name)) ? name.slice(0, name.length - extname(name).length) : name;
    const files = await readPath(join(folder, name), workingDirectory);
    found.set(stem, [...found.get(stem) ?? [], ...files]);
  }
  return found;
}

/** Variables of one file. */
export interface VariableFile {
  label: string;
  /** Nothing where all of it is encrypted. */
  vars: Variables | undefined;
  source: SourceText;
}

/** A file, or all files of a directory in their order. */
async function readPath(path: string, workingDirectory: string): Promise<VariableFile[]> {
  if (!await isDirectory(path)) return [await readFile(path, workingDirectory)];
  const files: VariableFile[] = [];
  for (const name of (await directoryNames(path)).toSorted()) {
    if (/^\.|~$/.test(name) || !EXTENSIONS.has(extname(name)) && !await isDirectory(join(path, name))) {
      continue;
    }
    files.push(...await readPath(join(path, name), workingDirectory));
  }
  return files;
}

async function readFile(path: string, workingDirectory: string): Promise<VariableFile> {
  const label = labelOf(path, workingDirectory);
  const text = await Deno.readTextFile(path);
  const source = SourceText.of(path, text);
  const value = await readAnsibleYaml(text, { path, label, source });
  if (value === VAULTED) return { label, vars: undefined, source };
  if (isMapping(value ?? {})) return { label, vars: (value ?? {}) as Variables, source };
  throw new DroverError("E_INVENTORY_SHAPE", `${label} must be a mapping of names to values`, {
    place: { file: path, line: 1, column: 1 },
  });
}

async function isDirectory(path: string): Promise<boolean> {
  return (await statOf(path))?.isDirectory ?? false;
}
