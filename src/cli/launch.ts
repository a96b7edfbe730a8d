/** Gets the deploy's worker going as early as possible: it has the longer way to its first message. */

import { resolve } from "node:path";
import { DroverError, messageOf } from "../errors/mod.ts";
import { configPaths, evaluateConfig } from "../sandbox/configuration.ts";
import { guessGranted } from "../sandbox/consent.ts";
import { policyOf } from "../sandbox/conversation.ts";
import { DeployWorker } from "../sandbox/deploy_worker.ts";
import { type Grant, grantsFor, type RequestedPermissions } from "../sandbox/grants.ts";
import type { PlainConfig } from "../sandbox/protocol.ts";
import { type Form, formOf } from "../usage/form.ts";
import type { CliOptions } from "../usage/options.ts";

/** A command line that is on its way. */
export interface Launched {
  inventory: string;
  form: Form;
  options: CliOptions;
  /** What `config.ts` sets, once it is evaluated. */
  config: Promise<PlainConfig>;
  /** The configuration files, the weakest first. */
  configFiles: readonly string[];
  /** What they have written on the console. */
  said: readonly string[];
  /** Holds the permissions of the project and the command line, and what `config.ts` was granted last time. */
  expected: Prepared;
}

/** A worker that is ready to be told what to do. */
export interface Prepared {
  granted: RequestedPermissions;
  grants: readonly Grant[];
  worker: DeployWorker;
}

/**
 * Reads the words and starts the workers.
 *
 * @throws {DroverError} `E_USAGE` for words that mean nothing.
 */
export async function launch(word: string, operations: string[], options: CliOptions): Promise<Launched> {
  if (options.chdir !== undefined) changeDirectory(options.chdir);
  const [inventory, form] = word === "permissions"
    ? permissionsForm(operations)
    : [word, formOf(operations)] as const;
  const call = { inventory, form, options };
  const [configFiles, grants] = await Promise.all([
    configPaths(inventory, form, options),
    grantsFor(inventory, form, options, {}),
  ]);
  const said: string[] = [];
  const config = evaluateConfig(configFiles, grants, (text) => said.push(text));
  config.catch(() => {});
  const guess = policyOf(form, options).connects ? await guessGranted(configFiles) : {};
  const expected = await prepare(call, guess);
  return { ...call, config, configFiles, said, expected };
}

/** Starts a worker that holds what was granted. No code of the user runs in it yet. */
export async function prepare(
  { inventory, form, options }: Pick<Launched, "inventory" | "form" | "options">,
  granted: RequestedPermissions,
): Promise<Prepared> {
  const grants = await grantsFor(inventory, form, options, granted);
  return { granted, grants, worker: new DeployWorker(policyOf(form, options), grants) };
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
