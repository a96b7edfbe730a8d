/** What is written in files. */

import { pathWord, sh } from "../../command/mod.ts";
import { fact, pathSubject } from "../../host/mod.ts";
import type { PathArgs, TwoPathsArgs } from "./stat.ts";
import { READING_TIME } from "./reading_time.ts";

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
  about: ({ path }) => pathSubject(path),
  remember: { path: "path" },
  parameters: { path: "string" },
  // The first line tells an empty file from none, and is not part of the content.
  command: ({ path }) => {
    const word = pathWord(path);
    return sh`if test -f ${word}; then echo exists; cat ${word}; fi`;
  },
  process: (lines) => lines.length === 0 ? undefined : lines.slice(1),
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
  timeout: READING_TIME,
  about: ({ path }) => pathSubject(path),
  remember: { path: "path", other: "path" },
  parameters: { path: "string", other: "string" },
  command: ({ path, other }) =>
    sh`if diff -r ${pathWord(path)} ${pathWord(other)} > /dev/null 2>&1; then echo same; fi`,
  process: ([line]) => line === "same",
});
