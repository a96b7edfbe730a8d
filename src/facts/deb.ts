/** Facts about Debian packages: what dpkg has installed and what `.deb` files hold. */

import { pathWord, sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { versionsByName } from "./package_versions.ts";

/** Name and version of a package. */
export interface DebPackageInfo {
  /** Name without its architecture. */
  name: string;
  /** The whole version, with epoch and revision: `1:2.30.2-1`. */
  version: string;
}

/** The argument of {@linkcode DebPackage}. */
export interface DebPackageArgs {
  /** Name of a package, or path of a `.deb` file on the host. */
  package: string;
}

/** State (installed, perhaps held), name without its architecture, version: a line of `dpkg -l`. */
const INSTALLED_REGEXP =
  /^[ih]i.?\s+(?<name>[a-zA-Z0-9+.-]+)(?::[a-z0-9-]+)?\s+(?<version>[a-zA-Z0-9:~.+-]+)(?:\s|$)/;

/**
 * All installed packages with their versions. Packages that were removed but left their configuration
 * behind are not among them.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.deb.DebPackages);
 * if (packages.nginx?.includes("1.22.1-9")) { … }
 * ```
 */
export const DebPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "deb.DebPackages",
  about: () => ({ kind: "package" }),
  remember: {},
  requires: "dpkg",
  // With a terminal (`_getPty`), dpkg would start a pager, and cut off what is too long.
  setup: () => sh`export COLUMNS=1000 DPKG_PAGER=cat`,
  command: () => "dpkg -l",
  default: () => ({}),
  process: (lines) => versionsByName(lines, INSTALLED_REGEXP),
});

/**
 * Name and version of an installed package or of a `.deb` file; `undefined` if there is no such thing.
 *
 * @example
 * ```ts
 * const archive = await host.getFact(facts.deb.DebPackage, { package: "/tmp/tool_1.2_all.deb" });
 * ```
 */
export const DebPackage: Fact<DebPackageInfo | undefined, DebPackageArgs> = fact<
  DebPackageInfo | undefined,
  DebPackageArgs
>({
  name: "deb.DebPackage",
  about: (args) => ({ kind: "package", name: args.package }),
  remember: { package: "path" },
  parameters: { package: "string" },
  requires: "dpkg",
  command: ({ package: name }) =>
    sh`! test -e ${pathWord(name)} && (dpkg -s ${pathWord(name)} 2>/dev/null || true) || dpkg -I ${
      pathWord(name)
    }`,
  default: () => undefined,
  process: (lines) => {
    const status = field(lines, "Status");
    // A package that was removed is still described while its configuration is there.
    if (status !== undefined && !status.endsWith(" installed")) return undefined;
    const name = field(lines, "Package");
    const version = field(lines, "Version");
    return name === undefined || version === undefined ? undefined : { name, version };
  },
});

/** The architecture as apt names it: `amd64`, `arm64`. */
export const DebArch: Fact<string> = fact<string>({
  name: "deb.DebArch",
  remember: {},
  requires: "dpkg",
  command: () => "dpkg --print-architecture",
});

/** A field of a control file; `dpkg -I` indents them by one space, and longer lines are continued. */
function field(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((one) => one.replace(/^ /, "").startsWith(`${name}:`));
  return line?.slice(line.indexOf(":") + 1).trim();
}
