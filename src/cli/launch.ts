/** Gets the deploy's worker going as early as possible: it has the longer way to its first message. */

import { resolve } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import { DeployWorker } from "../sandbox/deploy_worker.ts";
import { type Form, formOf } from "../usage/form.ts";
import { recallFacts } from "./memory.ts";
import type { Remembered } from "../sandbox/protocol.ts";
import type { CliOptions } from "../usage/options.ts";
import { type Grant, grantsFor, type PermissionWishes } from "../sandbox/permissions.ts";

/** A command line whose worker is running. */
export interface Launched {
  inventory: string;
  form: Form;
  options: CliOptions;
  remembered: Remembered;
  wishes: PermissionWishes;
  grants: readonly Grant[];
  worker: DeployWorker;
}

/**
 * Reads the words and starts the worker.
 *
 * @throws {DroverError} `E_USAGE` for words that mean nothing.
 */
export async function launch(word: string, operations: string[], options: CliOptions): Promise<Launched> {
  if (options.chdir !== undefined) changeDirectory(options.chdir);
  const [inventory, form] = word === "permissions"
    ? permissionsForm(operations)
    : [word, formOf(operations)] as const;
  const remembered = options.memory ? await recallFacts(inventory, form) : {};
  return await launchWith({ inventory, form, options, remembered }, {});
}

/** Starts a worker that holds what a configuration wishes for. */
export async function launchWith(
  { inventory, form, options, remembered }: Pick<Launched, "inventory" | "form" | "options" | "remembered">,
  wishes: PermissionWishes,
): Promise<Launched> {
  const grants = await grantsFor(inventory, form, options, wishes);
  const start = { type: "start" as const, inventory, form, options, granted: wishes, remembered };
  const worker = new DeployWorker(start, grants);
  return { inventory, form, options, remembered, wishes, grants, worker };
}

/** `drover permissions INVENTORY DEPLOY…`. */
function permissionsForm([inventory, ...files]: string[]): readonly [string, Form] {
  if (inventory !== undefined) return [inventory, { kind: "permissions", files }];
  throw new DroverError("E_USAGE", "permissions needs an inventory", {
    hint: "drover permissions INVENTORY deploy.ts",
  });
}

function changeDirectory(directory: string): void {
  try {
    Deno.chdir(resolve(directory));
  } catch (cause) {
    throw new DroverError("E_USAGE", `Cannot work in the directory "${directory}": ${messageOf(cause)}`, {
      cause,
    });
  }
}
