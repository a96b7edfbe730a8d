/** The commands that ask `stat` about one path, and about many at once. */

import { joinCommands, pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import type { SharedProgram } from "../../host/mod.ts";
import { answerPlace, joinPlaced, placePaths, splitPlaced } from "../shared_program.ts";
import { STAT } from "../stat_function.ts";

/** GNU and BusyBox know `-c`, the BSDs and macOS `-f`. */
interface Formats {
  gnu: string;
  bsd: string;
}

const DESCRIPTION: Formats = {
  gnu: "user=%U group=%G mode=%A atime=%X mtime=%Y ctime=%Z size=%s %N",
  bsd: "user=%Su group=%Sg mode=%Sp atime=%a mtime=%m ctime=%c size=%z %N%SY",
};
const OWNER: Formats = { gnu: "%u %g", bsd: "%u %g" };

/** Describes a path, links not followed. Prints nothing where nothing is at the path. */
export function statCommand(path: string): ShellCommand {
  const word = pathWord(path);
  return sh`! (test -e ${word} || test -L ${word} ) || ( stat -c ${DESCRIPTION.gnu} ${word} 2> /dev/null || stat -f ${DESCRIPTION.bsd} ${word} )`;
}

/** Describes what a path leads to. */
export function targetCommand(path: string): ShellCommand {
  const word = pathWord(path);
  return sh`! test -e ${word} || stat -L -c ${DESCRIPTION.gnu} ${word} 2> /dev/null || stat -L -f ${DESCRIPTION.bsd} ${word}`;
}

/** Prints the numbers of a path's user and group. */
export function ownerCommand(path: string): ShellCommand {
  const word = pathWord(path);
  return sh`stat -c ${OWNER.gnu} ${word} 2> /dev/null || stat -f ${OWNER.bsd} ${word} 2> /dev/null || true`;
}

/** Tests of `"$p"` that the shell makes without a program. */
const EXISTS = sh`test -e "$p" || test -L "$p"`;
const LEADS_TO_SOMETHING = sh`test -e "$p"`;

/** {@linkcode statCommand} for many paths. */
export const sharedStat: SharedProgram<{ path: string }> = {
  ...shareStat(
    "files.stat",
    { exists: EXISTS, contentMatters: sh`test -L "$p" || test -f "$p"` },
    DESCRIPTION,
  ),
  lasting: lastingDescription,
};

/** {@linkcode targetCommand} for many paths. */
export const sharedTarget: SharedProgram<{ path: string }> = {
  ...shareStat(
    "files.stat -L",
    { exists: LEADS_TO_SOMETHING, contentMatters: sh`test -f "$p"`, options: ["-L"] },
    DESCRIPTION,
  ),
  lasting: lastingDescription,
};

/** {@linkcode ownerCommand} for many paths. */
export const sharedOwner: SharedProgram<{ path: string }> = shareStat(
  "files.owner",
  { exists: EXISTS },
  OWNER,
);

const ENTRY_REGEXP = /^(user=.*? group=.*? mode=(\S)\S*) atime=\S+ (mtime=\S+) ctime=\S+ (size=\S+) /;
const CUT = "atime=- mtime=- ctime=- size=-";

/**
 * Reading a file moves its atime, and chmod its ctime, besides the mode that is there to see. The content is part
 * of what plans rest on: the size and mtime of a file tell whether it is old or empty. Those of a directory move
 * with every neighbour, those of a device or pipe with its use.
 */
function lastingDescription(answer: string): string {
  return answer.replace(ENTRY_REGEXP, (_, access: string, type: string, mtime: string, size: string) => {
    const content = type === "-" || type === "l" ? `atime=- ${mtime} ctime=- ${size}` : CUT;
    return `${access} ${content} `;
  });
}

function lastingFormats({ gnu, bsd }: Formats, contentMatters: boolean): Formats {
  const cut = (format: string) =>
    contentMatters
      ? format.replaceAll(/(atime|ctime)=\S+/g, "$1=-")
      : format.replace(/atime=.*size=\S+/, CUT);
  return { gnu: cut(gnu), bsd: cut(bsd) };
}

function isCut(answer: string): boolean {
  return ENTRY_REGEXP.exec(answer)?.[0].endsWith(` ${CUT} `) ?? false;
}

interface StatQuestion {
  exists: ShellCommand;
  /** Holds where the size and the mtime last; everywhere if it is left out. */
  contentMatters?: ShellCommand;
  options?: readonly string[];
}

/** One `stat` for all paths that exist; where only some times last, one for files and one for the others. */
function shareStat(group: string, question: StatQuestion, formats: Formats): SharedProgram<{ path: string }> {
  const { exists, contentMatters, options = [] } = question;
  const statOf = ({ gnu, bsd }: Formats, mark: string) => [
    sh`stat ${options} -c ${`${mark} ${gnu}`}`,
    sh`stat ${options} -f ${`${mark} ${bsd}`}`,
  ];
  return {
    group: () => group,
    command(questions, { mark, lasting }) {
      const paths = questions.map(({ path }) => pathWord(path));
      if (!lasting || contentMatters === undefined) {
        return joinCommands([
          STAT,
          placePaths(paths, [exists]),
          answerPlace(1, statOf(formats, mark), mark),
        ], "\n");
      }
      return joinCommands([
        STAT,
        placePaths(paths, [contentMatters, exists]),
        answerPlace(1, statOf(lastingFormats(formats, true), mark), mark),
        answerPlace(2, statOf(lastingFormats(formats, false), mark), mark),
      ], "\n");
    },
    // The mark tells a name with newlines in it from the next answer.
    split: (output, mark, count) =>
      splitPlaced(output, { mark, count, recordsOf: (records) => records.split(`${mark} `).slice(1) }),
    join: (answers, mark) =>
      joinPlaced(answers, { placeOf: (answer) => isCut(answer) ? 2 : 1, before: `${mark} ` }),
  };
}
