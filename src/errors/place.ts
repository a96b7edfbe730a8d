/** Paths of the user's files, free of the query that tells one host's copy of a script from another's. */

import { fileURLToPath } from "node:url";

/** The path of a `file:` URL without its query and fragment. */
export function fromFileUrl(url: string): string {
  const bare = new URL(url);
  bare.search = "";
  bare.hash = "";
  return fileURLToPath(bare);
}
