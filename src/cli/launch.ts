/** Gets the deploy's worker going as early as possible: it has the longer way to its first message. */

import { resolve } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import { DeployWorker } from "./deploy_worker.ts";
import { type Form, formOf } from "./form.ts";
import type { CliOptions } from "./options.ts";
import { type Grant, grantsFor, type PermissionWishes } from "./permissions.ts";

/** A command line whose worker is running. */
export interface Launched {
  inventory: string;
  form: Form;
  options: CliOptions;
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
  return await launchWith({ inventory, form, options }, {});
}

/** Starts a worker that holds what a configuration wishes for. */
export async function launchWith(
  { inventory, form, options }: Pick<Launched, "inventory" | "form" | "options">,
  wishes: PermissionWishes,
): Promise<Launched> {
  const grants = await grantsFor(inventory, form, options, wishes);
  const start = { type: "start" as const, inventory, form, options, granted: wishes };
  const worker = new DeployWorker(start, grants);
  return { inventory, form, options, wishes, grants, worker };
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
