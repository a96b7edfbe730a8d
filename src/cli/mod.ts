/** The command line: words in, exit status out. */

import { EXIT } from "../usage/exit_status.ts";
import { type CliOptions, CommanderError, createProgram, withBareFlags } from "../usage/options.ts";
import { CONVERT, isProjectCommand } from "../project/names.ts";
import { VERSION } from "../usage/version.ts";

/**
 * Runs Drover with the words of a command line.
 *
 * @returns The exit status; see `exit_status.ts`.
 */
export async function runCli(words: readonly string[]): Promise<number> {
  if (words[0] === CONVERT) {
    const { runConvert } = await import("../convert/mod.ts");
    return await runConvert(words.slice(1));
  }
  if (isProjectCommand(words[0])) {
    const { runProject } = await import("../project/mod.ts");
    return await runProject(words);
  }
  let typed: { inventory: string | undefined; operations: string[]; options: CliOptions } | undefined;
  const program = createProgram(VERSION, (inventory, operations, options) => {
    typed = { inventory, operations, options };
  }).exitOverride();
  try {
    program.parse(withBareFlags(words), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const { inventory, operations, options } = typed!;
  if (inventory === undefined) {
    program.outputHelp({ error: true });
    return EXIT.usage;
  }
  // Everything beyond the words themselves is loaded only now, so that --help and --version are quick.
  const { launch } = await import("./launch.ts");
  const launching = launch(inventory, operations, options);
  // Two threads that load modules at once hinder each other, and the worker has the longer way.
  await launching.then(({ expected }) => expected.worker.loaded).catch(() => {});
  const { dispatch } = await import("./dispatch.ts");
  return await dispatch(launching, options, words);
}
