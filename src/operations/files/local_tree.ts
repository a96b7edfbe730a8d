/** A local directory with all that is in it, as far as it is not left out. */

import { resolve } from "node:path";
import { DroverError } from "../../errors/mod.ts";
import { localFiles, requireLocalPath } from "../../host/mod.ts";
import { followedInfo, modeOf } from "./source.ts";

/** What a local directory holds. Names are relative to it. */
export interface LocalTree {
  /** Permissions of the directory itself. */
  mode: string;
  /** Every directory comes before what is in it. */
  directories: { name: string; mode: string }[];
  files: { name: string; path: string; mode: string }[];
  links: { name: string; target: string }[];
}

/** Patterns of what is left out. */
export interface Exclusions {
  files: readonly string[];
  directories: readonly string[];
}

/**
 * Reads a local directory.
 *
 * @throws {DroverError} `E_LOCAL_FILE` if there is no such directory.
 */
export async function readLocalTree(
  src: string,
  addDeployDir: boolean,
  excluded: Exclusions,
): Promise<LocalTree> {
  const root = resolve(await requireLocalPath(addDeployDir ? src : resolve(src)));
  const info = await followedInfo(root);
  if (info?.kind !== "directory") {
    throw new DroverError("E_LOCAL_FILE", `"${src}" is not a directory`, {
      hint: "files.put uploads single files",
    });
  }
  const tree: LocalTree = { mode: modeOf(info), directories: [], files: [], links: [] };
  await addDirectory(tree, root, "", excluded);
  return tree;
}

async function addDirectory(
  tree: LocalTree,
  root: string,
  name: string,
  excluded: Exclusions,
): Promise<void> {
  const below: string[] = [];
  for (const entry of await localFiles().list(resolve(root, name))) {
    const child = name === "" ? entry : `${name}/${entry}`;
    const path = resolve(root, child);
    const info = await localFiles().info(path);
    if (info === undefined) continue;
    if (info.kind === "directory") {
      if (matchesAny(excluded.directories, [child, entry])) continue;
      tree.directories.push({ name: child, mode: modeOf(info) });
      below.push(child);
      continue;
    }
    if (matchesAny(excluded.files, [path, child, entry])) continue;
    if (info.kind === "link") tree.links.push({ name: child, target: await localFiles().readLink(path) });
    else tree.files.push({ name: child, path, mode: modeOf(info) });
  }
  for (const child of below) await addDirectory(tree, root, child, excluded);
}

/** Whether one of the names matches one of the patterns. */
export function matchesAny(patterns: readonly string[], names: readonly string[]): boolean {
  return patterns.some((pattern) => names.some((name) => toRegExp(pattern).test(name)));
}

const compiled = new Map<string, RegExp>();

/** A pattern as Python's `fnmatch` reads it: `*` matches slashes too, `?` one character, `[…]` a set. */
function toRegExp(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const text = pattern.replaceAll(
    /\[(!?)(\]?[^\]]*)\]|[\s\S]/g,
    (piece, not: string | undefined, set: string) => {
      if (set !== undefined) return `[${not ? "^" : ""}${set.replaceAll(/[\\\]^[]/g, "\\$&")}]`;
      if (piece === "*") return "[\\s\\S]*";
      if (piece === "?") return "[\\s\\S]";
      return piece.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
    },
  );
  const made = new RegExp(`^${text}$`);
  compiled.set(pattern, made);
  return made;
}
