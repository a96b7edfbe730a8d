/** Loads inventories and deploy files for commands that connect to no host, with a run's permissions. */

import type { Problem } from "../engine/mod.ts";
import { toProblem } from "../engine/mod.ts";
import { DroverError } from "../errors/mod.ts";
import type { CliOptions } from "../usage/options.ts";
import { grantsFor, type PermissionWishes, workerPermissions } from "../sandbox/permissions.ts";

/** What is to be loaded; plain data, as it goes to a worker. */
export interface LoadRequest {
  /** The INVENTORY word. */
  inventory: string;
  /** Deploy files as they were named. */
  deploys: string[];
  /** Absolute paths of modules that are parsed and whose imports are followed. */
  modules: string[];
  options: CliOptions;
  granted: PermissionWishes;
}

/** What loading has shown. */
export interface Loaded {
  problems: Problem[];
  /** Those of the modules that cannot be read, or import what is not there. */
  broken: string[];
  warnings: { text: string; hint?: string | undefined }[];
  /** Hosts that a run would work on. */
  hosts: string[];
  groups: string[];
  /** Permissions that `config.ts` asks for and the worker did not hold. */
  wishes?: PermissionWishes | undefined;
}

/** How long loading may take. */
export interface Patience {
  seconds: number;
  /** Whether the configuration's wishes for permissions are granted, as a run grants them. */
  grantWishes: boolean;
}

/**
 * Loads in a worker that may do what a run's worker may, as inventories and configurations are programs.
 *
 * @throws {DroverError} `E_LOAD_TIME` when it takes too long.
 */
export async function load(request: LoadRequest, patience: Patience): Promise<Loaded> {
  const form = { kind: "deploy" as const, files: request.deploys };
  const grants = await grantsFor(request.inventory, form, request.options, request.granted);
  const worker = new Worker(new URL("./loading_worker.ts", import.meta.url), {
    type: "module",
    name: "loading",
    deno: { permissions: workerPermissions(grants) },
  });
  try {
    const loaded = await answer(worker, request, patience.seconds);
    if (loaded.wishes === undefined || !patience.grantWishes) return loaded;
    return await load({ ...request, granted: loaded.wishes }, { ...patience, grantWishes: false });
  } finally {
    worker.terminate();
  }
}

function answer(worker: Worker, request: LoadRequest, seconds: number): Promise<Loaded> {
  const { promise, resolve, reject } = Promise.withResolvers<Loaded>();
  const timer = setTimeout(() => {
    reject(
      new DroverError("E_LOAD_TIME", `${request.inventory} is not loaded after ${seconds} seconds`, {
        hint: "something in it waits for an answer that does not come",
      }),
    );
  }, seconds * 1000);
  worker.onmessage = ({ data }: MessageEvent<Loaded>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(toFailure(event));
  };
  worker.postMessage(request);
  return promise.finally(() => clearTimeout(timer));
}

function toFailure(event: ErrorEvent): DroverError {
  const { message } = toProblem(new Error(event.message));
  return new DroverError("E_BUG", `The thread that loads files broke down: ${message}`);
}
