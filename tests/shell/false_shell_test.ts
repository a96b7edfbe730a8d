/** What takes the place of `sh` and is none: every wait for it has an end. */

import assert from "node:assert/strict";
import { LocalConnector, spawnHere } from "../../src/connectors/local.ts";
import { HostShell } from "../../src/shell/host_shell.ts";
import { OutputBuffer } from "../../src/shell/output.ts";
import type { Process } from "../../src/shell/process.ts";
import { command } from "../support/ports.ts";

/** A program that greets as a shell does, and goes on as it likes; `$m` is the mark. */
async function falseShell(goesOn: string): Promise<HostShell> {
  const greets = `IFS= read -r l;m=\${l#M=};m=\${m%%;*};printf %s "$m:r:$$;";printf %s "$m:r;" >&2`;
  const connector = new class extends LocalConnector {
    override spawn(): Promise<Process> {
      return Promise.resolve(spawnHere(["sh", "-c", `${greets};${goesOn}`]));
    }
  }();
  const shell = new HostShell("false", connector, {
    ...{ connectTimeout: 5, sudoPerCommand: false, passwords: undefined, onEvent: () => {} },
    ...{ ahead: () => false, startPatience: 1 },
  });
  assert.equal(await shell.connect(), undefined);
  return shell;
}

/** Does something for each task, whose number is `$2`. */
function forEach(what: string): string {
  return `while read -r l;do case $l in "n "*) set -- $l;${what};;esac;done`;
}

async function outcomeOf(shell: HostShell): Promise<[string | undefined, string | undefined]> {
  const requests = [command("echo", { timeout: 1 })];
  const [result] = await shell.run({ id: 1, lane: "operations", requests, stopOnFailure: true, live: false });
  await shell.close();
  return [result?.outcome, result?.error?.code];
}

Deno.test("a shell that begins nothing ends with the timeout of what it was sent", async () => {
  assert.deepEqual(await outcomeOf(await falseShell("while read -r l;do :;done")), ["timeout", "E_TIMEOUT"]);
});

Deno.test("a shell that tells half of an end is not waited for", async () => {
  const shell = await falseShell(forEach(`printf %s "$m:p:99999999;$m:e:$2:0:0;"`));
  assert.deepEqual(await outcomeOf(shell), ["success", undefined]);
});

Deno.test("a shell that always says that something lives on is not asked again and again", async () => {
  const shell = await falseShell(forEach(`printf %s "$m:k:$2:1;"`));
  assert.deepEqual(await outcomeOf(shell), ["lost", "E_SESSION_ANSWER"]);
});

Deno.test("small pieces of output cost about what they hold", () => {
  const buffer = new OutputBuffer(64 * 1024 * 1024);
  const before = Deno.memoryUsage();
  for (let count = 0; count < 300_000; count++) buffer.push(new Uint8Array([count % 256]));
  const after = Deno.memoryUsage();
  const held = after.external + after.heapUsed - before.external - before.heapUsed;
  assert.ok(held < 40 * 1024 * 1024, `${Math.round(held / 1024 / 1024)} MiB`);
  const bytes = buffer.take();
  assert.equal(bytes.length, 300_000);
  assert.ok(bytes.every((byte, at) => byte === at % 256));
});
