/** Names that are more than a name: versions to compare, and what other packages provide. */

import { DroverError } from "../../errors/mod.ts";
import type { Fact } from "../../host/mod.ts";
import { host } from "../../host/mod.ts";
import type { SatisfiedArgs } from "../../facts/package_questions.ts";
import { type InstalledPackages, type PackageName, parsePackages, type WantedPackages } from "./ensure.ts";

/** What is installed, and how versions compare with it. */
export interface Satisfaction {
  /** What is installed under its own name and under those that it satisfies. */
  installed: InstalledPackages;
  /** For `PackageManager.satisfies`, where versions are whole texts such as `curl>=8`. */
  satisfies(installed: string, wanted: string): boolean;
  /** Names without a version that nothing installed has or satisfies; they may be those of groups. */
  unknown: ReadonlySet<string>;
}

/**
 * Asks the manager itself about names that its list does not have, or not in a certain version. Where all that is
 * wanted is installed under its own name, nothing is asked.
 *
 * @param fact Tells which texts are satisfied by what is installed.
 * @param countsAll Whether packages are removed, too, by names that they only satisfy.
 */
export async function askSatisfied(
  wanted: WantedPackages,
  installed: InstalledPackages,
  fact: Fact<string[] | undefined, SatisfiedArgs>,
  { parse, countsAll = false }: { parse?: (text: string) => PackageName; countsAll?: boolean } = {},
): Promise<Satisfaction> {
  const open = parsePackages(wanted.packages, undefined, parse)
    .filter(({ name, version }) => version !== undefined || !Object.hasOwn(installed, name));
  const textOf = ({ name, version = name }: PackageName) => version;
  const satisfied = open.length === 0 ? [] : await host.getFact(fact, { packages: open.map(textOf) }) ?? [];
  const isSatisfied = (one: PackageName) => satisfied.includes(textOf(one));
  const counted = wanted.present === false && !countsAll ? [] : open.filter(isSatisfied);
  return {
    // In a version that nothing tells.
    installed: { ...Object.fromEntries(counted.map(({ name }) => [name, [""]])), ...installed },
    satisfies: (version, text) => satisfied.includes(text) || text.replace(/^.*=/s, "") === version,
    unknown: new Set(
      open.filter((one) => one.version === undefined && !isSatisfied(one)).map(({ name }) => name),
    ),
  };
}

/**
 * Takes a name from the comparison behind it: `curl>=8`, `musl~1.2`. The version is the whole text, which commands
 * that remove do not take.
 *
 * @throws {DroverError} `E_ARGUMENT` for `!name`.
 */
export function parseDependency(text: string, present: boolean | undefined): PackageName {
  const [, name, comparison] = /^([^<>=~]+)(.*)$/s.exec(text) ?? [];
  if (name === undefined || text.startsWith("!")) {
    throw new DroverError("E_ARGUMENT", `${JSON.stringify(text)} is not the name of a package`, {
      hint: "packages that shall not be there are named without a mark, with present: false",
    });
  }
  if (comparison === "") return { name };
  return { name, version: text, spelled: present === false ? name : text };
}
