/** Facts about applications and runtimes of Flatpak, and where they come from. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";

/** The argument of the facts that list. */
export interface FlatpakScopeArgs {
  /** Asks about the user's own installation if `true`, about the system's if `false`. Default: about both. */
  user?: boolean | undefined;
}

/** The argument of {@linkcode FlatpakPackage}. */
export interface FlatpakPackageArgs {
  /** Id of the application or runtime, such as `org.videolan.VLC`, or a ref. */
  package: string;
}

/** What is known of an application or a runtime. */
export interface FlatpakInfo {
  /** Its id: `org.videolan.VLC`. */
  id?: string;
  /** Its ref: `app/org.videolan.VLC/x86_64/stable`. */
  ref?: string;
  /** Its version, if it tells one. */
  version?: string;
}

/** A repository that applications come from. */
export interface FlatpakRemote {
  /** Where it is. */
  url: string;
  /** Whether it is disabled. */
  disabled: boolean;
}

/**
 * Ids of the applications and runtimes that are installed.
 *
 * @example
 * ```ts
 * const ids = await host.getFact(facts.flatpak.FlatpakPackages);
 * if (!ids.includes("org.videolan.VLC")) { … }
 * ```
 */
export const FlatpakPackages: Fact<string[], FlatpakScopeArgs> = fact<string[], FlatpakScopeArgs>({
  name: "flatpak.FlatpakPackages",
  about: () => ({ kind: "flatpak" }),
  remember: { user: "boolean" },
  parameters: { user: "boolean?" },
  requires: "flatpak",
  command: ({ user }) => sh`flatpak list ${scopeOption(user)} --columns=application`,
  default: () => [],
  // On a terminal, there is a head with the names of the columns.
  process: (
    lines,
  ) => [...new Set(lines.map((line) => line.trim()).filter((line) => /^\S+\.\S+$/.test(line)))],
});

/**
 * What is installed as `ID/ARCHITECTURE/BRANCH`.
 *
 * @example
 * ```ts
 * const refs = await host.getFact(facts.flatpak.FlatpakRefs);
 * if (!refs.includes("org.gnome.Platform/x86_64/46")) { … }
 * ```
 */
export const FlatpakRefs: Fact<string[], FlatpakScopeArgs> = fact<string[], FlatpakScopeArgs>({
  name: "flatpak.FlatpakRefs",
  about: () => ({ kind: "flatpak" }),
  remember: { user: "boolean" },
  parameters: { user: "boolean?" },
  requires: "flatpak",
  command: ({ user }) => sh`flatpak list ${scopeOption(user)} --columns=ref`,
  default: () => [],
  process: (
    lines,
  ) => [...new Set(lines.map((line) => line.trim()).filter((line) => /^[^/]+(\/[^/]+){2}$/.test(line)))],
});

/**
 * Id, ref and version of an application or a runtime; `{}` if it is not installed.
 *
 * @example
 * ```ts
 * const { version } = await host.getFact(facts.flatpak.FlatpakPackage, { package: "org.videolan.VLC" });
 * ```
 */
export const FlatpakPackage: Fact<FlatpakInfo, FlatpakPackageArgs> = fact<FlatpakInfo, FlatpakPackageArgs>({
  name: "flatpak.FlatpakPackage",
  about: (args) => ({ kind: "flatpak", name: args.package }),
  remember: { package: "line" },
  parameters: { package: "string" },
  requires: "flatpak",
  setup: () => sh`export LC_ALL=C`,
  command: ({ package: name }) =>
    sh`if out=$(flatpak info ${name} 2>&1) || case $out in *' not installed') out=;; *) false;; esac
then printf '%s' "$out"
else printf '%s\\n' "$out" >&2; false
fi`,
  default: () => ({}),
  process: (lines) => {
    const field = (name: string) =>
      lines.map((line) => /^\s*(\w+): +(\S.*)$/.exec(line)).find((match) => match?.[1] === name)?.[2]?.trim();
    const found = { id: field("ID"), ref: field("Ref"), version: field("Version") };
    return Object.fromEntries(
      Object.entries(found).filter(([, value]) => value !== undefined),
    ) as FlatpakInfo;
  },
});

/**
 * The remotes by their names, disabled ones too.
 *
 * @example
 * ```ts
 * const { flathub } = await host.getFact(facts.flatpak.FlatpakRemotes);
 * ```
 */
export const FlatpakRemotes: Fact<Record<string, FlatpakRemote>, FlatpakScopeArgs> = fact<
  Record<string, FlatpakRemote>,
  FlatpakScopeArgs
>({
  name: "flatpak.FlatpakRemotes",
  about: () => ({ kind: "flatpak remote" }),
  remember: { user: "boolean" },
  parameters: { user: "boolean?" },
  requires: "flatpak",
  command: ({ user }) => sh`flatpak remotes ${scopeOption(user)} --show-disabled --columns=name,url,options`,
  default: () => ({}),
  process: (lines) => {
    const rows = lines.map((line) => line.split("\t")).filter((row) => row.length === 3);
    return Object.fromEntries(rows.map(([name = "", url = "", options = ""]) => [
      name,
      { url, disabled: options.split(",").includes("disabled") },
    ]));
  },
});

/** The option that chooses one of the two installations. */
export function scopeOption(user: boolean | undefined): ShellCommand | undefined {
  if (user === undefined) return undefined;
  return user ? sh`--user` : sh`--system`;
}
