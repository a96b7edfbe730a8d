/** Files and directories that a half-typed path may mean. */

import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Candidate } from "./candidate.ts";

/** Files whose names match, and directories, which end in `/`. Hidden ones only if a dot is typed. */
export async function pathCandidates(typed: string, files: RegExp | undefined): Promise<Candidate[]> {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  const stem = typed.slice(folder.length);
  const directory = resolve(folder.replace(/^~(?=\/)/, homedir()));
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []);
  const found: string[] = [];
  for (const { name, isDirectory, isSymlink } of entries) {
    if (!name.startsWith(stem) || (name.startsWith(".") && stem === "")) continue;
    const isFolder = isDirectory || (isSymlink && await leadsToDirectory(resolve(directory, name)));
    if (isFolder) found.push(`${folder}${name}/`);
    else if (files?.test(name)) found.push(folder + name);
  }
  return found.sort().map((word) => ({ word }));
}

function leadsToDirectory(path: string): Promise<boolean> {
  return Deno.stat(path).then((info) => info.isDirectory, () => false);
}
