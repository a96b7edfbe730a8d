/** Finds the configuration files of a command line and has them evaluated. */

import { dirname, resolve } from "node:path";
import { DroverError } from "../errors/mod.ts";
import { checkOption } from "../host/config.ts";
import { configFiles, withAbsolutePaths } from "../inventory/config_file.ts";
import type { Form } from "../usage/form.ts";
import type { CliOptions } from "../usage/options.ts";
import { violation } from "./conversation.ts";
import { covers, type Grant } from "./grants.ts";
import { readLiterals } from "./literal_config.ts";
import { parseFromConfig } from "./messages.ts";
import type { EvaluateConfig, PlainConfig } from "./protocol.ts";
import { ShapeError } from "./shape.ts";
import { WorkerThread } from "./worker_thread.ts";
import { inventoryPath } from "../usage/inventory_path.ts";

/** Seconds that a configuration may take. */
const PATIENCE = 60;

/** Most that a configuration may write on the console. */
const MOST_LINES = 1000;

/** Absolute paths of the configuration files of a command line, the weakest first. */
export async function configPaths(inventory: string, form: Form, options: CliOptions): Promise<string[]> {
  const workingDirectory = Deno.cwd();
  const deploys = "files" in form ? form.files.map((file) => dirname(resolve(file))) : [];
  return await configFiles({
    workingDirectory,
    directories: [workingDirectory, dirname(resolve(inventoryPath(inventory))), ...deploys],
    file: options.config,
  });
}

/**
 * Evaluates configuration files, in a thread of their own that holds what every project holds.
 *
 * @param say Told what they write on the console.
 * @throws {DroverError} What is wrong with them.
 */
export async function evaluateConfig(
  files: string[],
  grants: readonly Grant[],
  say: (text: string) => void,
): Promise<PlainConfig> {
  return await literalConfig(files, grants) ?? await evaluate(files, grants, say);
}

/** What the files set, if they hold nothing but literals; whatever is wrong with them is told by evaluating them. */
async function literalConfig(
  files: readonly string[],
  grants: readonly Grant[],
): Promise<PlainConfig | undefined> {
  const merged: Record<string, unknown> = {};
  for (const file of files) {
    try {
      if (!covers(grants, "read", await Deno.realPath(file))) return undefined;
      const options = readLiterals(await Deno.readTextFile(file));
      if (options === undefined) return undefined;
      for (const [name, value] of Object.entries(options)) checkOption(name, value);
      Object.assign(merged, withAbsolutePaths(options, file));
    } catch {
      return undefined;
    }
  }
  try {
    const message = parseFromConfig({ type: "evaluated", config: merged });
    return message.type === "evaluated" ? message.config : undefined;
  } catch {
    return undefined;
  }
}

function evaluate(
  files: string[],
  grants: readonly Grant[],
  say: (text: string) => void,
): Promise<PlainConfig> {
  const { promise, resolve, reject } = Promise.withResolvers<PlainConfig>();
  let lines = 0;
  const thread = new WorkerThread<EvaluateConfig>(
    (options) => new Worker(new URL("./config_worker.ts", import.meta.url), options),
    "config",
    grants,
    {
      said(data) {
        try {
          const message = parseFromConfig(data);
          if (message.type === "evaluated") resolve(message.config);
          else if (message.type === "failed") reject(errorOf(message.problem));
          else if (++lines > MOST_LINES) reject(violation("too much on the console"));
          else say(message.text);
        } catch (error) {
          reject(error instanceof ShapeError ? notPlain(error) : error);
        }
      },
      broke: (reason) => reject(new DroverError("E_CONFIG", `config.ts broke down: ${reason}`)),
    },
  );
  thread.send({ type: "evaluate", files, workingDirectory: Deno.cwd() });
  const timer = setTimeout(() => {
    reject(
      new DroverError("E_LOAD_TIME", `${files.join(", ")} is not evaluated after ${PATIENCE} seconds`, {
        hint: "something in it waits for an answer that does not come",
      }),
    );
  }, PATIENCE * 1000);
  return promise.finally(() => {
    clearTimeout(timer);
    thread.end();
  });
}

function errorOf({ code, message, ...details }: { code: string; message: string }): DroverError {
  return new DroverError(code, message, details);
}

/** `message.config.sudoUser is not a text`. */
function notPlain({ message }: ShapeError): DroverError {
  const option = /^message\.(config\..*)$/.exec(message)?.[1];
  if (option === undefined) return violation(message);
  return new DroverError("E_CONFIG", `The option ${option}`, { hint: "options are plain values" });
}
