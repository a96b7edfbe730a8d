/** An inventory file in which nothing is a list of hosts is a mistake, not an inventory of none. */

import { basename } from "node:path";
import { DroverError } from "../errors/mod.ts";
import type { LoadedInventory } from "./load.ts";

/**
 * Makes sure that a file has lists of hosts; they may be empty, as those of a program may.
 *
 * @throws {DroverError} `E_INVENTORY_EMPTY`
 */
export function requireHosts({ file, hasLists }: LoadedInventory): void {
  if (file === undefined || hasLists) return;
  const isModule = /\.(?:ts|m?js)$/.test(file);
  throw new DroverError("E_INVENTORY_EMPTY", `${basename(file)} ${isModule ? "exports" : "has"} no hosts`, {
    place: { file, line: 1, column: 1 },
    hint: isModule
      ? 'each exported list is a group: export const web_servers = ["web-01.example.com"]'
      : 'each list is a group: "web_servers" with a list of host names',
  });
}
