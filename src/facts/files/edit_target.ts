/** What has to be known of a file before it is edited where it stands. */

import { joinCommands, pathWord, sh, type ShellCommand } from "../../command/mod.ts";
import { type Fact, fact, pathSubject } from "../../host/mod.ts";
import { joinMarked, splitMarked } from "../shared_program.ts";
import type { PathArgs } from "./stat.ts";

/** A file that is about to be edited. */
export interface EditTarget {
  /** Its own path, all links followed: an edit must not put a file in the place of a link. */
  path: string;
  /** Whether its last line ends with a newline, or it is empty. */
  terminated: boolean;
  /** Whether it is a mount point, such as `/etc/hosts` in a container, which cannot be renamed over. */
  mounted: boolean;
  /** Bytes. */
  size: number;
}

/**
 * The file that an edit of a path would reach; `undefined` if that is no regular file.
 *
 * @example
 * ```ts
 * const target = await host.getFact(facts.files.EditTargetAt, { path: "/etc/resolv.conf" });
 * if (target?.mounted) { … }
 * ```
 */
export const EditTargetAt: Fact<EditTarget | undefined, PathArgs> = fact<EditTarget | undefined, PathArgs>({
  name: "files.EditTargetAt",
  about: ({ path }) => pathSubject(path),
  remember: { path: "path" },
  parameters: { path: "string" },
  command: ({ path }) => lookAt(path, sh`wc -c < ${pathWord(path)}`),
  shared: {
    group: () => "files.EditTargetAt",
    command: (questions, { mark, lasting }) => {
      const looks = questions.map(({ path }) =>
        sh`echo ${mark}; ${lookAt(path, lasting ? sh`echo 0` : sh`wc -c < ${pathWord(path)}`)}`
      );
      return joinCommands(looks, "\n");
    },
    split: splitMarked,
    join: joinMarked,
    // A line more or less does not matter to where and how a file is edited.
    lasting: (answer) => answer.replace(/^(.*\n.*\n).*\n/, "$10\n"),
    passing: ["size"],
  },
  process(lines) {
    const [terminated, mounted, size, ...path] = lines.slice(0, 3).map((line) => line.trim()).concat(
      lines.slice(3),
    );
    if (path.length === 0) return undefined;
    return {
      path: path.join("\n"),
      terminated: terminated === "1",
      mounted: mounted === "1",
      size: Number(size),
    };
  },
});

function lookAt(path: string, size: ShellCommand): ShellCommand {
  const word = pathWord(path);
  return sh`if test -f ${word}; then r=$(readlink -f ${word} 2> /dev/null || printf '%s\\n' ${word}); \
if test -s ${word}; then tail -c 1 ${word} | wc -l; else echo 1; fi; \
if test -r /proc/self/mountinfo; then awk 'BEGIN { p = ARGV[1]; ARGV[1] = "" } $5 == p { f = 1 } END { print f + 0 }' "$r" /proc/self/mountinfo; else echo 0; fi; \
${size}; printf '%s\\n' "$r"; fi`;
}
