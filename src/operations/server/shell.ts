/** The operation that runs shell commands as they are. */

import { ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { operation } from "../../host/mod.ts";

/** Arguments of {@linkcode shell}. */
export interface ShellArgs {
  /**
   * Shell text, run as it stands, or commands made with `sh`, whose values are quoted. Several run one after
   * the other, until one fails.
   */
  commands: string | ShellCommand | readonly (string | ShellCommand)[];
}

/**
 * Runs shell commands. It acts each time it is called.
 *
 * @example
 * ```ts
 * await server.shell({ commands: "systemctl is-system-running" });
 * await server.shell({ commands: ["cd /srv/app && make", sh`./deploy ${tag}`], _env: { CI: "1" } });
 * ```
 */
export const shell = operation<ShellArgs>("server.shell", async function* ({ commands }) {
  const list = typeof commands === "string" || commands instanceof ShellCommand ? [commands] : commands;
  if (!Array.isArray(list) || list.length === 0) {
    throw new DroverError("E_ARGUMENT", "server.shell needs at least one command");
  }
  for (const command of list) yield checked(command);
}, {
  parameters: { commands: "string | ShellCommand | (string | ShellCommand)[]" },
  asWritten: ["commands"],
  idempotent: false,
});

function checked(command: unknown): string | ShellCommand {
  const isText = typeof command === "string";
  if (!isText && !(command instanceof ShellCommand)) {
    throw new DroverError("E_ARGUMENT", `server.shell cannot run ${Deno.inspect(command)}`, {
      hint: "commands are texts, or made with sh`…`",
    });
  }
  if (String(command).trim() !== "") return command;
  throw new DroverError("E_ARGUMENT", "server.shell has an empty command", {
    hint: "an interpolated value may be empty",
  });
}
