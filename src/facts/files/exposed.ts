/** Whether other users may change what a path stands for. */

import { joinCommands, pathWord, sh } from "../../command/mod.ts";
import { type Fact, fact, type SharedProgram } from "../../host/mod.ts";
import { joinMarked, splitMarked } from "../shared_program.ts";
import type { PathArgs } from "./stat.ts";

/**
 * One `id`, one `ls` and one `awk` for the ways to all paths, most of which are the same. `ls` may leave more room
 * between its columns than it would for one path.
 */
const SHARED: SharedProgram<PathArgs> = {
  // What `ls` prints is told apart by its names, so they have to be plain.
  group: ({ path }) => /^\/[\w@%+=:,./-]*$/.test(path) ? "files.Exposed" : undefined,
  command(questions, { mark, lasting }) {
    const ways = questions.map(({ path }) => prefixesOf(path));
    const places = [...new Set(ways.flat())];
    const wanted = ways.flatMap((way) => [mark, ...way]);
    const pick = lasting ? PICK_VERDICTS : PICK_LINES;
    return sh`{ LC_ALL=C ls -ldn ${places} 2> /dev/null; printf '%s\\n' ${wanted}; } | awk -v mark=${mark} -v user="$(id -u)" ${pick}`;
  },
  split: splitMarked,
  join: joinMarked,
  // Directories that are made on the way change the lines, but rarely what they say.
  lasting: (answer, { path }) => `${isExposedWay(answer.split("\n"), path) ? 1 : 0}\n`,
};

/** Takes the lines of `ls`, each under the name it is for. */
const TAKE_LINES = `!asking { line[$5 ~ /,$/ ? $10 : $9] = $0; next }`;

/** Behind the mark and the user, the lines of a way. */
const PICK_LINES = `$0 == mark { asking = 1; print mark; print user; next }
${TAKE_LINES}
$0 in line { print line[$0] }`;

/** Behind the mark, 1 or 0: what {@linkcode isExposed} makes of the lines. */
const PICK_VERDICTS = `function shared(mode) { return substr(mode, 6, 1) == "w" || substr(mode, 9, 1) == "w" }
function exposed(   i, last, open) {
  for (i = 1; i <= n; i++) {
    last = i == length_of_way; open = i > 1 && shared(modes[i - 1])
    if (modes[i] ~ /^l/) return 1
    if ((!last || open) && owners[i] != 0 && owners[i] != user) return 1
    if (!last && shared(modes[i]) && (substr(modes[i], 10, 1) !~ /[tT]/ || i == n)) return 1
  }
  return 0
}
function answer() { if (asking) { print mark; print exposed() } }
$0 == mark { answer(); asking = 1; n = length_of_way = 0; next }
${TAKE_LINES}
{ length_of_way++ }
$0 in line { split(line[$0], field, / +/); n++; modes[n] = field[1]; owners[n] = field[3] }
END { answer() }`;

/**
 * Whether another user than root and the one who asks may put something else, such as a link, in the place of a
 * path or of one of its directories. A path with links in it counts as exposed. Whoever writes there must not
 * follow links.
 *
 * @example
 * ```ts
 * if (await host.getFact(facts.files.Exposed, { path: "/home/app/.ssh/authorized_keys" })) { … }
 * ```
 */
export const Exposed: Fact<boolean, PathArgs> = fact<boolean, PathArgs>({
  name: "files.Exposed",
  remember: { path: "path" },
  parameters: { path: "string" },
  command: ({ path }) => {
    const places = prefixesOf(path).map((prefix) => pathWord(prefix));
    // The order of the answers is that of the path: a prefix sorts before what it begins.
    return sh`id -u; LC_ALL=C ls -ldn ${joinCommands(places, " ")} 2> /dev/null || true`;
  },
  shared: SHARED,
  default: () => false,
  process: (lines, { path }) => isExposedWay(lines, path),
});

function isExposedWay([user, ...lines]: readonly string[], path: string): boolean {
  return isExposed(user, lines, prefixesOf(path).length);
}

/** `/`, `/home`, `/home/app`: all that a path leads through. */
function prefixesOf(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const start = path.startsWith("/") ? "/" : path.startsWith("~") ? parts.shift()! : ".";
  const prefixes = [start];
  for (const part of parts) {
    const before = prefixes.at(-1)!;
    prefixes.push(before === "/" ? `/${part}` : `${before}/${part}`);
  }
  return prefixes;
}

const ENTRY_REGEXP = /^([-bcdlps])([-rwxsStT]{9})[+.@]? +\d+ +(\d+) /;

function isExposed(user: string | undefined, lines: readonly string[], length: number): boolean {
  if (user === undefined) return false;
  const entries = lines.map((line) => ENTRY_REGEXP.exec(line)).filter((entry) => entry !== null);
  for (const [index, [, type, mode = "", owner]] of entries.entries()) {
    const isLast = index === length - 1;
    const shared = index > 0 && isShared(entries[index - 1]![2]!);
    if (type === "l") return true;
    if ((!isLast || shared) && owner !== "0" && owner !== user) return true;
    // In a directory with the sticky bit, only what is there already is safe.
    if (!isLast && isShared(mode) && (!/t$/i.test(mode) || index === entries.length - 1)) return true;
  }
  return false;
}

/** Whether the group or everybody may write. */
function isShared(mode: string): boolean {
  return mode[4] === "w" || mode[7] === "w";
}
