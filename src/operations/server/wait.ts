/** The operation that waits for a port. */

import { raw, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { operation } from "../../host/mod.ts";

/** Arguments of {@linkcode wait}. */
export interface WaitArgs {
  /** The TCP port. */
  port: number;
  /** Seconds until it is given up: 300 by default. */
  timeout?: number;
  /** Seconds between looks: 1 by default. */
  interval?: number;
}

/**
 * Waits until something listens on a TCP port of the host. It acts each time it is called; the waiting is
 * done on the host, in one command.
 *
 * @example
 * ```ts
 * await server.wait({ name: "Wait for the database", port: 5432, timeout: 60 });
 * ```
 */
export const wait = operation<WaitArgs>(
  "server.wait",
  async function* ({ port, timeout = 300, interval = 1 }) {
    checkRange("port", port, 1, 65535);
    checkRange("timeout", timeout, 0, 86_400);
    checkRange("interval", interval, 1, 3600);
    yield waitCommand(port, timeout, interval);
  },
  { parameters: { port: "number", timeout: "number?", interval: "number?" }, idempotent: false },
);

/** Only checked numbers are put into this text. */
function waitCommand(port: number, timeout: number, interval: number): ShellCommand {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return raw(
    `listening() {
  if [ -r /proc/net/tcp ]; then cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ':${hex} [0-9A-F]*:0000 0A '
  elif command -v ss >/dev/null 2>&1; then ss -lnt | grep -q '[.:]${port}[[:space:]]'
  else netstat -an | grep LISTEN | grep -q '[.:]${port}[[:space:]]'; fi
}
waited=0
until listening; do
  if [ "$waited" -ge ${timeout} ]; then echo "nothing listens on port ${port} after ${timeout} seconds" >&2; exit 1; fi
  sleep ${interval}
  waited=$((waited + ${interval}))
done`,
  );
}

function checkRange(argument: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new DroverError(
    "E_ARGUMENT",
    `server.wait needs a whole number from ${least} to ${most} as ${argument}: ${
      Deno.inspect(value)
    } is none`,
  );
}
