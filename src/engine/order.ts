/** One order for the operations of all hosts that keeps every host's own order and never fails. */

import type { Place } from "../errors/mod.ts";

/** What ordering needs to know of a call. */
export interface Orderable {
  key: string;
  unit: number;
  place: Place | undefined;
}

/** An operation of the merged order: the calls of it by host. */
export interface Merged<C extends Orderable> {
  calls: Map<string, C>;
}

/**
 * Merges the hosts' sequences. Calls with the same key become one operation as long as that keeps every
 * host's own order; where two hosts disagree, the operation is split.
 */
export function mergeOrder<C extends Orderable>(sequences: ReadonlyMap<string, readonly C[]>): Merged<C>[] {
  const order: (Merged<C> & { key: string; first: C })[] = [];
  for (const [host, calls] of sequences) {
    const remaining = new Map<string, number>();
    for (const call of calls) remaining.set(call.key, (remaining.get(call.key) ?? 0) + 1);
    let next = 0;
    for (const call of calls) {
      remaining.set(call.key, remaining.get(call.key)! - 1);
      let found = next;
      while (found < order.length && order[found]!.key !== call.key) found++;
      if (found < order.length) {
        order[found]!.calls.set(host, call);
        next = found + 1;
        continue;
      }
      // What stands earlier in the same file and is not this host's goes first.
      let position = next;
      while (position < order.length) {
        const other = order[position]!;
        const shared = (remaining.get(other.key) ?? 0) > 0;
        if (shared || !standsBefore(other.first, call)) break;
        position++;
      }
      order.splice(position, 0, { key: call.key, first: call, calls: new Map([[host, call]]) });
      next = position + 1;
    }
  }
  return order.map(({ calls }) => ({ calls }));
}

function standsBefore(left: Orderable, right: Orderable): boolean {
  if (left.unit !== right.unit) return left.unit < right.unit;
  if (left.place === undefined || right.place === undefined) return false;
  if (left.place.file !== right.place.file) return false;
  return left.place.line < right.place.line ||
    (left.place.line === right.place.line && left.place.column < right.place.column);
}
