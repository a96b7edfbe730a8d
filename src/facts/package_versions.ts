/** The lists of package managers: versions by name. */

/**
 * Versions by name, from lines that each tell of one package; other lines are passed over.
 *
 * @param pattern Its groups `name` and `version` hold these; a package without a version has no versions.
 * @param nameOf How names are spelled that are compared with what a deploy says. Default: as they stand.
 * @example
 * ```ts
 * versionsByName(["acl-2.3.1-r3 - tools"], /^(?<name>\S+)-(?<version>\d\S*-r\d+) /); // { acl: ["2.3.1-r3"] }
 * ```
 */
export function versionsByName(
  lines: readonly string[],
  pattern: RegExp,
  nameOf: (name: string) => string = (name) => name,
): Record<string, string[]> {
  const packages: Record<string, string[]> = {};
  for (const line of lines) {
    const { name, version } = pattern.exec(line)?.groups ?? {};
    if (name === undefined) continue;
    const key = nameOf(name);
    // A name such as "constructor" is a package like any other.
    const versions = Object.hasOwn(packages, key) ? packages[key]! : [];
    if (version !== undefined && !versions.includes(version)) versions.push(version);
    packages[key] = versions;
  }
  return packages;
}
