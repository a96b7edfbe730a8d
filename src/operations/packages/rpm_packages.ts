/** Packages of dnf, yum and zypper: which of them rpm has installed, under whatever name a deploy gives them. */

import type { ShellCommand } from "../../command/mod.ts";
import type { DnfModule } from "../../facts/dnf.ts";
import { RpmPackageProvides, RpmPackages } from "../../facts/rpm.ts";
import { RPM_REPOSITORIES } from "../../facts/rpm_repositories.ts";
import type { UpdateWouldChangeArgs } from "../../facts/rpm_updates.ts";
import {
  alters,
  type Fact,
  host,
  type ParameterKinds,
  restsOn,
  type Steps,
  type Subject,
} from "../../host/mod.ts";
import { ensurePackages, type InstalledPackages, type PackageName, parsePackages } from "./ensure.ts";

/** What the operations `packages` of dnf, yum and zypper have in common. */
export interface RpmPackagesArgs {
  /**
   * Names, files or capabilities that packages provide, each perhaps with a version: `nginx`, `nginx=1.20.1`,
   * `nginx=1:1.20.1-14.el9`, `nginx=1.20.*`, `glibc.i686`, `perl(JSON)`, `/usr/bin/vim`. Without a release, every one
   * will do; zypper knows no `*`.
   */
  packages?: string | string[];
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean;
  /** Upgrades those that are installed and wanted in no certain version, if there is something newer. Default: `false`. */
  latest?: boolean;
  /** Updates all packages first, if there is something newer; together with `clean`, each time. Default: `false`. */
  update?: boolean;
  /**
   * Throws away what was fetched of the repositories before something is installed or updated, or by itself without
   * `packages`. Default: `false`.
   */
  clean?: boolean;
}

/** The kinds of the common arguments, in their order. */
export const RPM_PACKAGES_PARAMETERS: ParameterKinds<RpmPackagesArgs> = {
  packages: "string | string[]?",
  present: "boolean?",
  latest: "boolean?",
  update: "boolean?",
  clean: "boolean?",
};

/** What makes one program differ from another. */
export interface RpmManager {
  install: ShellCommand;
  uninstall: ShellCommand;
  update: ShellCommand;
  clean: ShellCommand;
  /** How a command names a package in a certain version. */
  spell(name: string, version: string): string;
  wouldUpdate: Fact<boolean | undefined, UpdateWouldChangeArgs>;
  /** The groups that are installed, where the program has groups. */
  groups?: Fact<Record<string, string>>;
  /** The modules that it knows, where it has modules. */
  modules?: Fact<Record<string, DnfModule>>;
}

/** The versions of the packages that are installed. */
export const INSTALLED_VERSIONS: Subject = { kind: "package versions" };

/** Architectures that stand behind a name: `glibc.i686`. */
const ARCHITECTURE_REGEXP = /^(.+)\.(noarch|src|x86_64|i[3-6]86|aarch64|armv7hl|ppc64le|riscv64|s390x)$/;

/** Installs, updates or removes packages. */
export async function* ensureRpmPackages(args: RpmPackagesArgs, manager: RpmManager): Steps {
  const { packages, present, update = false, clean = false, latest = false } = args;
  const parse = (text: string) => parseRpmName(text, manager);
  const wanted = parsePackages(packages, "=", parse);
  const [installed, outdated] = await Promise.all([
    findInstalled(wanted, manager),
    // What fresh lists would tell cannot be known before they are there.
    update && !clean ? host.getFact(manager.wouldUpdate) : update,
  ]);
  // What has to be installed is installed whatever the repositories tell.
  const isComplete = wanted.every(({ name }) => Object.hasOwn(installed, name));
  if (isComplete && (update || latest)) restsOn(RPM_REPOSITORIES, INSTALLED_VERSIONS);
  if (update || latest) alters(INSTALLED_VERSIONS);

  const updates = update && outdated !== false;
  if (update && !updates) host.noop("all packages are up to date");
  const cleansFirst = clean && (updates || packages === undefined);
  if (cleansFirst) yield manager.clean;
  if (updates) yield manager.update;
  yield* ensurePackages({ packages, present, latest: latest && !updates }, installed, {
    kind: "package",
    install: manager.install,
    upgrade: manager.update,
    uninstall: manager.uninstall,
    parse,
    satisfies,
    isOutdated: (names) => isOutdated(names.filter((name) => !isGroup(name, manager)), manager),
    ...(clean && !cleansFirst ? { prepare: () => one(manager.clean) } : {}),
  });
}

/** An update of a group marks it again and again. */
async function isOutdated(names: readonly string[], { wouldUpdate }: RpmManager): Promise<boolean> {
  return names.length > 0 && await host.getFact(wouldUpdate, { packages: names }) !== false;
}

function isGroup(name: string, { groups }: RpmManager): boolean {
  return groups !== undefined && name.startsWith("@");
}

/** Updates all packages if there is something newer. */
export async function* updateAll({ update, wouldUpdate }: Pick<RpmManager, "update" | "wouldUpdate">): Steps {
  restsOn(RPM_REPOSITORIES);
  alters(INSTALLED_VERSIONS, { kind: "package" });
  if (await host.getFact(wouldUpdate) === false) host.noop("all packages are up to date");
  else yield update;
}

/** How dnf and yum name a package in a certain version; what they call `name=version` is what packages provide. */
export function dashed(name: string, version: string): string {
  if (/[(/]/.test(name)) return `${name} = ${version}`;
  const [, plain = name, architecture] = ARCHITECTURE_REGEXP.exec(name) ?? [];
  return `${plain}-${version}${architecture === undefined ? "" : `.${architecture}`}`;
}

function parseRpmName(text: string, { spell }: RpmManager): PackageName {
  const [, name, version] = /^([^\s<>=!]+)\s*=\s*([^\s<>=!]+)$/.exec(text.trim()) ?? [];
  if (name === undefined || version === undefined) return { name: text };
  return { name, version, spelled: spell(name, version) };
}

/** Versions and releases compare as texts, `*` is anything; epochs are not listed, and a release need not be wanted. */
function satisfies(installed: string, wanted: string): boolean {
  const plain = wanted.replace(/^\d+:/, "");
  const found = plain.includes("-") ? installed : installed.replace(/-[^-]*$/, "");
  const pattern = plain.split("*").map((part) => RegExp.escape(part)).join(".*");
  return new RegExp(`^${pattern}$`).test(found);
}

/** What rpm has installed, also under other names that are wanted: capabilities, files, groups. */
async function findInstalled(
  wanted: readonly PackageName[],
  manager: RpmManager,
): Promise<InstalledPackages> {
  const { groups, modules } = manager;
  const names = wanted.map(({ name }) => name);
  const named = names.filter((name) => isGroup(name, manager));
  const [all, knownGroups = {}, knownModules = {}] = await Promise.all([
    host.getFact(RpmPackages),
    named.length > 0 && groups !== undefined ? host.getFact(groups) : undefined,
    named.length > 0 && modules !== undefined ? host.getFact(modules) : undefined,
  ]);
  const unknown = names.filter((name) => !isGroup(name, manager) && !Object.hasOwn(all, name));
  const provided = await Promise.all(unknown.map(async (name) => {
    const providers = await host.getFact(RpmPackageProvides, { package: name }) ?? [];
    const versions = providers
      .filter(([provider, version]) => Object.hasOwn(all, provider) && all[provider]!.includes(version))
      .map(([, version]) => version);
    return versions.length === 0 ? [] : [[name, versions] as const];
  }));
  const complete = named.filter((name) => isGroupThere(name, knownGroups, knownModules))
    .map((name) => [name, []] as const);
  return { ...all, ...Object.fromEntries([...provided.flat(), ...complete]) };
}

/** Whether `@group`, `@^environment`, `@module:stream` or `@module:stream/profile` is installed. */
function isGroupThere(
  text: string,
  groups: Readonly<Record<string, string>>,
  modules: Readonly<Record<string, DnfModule>>,
): boolean {
  const name = text.slice(1);
  if (Object.hasOwn(groups, name) || Object.values(groups).includes(name)) return true;
  const [, module = "", stream, profile] = /^([^:/]+)(?::([^:/]+))?(?:\/(.+))?$/.exec(name) ?? [];
  const known = Object.hasOwn(modules, module) ? modules[module] : undefined;
  if (known?.state !== "enabled" || known.profiles.length === 0) return false;
  return (stream ?? known.stream) === known.stream &&
    (profile === undefined || known.profiles.includes(profile));
}

async function* one(step: ShellCommand): Steps {
  yield step;
}
