/** The lines of a file that match: one pattern by `grep`, many in one read. */

import { pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { type Fact, fact, pathSubject, type SharedProgram } from "../../host/mod.ts";
import { giveUp, joinMarked, splitMarked } from "../shared_program.ts";
import { existsMark } from "./exists_mark.ts";
import { textWord } from "./expansion.ts";
import { isPortableRegex } from "./portable_regex.ts";

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
  /** Lower and upper case letters are the same (`grep -i`). Default: `false`. */
  ignoreCase?: boolean;
  /** The pattern is the text of whole lines, without any special characters (`grep -F -x`). Default: `false`. */
  literal?: boolean;
}

/**
 * `sed` tells for each line which patterns match, and `awk` puts the lines of each pattern together. Left to
 * `grep` is what they might see differently: patterns that are not portable, and files with anything that is no
 * text in the host's language.
 */
const sharedFind: SharedProgram<FindInFileArgs> = {
  group({ path, pattern, interpolateVariables, extendedRegex = false, ignoreCase, literal }) {
    const isAlone = interpolateVariables || ignoreCase || literal ||
      !isPortableRegex(pattern, extendedRegex) ||
      delimiterFor(pattern) === undefined ||
      // What `echo` makes of backslashes differs, and `find` takes these names for its own words.
      /[\n\\]|^[(),!]/.test(path);
    return isAlone ? undefined : JSON.stringify(["files.find", path, Boolean(extendedRegex)]);
  },
  command(questions, { mark }) {
    const { path, extendedRegex } = questions[0]!;
    const word = pathWord(path);
    const script = sedScript(questions.map(({ pattern }) => pattern), mark);
    // `sed` would overlook NULs on some hosts, so that they become characters that are no text.
    return sh`if test -f ${word} && test -r ${word} && ${
      hasPrograms("grep", "find", "sed", "awk", "tr")
    }; then
{ LC_ALL=C tr '\\000' '\\001' < ${word} && echo ${mark}; } 2> /dev/null | sed -n ${
      extendedRegex && "-E"
    } ${script} 2> /dev/null | awk ${COLLECT} ${mark} ${questions.length} ${existsMark(path)}
elif test -e ${word} || test -L ${word}; then echo ${giveUp(mark)}
else ${questions.map(() => sh`echo ${mark};`)} fi`;
  },
  split: splitMarked,
  join: joinMarked,
};

/**
 * The lines of a file that match a pattern; `undefined` if there is no file.
 *
 * @example
 * ```ts
 * const ports = await host.getFact(facts.files.FindInFile, { path: "/etc/ssh/sshd_config", pattern: "^Port " });
 * ```
 */
export const FindInFile: Fact<string[] | undefined, FindInFileArgs> = fact<
  string[] | undefined,
  FindInFileArgs
>({
  name: "files.FindInFile",
  about: ({ path }) => pathSubject(path),
  remember: {
    path: "path",
    pattern: "line",
    interpolateVariables: "unset",
    extendedRegex: "boolean",
    ignoreCase: "boolean",
    literal: "boolean",
  },
  parameters: {
    path: "string",
    pattern: "string",
    interpolateVariables: "boolean?",
    extendedRegex: "boolean?",
    ignoreCase: "boolean?",
    literal: "boolean?",
  },
  command({ path, pattern, interpolateVariables, extendedRegex, ignoreCase, literal }) {
    const word = pathWord(path);
    return sh`grep ${extendedRegex && "-E"} ${ignoreCase && "-i"} ${literal && ["-F", "-x"]} -e ${
      textWord(pattern, interpolateVariables)
    } ${word} 2> /dev/null || ( find ${word} -type f > /dev/null && echo ${existsMark(path)} || true )`;
  },
  process(lines, { path }) {
    if (lines.length === 0) return undefined;
    return lines.length === 1 && lines[0] === existsMark(path) ? [] : lines;
  },
  shared: sharedFind,
});

function hasPrograms(...names: string[]): ShellCommand {
  const [first, ...others] = names.map((name) => sh`command -v ${name} > /dev/null 2>&1`);
  return others.reduce((left, right) => sh`${left} && ${right}`, first!);
}

/** A character to stand around a pattern that has none of it, so that nothing in the pattern is escaped. */
function delimiterFor(pattern: string): string | undefined {
  return [..."/%,@!;:~=#"].find((one) => !pattern.includes(one));
}

/**
 * Prints two lines for each line that matches: the numbers of the patterns, and the line. `!` means that it had to
 * stop, `.` that it came to the end. The mark ends the file, whether its last line has an end of its own or not.
 */
function sedScript(patterns: readonly string[], mark: string): string {
  const stop = "x\ns/.*/!/\np\nq";
  const tests = patterns.map((pattern, index) => {
    const delimiter = delimiterFor(pattern)!;
    return `\\${delimiter}${pattern}${delimiter}{\nx\ns/$/ ${index + 1}/\nx\n}`;
  });
  return [
    `\${\ns/${mark}$//\nt whole\n${stop}\n:whole\n/^$/b end\n}`,
    `/^[[:print:][:space:]]*$/!{\n${stop}\n}`,
    ...tests,
    "x\n/./{\nG\np\ns/.*//\n}\nx",
    ":end\n$!b\ns/.*/./\np",
  ].join("\n");
}

/** Prints, after a mark each, the lines of every pattern, or that the file exists. */
const COLLECT = `BEGIN { mark = ARGV[1]; count = ARGV[2]; none = ARGV[3]; ARGC = 1 }
NR % 2 { tags = $0; next }
{ n = split(tags, tag, " "); for (i = 1; i <= n; i++) line[tag[i], ++lines[tag[i]]] = $0 }
END {
  if (NR % 2 == 0 || tags != ".") { print mark "!"; exit }
  for (k = 1; k <= count; k++) {
    print mark
    if (k in lines) for (i = 1; i <= lines[k]; i++) print line[k, i]; else print none
  }
}`;
