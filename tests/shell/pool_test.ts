import assert from "node:assert/strict";
import { LocalConnector } from "../../src/connectors/local.ts";
import { type Entry, type Lane, Pool } from "../../src/shell/pool.ts";
import { Escalator } from "../../src/shell/privilege.ts";
import type { PortError } from "../../src/shell/port.ts";
import { isPortError, within } from "../../src/shell/process.ts";

/** Seconds after which a caller counts as one that waits for ever. */
const PATIENCE = 10;

/** A pool on this machine that holds a number of sessions at most. */
class LocalPool extends Pool implements AsyncDisposable {
  constructor(maxSessions: number) {
    const connector = new class extends LocalConnector {
      override readonly maxSessions = maxSessions;
    }();
    super(connector, new Escalator("test", undefined), 10);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function inTime<T>(what: Promise<T>): Promise<T> {
  const value = await within(PATIENCE, what, "late" as const);
  assert.notEqual(value, "late", `waited for ${PATIENCE} seconds`);
  return value as T;
}

async function take(pool: Pool, lane: Lane = "operations"): Promise<Entry> {
  const entry = await inTime(pool.acquire({}, lane));
  return standing(entry);
}

function standing(entry: Entry | PortError): Entry {
  if (isPortError(entry)) throw new Error(entry.message);
  return entry;
}

Deno.test("who waits gets the session that is given back while the pool looks for room", async () => {
  await using pool = new LocalPool(2);
  const [first, second] = [await take(pool), await take(pool)];
  const waiting = pool.acquire({}, "operations");
  // acquire() has found no room and waits for that answer: giving back now must wake it nevertheless.
  pool.release(first);
  assert.equal(standing(await inTime(waiting)), first);
  pool.release(first);
  pool.release(second);
});

Deno.test("whatever the moment of the release, nobody waits for ever", async () => {
  for (let turns = 0; turns < 12; turns++) {
    await using pool = new LocalPool(2);
    const [first, second] = [await take(pool), await take(pool, "facts")];
    const waiting = pool.acquire({}, "operations");
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    pool.release(first);
    assert.equal(standing(await inTime(waiting)), first);
    pool.release(first);
    pool.release(second);
  }
});

Deno.test("more callers than sessions all have their turn", async () => {
  await using pool = new LocalPool(3);
  const most = { now: 0, ever: 0 };
  const lanes: Lane[] = ["facts", "operations"];
  await inTime(Promise.all(Array.from({ length: 40 }, async (_, index) => {
    const entry = await take(pool, lanes[index % 2]);
    most.ever = Math.max(most.ever, ++most.now);
    await Promise.resolve();
    most.now--;
    pool.release(entry);
  })));
  assert.ok(most.ever <= 3, `${most.ever} at the same time`);
});
