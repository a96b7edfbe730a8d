/** Packages, groups, repositories and keys of yum: Red Hat and its relatives up to 7; later ones have dnf under this name. */

import { sh } from "../command/mod.ts";
import { DnfModules } from "../facts/dnf.ts";
import { YumGroups, YumUpdateWouldChange } from "../facts/yum.ts";
import { type Operation, operation } from "../host/mod.ts";
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

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs extends RpmPackagesArgs {
  /** Lets yum take an older version where the newest cannot be installed. Default: `false`. */
  nobest?: boolean;
  /** More arguments for `yum install`: shell text or a list of words. */
  extraInstallArgs?: string | string[];
  /** More arguments for `yum remove`: shell text or a list of words. */
  extraUninstallArgs?: string | string[];
}

const UPDATE = { update: sh`yum update -y`, wouldUpdate: YumUpdateWouldChange };

/**
 * Makes rpm trust the keys in a file or behind a URL. Changes something if it does not trust one of them yet.
 *
 * @example
 * ```ts
 * await yum.key({ src: "https://download.docker.com/linux/centos/gpg", _sudo: true });
 * ```
 */
export const key: Operation<KeyArgs> = operation<KeyArgs>(
  "yum.key",
  (args) => ensureKey("yum.key", args),
  { parameters: { src: "string" } },
);

/**
 * Adds, changes or removes a repository in `/etc/yum.repos.d`. Changes something if its section is missing or says
 * something else; other options of the section, other sections of the file and comments stay as they are. With a URL,
 * or with `present: false`, it is about the whole file.
 *
 * @example
 * ```ts
 * await yum.repo({ src: "https://download.docker.com/linux/centos/docker-ce.repo", _sudo: true });
 * await yum.repo({
 *   src: "internal",
 *   baseurl: "https://rpm.example.com/el9/",
 *   gpgkey: "https://rpm.example.com/key.asc",
 *   _sudo: true,
 * });
 * ```
 */
export const repo: Operation<RepoArgs> = operation<RepoArgs>(
  "yum.repo",
  (args) => ensureRepository(args, { operation: "yum.repo", directory: "/etc/yum.repos.d" }),
  { parameters: RPM_REPOSITORY_PARAMETERS },
);

/**
 * Installs the package in a `.rpm` file and what it depends on, or removes it. Changes something if the package is
 * not installed in just this version. A file from a URL is downloaded once and kept, so that later runs can tell its
 * version; without it, `present: false` cannot tell which package to remove.
 *
 * @example
 * ```ts
 * await yum.rpm({ src: "https://example.com/tool-1.2-1.x86_64.rpm", _sudo: true });
 * ```
 */
export const rpm: Operation<RpmArgs> = operation<RpmArgs>(
  "yum.rpm",
  (args) =>
    ensureRpmFile("yum.rpm", args, {
      install: sh`yum install -y`,
      uninstall: sh`yum remove -y`,
      spell: dashed,
    }),
  { parameters: RPM_FILE_PARAMETERS },
);

/**
 * Updates all packages. Does nothing when a simulation finds nothing newer.
 *
 * @example
 * ```ts
 * await yum.update({ _sudo: true });
 * ```
 */
export const update: Operation<Record<never, never>> = operation("yum.update", () => updateAll(UPDATE), {
  parameters: {},
});

/**
 * Installs, updates or removes packages and groups (`@development`) with yum. Changes something only if a package is
 * missing (or is there, with `present: false`), or if `latest` or `update` find something newer. A yum that is not dnf
 * leaves a newer version than the wanted one as it is.
 *
 * @example
 * ```ts
 * await yum.packages({
 *   name: "Install nginx",
 *   packages: ["nginx", "bash=5.1.8", "@development"],
 *   _sudo: true,
 * });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "yum.packages",
  (args) =>
    ensureRpmPackages(args, {
      ...UPDATE,
      install: sh`yum install -y ${args.nobest && sh`--nobest`} ${extraArguments(args.extraInstallArgs)}`,
      uninstall: sh`yum remove -y ${extraArguments(args.extraUninstallArgs)}`,
      clean: sh`yum clean all`,
      spell: dashed,
      groups: YumGroups,
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
