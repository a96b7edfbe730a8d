/** Groups of packages that dnf or yum has installed. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** A fact that lists the groups that a program has installed: names by ids. */
export function installedGroupsFact(name: string, program: string): Fact<Record<string, string>> {
  const list = sh`${program} -q`;
  return fact<Record<string, string>>({
    name,
    about: () => ({ kind: "package" }),
    remember: {},
    timeout: 300,
    requires: program,
    // The ids are shown by -v, which dnf 5 does not have: there they are always shown.
    command: () =>
      sh`{ LC_ALL=C ${list} -v group list --hidden || LC_ALL=C ${list} group list --hidden || true; } 2> /dev/null < /dev/null`,
    default: () => ({}),
    process: parseGroups,
  });
}

/** `Installed Groups:` with lines `   Name (id)`; or a table of id, name, and `yes` for those that are installed. */
function parseGroups(lines: readonly string[]): Record<string, string> {
  const groups: Record<string, string> = {};
  let prefix: string | undefined;
  for (const line of lines) {
    const [, environment] = /^Installed (Environment )?(?:Language )?Groups:$/.exec(line) ?? [];
    if (/^\S.*:$/.test(line)) {
      prefix = /^Installed /.test(line) ? environment === undefined ? "" : "^" : undefined;
    }
    const [, name, id] = /^\s+(.*\S)\s+\(([^()\s]+)\)$/.exec(line) ?? [];
    if (name !== undefined && prefix !== undefined) groups[`${prefix}${id}`] = name;
    const [, listed, called] = /^(\S+)\s{2,}(.*\S)\s+yes$/.exec(line) ?? [];
    if (listed !== undefined) groups[listed] = called!;
  }
  return groups;
}
