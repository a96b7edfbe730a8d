/** Packages and repositories of zypper: SUSE and openSUSE. Where another program holds its lock, it fails at once; `_env: { ZYPP_LOCK_TIMEOUT: "60" }` lets it wait. */

import { sh } from "../command/mod.ts";
import { ZypperUpdateWouldChange } from "../facts/zypper.ts";
import { type Operation, operation } from "../host/mod.ts";
import { extraArguments } from "./packages/extra_arguments.ts";
import { ensureRpmFile, RPM_FILE_PARAMETERS, type RpmFileArgs } from "./packages/rpm_file.ts";
import {
  ensureRpmPackages,
  RPM_PACKAGES_PARAMETERS,
  type RpmPackagesArgs,
  updateAll,
} from "./packages/rpm_packages.ts";
import { ensureRepository, type RpmRepositoryArgs } from "./packages/rpm_repository.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs extends RpmPackagesArgs {
  /** More arguments for zypper itself when it installs, before `install`: shell text or a list of words. */
  extraGlobalInstallArgs?: string | string[];
  /** More arguments for `zypper install`: shell text or a list of words. */
  extraInstallArgs?: string | string[];
  /** More arguments for zypper itself when it removes, before `remove`: shell text or a list of words. */
  extraGlobalUninstallArgs?: string | string[];
  /** More arguments for `zypper remove`: shell text or a list of words. */
  extraUninstallArgs?: string | string[];
}

/** Arguments of {@linkcode repo}. */
export interface RepoArgs extends RpmRepositoryArgs {
  /** The field `type` of the repository. Default: `rpm-md`. */
  type?: string;
}

/** Arguments of {@linkcode rpm}. */
export type RpmArgs = RpmFileArgs;

const UPDATE = { update: sh`zypper update -y`, wouldUpdate: ZypperUpdateWouldChange };

/**
 * Adds, changes or removes a repository in `/etc/zypp/repos.d`. Changes something if its section is missing or says
 * something else; other options of the section, other sections of the file and comments stay as they are. With a URL,
 * or with `present: false`, it is about the whole file.
 *
 * @example
 * ```ts
 * await zypper.repo({
 *   src: "internal",
 *   baseurl: "https://rpm.example.com/leap/",
 *   gpgkey: "https://rpm.example.com/key.asc",
 *   _sudo: true,
 * });
 * ```
 */
export const repo: Operation<RepoArgs> = operation<RepoArgs>(
  "zypper.repo",
  (args) =>
    ensureRepository(args, {
      operation: "zypper.repo",
      directory: "/etc/zypp/repos.d",
      type: args.type ?? "rpm-md",
    }),
  {
    parameters: {
      src: "string",
      baseurl: "string?",
      present: "boolean?",
      description: "string?",
      enabled: "boolean?",
      gpgcheck: "boolean?",
      gpgkey: "string?",
      type: "string?",
    },
  },
);

/**
 * Installs the package in a `.rpm` file and what it depends on, signed or not, or removes it. Changes something if the
 * package is not installed in just this version. A file from a URL is downloaded once and kept, so that later runs can
 * tell its version; without it, `present: false` cannot tell which package to remove.
 *
 * @example
 * ```ts
 * await zypper.rpm({ src: "https://example.com/tool-1.2-1.x86_64.rpm", _sudo: true });
 * ```
 */
export const rpm: Operation<RpmArgs> = operation<RpmArgs>(
  "zypper.rpm",
  (args) =>
    ensureRpmFile("zypper.rpm", args, {
      install: sh`zypper --non-interactive install -y --allow-unsigned-rpm --oldpackage`,
      uninstall: sh`zypper --non-interactive remove -y`,
      spell: withEquals,
    }),
  { parameters: RPM_FILE_PARAMETERS },
);

/**
 * Updates all packages. Does nothing when a simulation finds nothing newer.
 *
 * @example
 * ```ts
 * await zypper.update({ _sudo: true });
 * ```
 */
export const update: Operation<Record<never, never>> = operation("zypper.update", () => updateAll(UPDATE), {
  parameters: {},
});

/**
 * Installs, updates or removes packages with zypper. Changes something only if a package is missing (or is there, with
 * `present: false`), or if `latest` or `update` find something newer.
 *
 * @example
 * ```ts
 * await zypper.packages({ name: "Install nginx", packages: ["nginx", "bash=4.4-150400.25.22"], _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "zypper.packages",
  (args) => {
    const program = (extra: PackagesArgs["extraInstallArgs"]) =>
      sh`zypper ${extraArguments(extra)} --non-interactive`;
    // Without it, zypper leaves a newer version than the wanted one as it is, and calls that a success.
    const older = [args.packages ?? []].flat().some((one) => one.includes("=")) && sh`--oldpackage`;
    return ensureRpmPackages(args, {
      ...UPDATE,
      install: sh`${program(args.extraGlobalInstallArgs)} install -y ${older} ${
        extraArguments(args.extraInstallArgs)
      }`,
      uninstall: sh`${program(args.extraGlobalUninstallArgs)} remove -y ${
        extraArguments(args.extraUninstallArgs)
      }`,
      clean: sh`zypper clean --all`,
      spell: withEquals,
    });
  },
  {
    parameters: {
      ...RPM_PACKAGES_PARAMETERS,
      extraGlobalInstallArgs: "string | string[]?",
      extraInstallArgs: "string | string[]?",
      extraGlobalUninstallArgs: "string | string[]?",
      extraUninstallArgs: "string | string[]?",
    },
    asWritten: [
      "extraGlobalInstallArgs",
      "extraInstallArgs",
      "extraGlobalUninstallArgs",
      "extraUninstallArgs",
    ],
  },
);

function withEquals(name: string, version: string): string {
  return `${name}=${version}`;
}
