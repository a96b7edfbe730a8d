/** Hosts and groups of the inventory that is already typed, for `--limit` and `--exclude`. */

import type { CliOptions } from "../usage/options.ts";
import type { Candidate } from "./candidate.ts";
import { load } from "./loading.ts";

/** Seconds that somebody who pressed Tab may wait for an inventory. */
const PATIENCE = 2;

/**
 * Loads the inventory as a run does, but with no permission beyond reading its project, whatever its
 * configuration asks for: pressing Tab reaches no network.
 */
export async function hostsAndGroups(
  inventory: string | undefined,
  before: readonly string[],
): Promise<Candidate[]> {
  if (inventory === undefined || inventory === "-") return [];
  const directory = valueOf("--chdir", before);
  if (directory !== undefined) Deno.chdir(directory);
  const options = { limit: [], exclude: [], data: [], groupData: [], verbose: 0 };
  const request = {
    inventory,
    deploys: [],
    options: options as unknown as CliOptions,
  };
  const { hosts, groups } = await load(request, PATIENCE);
  return [
    ...groups.map((word) => ({ word, note: "group" })),
    ...hosts.map((word) => ({ word, note: "host" })),
  ];
}

function valueOf(flag: string, words: readonly string[]): string | undefined {
  const index = words.lastIndexOf(flag);
  return index < 0
    ? words.findLast((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1)
    : words[index + 1];
}
