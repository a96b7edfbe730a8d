/** What a project's code declares of its data, in `interface DataTypes`, and what data files call otherwise. */

import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { WrittenModule } from "../deploy/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { type Host, layersOf } from "../host/mod.ts";

/** The keys that are declared. */
export interface DeclaredData {
  names: ReadonlySet<string>;
  /** Files that hold some of them. */
  files: ReadonlySet<string>;
}

const INTERFACE_REGEXP = /\binterface\s+DataTypes\b\s*(?:extends\s+([\w$,\s]+?))?\s*\{([^}]*)\}/g;
const EXPORT_REGEXP = /^\s*export\s+(?:const|let|var)\s+([\w$]+)/gm;

/** The keys that modules declare: in the interface itself, and as the exports of files that it extends. */
export function declaredData(modules: readonly WrittenModule[]): DeclaredData {
  const names = new Set<string>();
  const files = new Set<string>();
  for (const module of modules) {
    for (const [, parents = "", body = ""] of module.code.matchAll(INTERFACE_REGEXP)) {
      for (const [, name] of body.matchAll(/(?:^|[;,{\n])\s*(?:readonly\s+)?([\w$]+)\??\s*:/g)) {
        names.add(name!);
      }
      for (const parent of parents.split(",").map((one) => one.trim())) {
        const file = module.typeImport(parent);
        if (file === undefined) continue;
        files.add(file);
        for (const name of exportsOf(file)) names.add(name);
      }
    }
  }
  return { names, files };
}

function exportsOf(file: string): string[] {
  try {
    return [...readFileSync(file, "utf8").matchAll(EXPORT_REGEXP)].map((match) => match[1]!);
  } catch {
    return [];
  }
}

/**
 * Keys of data that are no declared ones but look like one, and that nothing mentions: slips of the pen.
 *
 * @param texts What code and templates say.
 */
export function misspelledKeys(
  hosts: readonly Host[],
  declared: DeclaredData,
  texts: readonly string[],
): DroverError[] {
  const found = new Map<string, DroverError>();
  const isUsed = (key: string) => texts.some((text) => new RegExp(`(?<![\\w$])${key}(?![\\w$])`).test(text));
  for (const { source, values } of hosts.flatMap((host) => layersOf(host).layers)) {
    for (const key of Object.keys(values)) {
      if (declared.names.has(key) || !/^\w{4,}$/.test(key) || key.startsWith("_")) continue;
      const meant = [...declared.names].find((name) => isSlip(key, name));
      const id = `${source} ${key}`;
      if (meant !== undefined && !found.has(id) && !isUsed(key)) {
        found.set(id, misspelled(key, meant, source));
      }
    }
  }
  return [...found.values()];
}

/** Whether one letter more or less, another letter, or two that are swapped make one word of the other. */
function isSlip(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  const most = Math.min(one.length, other.length) - start;
  while (end < most && one.at(-1 - end) === other.at(-1 - end)) end++;
  const [left, right] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  const isSwap = left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
  return isSwap || Math.max(left.length, right.length) === 1;
}

function misspelled(key: string, meant: string, source: string): DroverError {
  const [label = ""] = source.split(" ");
  const file = isAbsolute(label) ? label : resolve(label);
  const place = placeOf(key, file);
  return new DroverError("E_DATA_KEY", `DataTypes declares no "${key}", and nothing reads it (${source})`, {
    hint: `did you mean "${meant}"?`,
    ...place === undefined ? {} : { place },
  });
}

function placeOf(key: string, file: string) {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    const line = lines.findIndex((text) => new RegExp(`(?<![\\w$])${key}(?![\\w$])`).test(text));
    return line < 0 ? undefined : { file, line: line + 1, column: lines[line]!.indexOf(key) + 1 };
  } catch {
    return undefined;
  }
}
