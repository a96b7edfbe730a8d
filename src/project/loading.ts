/** Loads inventories and deploy files for commands that connect to no host. They grant nothing beyond flags. */

import { DroverError } from "../errors/mod.ts";
import { toProblem } from "../engine/mod.ts";
import { configPaths, evaluateConfig } from "../sandbox/configuration.ts";
import { linesOf, uncovered } from "../sandbox/consent.ts";
import { violation } from "../sandbox/conversation.ts";
import { type Grant, grantsFor } from "../sandbox/grants.ts";
import { parseLoaded } from "../sandbox/messages.ts";
import type { Loaded, LoadFiles, Warning } from "../sandbox/protocol.ts";
import { runConfig } from "../sandbox/run_config.ts";
import { ShapeError } from "../sandbox/shape.ts";
import { WorkerThread } from "../sandbox/worker_thread.ts";

export type { Loaded };

/** What is to be loaded. */
export type LoadRequest = Omit<LoadFiles, "type">;

/**
 * Loads in threads that may do what a run's may that nobody has agreed to anything for, as inventories and
 * configurations are programs.
 *
 * @param seconds How long it may take.
 * @throws {DroverError} `E_LOAD_TIME` when it takes too long.
 */
export async function load(request: LoadRequest, seconds: number): Promise<Loaded> {
  const form = { kind: "deploy" as const, files: request.deploys };
  const grants = await grantsFor(request.inventory, form, request.options, {});
  const [loaded, configured] = await Promise.all([
    loadFiles(request, grants, seconds),
    configure(request, grants),
  ]);
  return {
    ...loaded,
    problems: [...configured.problems, ...loaded.problems],
    warnings: [...configured.warnings, ...loaded.warnings],
  };
}

/** Evaluates `config.ts`, and says what it asks for. */
async function configure(
  { inventory, deploys, options }: LoadRequest,
  grants: readonly Grant[],
): Promise<Pick<Loaded, "problems" | "warnings">> {
  try {
    const files = await configPaths(inventory, { kind: "deploy", files: deploys }, options);
    const config = await evaluateConfig(files, grants, () => {});
    runConfig(config, options);
    const lines = linesOf(uncovered(config.permissions, options));
    const warning: Warning = {
      text: `config.permissions asks for ${lines.join("; ")}, which was not granted here`,
      hint: "--allow-… with these values grants it; a run asks",
    };
    return { problems: [], warnings: lines.length === 0 ? [] : [warning] };
  } catch (thrown) {
    return { problems: [toProblem(thrown)], warnings: [] };
  }
}

function loadFiles(request: LoadRequest, grants: readonly Grant[], seconds: number): Promise<Loaded> {
  const { promise, resolve, reject } = Promise.withResolvers<Loaded>();
  const thread = new WorkerThread<LoadFiles>(
    (options) => new Worker(new URL("./loading_worker.ts", import.meta.url), options),
    "loading",
    grants,
    {
      said(data) {
        try {
          resolve(parseLoaded(data));
        } catch (error) {
          reject(error instanceof ShapeError ? violation(error.message) : error);
        }
      },
      broke(reason) {
        const { message } = toProblem(new Error(reason));
        reject(new DroverError("E_BUG", `The thread that loads files broke down: ${message}`));
      },
    },
  );
  const timer = setTimeout(() => {
    reject(
      new DroverError("E_LOAD_TIME", `${request.inventory} is not loaded after ${seconds} seconds`, {
        hint: "something in it waits for an answer that does not come",
      }),
    );
  }, seconds * 1000);
  thread.send({ type: "load", ...request });
  return promise.finally(() => {
    clearTimeout(timer);
    thread.end();
  });
}
