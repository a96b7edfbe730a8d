/** The operation that signals a process. */

import { sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { operation } from "../../host/mod.ts";

/** Arguments of {@linkcode kill}. */
export interface KillArgs {
  /** Number of the process. */
  pid: number;
  /** Name or number of the signal: `"TERM"` by default. */
  signal?: string | number;
}

/**
 * Sends a signal to a process. It acts each time it is called.
 *
 * @example
 * ```ts
 * const port = await host.getFact(facts.server.Port, { port: 8080 });
 * if (port?.pid) await server.kill({ pid: port.pid, signal: "HUP", _sudo: true });
 * ```
 */
export const kill = operation<KillArgs>("server.kill", async function* ({ pid, signal = "TERM" }) {
  // 0 and negative numbers mean whole groups of processes, our own among them.
  if (!Number.isInteger(pid) || pid < 1) {
    throw new DroverError(
      "E_ARGUMENT",
      `server.kill needs the number of a process: ${Deno.inspect(pid)} is none`,
    );
  }
  const name = String(signal).toUpperCase().replace(/^SIG/, "");
  if (!/^([A-Z][A-Z0-9+-]*|\d{1,2})$/.test(name)) {
    throw new DroverError("E_ARGUMENT", `server.kill knows no signal ${Deno.inspect(signal)}`);
  }
  yield sh`kill -${name} ${pid}`;
}, { parameters: { pid: "number", signal: "string | number?" }, idempotent: false });
