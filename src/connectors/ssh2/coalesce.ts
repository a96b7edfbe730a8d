/** Gathers the small writes of one turn into one. */

import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";

/**
 * Makes a stream pass on what is written to it at the end of the turn, in one piece. ssh2 writes each packet in
 * two or three parts, which would be as many packets on the wire. It also writes the first part while it still
 * needs buffers that all its connections share: a connection inside another one must not encrypt at that moment.
 */
export function coalesceWrites(stream: Duplex): void {
  const write = stream.write.bind(stream) as (data: Uint8Array) => boolean;
  const end = stream.end.bind(stream) as () => Duplex;
  let pending: Uint8Array[] = [];
  const flush = (): void => {
    const parts = pending;
    pending = [];
    if (parts.length === 0 || !stream.writable) return;
    write(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
  };
  stream.write = (data: Uint8Array): boolean => {
    if (pending.length === 0) queueMicrotask(flush);
    pending.push(data);
    return !stream.writableNeedDrain;
  };
  stream.end = (): Duplex => {
    flush();
    return end();
  };
}
