/** Proves that an operation does on a real host what it says, by other means than its own facts. */

import assert from "node:assert/strict";
import type { AnyOperation } from "../../src/host/mod.ts";
import type { LocalHost } from "./local_host.ts";

/** What to call an operation with, and how to see what it did. */
export interface Proof {
  args: Record<string, unknown>;
  /** Shell text that shows the state. */
  verify: string;
  /** What that prints once the operation was applied, and not before. */
  wanted: RegExp;
  /** The arguments that undo it. The state must be what it was before, or as `removed` says. */
  remove?: Record<string, unknown>;
  /** What `verify` prints once it is removed. */
  removed?: RegExp;
  /** Why it acts each time; it does if this is given. */
  always?: string;
}

/** Where an operation is proven. */
export interface Ground {
  host: LocalHost;
  /** Runs shell text on the host without Drover. */
  run(script: string): Promise<string>;
}

/**
 * A plan touches nothing, the first run changes what it says, the second nothing, removal leaves what was before.
 *
 * @example
 * ```ts
 * await using root = await debianRoot("gem", ["ruby"]);
 * await prove(root, gem.packages, {
 *   args: { packages: ["drover-one"] },
 *   verify: "gem list --local",
 *   wanted: /^drover-one \(1\.0\)$/m,
 *   remove: { packages: ["drover-one"], present: false },
 * });
 * ```
 */
export async function prove(ground: Ground, operation: AnyOperation, proof: Proof): Promise<void> {
  const { host, run } = ground;
  const name = operation.operationName;
  const before = await run(proof.verify);
  assert.ok(
    proof.always !== undefined || !proof.wanted.test(before),
    `${name}: already as wanted: ${before}`,
  );

  const planned = await host.plan(operation, proof.args);
  assert.notEqual(planned.length, 0, `${name}: the plan finds nothing to do`);
  assert.equal(await run(proof.verify), before, `${name}: planning changes nothing`);

  const first = await host.apply(operation, proof.args);
  assert.notEqual(first.commands.length, 0, `${name}: the first run changes something`);
  const after = await run(proof.verify);
  assert.match(after, proof.wanted, `${name}: what the first run leaves`);

  const second = await host.apply(operation, proof.args);
  if (proof.always !== undefined) assert.notEqual(second.commands.length, 0, `${name}: acts each time`);
  else assert.deepEqual(second.commands, [], `${name}: the second run finds nothing to do`);

  if (proof.remove === undefined) return;
  await host.apply(operation, proof.remove);
  const gone = await run(proof.verify);
  if (proof.removed === undefined) assert.equal(gone, before, `${name}: what its removal leaves`);
  else assert.match(gone, proof.removed, `${name}: what its removal leaves`);
  const again = await host.apply(operation, proof.remove);
  assert.deepEqual(again.commands, [], `${name}: a second removal finds nothing to do`);
}
