/** Packages, groups, modules, repositories and keys of dnf: Fedora, Red Hat and their relatives. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  DNF_MODULES,
  DnfDisabledModules,
  DnfEnabledModules,
  DnfGroups,
  DnfModules,
  DnfUpdateWouldChange,
} from "../facts/dnf.ts";
import { host, type Operation, operation, touches } from "../host/mod.ts";
import { extraArguments } from "./packages/extra_arguments.ts";
import { ensureRpmFile, RPM_FILE_PARAMETERS, type RpmFileArgs } from "./packages/rpm_file.ts";
import { ensureKey, type RpmKeyArgs } from "./packages/rpm_key.ts";
import {
  dashed,
  ensureRpmPackages,
  RPM_PACKAGES_PARAMETERS,
  type RpmPackagesArgs,
  updateAll,
} from "./packages/rpm_packages.ts";
import {
  ensureRepository,
  RPM_REPOSITORY_PARAMETERS,
  type RpmRepositoryArgs,
} from "./packages/rpm_repository.ts";

/** Arguments of {@linkcode key}. */
export type KeyArgs = RpmKeyArgs;

/** Arguments of {@linkcode repo}. */
export type RepoArgs = RpmRepositoryArgs;

/** Arguments of {@linkcode rpm}. */
export type RpmArgs = RpmFileArgs;

/** Arguments of {@linkcode module}. */
export interface ModuleArgs {
  /** Name of the module. */
  module: string;
  /** Name of the stream to enable. Needed unless `enabled` is `false`. */
  stream?: string;
  /** Whether the stream shall be enabled; `false` disables the module, with all its streams. Default: `true`. */
  enabled?: boolean;
}

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs extends RpmPackagesArgs {
  /** Lets dnf take an older version where the newest cannot be installed. Default: `false`. */
  nobest?: boolean;
  /** More arguments for `dnf install`: shell text or a list of words. */
  extraInstallArgs?: string | string[];
  /** More arguments for `dnf remove`: shell text or a list of words. */
  extraUninstallArgs?: string | string[];
}

const UPDATE = { update: sh`dnf update -y`, wouldUpdate: DnfUpdateWouldChange };

/**
 * Makes rpm trust the keys in a file or behind a URL. Changes something if it does not trust one of them yet.
 *
 * @example
 * ```ts
 * await dnf.key({ src: "https://download.docker.com/linux/fedora/gpg", _sudo: true });
 * ```
 */
export const key: Operation<KeyArgs> = operation<KeyArgs>(
  "dnf.key",
  (args) => ensureKey("dnf.key", args),
  { parameters: { src: "string" } },
);

/**
 * Adds, changes or removes a repository in `/etc/yum.repos.d`. Changes something if its section is missing or says
 * something else; other options of the section, other sections of the file and comments stay as they are. With a URL,
 * or with `present: false`, it is about the whole file.
 *
 * @example
 * ```ts
 * await dnf.repo({ src: "https://download.docker.com/linux/fedora/docker-ce.repo", _sudo: true });
 * await dnf.repo({
 *   src: "internal",
 *   baseurl: "https://rpm.example.com/el9/",
 *   gpgkey: "https://rpm.example.com/key.asc",
 *   _sudo: true,
 * });
 * ```
 */
export const repo: Operation<RepoArgs> = operation<RepoArgs>(
  "dnf.repo",
  (args) => ensureRepository(args, { operation: "dnf.repo", directory: "/etc/yum.repos.d" }),
  { parameters: RPM_REPOSITORY_PARAMETERS },
);

/**
 * Installs the package in a `.rpm` file and what it depends on, or removes it. Changes something if the package is
 * not installed in just this version. A file from a URL is downloaded once and kept, so that later runs can tell its
 * version; without it, `present: false` cannot tell which package to remove.
 *
 * @example
 * ```ts
 * await dnf.rpm({ src: "https://example.com/tool-1.2-1.x86_64.rpm", _sudo: true });
 * ```
 */
export const rpm: Operation<RpmArgs> = operation<RpmArgs>(
  "dnf.rpm",
  (args) =>
    ensureRpmFile("dnf.rpm", args, {
      install: sh`dnf install -y`,
      uninstall: sh`dnf remove -y`,
      spell: dashed,
    }),
  { parameters: RPM_FILE_PARAMETERS },
);

/**
 * Updates all packages. Does nothing when a simulation finds nothing newer.
 *
 * @example
 * ```ts
 * await dnf.update({ _sudo: true });
 * ```
 */
export const update: Operation<Record<never, never>> = operation("dnf.update", () => updateAll(UPDATE), {
  parameters: {},
});

/**
 * Installs, updates or removes packages and groups (`@development`, `@^minimal-environment`, `@nodejs:20/common`) with
 * dnf. Changes something only if a package is missing (or is there, with `present: false`), or if `latest` or `update`
 * find something newer.
 *
 * @example
 * ```ts
 * await dnf.packages({
 *   name: "Install nginx",
 *   packages: ["nginx", "bash=5.1.8", "@development"],
 *   _sudo: true,
 * });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "dnf.packages",
  (args) =>
    ensureRpmPackages(args, {
      ...UPDATE,
      install: sh`dnf install -y ${args.nobest && sh`--nobest`} ${extraArguments(args.extraInstallArgs)}`,
      uninstall: sh`dnf remove -y ${extraArguments(args.extraUninstallArgs)}`,
      clean: sh`dnf clean all`,
      spell: dashed,
      groups: DnfGroups,
      modules: DnfModules,
    }),
  {
    parameters: {
      ...RPM_PACKAGES_PARAMETERS,
      nobest: "boolean?",
      extraInstallArgs: "string | string[]?",
      extraUninstallArgs: "string | string[]?",
    },
    asWritten: ["extraInstallArgs", "extraUninstallArgs"],
  },
);

/**
 * Enables a stream of a module, or disables a module. Changes something if another stream is enabled or none (or if
 * the module is not disabled). dnf does not change from one stream to another while packages of the first are
 * installed, or at all before `dnf module reset`: it says so, and the operation fails.
 *
 * @example
 * ```ts
 * await dnf.module({ module: "postgresql", stream: "16", _sudo: true });
 * ```
 */
export const module: Operation<ModuleArgs> = operation<ModuleArgs>(
  "dnf.module",
  async function* ({ module: name, stream, enabled = true }) {
    for (const word of [name, ...stream === undefined ? [] : [stream]]) checkWord(word);
    touches({ ...DNF_MODULES, name });
    if (!enabled) {
      const disabled = await host.getFact(DnfDisabledModules);
      if (disabled.includes(name)) return host.noop(`dnf module ${name} is already disabled`);
      yield sh`dnf module disable -y ${name}`;
      return;
    }
    if (stream === undefined) {
      throw new DroverError("E_ARGUMENT", `dnf.module needs the stream of ${name} to enable`, {
        hint: "`dnf module list` shows the streams",
      });
    }
    const streams = await host.getFact(DnfEnabledModules);
    if (Object.hasOwn(streams, name) && streams[name] === stream) {
      return host.noop(`dnf module ${name}:${stream} is already enabled`);
    }
    yield sh`dnf module enable -y ${`${name}:${stream}`}`;
  },
  { parameters: { module: "string", stream: "string?", enabled: "boolean?" } },
);

function checkWord(word: string): void {
  if (/^[\w.+~][\w.+~-]*$/.test(word)) return;
  throw new DroverError(
    "E_ARGUMENT",
    `dnf.module: ${JSON.stringify(word)} is no name of a module or stream`,
    {
      hint: 'give them apart: module: "postgresql", stream: "16"',
    },
  );
}
