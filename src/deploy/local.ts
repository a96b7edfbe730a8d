/** `local`: what a deploy does on the machine that Drover runs on. */

import { ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { callSite, currentScope } from "../host/mod.ts";
import { include } from "./include.ts";

/** Options of `local.shell`. */
export interface LocalShellOptions {
  /** Gives back lines instead of one text. */
  splitLines?: boolean;
  /** Gives back what was printed also when a command fails. */
  ignoreErrors?: boolean;
  /** Logs what the commands print. */
  printOutput?: boolean;
}

/**
 * Runs commands on this machine at once, also while planning, once for each host that calls it.
 *
 * @returns What the commands printed on standard output, without the final newline.
 * @throws {DroverError} `E_LOCAL_SHELL` if a command fails.
 * @example
 * ```ts
 * const revision = await local.shell("git rev-parse HEAD");
 * ```
 */
export function shell(
  commands: LocalCommands,
  options: LocalShellOptions & { splitLines: true },
): Promise<string[]>;
export function shell(commands: LocalCommands, options?: LocalShellOptions): Promise<string>;
export async function shell(
  commands: LocalCommands,
  options: LocalShellOptions = {},
): Promise<string | string[]> {
  const place = callSite();
  const list = typeof commands === "string" || commands instanceof ShellCommand ? [commands] : commands;
  let printed = "";
  for (const command of list) printed += await runOne(command, options, place);
  const text = printed.replace(/\n$/, "");
  if (options.printOutput) currentScope()?.host.log(text);
  if (!options.splitLines) return text;
  return text === "" ? [] : text.split("\n");
}

type LocalCommands = string | ShellCommand | readonly (string | ShellCommand)[];

async function runOne(
  command: string | ShellCommand,
  options: LocalShellOptions,
  place: ReturnType<typeof callSite>,
): Promise<string> {
  const script = typeof command === "string" ? command : command.raw;
  const process = new Deno.Command("sh", {
    args: ["-c", script],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { success, code, stdout, stderr } = await process.output();
  const text = new TextDecoder().decode(stdout);
  if (success || options.ignoreErrors) return text;
  throw new DroverError("E_LOCAL_SHELL", `A command on this machine exited ${code}: ${command}`, {
    detail: new TextDecoder().decode(stderr).trim(),
    place,
  });
}

/** What a deploy does on the machine that Drover runs on. */
export const local = { shell, include };
