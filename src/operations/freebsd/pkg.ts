/** Packages of FreeBSD, one at a time; `pkg.packages` takes lists, but knows no jails and repositories. */

import { sh } from "../../command/mod.ts";
import { DroverError } from "../../errors/mod.ts";
import { type JailArgs, jailOption, packageSubject, PkgPackage } from "../../facts/freebsd.ts";
import { alters, effect, host, type Operation, operation, touches } from "../../host/mod.ts";

/** Where packages are from. */
interface RepositoryArgs extends JailArgs {
  /** Name of the only repository to use. Default: all that are enabled. */
  reponame?: string | undefined;
}

/** Arguments of {@linkcode pkgUpdate} and {@linkcode pkgUpgrade}. */
export interface PkgCatalogueArgs extends RepositoryArgs {
  /** Fetches catalogues or reinstalls packages that are already current. Default: `false`. */
  force?: boolean | undefined;
}

/** Arguments of {@linkcode pkgInstall}. */
export interface PkgInstallArgs extends RepositoryArgs {
  /** Name of the package, such as `nginx`, or its origin, such as `www/nginx`. */
  package: string;
}

/** Arguments of {@linkcode pkgRemove}. */
export interface PkgRemoveArgs extends JailArgs {
  /** Name of the package, such as `nginx`, or its origin, such as `www/nginx`. */
  package: string;
}

/** Arguments of {@linkcode pkgClean}. */
export interface PkgCleanArgs extends JailArgs {
  /** Removes all archives from the cache, not only those that are out of date. Default: `false`. */
  allPkg?: boolean | undefined;
}

/**
 * Fetches the catalogues of the repositories. It acts each time.
 *
 * @example
 * ```ts
 * await freebsd.pkgUpdate({ _sudo: true });
 * ```
 */
export const pkgUpdate: Operation<PkgCatalogueArgs> = operation<PkgCatalogueArgs>(
  "freebsd.pkgUpdate",
  async function* (args) {
    yield sh`pkg ${jailOption(args)} update ${args.force && "-f"} ${repositoryOption(args)}`;
  },
  { parameters: { jail: "string?", force: "boolean?", reponame: "string?" }, idempotent: false },
);

/**
 * Upgrades all packages. It acts each time.
 *
 * @example
 * ```ts
 * await freebsd.pkgUpgrade({ jail: "web", _sudo: true });
 * ```
 */
export const pkgUpgrade: Operation<PkgCatalogueArgs> = operation<PkgCatalogueArgs>(
  "freebsd.pkgUpgrade",
  async function* (args) {
    alters(packageSubject({ jail: args.jail }));
    yield sh`pkg ${jailOption(args)} upgrade -y ${args.force && "-f"} ${repositoryOption(args)}`;
  },
  { parameters: { jail: "string?", force: "boolean?", reponame: "string?" }, idempotent: false },
);

/**
 * Installs a package. It changes something if the package is not installed.
 *
 * @example
 * ```ts
 * await freebsd.pkgInstall({ package: "nginx", jail: "web", _sudo: true });
 * ```
 */
export const pkgInstall: Operation<PkgInstallArgs> = operation<PkgInstallArgs>(
  "freebsd.pkgInstall",
  async function* (args) {
    const installed = await readPackage(args);
    if (installed !== "") return host.noop(`package ${args.package} is installed (${installed})`);
    effect("create");
    yield sh`pkg ${jailOption(args)} install -y ${repositoryOption(args)} -- ${args.package}`;
  },
  { parameters: { package: "string", jail: "string?", reponame: "string?" } },
);

/**
 * Removes a package. It changes something if the package is installed.
 *
 * @example
 * ```ts
 * await freebsd.pkgRemove({ package: "nginx", _sudo: true });
 * ```
 */
export const pkgRemove: Operation<PkgRemoveArgs> = operation<PkgRemoveArgs>(
  "freebsd.pkgRemove",
  async function* (args) {
    if (await readPackage(args) === "") return host.noop(`package ${args.package} is not installed`);
    effect("remove");
    yield sh`pkg ${jailOption(args)} remove -y -- ${args.package}`;
  },
  { parameters: { package: "string", jail: "string?" } },
);

/**
 * Removes packages that were installed only for others that are gone. It acts each time.
 *
 * @example
 * ```ts
 * await freebsd.pkgAutoremove({ _sudo: true });
 * ```
 */
export const pkgAutoremove: Operation<JailArgs> = operation<JailArgs>(
  "freebsd.pkgAutoremove",
  async function* (args) {
    alters(packageSubject({ jail: args.jail }));
    yield sh`pkg ${jailOption(args)} autoremove -y`;
  },
  { parameters: { jail: "string?" }, idempotent: false },
);

/**
 * Removes archives of packages from the cache. It acts each time.
 *
 * @example
 * ```ts
 * await freebsd.pkgClean({ allPkg: true, _sudo: true });
 * ```
 */
export const pkgClean: Operation<PkgCleanArgs> = operation<PkgCleanArgs>(
  "freebsd.pkgClean",
  async function* (args) {
    yield sh`pkg ${jailOption(args)} clean -y ${args.allPkg && "-a"}`;
  },
  { parameters: { allPkg: "boolean?", jail: "string?" }, idempotent: false },
);

async function readPackage(args: PkgRemoveArgs): Promise<string> {
  if (!/^[^\s-]\S*$/.test(args.package)) {
    throw new DroverError("E_ARGUMENT", `${JSON.stringify(args.package)} is not the name of a package`);
  }
  touches(packageSubject(args));
  return await host.getFact(PkgPackage, { package: args.package, jail: args.jail }) ?? "";
}

function repositoryOption({ reponame }: RepositoryArgs) {
  if (reponame === undefined) return undefined;
  if (/^[^\s-]\S*$/.test(reponame)) return sh`-r ${reponame}`;
  throw new DroverError("E_ARGUMENT", `${JSON.stringify(reponame)} is not the name of a repository`);
}
