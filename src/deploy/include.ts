/** `include()`: another deploy file in place. */

import { relative } from "node:path";
import { DroverError } from "../errors/mod.ts";
import {
  callSite,
  checkGlobals,
  createConfig,
  frozenValues,
  type GlobalArguments,
  inherit,
  requireLocalPath,
  requireScope,
  runInScope,
} from "../host/mod.ts";
import { runFile } from "./files.ts";

/** Options of {@linkcode include}: global arguments for everything inside, and data. */
export interface IncludeOptions extends Omit<GlobalArguments, "name"> {
  /** Data that the file falls back on: the weakest layer of `host.data` inside it. */
  data?: Readonly<Record<string, unknown>>;
}

/**
 * Runs another deploy file here, for the current host. The path is looked for beside the running file and
 * then in the working directory. Options of `config` that it assigns end with it.
 *
 * @throws {DroverError} `E_LOCAL_FILE` if there is no such file.
 * @example
 * ```ts
 * if (host.groups.includes("web_servers")) await include("tasks/nginx.ts", { _sudo: true });
 * ```
 */
export function include(path: string, options: IncludeOptions = {}): Promise<void> {
  const scope = requireScope("include");
  const { data = {}, ...globals } = options;
  const defaults = frozenValues(data);
  const place = callSite();
  checkGlobals(`include("${path}")`, globals, place);
  const run = async () => {
    const file = await requireLocalPath(path).catch((error) => {
      throw error instanceof DroverError ? error.with({ place }) : error;
    });
    const deploy = {
      labels: [...scope.deploy.labels, relative(Deno.cwd(), file)],
      file,
      root: scope.deploy.root,
      globals: inherit(scope.deploy.globals, globals),
      defaults: { ...scope.deploy.defaults, ...defaults },
    };
    await runInScope({ ...scope, deploy, config: createConfig(scope.config) }, () => runFile(file));
  };
  return scope.sink.track(run());
}
