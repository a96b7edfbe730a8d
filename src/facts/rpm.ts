/** Facts about rpm: what its database has installed, what `.rpm` files hold, which keys it trusts. */

import { pathWord, raw, sh } from "../command/mod.ts";
import { type Fact, fact, isLine } from "../host/mod.ts";
import { isUrl } from "./gpg_keys.ts";
import { versionsByName } from "./package_versions.ts";

/** Name and version of a package. */
export interface RpmPackageInfo {
  /** Name without version and architecture. */
  name: string;
  /** Version and release, without the epoch: `9.16.23-1.el9`. */
  version: string;
  /** Other versions of it that are installed side by side, as kernels are. */
  otherVersions?: string[];
}

/** Name of a package, and version and release. */
export type NamedVersion = [name: string, version: string];

/** The argument of {@linkcode RpmPackage}. */
export interface RpmPackageArgs {
  /** Name of a package, or path of a `.rpm` file on the host. */
  package: string;
}

/** The argument of {@linkcode RpmPackageProvides}. */
export interface RpmPackageProvidesArgs {
  /**
   * What packages provide: a name (`vim`), a file (`/usr/bin/vim`), another capability (`perl(JSON)`); or a package
   * as rpm writes it: `glibc.i686`, `bash-5.1.8-6.el9`.
   */
  package: string;
}

/** The argument of {@linkcode RpmKeys}. */
export interface RpmKeysArgs {
  /** Path of a key file on the host, or a URL that the host fetches. */
  src: string;
}

/** Which keys of a file or of a URL rpm knows. */
export interface RpmKeysInfo {
  /** Those that it trusts, as rpm names them: key id and the time at which it was made, in hexadecimal digits. */
  imported: string[];
  /** Those that it does not know yet. */
  missing: string[];
}

/** How rpm writes a package: `bash 5.1.8-6.el9`. */
const FORMAT = "%{NAME} %{VERSION}-%{RELEASE}\\n";

/** What rpm says instead of a package has more words. */
const PACKAGE_REGEXP = /^(?<name>\S+) (?<version>\S+)$/;

/** How rpm writes a key that it trusts. */
const KEY_FORMAT = "%{VERSION}-%{RELEASE}\\n";

const HELD_MARK = "held";

/**
 * All installed packages with their versions and releases, without epochs. A package that is installed in several
 * versions, such as a kernel, has all of them.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.rpm.RpmPackages);
 * if (packages.nginx?.includes("1.20.1-14.el9")) { … }
 * ```
 */
export const RpmPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "rpm.RpmPackages",
  about: () => ({ kind: "package" }),
  remember: {},
  requires: "rpm",
  command: () => sh`rpm --queryformat ${FORMAT} -qa`,
  default: () => ({}),
  process: (lines) => versionsByName(lines, PACKAGE_REGEXP),
});

/**
 * Name and version of an installed package or of a `.rpm` file; `undefined` if there is no such thing.
 *
 * @example
 * ```ts
 * const archive = await host.getFact(facts.rpm.RpmPackage, { package: "/tmp/tool-1.2-1.noarch.rpm" });
 * ```
 */
export const RpmPackage: Fact<RpmPackageInfo | undefined, RpmPackageArgs> = fact<
  RpmPackageInfo | undefined,
  RpmPackageArgs
>({
  name: "rpm.RpmPackage",
  about: (args) => ({ kind: "package", name: args.package }),
  remember: { package: "path" },
  parameters: { package: "string" },
  requires: "rpm",
  command: ({ package: name }) => {
    const word = pathWord(name);
    const query = sh`rpm --queryformat ${FORMAT}`;
    return sh`${query} -q ${word} || ! test -e ${word} || ${query} -qp ${word} 2> /dev/null`;
  },
  default: () => undefined,
  process: (lines) => {
    const [first, ...others] = packagesIn(lines);
    if (first === undefined) return undefined;
    const [name, version] = first;
    const otherVersions = others.filter((other) => other[1] !== version).map((other) => other[1]);
    return otherVersions.length === 0 ? { name, version } : { name, version, otherVersions };
  },
});

/**
 * The installed packages that provide something, with their versions; also those that are called so themselves.
 * `undefined` if none does.
 *
 * @example
 * ```ts
 * const providers = await host.getFact(facts.rpm.RpmPackageProvides, { package: "vim" });
 * // [["vim-enhanced", "8.2.2637-20.el9"]]
 * ```
 */
export const RpmPackageProvides: Fact<NamedVersion[] | undefined, RpmPackageProvidesArgs> = fact<
  NamedVersion[] | undefined,
  RpmPackageProvidesArgs
>({
  name: "rpm.RpmPackageProvides",
  about: () => ({ kind: "package" }),
  remember: { package: "line" },
  parameters: { package: "string" },
  requires: "rpm",
  command: ({ package: name }) => {
    const query = sh`rpm --queryformat ${FORMAT} -q`;
    return sh`${query} -- ${name} || ${query} --whatprovides -- ${name} || true`;
  },
  default: () => undefined,
  process: (lines) => {
    const packages = packagesIn(lines);
    return packages.length === 0 ? undefined : packages;
  },
});

/**
 * Which of the keys in a file or behind a URL rpm trusts already; `undefined` where rpm cannot read them.
 *
 * @example
 * ```ts
 * const keys = await host.getFact(facts.rpm.RpmKeys, { src: "/etc/pki/rpm-gpg/RPM-GPG-KEY-EPEL-9" });
 * if ((keys?.missing.length ?? 0) > 0) { … }
 * ```
 */
export const RpmKeys: Fact<RpmKeysInfo | undefined, RpmKeysArgs> = fact<RpmKeysInfo | undefined, RpmKeysArgs>(
  {
    name: "rpm.RpmKeys",
    about: () => ({ kind: "rpm key" }),
    // What is behind a URL is fetched only for those who ask.
    remember: { src: (src) => isLine(src) && !isUrl(src) },
    parameters: { src: "string" },
    requires: "rpm",
    // A database of their own tells how rpm names them, whatever wrote the file and whatever rpm this is.
    command: ({ src }) =>
      sh`(d=$(mktemp -d) || exit
trap ${raw(`'rm -rf "$d"'`)} EXIT
trap 'exit 1' HUP INT TERM
list() { rpm "$@" --queryformat ${KEY_FORMAT} -q gpg-pubkey || true; }
! rpm --dbpath "$d" --import ${isUrl(src) ? src : pathWord(src)} < /dev/null > /dev/null 2>&1 || {
  list --dbpath "$d"
  echo ${HELD_MARK}
  list
})`,
    default: () => undefined,
    process: (lines) => {
      const mark = lines.indexOf(HELD_MARK);
      const keys = lines.slice(0, mark).filter(isKey);
      if (mark === -1 || keys.length === 0) return undefined;
      const held = new Set(lines.slice(mark + 1).filter(isKey));
      return {
        imported: keys.filter((key) => held.has(key)),
        missing: keys.filter((key) => !held.has(key)),
      };
    },
  },
);

function packagesIn(lines: readonly string[]): NamedVersion[] {
  return lines.flatMap((line) => {
    const { name, version } = PACKAGE_REGEXP.exec(line)?.groups ?? {};
    return name === undefined || version === undefined ? [] : [[name, version]];
  });
}

function isKey(line: string): boolean {
  return /^[0-9a-f]{8,}-[0-9a-f]+$/.test(line);
}
