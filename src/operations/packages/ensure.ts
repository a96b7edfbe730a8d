/** What all package managers share: which packages are missing, and the one command that installs them. */

import { sh, type ShellCommand } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { effect, host, type Steps, touches } from "../../host/mod.ts";

/** Which packages a host shall have. */
export interface WantedPackages {
  /** Names, each perhaps with a version behind the manager's joiner: `nginx=1.22.1-9`. */
  packages?: string | readonly string[] | undefined;
  /** Whether they shall be installed; `true` by default. */
  present?: boolean | undefined;
  /** Whether those that are installed, and are wanted in no certain version, are brought up to date. */
  latest?: boolean | undefined;
}

/** Installed packages: versions by name. */
export type InstalledPackages = Readonly<Record<string, readonly string[]>>;

/** A package as a caller names it. */
export interface PackageName {
  name: string;
  version?: string;
  /** How commands name it, where that is not the name, the joiner and the version. */
  spelled?: string;
}

/** What makes one package manager differ from another. */
export interface PackageManager {
  /** What its packages are called where plans tell what touches what; they differ between managers. */
  kind: string;
  /** The command before the names of packages to install. */
  install: ShellCommand;
  /** The command before the names of packages to remove. */
  uninstall: ShellCommand;
  /** The command before the names of packages to upgrade; without it, `latest` upgrades nothing. */
  upgrade?: ShellCommand;
  /** The command before the names of packages that are there in another version, where `install` leaves those alone. */
  replace?: ShellCommand;
  /** Whether each command takes one package only. */
  oneByOne?: boolean;
  /** Whether `uninstall` takes names without their versions. */
  uninstallsByName?: boolean;
  /** What stands between a name and its version, such as `=`; without it, names have no versions. */
  joiner?: string;
  /** Takes a name apart, where there is more to it than a joiner. */
  parse?(text: string): PackageName;
  /** Whether an installed version is as wanted; without it, it must be the very same. */
  satisfies?(installed: string, wanted: string): boolean;
  /** The name under which the manager lists a package, where that is not the one that installs it. */
  listedAs?(name: string): string;
  /**
   * What a name stands for that is not itself an installed package: the members of a group, or the packages
   * that provide it. Nothing if it stands for no other package.
   */
  expand?(name: string): Promise<readonly PackageName[] | undefined>;
  /** Whether a newer version of any of these is to be had; without it, upgrades are always run. */
  isOutdated?(names: readonly string[]): Promise<boolean>;
  /** What comes before the first command that installs or upgrades, such as fetching lists. */
  prepare?(): Steps;
}

/**
 * Installs, upgrades or removes packages: those that are missing with one command, those to upgrade with
 * another. Yields nothing if all is as wanted.
 *
 * @throws {DroverError} `E_ARGUMENT` for a name that is empty or that the command would take for an option.
 * @example
 * ```ts
 * yield* ensurePackages({ packages: ["git", "nginx=1.22"], latest: true }, installed, {
 *   install: sh`apk add`,
 *   upgrade: sh`apk add -u`,
 *   uninstall: sh`apk del`,
 *   joiner: "=",
 * });
 * ```
 */
export async function* ensurePackages(
  wanted: WantedPackages,
  installed: InstalledPackages,
  manager: PackageManager,
): Steps {
  const { present = true, latest = false } = wanted;
  const packages = parsePackages(wanted.packages, manager.joiner, manager.parse);
  touches(...packages.map(({ name }) => ({ kind: manager.kind, name })));
  const found = await Promise.all(packages.map((one) => findInstalled(one, installed, manager, present)));
  const missing = packages.filter((_, index) => found[index] === undefined);
  const existing = packages.filter((_, index) => found[index] !== undefined);

  if (!present) {
    for (const { name } of missing) host.noop(`package ${name} is not installed`);
    if (existing.length === 0) return;
    effect("remove");
    const names = existing.map((one) => manager.uninstallsByName ? one.name : spell(one, manager.joiner));
    yield* commandsOn(names, manager.uninstall, manager);
    return;
  }

  if (missing.length > 0) {
    if (existing.length === 0) effect("create");
    if (manager.prepare !== undefined) yield* manager.prepare();
    const isOther = ({ name }: PackageName) =>
      manager.replace !== undefined && Object.hasOwn(installed, listedName(name, manager));
    const spelled = (some: readonly PackageName[]) => some.map((one) => spell(one, manager.joiner));
    yield* commandsOn(spelled(missing.filter((one) => !isOther(one))), manager.install, manager);
    yield* commandsOn(spelled(missing.filter(isOther)), manager.replace ?? manager.install, manager);
  }
  const upgrades = latest && manager.upgrade !== undefined
    ? existing.filter(({ version }) => version === undefined).map((one) => spell(one, manager.joiner))
    : [];
  const outdated = await findOutdated(upgrades, manager);
  if (outdated.length > 0 && manager.upgrade !== undefined) {
    if (missing.length === 0 && manager.prepare !== undefined) yield* manager.prepare();
    yield* commandsOn(outdated, manager.upgrade, manager);
    return;
  }
  packages.forEach(({ name }, index) => {
    const versions = found[index]?.filter((version) => version !== "") ?? [];
    if (found[index] === undefined) return;
    host.noop(`package ${name} is installed${versions.length > 0 ? ` (${versions.join(", ")})` : ""}`);
  });
}

/**
 * Splits names at the joiner, from the right; a package that is named twice is taken once.
 *
 * @throws {DroverError} `E_ARGUMENT`.
 */
export function parsePackages(
  packages: string | readonly string[] | undefined,
  joiner: string | undefined,
  parse?: (text: string) => PackageName,
): PackageName[] {
  const texts = packages === undefined ? [] : typeof packages === "string" ? [packages] : packages;
  return [...new Set(texts)].map((text) => {
    if (typeof text !== "string" || text.trim() === "" || text.startsWith("-")) {
      throw new DroverError("E_ARGUMENT", `${JSON.stringify(text)} is not the name of a package`, {
        hint: "options of the package manager go into an argument of their own, such as extraInstallArgs",
      });
    }
    if (parse !== undefined) return parse(text);
    const at = joiner === undefined ? -1 : text.lastIndexOf(joiner);
    // A joiner at the start belongs to the name: @scope/package.
    if (joiner === undefined || at <= 0) return { name: text };
    const version = text.slice(at + joiner.length);
    return version === "" ? { name: text.slice(0, at) } : { name: text.slice(0, at), version };
  });
}

/**
 * The installed versions of a wanted package that satisfy it, or nothing. A name that stands for several packages is
 * installed when all of them are, and is there to be removed when any of them is.
 */
async function findInstalled(
  wanted: PackageName,
  installed: InstalledPackages,
  manager: PackageManager,
  all: boolean,
): Promise<string[] | undefined> {
  const listed = listedName(wanted.name, manager);
  const direct = matches({ ...wanted, name: listed }, installed, manager);
  // What is installed in another version than wanted stands for itself.
  if (direct !== undefined || manager.expand === undefined || Object.hasOwn(installed, listed)) return direct;
  const members = await manager.expand(wanted.name) ?? [];
  const versions = members.map((member) => matches(member, installed, manager));
  const enough = all ? versions.every((one) => one !== undefined) : versions.some((one) => one !== undefined);
  return members.length > 0 && enough ? versions.flatMap((one) => one ?? []) : undefined;
}

function listedName(name: string, manager: PackageManager): string {
  return manager.listedAs?.(name) ?? name;
}

/** Those of which there is something newer: each by itself if commands take one, otherwise all or none. */
async function findOutdated(names: readonly string[], manager: PackageManager): Promise<readonly string[]> {
  const { isOutdated, oneByOne = false } = manager;
  if (names.length === 0 || isOutdated === undefined) return names;
  if (!oneByOne) return await isOutdated(names) ? names : [];
  const answers = await Promise.all(names.map((name) => isOutdated([name])));
  return names.filter((_, index) => answers[index]);
}

function* commandsOn(
  names: readonly string[],
  command: ShellCommand,
  { oneByOne = false }: PackageManager,
): Generator<ShellCommand> {
  if (oneByOne) { for (const name of names) yield sh`${command} ${name}`; }
  else if (names.length > 0) yield sh`${command} ${names}`;
}

function matches(
  { name, version }: PackageName,
  installed: InstalledPackages,
  { satisfies = (one, wanted) => one === wanted }: PackageManager,
): string[] | undefined {
  if (!Object.hasOwn(installed, name)) return undefined;
  const versions = [installed[name] ?? []].flat().map(String);
  return version === undefined || versions.some((one) => satisfies(one, version)) ? versions : undefined;
}

function spell({ name, version, spelled }: PackageName, joiner: string | undefined): string {
  return spelled ?? (version === undefined ? name : `${name}${joiner}${version}`);
}
