/** Requirements files of Python, as far as their removal needs to know them. */

import { Requirements } from "../../facts/pip.ts";
import { host } from "../../host/mod.ts";
import { joinPath, parentOf } from "../files/remote_path.ts";
import type { InstalledPackages } from "./ensure.ts";
import { parseRequirement } from "./python_requirements.ts";

/** Requirements files that include each other beyond this are left to pip: a host may claim that there is no end. */
const MOST_FILES = 100;

/**
 * Whether a package of a requirements file is installed, in whatever version. Without the file, it is for the program
 * that reads it to say so.
 *
 * @param list Reads what is installed.
 */
export async function hasAnyOf(
  path: string,
  list: () => Promise<InstalledPackages>,
  seen: Set<string> = new Set(),
): Promise<boolean> {
  if (seen.size === MOST_FILES) return true;
  seen.add(path);
  const file = await host.getFact(Requirements, { path });
  if (file === undefined) return true;
  const installed = await list();
  // What has no name, such as a path, is nothing that pip would uninstall.
  const named = file.requirements.filter((one) => !/^[./]/.test(one)).map((one) =>
    parseRequirement(one).name
  );
  if (named.some((name) => Object.hasOwn(installed, name))) return true;
  for (const include of file.includes) {
    const other = include.startsWith("/") ? include : joinPath(parentOf(path) ?? ".", include);
    if (!seen.has(other) && await hasAnyOf(other, list, seen)) return true;
  }
  return false;
}
