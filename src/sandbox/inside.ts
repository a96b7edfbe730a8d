/** Which paths are within which folders. */

import { isAbsolute, relative } from "node:path";

/** Whether a path is a folder or below it. Neither is looked up. */
export function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}
