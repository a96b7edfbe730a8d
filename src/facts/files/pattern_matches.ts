/** Whether a pattern matches a text, as the host reads it. */

import { sh } from "../../command/mod.ts";
import { type Fact, fact } from "../../host/mod.ts";
import { textWord } from "./expansion.ts";
import type { FindInFileArgs } from "./find_in_file.ts";

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
export const PatternMatches: Fact<boolean | undefined, PatternMatchesArgs> = fact<
  boolean | undefined,
  PatternMatchesArgs
>({
  name: "files.PatternMatches",
  remember: {
    text: "line",
    pattern: "line",
    interpolateVariables: "unset",
    extendedRegex: "boolean",
    ignoreCase: "boolean",
  },
  parameters: {
    text: "string",
    pattern: "string",
    interpolateVariables: "boolean?",
    extendedRegex: "boolean?",
    ignoreCase: "boolean?",
  },
  command({ text, pattern, interpolateVariables, extendedRegex, ignoreCase }) {
    const [line, wanted] = [text, pattern].map((one) => textWord(one, interpolateVariables));
    const grep = sh`grep ${extendedRegex && "-E"} ${ignoreCase && "-i"} -e ${wanted}`;
    return sh`if printf '%s\\n' ${line} | ${grep} > /dev/null 2>&1; then echo matches; else echo differs; fi`;
  },
  process: ([line]) => line === undefined ? undefined : line === "matches",
});
