/** What is written in files. */

import { pathWord, sh } from "../../command/mod.ts";
import { fact } from "../../host/mod.ts";
import { textWord } from "./expansion.ts";
import type { PathArgs, TwoPathsArgs } from "./stat.ts";

/**
 * The lines of a text file; `undefined` if there is no file.
 *
 * @example
 * ```ts
 * const lines = await host.getFact(facts.files.FileContents, { path: "/etc/motd" });
 * ```
 */
export const FileContents = fact<string[] | undefined, PathArgs>({
  name: "files.FileContents",
  parameters: ["path"],
  // The first line tells an empty file from none, and is not part of the content.
  command: ({ path }) => {
    const word = pathWord(path);
    return sh`if test -f ${word}; then echo exists; cat ${word}; fi`;
  },
  process: (lines) => lines.length === 0 ? undefined : lines.slice(1),
});

/** What to look for in a file. */
export interface FindInFileArgs {
  /** Path of the file. */
  path: string;
  /** Basic regular expression, as `grep` takes it. */
  pattern: string;
  /** Lets the host's shell expand `$NAME` in the pattern. Default: `false`. */
  interpolateVariables?: boolean;
  /** The pattern is an extended regular expression (`grep -E`). Default: `false`. */
  extendedRegex?: boolean;
  /** The pattern is the text of whole lines, without any special characters (`grep -F -x`). Default: `false`. */
  literal?: boolean;
}

/**
 * The lines of a file that match a pattern; `undefined` if there is no file.
 *
 * @example
 * ```ts
 * const ports = await host.getFact(facts.files.FindInFile, { path: "/etc/ssh/sshd_config", pattern: "^Port " });
 * ```
 */
export const FindInFile = fact<string[] | undefined, FindInFileArgs>({
  name: "files.FindInFile",
  parameters: ["path", "pattern", "interpolateVariables?", "extendedRegex?", "literal?"],
  command({ path, pattern, interpolateVariables, extendedRegex, literal }) {
    const word = pathWord(path);
    return sh`grep ${extendedRegex && "-E"} ${literal && ["-F", "-x"]} -e ${
      textWord(pattern, interpolateVariables)
    } ${word} 2> /dev/null || ( find ${word} -type f > /dev/null && echo ${existsMark(path)} || true )`;
  },
  process(lines, { path }) {
    if (lines.length === 0) return undefined;
    return lines.length === 1 && lines[0] === existsMark(path) ? [] : lines;
  },
});

/** A text and what it may match. */
export interface PatternMatchesArgs extends Omit<FindInFileArgs, "path" | "literal"> {
  /** The text, of one line. */
  text: string;
}

/**
 * Whether a pattern matches a text, as the host's `grep` reads it, which also tells `false` of a pattern that is
 * none; `undefined` if that cannot be told.
 *
 * @example
 * ```ts
 * const matches = await host.getFact(facts.files.PatternMatches, { pattern: "^a.*$", text: "abc" });
 * ```
 */
export const PatternMatches = fact<boolean | undefined, PatternMatchesArgs>({
  name: "files.PatternMatches",
  parameters: ["text", "pattern", "interpolateVariables?", "extendedRegex?"],
  command({ text, pattern, interpolateVariables, extendedRegex }) {
    const [line, wanted] = [text, pattern].map((one) => textWord(one, interpolateVariables));
    const grep = sh`grep ${extendedRegex && "-E"} -e ${wanted}`;
    return sh`if printf '%s\\n' ${line} | ${grep} > /dev/null 2>&1; then echo matches; else echo differs; fi`;
  },
  process: ([line]) => line === undefined ? undefined : line === "matches",
});

/**
 * Whether two files or directories hold the same; `false` too where one of them is missing.
 *
 * @example
 * ```ts
 * const same = await host.getFact(facts.files.SameContent, { path: "/srv/app/current", other: "/srv/app/next" });
 * ```
 */
export const SameContent = fact<boolean, TwoPathsArgs>({
  name: "files.SameContent",
  parameters: ["path", "other"],
  command: ({ path, other }) =>
    sh`if diff -r ${pathWord(path)} ${pathWord(other)} > /dev/null 2>&1; then echo same; fi`,
  process: ([line]) => line === "same",
});

/** Printed where a file has nothing to show. Hosts that pyinfra's facts were written for print the same. */
export function existsMark(path: string): string {
  return `__pyinfra_exists_${path}`;
}
