/** The repositories that dnf, yum and zypper install rpm packages from. */

import { sh } from "../command/mod.ts";
import { type Fact, fact, type Subject } from "../host/mod.ts";
import { parseRepositoryFile } from "./repository_file.ts";

/** A repository. Options have the names and the texts that they have in the file, such as `enabled: "1"`. */
export interface RpmRepository {
  /** Its section in the file. */
  repoid: string;
  /** What it is called; its section where it has no name. */
  name: string;
  /** The file that it stands in. */
  filename: string;
  /** `baseurl`, `gpgcheck` and whatever else is there; several lines of one option are joined by line breaks. */
  [option: string]: string;
}

/** What can be installed, and from where. */
export const RPM_REPOSITORIES: Subject = { kind: "rpm repositories" };

/** Printed before each file. */
const FILE_MARK = "##FILE ";

/**
 * A fact that lists the repositories of a program.
 *
 * @param places Files, and directories with `.repo` files.
 */
export function repositoriesFact(
  name: string,
  program: string,
  places: readonly string[],
): Fact<RpmRepository[]> {
  return fact<RpmRepository[]>({
    name,
    about: () => RPM_REPOSITORIES,
    remember: {},
    requires: program,
    command: () =>
      sh`for place in ${places}; do
  for file in "$place" "$place"/*.repo; do
    ! test -f "$file" || { printf '%s%s\\n' ${FILE_MARK} "$file" && cat "$file" && echo; }
  done
done`,
    default: () => [],
    process: parseRepositories,
  });
}

function parseRepositories(lines: readonly string[]): RpmRepository[] {
  const starts = lines.flatMap((line, index) => line.startsWith(FILE_MARK) ? [index] : []);
  return starts.flatMap((start, index) => {
    const filename = lines[start]!.slice(FILE_MARK.length);
    const sections = parseRepositoryFile(lines.slice(start + 1, starts[index + 1]));
    // The section of the program's own settings is no repository.
    return sections.filter(({ id }) => id !== "main").map(({ id, options }) => ({
      repoid: id,
      name: id,
      ...Object.fromEntries(options.map((option) => [option.name, option.value])),
      filename,
    }));
  });
}
