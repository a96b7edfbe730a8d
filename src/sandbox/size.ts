/** Judges how much a message is before anything walks through it. */

import { ShapeError } from "./shape.ts";

/** Most values of one message: a plan of 1,000 hosts and 1,000 operations has some six million. */
const MOST_VALUES = 20_000_000;
/** Deepest nesting. */
const MOST_DEPTH = 200;

/**
 * Refuses what has no end, or none that is ever reached. Structured clones keep references: a few lists that hold
 * each other many times over are more values than there is time for, and nobody would hear Ctrl-C meanwhile. Holes
 * of lists count like values.
 *
 * @throws {ShapeError} If it is too much, too deep, or holds itself.
 */
export function checkSize(message: unknown): void {
  sizeOf(message, 0, new Map());
}

/** How many values a walk comes by. `known` has the sizes of what was walked through, and 0 for what it is in. */
function sizeOf(value: unknown, depth: number, known: Map<object, number>): number {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 1;
  const before = known.get(value);
  if (before === 0) throw new ShapeError("message holds itself");
  if (before !== undefined) return before;
  if (depth > MOST_DEPTH) throw new ShapeError(`message is not data of up to ${MOST_DEPTH} levels`);
  known.set(value, 0);
  if (Array.isArray(value)) checkCount(value.length);
  let size = 1;
  for (const one of Array.isArray(value) ? value : Object.values(value)) {
    size += sizeOf(one, depth + 1, known);
    checkCount(size);
  }
  known.set(value, size);
  return size;
}

function checkCount(count: number): void {
  if (count > MOST_VALUES) throw new ShapeError(`message is not data of up to ${MOST_VALUES} values`);
}
