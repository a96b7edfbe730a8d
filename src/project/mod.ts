/** Commands on projects: `init`, `types`, `check`, `completions`. They connect to no host. */

import { parseArgs } from "node:util";
import { didYouMean, DroverError } from "../errors/mod.ts";
import { toProblem } from "../engine/mod.ts";
import { problemViewOn, renderProblem } from "../report/mod.ts";
import { openTerminal, type Terminal } from "../terminal/mod.ts";
import { EXIT, statusOfError } from "../usage/exit_status.ts";
import { writeOut } from "../usage/output.ts";
import { COMPLETE } from "./names.ts";

/** A command on a project. */
interface ProjectCommand {
  help: string;
  /** Loads what it needs only when it runs. */
  run(words: readonly string[], terminal: Terminal): Promise<number>;
}

const COMMANDS: Record<string, ProjectCommand> = {
  init: {
    help: `Usage: drover init [DIR]

Writes a small project into an empty directory or a new one: an inventory, data, a deploy, a template, and
what an editor needs to complete and check them. Nothing is overwritten.`,
    async run(words, terminal) {
      const { init } = await import("./init.ts");
      return await init(oneDirectory("init", words), terminal);
    },
  },
  types: {
    help: `Usage: drover types [DIR]

Writes the declarations of "drover" and of all that begins with "drover/" into DIR/.drover, where the
imports in the project's deno.json find them. Run it after every update of Drover.`,
    async run(words, terminal) {
      const { types } = await import("./types.ts");
      return await types(oneDirectory("types", words), terminal);
    },
  },
  check: {
    help: `Usage: drover check INVENTORY DEPLOY... [OPTIONS]

Loads the inventory, its data and configuration, follows the imports and includes of the deploy files, and
checks all types with Deno if it is installed. No host is connected and no deploy is run.
Accepts the options of a run, such as --data, --group-data and --config.

Exit statuses: 0 nothing is wrong, 64 usage, 65 something is.`,
    async run(words) {
      const { check } = await import("./check.ts");
      return await check(words);
    },
  },
  completions: {
    help: `Usage: drover completions bash|zsh|fish

Prints a script that completes commands, flags, hosts, groups, operations, facts and their arguments:
  bash    source <(drover completions bash)        in ~/.bashrc
  zsh     source <(drover completions zsh)         in ~/.zshrc, after compinit
  fish    drover completions fish | source         in ~/.config/fish/config.fish`,
    async run(words) {
      const { completions } = await import("./completions.ts");
      return completions(words);
    },
  },
};

/**
 * Runs a command on a project; its name is the first word.
 *
 * @returns The exit status; see `exit_status.ts`.
 */
export async function runProject(words: readonly string[]): Promise<number> {
  const [name = "", ...rest] = words;
  if (name === COMPLETE) {
    const { answerCompletion } = await import("./complete.ts");
    return await answerCompletion(rest);
  }
  const command = COMMANDS[name]!;
  if (rest.includes("-h") || rest.includes("--help")) {
    writeOut(`${command.help}\n`);
    return EXIT.ok;
  }
  const terminal = openTerminal(Deno.stderr);
  try {
    return await command.run(rest, terminal);
  } catch (thrown) {
    showProblem(thrown, terminal);
    return statusOfError(toProblem(thrown).code);
  }
}

/** Writes what went wrong in the house's form. */
export function showProblem(thrown: unknown, terminal: Terminal): void {
  const view = problemViewOn(terminal);
  terminal.write(`${renderProblem(toProblem(thrown), view).join("\n")}\n`);
}

/** The directory that `init` and `types` work in: the only word, by default the working directory. */
function oneDirectory(command: string, words: readonly string[]): string {
  const { positionals, tokens } = parseArgs({
    args: [...words],
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flag = tokens.find((token) => token.kind === "option");
  if (flag !== undefined) {
    throw new DroverError("E_USAGE", `drover ${command} has no option "${flag.rawName}"`, {
      hint: didYouMean(flag.rawName, ["--help"]) ?? `drover ${command} --help tells what it takes`,
    });
  }
  if (positionals.length <= 1) return positionals[0] ?? ".";
  throw new DroverError("E_USAGE", `drover ${command} takes one directory, not also "${positionals[1]}"`);
}
