/** Facts about what uv has installed: packages, tools and Pythons. */

import { pathWord, raw, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { asOwner } from "./as_owner.ts";
import { versionsByName } from "./package_versions.ts";
import { pythonName } from "./pip.ts";

/** The argument of {@linkcode UvPipPackages}. */
export interface UvPipPackagesArgs {
  /** Directory of a virtual environment, or path of a Python. Default: what uv finds, such as `$VIRTUAL_ENV`. */
  python?: string | undefined;
}

/** Arguments of {@linkcode UvSimulateInstall}. */
export interface UvSimulateInstallArgs extends UvPipPackagesArgs {
  /** Words after `uv pip install`, as shell text: `--upgrade flask`, `-r requirements.txt`. */
  command: string;
}

/** The argument of facts about Pythons. */
export interface UvPythonsArgs {
  /** Only Pythons that uv manages, not those of the system. Default: `true`. */
  isManaged?: boolean | undefined;
}

/** A Python in uv's list. */
interface ListedPython {
  key: string;
  version: string;
}

/**
 * Python packages in the environment that `uv pip` works on, with their versions, by names as PyPI spells them.
 * Empty where there is no uv or no environment. Root asks as the environment's owner.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.uv.UvPipPackages, { python: "/srv/app/.venv" });
 * if (packages.flask === undefined) { … }
 * ```
 */
export const UvPipPackages: Fact<Record<string, string[]>, UvPipPackagesArgs> = fact<
  Record<string, string[]>,
  UvPipPackagesArgs
>({
  name: "uv.UvPipPackages",
  about: ({ python }) => ({ kind: uvKind(python) }),
  remember: { python: "unset" },
  parameters: { python: "string?" },
  requires: "uv",
  // Without an environment, uv fails: it may be one that is yet to be made.
  command: ({ python }) => {
    const list = runUvPip(python, sh`list ${onPython(python)} --format json`);
    return python === undefined ? list : sh`test ! -e ${pathWord(python)} || {
${list}
}`;
  },
  default: () => ({}),
  process: (lines) => {
    const packages: Record<string, string[]> = {};
    for (const { name, version } of parseList<{ name: string; version: string }>(lines, "name", "version")) {
      packages[pythonName(name)] = [version];
    }
    return packages;
  },
});

/**
 * Whether `uv pip install` would install anything; nothing is installed. `undefined` where uv cannot tell.
 *
 * @example
 * ```ts
 * const incomplete = await host.getFact(facts.uv.UvSimulateInstall, { command: "-r /srv/app/requirements.txt" });
 * ```
 */
export const UvSimulateInstall: Fact<boolean | undefined, UvSimulateInstallArgs> = fact<
  boolean | undefined,
  UvSimulateInstallArgs
>({
  name: "uv.UvSimulateInstall",
  remember: false,
  parameters: { command: "string", python: "string?" },
  asWritten: ["command"],
  requires: "uv",
  command: ({ command, python }) =>
    sh`{ ${runUvPip(python, sh`install ${onPython(python)} --dry-run --no-progress ${raw(command)}`)}
} 2>&1 || true`,
  default: () => undefined,
  process: (lines) => {
    if (lines.some((line) => /^Would make no changes/.test(line))) return false;
    return lines.some((line) => /^Would (install|uninstall|download|reinstall) /.test(line))
      ? true
      : undefined;
  },
});

/**
 * Tools that `uv tool` has installed for the user, with their versions, by names as PyPI spells them.
 *
 * @example
 * ```ts
 * const tools = await host.getFact(facts.uv.UvTools);
 * ```
 */
export const UvTools: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "uv.UvTools",
  about: () => ({ kind: "uv tool" }),
  remember: {},
  requires: "uv",
  command: () => "uv tool list 2>/dev/null",
  default: () => ({}),
  process: (lines) => versionsByName(lines, /^(?<name>[A-Za-z0-9][\w.-]*) v(?<version>\d\S*)/, pythonName),
});

/** The version of uv as it tells it, such as `uv 0.9.8`; empty where there is no uv. */
export const UvVersion: Fact<string> = oneLine("uv.UvVersion", "uv --version");

/** The directory in which uv keeps Pythons; empty where there is no uv. */
export const UvPythonDir: Fact<string> = oneLine("uv.UvPythonDir", "uv python dir 2>/dev/null");

/** The directory in which uv keeps the environments of tools; empty where there is no uv. */
export const UvToolDir: Fact<string> = oneLine("uv.UvToolDir", "uv tool dir 2>/dev/null");

/** The directory in which uv puts the programs of tools; empty where there is no uv that can tell. */
export const UvToolBinDir: Fact<string> = oneLine("uv.UvToolBinDir", "uv tool dir --bin 2>/dev/null || true");

/**
 * Installed Pythons: the builds of each version, such as `{ "3.13.9": ["cpython-3.13.9-linux-x86_64-gnu"] }`.
 *
 * @example
 * ```ts
 * const pythons = await host.getFact(facts.uv.UvInstalledPythonsByVersion, { isManaged: false });
 * ```
 */
export const UvInstalledPythonsByVersion: Fact<Record<string, string[]>, UvPythonsArgs> = pythons(
  "uv.UvInstalledPythonsByVersion",
  { onlyInstalled: true, by: "version", of: "key" },
);

/**
 * Installed Pythons: the version of each build, such as `{ "cpython-3.13.9-linux-x86_64-gnu": ["3.13.9"] }`.
 *
 * @example
 * ```ts
 * const builds = await host.getFact(facts.uv.UvInstalledPythonsByImplementation, { isManaged: false });
 * ```
 */
export const UvInstalledPythonsByImplementation: Fact<Record<string, string[]>, UvPythonsArgs> = pythons(
  "uv.UvInstalledPythonsByImplementation",
  { onlyInstalled: true, by: "key", of: "version" },
);

/**
 * Pythons that could be installed or are: the builds of each version.
 *
 * @example
 * ```ts
 * const pythons = await host.getFact(facts.uv.UvAvailablePythonsByVersion);
 * ```
 */
export const UvAvailablePythonsByVersion: Fact<Record<string, string[]>, UvPythonsArgs> = pythons(
  "uv.UvAvailablePythonsByVersion",
  { onlyInstalled: false, by: "version", of: "key" },
);

/**
 * Pythons that could be installed or are: the version of each build.
 *
 * @example
 * ```ts
 * const builds = await host.getFact(facts.uv.UvAvailablePythonsByImplementation);
 * ```
 */
export const UvAvailablePythonsByImplementation: Fact<Record<string, string[]>, UvPythonsArgs> = pythons(
  "uv.UvAvailablePythonsByImplementation",
  { onlyInstalled: false, by: "key", of: "version" },
);

/** What packages are called where plans tell what touches what. */
export function uvKind(python: string | undefined): string {
  return python === undefined ? "package of uv" : `package of ${python}`;
}

/** The option that names the environment to work on. */
export function onPython(python: string | undefined): ShellCommand | undefined {
  return python === undefined ? undefined : sh`--python ${pathWord(python)}`;
}

/**
 * A command that runs `uv pip`. uv starts the Python of the environment, which is a program of its owner: root
 * runs it as that owner.
 */
export function runUvPip(python: string | undefined, words: ShellCommand): ShellCommand {
  if (python === undefined || !python.includes("/")) return sh`uv pip ${words}`;
  return asOwner([pathWord(python)], "uv", sh`pip ${words}`);
}

function oneLine(name: string, command: string): Fact<string> {
  return fact<string>({
    name,
    remember: {},
    requires: "uv",
    command: () => command,
    default: () => "",
    // Anything else is a message, not an answer.
    process: (lines) => lines.length === 1 ? lines[0]! : "",
  });
}

function pythons(
  name: string,
  { onlyInstalled, by, of }: { onlyInstalled: boolean; by: keyof ListedPython; of: keyof ListedPython },
): Fact<Record<string, string[]>, UvPythonsArgs> {
  return fact<Record<string, string[]>, UvPythonsArgs>({
    name,
    about: () => ({ kind: "uv python" }),
    remember: { isManaged: "boolean" },
    parameters: { isManaged: "boolean?" },
    requires: "uv",
    command: ({ isManaged = true }) =>
      sh`uv python list ${isManaged && sh`--managed-python`} ${
        onlyInstalled && sh`--only-installed`
      } --output-format=json`,
    default: () => ({}),
    process: (lines) => {
      const found = new Map<string, Set<string>>();
      for (const python of parseList<ListedPython>(lines, "key", "version")) {
        found.set(python[by], (found.get(python[by]) ?? new Set()).add(python[of]));
      }
      return Object.fromEntries([...found].map(([key, values]) => [key, [...values]]));
    },
  });
}

/** The records of a list in JSON that have these texts; none if it is no such list. */
function parseList<T>(lines: readonly string[], ...keys: (keyof T & string)[]): T[] {
  try {
    const list: unknown = JSON.parse(lines.join("\n"));
    if (!Array.isArray(list)) return [];
    return list.filter((one) => keys.every((key) => typeof one?.[key] === "string"));
  } catch {
    return [];
  }
}
