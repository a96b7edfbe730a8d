/** Formulae, casks and taps of Homebrew. */

import { sh, type ShellCommand } from "../command/mod.ts";
import {
  BrewAliases,
  BrewCasks,
  BrewOutdated,
  BrewPackages,
  BrewTapRemote,
  BrewTaps,
  BrewVersion,
} from "../facts/brew.ts";
import {
  alters,
  effect,
  host,
  type Operation,
  operation,
  restsOn,
  type Steps,
  type Subject,
  touches,
} from "../host/mod.ts";
import { ensurePackages, type InstalledPackages, type PackageName } from "./packages/ensure.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names of formulae: `php`, `python@3.12`, `hashicorp/tap/vault`. */
  packages?: string | string[] | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those of which brew's lists have a newer version; `update` fetches the lists. Default: `false`. */
  latest?: boolean | undefined;
  /** Fetches the lists first (`brew update`), each time. Default: `false`. */
  update?: boolean | undefined;
  /** Upgrades everything first (`brew upgrade`). Default: `false`. */
  upgrade?: boolean | undefined;
}

/** Arguments of {@linkcode casks}. */
export interface CasksArgs {
  /** Names of casks: `firefox`, `firefox@beta`. */
  casks?: string | string[] | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those of which brew's lists have a newer version. Default: `false`. */
  latest?: boolean | undefined;
  /** Upgrades all casks first. Default: `false`. */
  upgrade?: boolean | undefined;
}

/** Arguments of {@linkcode tap}. */
export interface TapArgs {
  /** Name of the tap, `user/repository`. Default: what the path of `url` says. */
  src?: string | undefined;
  /** Whether it shall be there. Default: `true`. */
  present?: boolean | undefined;
  /** Where to fetch it from, if that is not the repository of its name on GitHub. */
  url?: string | undefined;
}

const LISTS: Subject = { kind: "brew lists" };
const INSTALLED_VERSIONS: Subject = { kind: "package versions" };

/**
 * Fetches the newest lists of formulae and casks, and brew itself (`brew update`). Acts each time. Brew refuses to
 * work for root: run it as the user who owns it.
 *
 * @example
 * ```ts
 * await brew.update({ _sudo: true, _sudoUser: "admin" });
 * ```
 */
export const update: Operation<Record<never, never>> = operation("brew.update", async function* () {
  touches(LISTS);
  yield sh`brew update`;
}, { parameters: {}, idempotent: false });

/**
 * Upgrades everything that brew has installed (`brew upgrade`). Does nothing if nothing is outdated as far as the
 * lists tell; a brew before 2.5 cannot tell and upgrades each time.
 *
 * @example
 * ```ts
 * await brew.update();
 * await brew.upgrade();
 * ```
 */
export const upgrade: Operation<Record<never, never>> = operation("brew.upgrade", async function* () {
  restsOn(LISTS);
  touches(INSTALLED_VERSIONS);
  yield* upgradeOutdated(sh`brew upgrade`, undefined);
}, { parameters: {} });

/**
 * Upgrades all casks, but those that update themselves. Does nothing if none is outdated as far as the lists tell; a
 * brew before 2.6 cannot tell and upgrades each time.
 *
 * @example
 * ```ts
 * await brew.caskUpgrade();
 * ```
 */
export const caskUpgrade: Operation<Record<never, never>> = operation("brew.caskUpgrade", async function* () {
  restsOn(LISTS);
  touches(INSTALLED_VERSIONS);
  const cask = await caskCommands();
  yield* upgradeOutdated(cask("upgrade"), "cask");
}, { parameters: {} });

/**
 * Installs, upgrades or removes formulae. Changes something if one is missing (or is there, with `present: false`),
 * and with `latest` if one is outdated. A formula whose name has a version, such as `python@3.12`, is one of its own.
 *
 * @example
 * ```ts
 * await brew.packages({ packages: ["php", "python@3.12"], latest: true, update: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "brew.packages",
  async function* (args) {
    const { latest = false } = args;
    const installed = await host.getFact(BrewPackages);
    if (latest || args.upgrade) restsOn(LISTS);
    if (args.update) {
      alters(LISTS);
      yield sh`brew update`;
    }
    if (args.upgrade) {
      alters(INSTALLED_VERSIONS);
      // What is in lists that are yet to be fetched cannot be known.
      if (args.update) yield sh`brew upgrade`;
      else yield* upgradeOutdated(sh`brew upgrade`, undefined);
    }
    yield* ensurePackages({ packages: args.packages, present: args.present, latest }, installed, {
      kind: "package",
      install: sh`brew install`,
      upgrade: sh`brew upgrade`,
      uninstall: sh`brew uninstall`,
      joiner: "@",
      parse: (text) => parseName(text, installed),
      listedAs: withoutTap,
      expand: findAlias,
      isOutdated: (names) => args.update ? Promise.resolve(true) : isOutdated("formula", names),
    });
  },
  {
    parameters: {
      packages: "string | string[]?",
      present: "boolean?",
      latest: "boolean?",
      update: "boolean?",
      upgrade: "boolean?",
    },
  },
);

/**
 * Installs, upgrades or removes casks. Changes something if one is missing (or is there, with `present: false`), and
 * with `latest` if one is outdated.
 *
 * @example
 * ```ts
 * await brew.casks({ casks: ["firefox", "visual-studio-code"] });
 * ```
 */
export const casks: Operation<CasksArgs> = operation<CasksArgs>("brew.casks", async function* (args) {
  const { latest = false } = args;
  const [installed, cask] = await Promise.all([host.getFact(BrewCasks), caskCommands()]);
  if (latest || args.upgrade) restsOn(LISTS);
  if (args.upgrade) {
    alters(INSTALLED_VERSIONS);
    yield* upgradeOutdated(cask("upgrade"), "cask");
  }
  yield* ensurePackages({ packages: args.casks, present: args.present, latest }, installed, {
    kind: "cask",
    install: cask("install"),
    upgrade: cask("upgrade"),
    uninstall: cask("uninstall"),
    joiner: "@",
    parse: (text) => parseName(text, installed),
    listedAs: withoutTap,
    isOutdated: (names) => isOutdated("cask", names),
  });
}, {
  parameters: {
    casks: "string | string[]?",
    present: "boolean?",
    latest: "boolean?",
    upgrade: "boolean?",
  },
});

/**
 * Adds or removes a tap. Changes something if it is missing (or is there, with `present: false`), or is fetched from
 * another URL than `url`.
 *
 * @example
 * ```ts
 * await brew.tap({ src: "example/tools", url: "https://git.example.com/homebrew/tools.git" });
 * ```
 */
export const tap: Operation<TapArgs> = operation<TapArgs>("brew.tap", async function* (args) {
  const { present = true, url } = args;
  if (!args.src && !url) return host.noop("no tap was specified");
  const name = args.src || tapOfUrl(url!);
  if (!/^[^/\s-][^/\s]*\/[^/\s]+$/.test(name)) {
    return host.noop(`${name} is no name of a tap such as user/repository`);
  }
  // Brew lists it in small letters and without the prefix that its repository has.
  const listed = name.toLowerCase().replace("/homebrew-", "/");
  touches({ kind: "tap", name: listed });
  const [taps, remote] = await Promise.all([
    host.getFact(BrewTaps),
    present && url ? host.getFact(BrewTapRemote, { tap: listed }) : undefined,
  ]);
  const exists = taps.includes(listed);
  if (!present) {
    if (!exists) return host.noop(`tap ${name} does not exist`);
    effect("remove");
    yield sh`brew untap ${name}`;
    return;
  }
  if (!exists) {
    effect("create");
    yield sh`brew tap ${name} ${url}`;
    return;
  }
  if (!url || remote === undefined || sameRemote(remote, url)) host.noop(`tap ${name} already exists`);
  else yield sh`brew tap --custom-remote ${name} ${url}`;
}, { parameters: { src: "string?", present: "boolean?", url: "string?" } });

/** The commands for casks: until 2.6, they were commands of `brew cask`. */
async function caskCommands(): Promise<(action: string) => ShellCommand> {
  const [major, minor] = await host.getFact(BrewVersion);
  const isOld = major > 0 && (major < 2 || major === 2 && minor < 6);
  return (action) => isOld ? sh`brew cask ${action}` : sh`brew ${action} --cask`;
}

async function* upgradeOutdated(command: ShellCommand, kind: "cask" | undefined): Steps {
  if (await isOutdated(kind)) yield command;
  else host.noop(kind === "cask" ? "no cask is outdated" : "nothing is outdated");
}

async function isOutdated(
  kind: "formula" | "cask" | undefined,
  packages?: readonly string[],
): Promise<boolean> {
  const outdated = await host.getFact(BrewOutdated, { kind, packages });
  return outdated === undefined || outdated.length > 0;
}

/** `python@3.12` is a formula of this name; only where none is installed, `@3.12` may be a version of `python`. */
function parseName(text: string, installed: InstalledPackages): PackageName {
  const at = text.lastIndexOf("@");
  if (at <= 0 || Object.hasOwn(installed, withoutTap(text))) return { name: text };
  const [name, version] = [text.slice(0, at), text.slice(at + 1)];
  const versions = Object.hasOwn(installed, withoutTap(name)) ? [installed[withoutTap(name)]].flat() : [];
  return versions.includes(version) ? { name, version, spelled: name } : { name: text };
}

/** The formula that another name stands for, if it is installed: `php@8.3` may be `php`. */
async function findAlias(name: string): Promise<readonly PackageName[] | undefined> {
  const aliases = await host.getFact(BrewAliases) ?? {};
  const alias = withoutTap(name);
  return Object.hasOwn(aliases, alias) ? [{ name: aliases[alias]! }] : undefined;
}

/** Lists have no taps: `hashicorp/tap/vault` is `vault` there. */
function withoutTap(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** `https://github.com/hashicorp/homebrew-tap.git` is the tap `hashicorp/tap`. */
function tapOfUrl(url: string): string {
  const path = url.replace(/^[a-z+]+:\/\/[^/]*/i, "").replace(/^[^/:]+:/, "");
  return path.replace(/\.git\/*$/, "").replaceAll(/^\/+|\/+$/g, "").replace("/homebrew-", "/");
}

function sameRemote(one: string, other: string): boolean {
  const plain = (url: string) => url.replace(/\/+$/, "").replace(/\.git$/, "").toLowerCase();
  return plain(one) === plain(other);
}
