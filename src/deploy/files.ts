/** Runs the user's deploy files: once per host, as scripts or as functions. */

import { isAbsolute, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { didYouMean, DroverError } from "../errors/mod.ts";
import { type DeployScope, runInScope, type RunState, type Scope } from "../host/mod.ts";

export type { RunState };

/** Something that a host runs: a deploy file, or an operation named on the command line. */
export interface DeployUnit {
  /** As it was named: `deploy.ts`. */
  name: string;
  /** Absolute path that includes and templates are found beside. */
  file: string;
  /** Runs it in the current scope. */
  run(): Promise<void>;
}

/**
 * A deploy file as a unit.
 *
 * @throws {DroverError} `E_DEPLOY_FILE` if there is no such file.
 */
export async function deployFile(name: string, workingDirectory: string): Promise<DeployUnit> {
  const file = isAbsolute(name) ? name : resolve(workingDirectory, name);
  await requireFile(file, name);
  return { name, file, run: () => runFile(file) };
}

let imports = 0;

/**
 * Runs a file in the current scope. It is imported under an address of its own each time, so that its top
 * level is evaluated for every host and every include.
 */
export async function runFile(file: string, args: readonly unknown[] = []): Promise<void> {
  const url = pathToFileURL(file);
  url.search = `?drover=${++imports}`;
  try {
    const module = await import(url.href) as { default?: unknown };
    if (typeof module.default === "function") await module.default(...args);
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : nonError(thrown, file);
  }
}

/** What is thrown and is no error knows no line; so at least the file is named. */
function nonError(thrown: unknown, file: string): DroverError {
  const name = relative(Deno.cwd(), file);
  return new DroverError("E_USER", `${name} threw ${Deno.inspect(thrown, { depth: 1 })}`, {
    hint: thrown instanceof Promise
      ? "await the promise, and throw an Error: it knows its line"
      : "throw new Error(…): an Error knows its line",
  });
}

/** The scope of a deploy file, below a host's own. */
export function fileScope(file: string): DeployScope {
  return { labels: [], file, root: file, globals: {}, defaults: {} };
}

/** Runs a unit for a host; options that it assigns do not outlive it. */
export function runUnit(unit: DeployUnit, scope: Scope): Promise<void> {
  return runInScope(scope, () => unit.run());
}

/** Fails when a file of deploy code is missing, with the closest name beside it. */
export async function requireFile(file: string, name: string, what = "deploy file"): Promise<void> {
  const info = await Deno.stat(file).catch(() => undefined);
  if (info?.isFile) return;
  const directory = resolve(file, "..");
  const beside = await Array.fromAsync(Deno.readDir(directory), (entry) => entry.name).catch(() => []);
  throw new DroverError("E_DEPLOY_FILE", `There is no ${what} "${name}"`, {
    hint: didYouMean(file.slice(directory.length + 1), beside.filter((one) => /\.[jt]s$/.test(one))) ??
      `looked for ${file}`,
  });
}
