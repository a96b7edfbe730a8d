/** Facts about packages of Node.js that npm has installed. */

import { pathWord, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { NPM_AS_OWNER } from "./as_owner.ts";
import { versionsByName } from "./package_versions.ts";

/** The argument of {@linkcode NpmPackages}. */
export interface NpmPackagesArgs {
  /** Directory of a project on the host. Default: the packages of the whole system. */
  directory?: string | undefined;
}

/** The argument of {@linkcode NpmOutdated}. */
export type NpmOutdatedArgs = NpmPackagesArgs;

/** A package of which there is a newer version. */
export interface NpmOutdatedInfo {
  /** The installed version. */
  current: string;
  /** The newest that `package.json` allows, which is the one that `npm update` installs. */
  wanted: string;
  /** The newest of all. */
  latest: string;
}

/** A line of the tree, in either of its alphabets: `├── @scope/name@1.2.3 extraneous`. */
const TREE_REGEXP = /^[├└+`][─-]+┬?\s+(?<name>(?:@[^/\s]+\/)?[^@\s]+)@(?<version>\d[^\s]*)/;

/**
 * Installed packages of Node.js with their versions, but not what those depend on: the whole system's, or those
 * of a project. Empty where there is no npm, or no such directory. Root asks as the directory's owner.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.npm.NpmPackages, { directory: "/srv/app" });
 * if (packages["@angular/cli"] === undefined) { … }
 * ```
 */
export const NpmPackages: Fact<Record<string, string[]>, NpmPackagesArgs> = fact<
  Record<string, string[]>,
  NpmPackagesArgs
>({
  name: "npm.NpmPackages",
  about: ({ directory }) => ({ kind: npmKind(directory) }),
  // npm reads what a project's own files say.
  remember: { directory: "unset" },
  parameters: { directory: "string?" },
  requires: "npm",
  setup: ({ directory }) => directory === undefined ? undefined : NPM_AS_OWNER,
  // It fails where anything is missing or too much, and lists what is there nevertheless.
  command: ({ directory }) => sh`${ifThere(directory, npm("list", directory, sh`--depth=0`))} || true`,
  default: () => ({}),
  process: (lines) => versionsByName(lines, TREE_REGEXP),
});

/**
 * Packages of which there is a newer version, by name; `undefined` where the registry cannot be asked.
 *
 * @example
 * ```ts
 * const outdated = await host.getFact(facts.npm.NpmOutdated, { directory: "/srv/app" });
 * ```
 */
export const NpmOutdated: Fact<Record<string, NpmOutdatedInfo> | undefined, NpmOutdatedArgs> = fact<
  Record<string, NpmOutdatedInfo> | undefined,
  NpmOutdatedArgs
>({
  name: "npm.NpmOutdated",
  about: ({ directory }) => ({ kind: npmKind(directory) }),
  remember: { directory: "unset" },
  parameters: { directory: "string?" },
  requires: "npm",
  setup: ({ directory }) => directory === undefined ? undefined : NPM_AS_OWNER,
  command: ({ directory }) =>
    sh`${ifThere(directory, npm("outdated", directory, sh`--json`))} 2>/dev/null || true`,
  default: () => undefined,
  process: (lines) => parseOutdated(lines.join("\n")),
});

/** What packages are called where plans tell what touches what. */
export function npmKind(directory: string | undefined): string {
  return directory === undefined ? "npm package" : `npm package of ${directory}`;
}

/**
 * A command of npm: for the whole system, or in a project. Without `--prefix`, npm would go up to the next directory
 * that has a `package.json`.
 *
 * @param words What follows the command: `npm install -g WORDS`.
 */
export function npm(
  command: "install" | "list" | "outdated" | "uninstall" | "update",
  directory: string | undefined,
  words?: ShellCommand,
): ShellCommand {
  if (directory === undefined) return sh`npm ${command} -g ${words}`;
  return sh`cd ${pathWord(directory)} && npm --prefix . ${command} ${words}`;
}

function ifThere(directory: string | undefined, command: ShellCommand): ShellCommand {
  return directory === undefined ? command : sh`! test -d ${pathWord(directory)} || (${command})`;
}

function parseOutdated(text: string): Record<string, NpmOutdatedInfo> | undefined {
  try {
    const found = JSON.parse(text) as Record<string, Partial<NpmOutdatedInfo>>;
    if ("error" in found && found.error?.current === undefined) return undefined;
    const entries = Object.entries(found).flatMap(([name, { current, wanted, latest }]) =>
      current === undefined || wanted === undefined || latest === undefined
        ? []
        : [[name, { current, wanted, latest }] as const]
    );
    return Object.fromEntries(entries);
  } catch {
    return undefined;
  }
}
