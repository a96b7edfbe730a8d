/** The operation that restarts the whole system and waits for it. */

import { FunctionCall, raw } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { BootId } from "../../facts/server/mod.ts";
import { type Host, host, operation, requireScope } from "../../host/mod.ts";

/** Arguments of {@linkcode reboot}. */
export interface RebootArgs {
  /** Seconds to wait before the first attempt to reconnect: 10 by default. */
  delay?: number;
  /** Seconds between attempts: 1 by default. */
  interval?: number;
  /** Seconds after which the host is given up: 300 by default. */
  rebootTimeout?: number;
}

/**
 * The reboot leaves the session that orders it, so that its end is not taken for a failure: in a process
 * group of its own, where there is `setsid`, which ignores the hangup.
 */
const REBOOT_COMMAND = 'command -v reboot >/dev/null || { echo "reboot: not found" >&2; exit 127; }; ' +
  "$(command -v setsid) nohup sh -c 'sleep 1; reboot' </dev/null >/dev/null 2>&1 &";

/**
 * Reboots the host, waits until it can be reached again, and makes sure that it has booted since. It acts
 * each time it is called.
 *
 * @example
 * ```ts
 * if (await host.getFact(facts.server.RebootRequired)) {
 *   await server.reboot({ delay: 20, rebootTimeout: 600, _sudo: true });
 * }
 * ```
 */
export const reboot = operation<RebootArgs>("server.reboot", async function* (args) {
  const { delay = 10, interval = 1, rebootTimeout = 300 } = args;
  for (const [name, value] of Object.entries({ delay, interval, rebootTimeout })) {
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) continue;
    throw new DroverError(
      "E_ARGUMENT",
      `server.reboot needs seconds as ${name}: ${Deno.inspect(value)} are none`,
    );
  }
  const target = requireScope("server.reboot").host;
  const before = await host.getFact(BootId);
  yield raw(REBOOT_COMMAND);
  yield new FunctionCall(
    () => waitForBoot(target, before, { delay, interval: Math.max(interval, 0.1), rebootTimeout }),
    `wait for ${target.name} to boot, up to ${rebootTimeout} seconds`,
  );
}, { parameters: { delay: "number?", interval: "number?", rebootTimeout: "number?" }, idempotent: false });

/** A connection proves nothing: a host that shuts down slowly still accepts them. The boot must be another. */
async function waitForBoot(target: Host, before: string, options: Required<RebootArgs>): Promise<void> {
  const deadline = performance.now() + options.rebootTimeout * 1000;
  let delaySeconds = options.delay;
  while (true) {
    const timeoutSeconds = Math.max(0, (deadline - performance.now()) / 1000 - delaySeconds);
    await target.reconnect({ delaySeconds, intervalSeconds: options.interval, timeoutSeconds });
    const now = await target.getFact(BootId).catch(() => before);
    if (now !== before) return;
    if (performance.now() > deadline) throw notRebooted(target, options.rebootTimeout);
    delaySeconds = options.interval;
  }
}

function notRebooted(target: Host, timeout: number): DroverError {
  return new DroverError("E_REBOOT", `${target.name} has not rebooted within ${timeout} seconds`, {
    host: target.name,
    hint: "rebooting needs root: add _sudo: true; a host that is slow to stop needs a longer rebootTimeout",
  });
}
