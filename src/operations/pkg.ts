/** Packages of the BSDs: with `pkg` on FreeBSD, `pkg_add` and `pkg_delete` on OpenBSD and NetBSD. */

import { sh } from "../command/mod.ts";
import { File } from "../facts/files/mod.ts";
import { PkgPackages, PkgSatisfied } from "../facts/pkg.ts";
import { Arch, Os, OsVersion, Which } from "../facts/server/mod.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { ensurePackages } from "./packages/ensure.ts";
import { askSatisfied } from "./packages/satisfied.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /**
   * Names, also with a version (`bash-5.2.15`), by their origin on FreeBSD (`devel/git`), in a flavor on OpenBSD
   * (`vim--no_x11`).
   */
  packages?: string | string[];
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean;
  /**
   * Where `pkg_add` finds packages (`PKG_PATH`); `pkg` goes by its own configuration. Default: what
   * `/etc/installurl` says, or else the system's own server.
   */
  pkgPath?: string;
}

/**
 * Installs or removes packages of a BSD. Changes something only if a package is missing (or is there, with
 * `present: false`). A FreeBSD that has no `pkg` yet gets it. FreeBSD removes what depends on a package together
 * with it.
 *
 * @example
 * ```ts
 * await pkg.packages({ packages: ["nano", "git"], _sudo: true });
 * await pkg.packages({ packages: ["vim--no_x11"], pkgPath: "https://cdn.openbsd.org/pub/OpenBSD/7.4/packages/amd64/" });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "pkg.packages",
  async function* (args) {
    const [list, isFreeBsd, path] = await Promise.all([
      host.getFact(PkgPackages),
      host.getFact(Which, { command: "pkg" }).then(Boolean),
      args.present === false ? undefined : args.pkgPath ?? defaultPath(),
    ]);
    const { installed } = await askSatisfied(args, list, PkgSatisfied, { countsAll: true });
    yield* ensurePackages(args, installed, {
      kind: "package",
      // Without this variable, the `pkg` of a fresh system asks whether it may fetch the real one.
      ...(isFreeBsd
        ? { install: sh`ASSUME_ALWAYS_YES=yes pkg install -y`, uninstall: sh`pkg delete -y` }
        : { install: sh`${path && sh`PKG_PATH=${path}`} pkg_add`, uninstall: sh`pkg_delete` }),
      listedAs: (name) => name.replace(/(?<=.)--.*$/s, ""),
    });
  },
  {
    parameters: {
      packages: "string | string[]?",
      present: "boolean?",
      pkgPath: "string?",
    },
  },
);

/** The server of the system's own packages; nothing where `pkg_add` knows one itself. */
async function defaultPath(): Promise<string | undefined> {
  const [configured, os, version, arch] = await Promise.all([
    host.getFact(File, { path: "/etc/installurl" }),
    host.getFact(Os),
    host.getFact(OsVersion),
    host.getFact(Arch),
  ]);
  if (configured) return undefined;
  if (os === "NetBSD") return `https://cdn.NetBSD.org/pub/pkgsrc/packages/NetBSD/${arch}/${version}/All`;
  return `http://ftp.${os.toLowerCase()}.org/pub/${os}/${version}/packages/${arch}/`;
}
