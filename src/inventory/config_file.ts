/** Loads `config.ts`: options that hold for every run beside it. */

import { dirname, join, resolve } from "node:path";
import { didYouMean, DroverError } from "../errors/mod.ts";
// Not from mod.ts: the thread that evaluates a configuration needs little else.
import { checkOption, type ConfigOptions } from "../host/config.ts";
import { type DataFile, dataOf, readDataFile } from "./data_file.ts";
import { directoryNames, distinctDirectories, statOf } from "./directory.ts";

const CONFIG_NAMES = ["config.ts", "config.js", "config.mjs"];

/** Where options come from. */
export interface ConfigRequest {
  /** Absolute path that relative ones start from. */
  workingDirectory: string;
  /** Directories to look in, the weakest first: working directory, inventory's, deploys'. */
  directories: readonly string[];
  /** `--config`: this file and no other. */
  file?: string | undefined;
}

/**
 * Reads and merges the configuration files; an option of a later file wins.
 *
 * @throws {DroverError} `E_CONFIG` for an option that does not exist or has the wrong type, or a missing
 * `--config` file; `E_INVENTORY_LOAD` if a file fails.
 */
export async function loadConfig(request: ConfigRequest): Promise<Partial<ConfigOptions>> {
  return await readConfig(await configFiles(request), request.workingDirectory);
}

/** Reads and merges configuration files, the weakest first. It throws as {@linkcode loadConfig} does. */
export async function readConfig(
  files: readonly string[],
  workingDirectory: string,
): Promise<Partial<ConfigOptions>> {
  const options: Record<string, unknown> = {};
  for (const path of files) {
    const own = checkedOptions(await readDataFile(path, workingDirectory));
    Object.assign(options, withAbsolutePaths(own, path));
  }
  return options;
}

/** Absolute paths of the configuration files, the weakest first; none is read. */
export async function configFiles(request: ConfigRequest): Promise<string[]> {
  if (request.file === undefined) {
    const paths: string[] = [];
    for (const directory of await distinctDirectories(request.directories)) {
      const found = await Promise.all(CONFIG_NAMES.map((name) => statOf(join(directory, name))));
      const name = CONFIG_NAMES[found.findIndex((info) => info?.isFile)];
      if (name !== undefined) paths.push(join(directory, name));
    }
    return paths;
  }
  const path = resolve(request.workingDirectory, request.file);
  if ((await statOf(path))?.isFile) return [path];
  const beside = (await directoryNames(resolve(path, ".."))).filter((name) => /\.(?:ts|m?js)$/.test(name));
  throw new DroverError("E_CONFIG", `There is no configuration file "${request.file}"`, {
    hint: didYouMean(request.file, beside) ?? `looked for ${path}`,
  });
}

function checkedOptions(file: DataFile): Record<string, unknown> {
  const options = dataOf(file);
  for (const [name, value] of Object.entries(options)) {
    try {
      checkOption(name, value);
    } catch (error) {
      if (!(error instanceof DroverError)) throw error;
      const place = file.source.placeOfExport(name) ?? file.source.placeOfExport("default");
      throw new DroverError(error.code, `${error.message} (in ${file.label})`, { hint: error.hint, place });
    }
  }
  return options;
}

/** Options with the paths in them, which are relative to the file that sets them, made absolute. */
export function withAbsolutePaths(
  options: Readonly<Record<string, unknown>>,
  file: string,
): Record<string, unknown> {
  const { memory } = options;
  return typeof memory === "string" ? { ...options, memory: resolve(dirname(file), memory) } : { ...options };
}
