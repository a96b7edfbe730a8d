/** Tells what the INVENTORY word of the command line means: a file, a function in one, or hosts. */

import { basename, dirname, extname, join, resolve } from "node:path";
import { didYouMean, DroverError } from "../errors/mod.ts";
import { DATA_EXTENSIONS } from "./data_file.ts";
import { directoryNames, statOf } from "./directory.ts";
import type { InventoryWarning } from "./types.ts";

/** What the word stands for. */
export type InventoryWord =
  | { kind: "file"; path: string; export?: string }
  | { kind: "ansible"; path: string }
  | { kind: "hosts"; words: readonly string[]; warnings: readonly InventoryWarning[] }
  | { kind: "stdin" };

const ANSIBLE_REGEXP = /^ansible:(.+)$/s;
const EXPORT_REGEXP = /^(.+\.(?:ts|js|mjs)):([A-Za-z_$][\w$]*)$/;
const FILE_REGEXP = /\.(?:ts|js|mjs|cjs|tsx|json|jsonc|ya?ml|py|toml|ini|txt|csv)$/;

/**
 * Reads the word. In this order: `-`, a file that exists, `ansible:PATH`, `file.ts:function`, a comma list, a connector's
 * name, what looks like a file and is none (an error), and otherwise a host.
 *
 * @throws {DroverError} `E_INVENTORY_FILE` or `E_INVENTORY_FORMAT`
 */
export async function readWord(word: string, directory: string): Promise<InventoryWord> {
  if (word === "-") return { kind: "stdin" };
  if (word.trim() === "") {
    throw new DroverError("E_INVENTORY_FILE", "The inventory is empty: it must be a file or hosts", {
      hint: "name a file (inventory.ts), hosts (web-01,web-02), @local, or - for standard input",
    });
  }
  const path = resolve(directory, word);
  const info = await statOf(path);
  if (info !== undefined) return await existing(word, path, info);
  const [, ansible] = ANSIBLE_REGEXP.exec(word) ?? [];
  if (ansible !== undefined) return await ansibleFile(ansible, directory);
  const [, file, name] = EXPORT_REGEXP.exec(word) ?? [];
  if (file !== undefined && name !== undefined) {
    const filePath = resolve(directory, file);
    if (await statOf(filePath) === undefined) throw await noFile(file, filePath);
    return { kind: "file", path: filePath, export: name };
  }
  if (word.includes(",")) return { kind: "hosts", words: commaList(word), warnings: [] };
  if (word.startsWith("@")) return { kind: "hosts", words: [word], warnings: [] };
  if (word.includes("/") || FILE_REGEXP.test(word)) throw await noFile(word, path);
  return { kind: "hosts", words: [word], warnings: await fileMeant(word, directory) };
}

/** The hosts of standard input, one on a line; empty lines and `#` comments do not count. */
export function linesOfHosts(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, "").trim()).filter((line) =>
    line !== ""
  );
}

async function ansibleFile(word: string, directory: string): Promise<InventoryWord> {
  const path = resolve(directory, word);
  if (await statOf(path) !== undefined) return { kind: "ansible", path };
  throw new DroverError("E_INVENTORY_FILE", `There is no inventory of Ansible "${word}"`, {
    hint: didYouMean(basename(word), await directoryNames(dirname(path))) ?? `looked for ${path}`,
  });
}

async function existing(word: string, path: string, info: Deno.FileInfo): Promise<InventoryWord> {
  const extension = extname(path);
  if (info.isDirectory) {
    const files = (await directoryNames(path)).filter((name) => DATA_EXTENSIONS.includes(extname(name)));
    throw new DroverError("E_INVENTORY_FORMAT", `"${word}" is a directory, not an inventory file`, {
      hint: files.length > 0
        ? `name one of its files: ${files.slice(0, 5).map((name) => join(word, name)).join(", ")}`
        : `for a host of that name write @ssh/${basename(word)}`,
    });
  }
  if (DATA_EXTENSIONS.includes(extension)) return { kind: "file", path };
  throw new DroverError(
    "E_INVENTORY_FORMAT",
    `"${word}" is no inventory file: its name must end in ${DATA_EXTENSIONS.join(", ")}`,
    {
      hint: extension === ".py"
        ? "inventories are TypeScript here: lists and data carry over line by line"
        : extension === ".ini"
        ? `for an inventory of Ansible write ansible:${word}`
        : `for a plain list of hosts write: drover - … < ${word}`,
    },
  );
}

/** A comma at the end makes a list of one host: `inventory.ts,` is a host. */
function commaList(word: string): string[] {
  return word.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

async function noFile(word: string, path: string): Promise<DroverError> {
  const parent = dirname(path);
  const names = (await directoryNames(parent)).filter((name) => DATA_EXTENSIONS.includes(extname(name)));
  const stem = basename(path, extname(path));
  const meant = names.find((name) => basename(name, extname(name)) === stem);
  const prefix = word.slice(0, word.length - basename(word).length);
  const hint = meant === undefined
    ? didYouMean(word, names.map((name) => `${prefix}${name}`))
    : `did you mean "${prefix}${meant}"?`;
  return new DroverError("E_INVENTORY_FILE", `There is no inventory file "${word}"`, {
    hint: hint ?? `looked for ${path}`,
  });
}

/** `drover production` beside `production.ts` most likely means the file. */
async function fileMeant(word: string, directory: string): Promise<InventoryWarning[]> {
  const names = await directoryNames(directory);
  const file = names.find((name) =>
    DATA_EXTENSIONS.includes(extname(name)) && basename(name, extname(name)) === word
  );
  return file === undefined
    ? []
    : [{ text: `"${word}" is taken as the name of a host`, hint: `did you mean the file "${file}"?` }];
}
