/** What a `sed` script would make of a file, without touching it. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { fact, isLine, pathSubject, type RememberedArguments } from "../../host/mod.ts";
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
 * What a script would do to a file: nothing, a change that lasts, or one that the next run of the script would add to,
 * as `s/a/aa/` does.
 */
export type SedEffectKind = "none" | "lasting" | "repeating";

/**
 * What the script would do to the file; `undefined` if that cannot be told.
 *
 * @example
 * ```ts
 * const effect = await host.getFact(facts.files.SedEffect, { path: "/etc/motd", script: "s/old/new/" });
 * if (effect === "lasting") …
 * ```
 */
export const SedEffect = fact<SedEffectKind | undefined, SedArgs>({
  name: "files.SedEffect",
  about: ({ path }) => pathSubject(path),
  remember: REMEMBERED,
  parameters: PARAMETERS,
  command(args) {
    const file = pathWord(args.path);
    const sed = sh`sed ${sedWords(args)}`;
    const sums = sh`{ ${sed} < ${file} | cksum; ${sed} < ${file} | ${sed} | cksum; }`;
    const repeated =
      sh`${sums} | { read once; read twice; test "$once" = "$twice" && echo lasting || echo repeating; }`;
    return sh`if test -f ${file}; then ${sed} < ${file} | cmp -s - ${file}; case $? in 0) echo none;; 1) ${repeated};; esac; fi`;
  },
  process: ([line]) => line as SedEffectKind | undefined,
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
