/** Names for files that must not collide with others: backups, temporary files and what is kept of downloads. */

import { createHash } from "node:crypto";
import { currentScope } from "./context.ts";

/** Where such names come from. Tests may bring their own. */
export interface FreshNames {
  /** The time, for names of backups: sorts by time, free of colons, one per millisecond. */
  timestamp(): string;
  /** A name that nobody can foresee, so that nobody can put a link in its place. */
  temporary(): string;
  /** The name of what is kept of a source, the same each time: for directories that only root writes to. */
  kept(source: string): string;
}

declare module "./context.ts" {
  interface Scope {
    /** Instead of the clock and chance, in tests. */
    freshNames?: FreshNames;
  }
}

const real: FreshNames = {
  timestamp: () => new Date().toISOString().replaceAll(/[-:]/g, ""),
  temporary: () => `.drover-${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`,
  kept: (source) => `drover-${createHash("sha256").update(source).digest("hex").slice(0, 16)}`,
};

/** The names that the running code takes. */
export function freshNames(): FreshNames {
  return currentScope()?.freshNames ?? real;
}
