/** Kills reach what they were meant for, or nothing. */

import assert from "node:assert/strict";
import { LocalConnector } from "../../src/connectors/local.ts";
import { HostShell } from "../../src/shell/host_shell.ts";
import type { Process } from "../../src/shell/process.ts";
import { command, decode } from "../support/ports.ts";

/** A host on this machine whose sessions, after the first, take their time to start. */
class SlowToOpen extends LocalConnector {
  #spawned = 0;
  delay = 0;

  override async spawn(argv: readonly string[]): Promise<Process> {
    if (this.#spawned++ > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    return await super.spawn(argv);
  }
}

const BATCH = { lane: "operations" as const, stopOnFailure: true, live: false };

Deno.test("a cancel that comes too late kills no batch that has taken the session since", async () => {
  const connector = new SlowToOpen();
  connector.delay = 700;
  const options = { connectTimeout: 5, sudoPerCommand: false, passwords: undefined };
  const shell = new HostShell("test", connector, { ...options, onEvent: () => {}, ahead: () => false });
  assert.equal(await shell.connect(), undefined);
  const first = shell.run({ ...BATCH, id: 1, requests: [command("sleep 0.4; echo first")] });
  await new Promise((resolve) => setTimeout(resolve, 200));
  // The session that is to kill stands after the batch has ended by itself.
  const cancelling = shell.cancel(1);
  await first;
  const [second] = await shell.run({ ...BATCH, id: 2, requests: [command("sleep 1.5; echo second")] });
  await cancelling;
  assert.equal(second!.outcome, "success", JSON.stringify(second!.error));
  assert.equal(decode(second!.stdout), "second\n");
  await shell.close();
});

Deno.test("a timeout that comes too late ends no batch that has taken the session since", async () => {
  const connector = new SlowToOpen();
  // Longer than a kill has patience: what cannot be killed gently is broken off.
  connector.delay = 13_000;
  const options = { connectTimeout: 20, sudoPerCommand: false, passwords: undefined };
  const shell = new HostShell("test", connector, { ...options, onEvent: () => {}, ahead: () => false });
  assert.equal(await shell.connect(), undefined);
  const late = command("sleep 0.6; echo first", { timeout: 0.3 });
  await shell.run({ ...BATCH, id: 1, requests: [late] });
  const [second] = await shell.run({ ...BATCH, id: 2, requests: [command("sleep 14; echo second")] });
  assert.equal(second!.outcome, "success", JSON.stringify(second!.error));
  await shell.close();
});
