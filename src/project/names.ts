/** The first words that ask for something with a project rather than with hosts. */

/** Commands on projects. A host of such a name is written `@ssh/init`. */
export const PROJECT_COMMANDS = ["init", "types", "check", "completions"] as const;

/** The command that makes a project of one of pyinfra's. A host of that name is written `@ssh/convert`. */
export const CONVERT = "convert";

/** Asked by the shells' completion scripts, not by people. */
export const COMPLETE = "__complete";

/** Whether a command line is about a project, and `runProject` is to run it. */
export function isProjectCommand(word: string | undefined): boolean {
  return word === COMPLETE || PROJECT_COMMANDS.some((name) => name === word);
}
