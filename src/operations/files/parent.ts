/** The directory that a file or link is put in, made where it is missing. */

import type { ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { Directory, LinkTarget } from "../../facts/files/mod.ts";
import { alters, host, pathSubject } from "../../host/mod.ts";
import { setOwnership, type Wanted } from "./ownership.ts";
import { type Access, makeDirectory } from "./place.ts";
import { parentOf } from "./remote_path.ts";

/**
 * Whether the directory of a path has to be made.
 *
 * @throws {DroverError} `E_REMOTE_PATH` if something else is where it should be.
 */
export async function parentIsMissing(path: string): Promise<boolean> {
  const parent = parentOf(path);
  if (parent === undefined || parent === "/" || parent === "~") return false;
  const info = await host.getFact(Directory, { path: parent });
  if (info !== false) return info === undefined;
  const target = await host.getFact(LinkTarget, { path: parent });
  if (target?.kind === "directory") return false;
  throw new DroverError("E_REMOTE_PATH", `${parent} exists and is not a directory`);
}

/** Commands that make the directory of a path. It gets the owner, but not the mode, of what is put there. */
export function createParent(path: string, wanted: Wanted, access?: Access): ShellCommand[] {
  const parent = parentOf(path)!;
  alters(pathSubject(parent));
  const { mode: _, ...owner } = wanted;
  return [makeDirectory(parent, access), ...setOwnership(parent, owner, access && { access })];
}
