/** Puppet's agent. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { type Operation, operation } from "../host/mod.ts";

/** Arguments of {@linkcode agent}. */
export interface AgentArgs {
  /** Name of the server. Default: what `puppet.conf` says. */
  server?: string | undefined;
  /** Port of the server. Default: what `puppet.conf` says. */
  port?: number | undefined;
}

/**
 * Runs Puppet's agent once, and waits for it. Runs each time; that the agent has changed something is no failure.
 * Where `puppet` is on the `PATH` of login shells only, use `_useSudoLogin` or `_useSuLogin`.
 *
 * @example
 * ```ts
 * await puppet.agent({ server: "puppet.example.com", _sudo: true, _useSudoLogin: true });
 * ```
 */
export const agent: Operation<AgentArgs> = operation<AgentArgs>(
  "puppet.agent",
  async function* ({ server, port }) {
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new DroverError("E_ARGUMENT", `puppet.agent: ${port} is no port`);
    }
    const options = [
      ...(server === undefined ? [] : [`--server=${server}`]),
      ...(port === undefined ? [] : [`--masterport=${port}`]),
    ];
    // -t makes it exit with 2 when it has changed something.
    yield sh`puppet agent -t ${options} || test $? -eq 2`;
  },
  { idempotent: false, parameters: { server: "string?", port: "number?" } },
);
