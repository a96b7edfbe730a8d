/** Finds the links of a project that lead out of it: the runtime follows links wherever they lead. */

import { join } from "node:path";
import { isInside } from "./inside.ts";

/** Most entries that are looked at: a larger folder is granted in parts only. */
const MOST_ENTRIES = 100_000;

/**
 * Paths that together are everything of a folder but links that lead out of the roots: the folder itself where
 * there is none.
 *
 * @returns Nothing if there is too much to look at.
 */
export function withoutOuterLinks(folder: string, roots: readonly string[]): string[] | undefined {
  const left = { entries: MOST_ENTRIES };
  const found = search(folder, roots, left);
  if (left.entries < 0) return undefined;
  return found === "all" ? [folder] : found;
}

function search(folder: string, roots: readonly string[], left: { entries: number }): "all" | string[] {
  let isWhole = true;
  const parts: string[] = [];
  for (const { name, isDirectory, isSymlink } of entriesOf(folder)) {
    if (--left.entries < 0) return parts;
    const path = join(folder, name);
    if (isSymlink && !leadsInside(path, roots)) isWhole = false;
    else if (!isDirectory) parts.push(path);
    else {
      const inner = search(path, roots, left);
      if (inner === "all") parts.push(path);
      else {
        isWhole = false;
        parts.push(...inner);
      }
    }
  }
  return isWhole ? "all" : parts;
}

function entriesOf(folder: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    // What cannot be listed cannot be read by the deploy, either.
    return [];
  }
}

/** A link that leads to nothing may lead anywhere later. */
function leadsInside(link: string, roots: readonly string[]): boolean {
  try {
    const target = Deno.realPathSync(link);
    return roots.some((root) => isInside(target, root));
  } catch {
    return false;
  }
}
