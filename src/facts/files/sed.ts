/** What a `sed` script would make of a file, without touching it. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { fact, isLine, pathSubject, type RememberedArguments } from "../../host/mod.ts";
import { compareCommand } from "./compare.ts";
import { textWord } from "./expansion.ts";

/** A `sed` script and the file that it is for. */
export interface SedArgs {
  /** Path of the file. */
  path: string;
  /** The script, such as `s/old/new/`. */
  script: string;
  /** Lets the host's shell expand `$NAME` in the script. Default: `false`. */
  interpolateVariables?: boolean;
  /** The script uses extended regular expressions. Default: `false`. */
  extendedRegex?: boolean;
}

/** Scripts can do more than edit: write files, and run programs with GNU's sed. */
const HARMLESS_SCRIPT_REGEXP =
  /^(?:s\/(?:[^\\/\n]|\\.)*\/(?:[^\\/\n]|\\.)*\/[gpiIM0-9]*|\/(?:[^\\/\n]|\\.)*\/d)$/;

const PARAMETERS = {
  path: "string",
  script: "string",
  interpolateVariables: "boolean?",
  extendedRegex: "boolean?",
} as const;

const REMEMBERED: RememberedArguments<SedArgs> = {
  path: "path",
  script: (script) => isLine(script) && HARMLESS_SCRIPT_REGEXP.test(script),
  interpolateVariables: "unset",
  extendedRegex: "boolean",
};

/**
 * Whether the script would change the file; `undefined` if that cannot be told.
 *
 * @example
 * ```ts
 * const changes = await host.getFact(facts.files.SedChanges, { path: "/etc/motd", script: "s/old/new/" });
 * ```
 */
export const SedChanges = fact<boolean | undefined, SedArgs>({
  name: "files.SedChanges",
  about: ({ path }) => pathSubject(path),
  remember: REMEMBERED,
  parameters: PARAMETERS,
  command: (args) => compareCommand(sh`sed ${sedWords(args)}`, args.path),
  process: ([line]) => line === undefined ? undefined : line === "different",
});

/**
 * The lines that the script would leave in the file; `undefined` if there is no file.
 *
 * @example
 * ```ts
 * const lines = await host.getFact(facts.files.SedPreview, { path: "/etc/motd", script: "s/old/new/" });
 * ```
 */
export const SedPreview = fact<string[] | undefined, SedArgs>({
  name: "files.SedPreview",
  about: ({ path }) => pathSubject(path),
  remember: REMEMBERED,
  parameters: PARAMETERS,
  command(args) {
    const word = pathWord(args.path);
    return sh`if test -f ${word}; then echo exists; sed ${sedWords(args)} ${word}; fi`;
  },
  process: (lines) => lines.length === 0 ? undefined : lines.slice(1),
});

/** The words of a `sed` command that stand before the file. */
export function sedWords(args: Omit<SedArgs, "path">): ShellCommand {
  const { script, interpolateVariables, extendedRegex } = args;
  return sh`${extendedRegex && "-E"} ${textWord(script, interpolateVariables)}`;
}
