/** Python with uv: packages, tools, virtual environments and Pythons themselves. */

import { pathWord, sh, ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { OnPath } from "../facts/server/mod.ts";
import {
  onPython,
  runUvPip,
  UvInstalledPythonsByVersion,
  uvKind,
  UvPipPackages,
  UvSimulateInstall,
  UvToolBinDir,
  UvTools,
} from "../facts/uv.ts";
import { effect, host, type Operation, operation, touches } from "../host/mod.ts";
import { accessTo } from "./files/place.ts";
import { checkPath, joinPath, withoutSlash } from "./files/remote_path.ts";
import { ensurePackages, type PackageName } from "./packages/ensure.ts";
import { extraArguments } from "./packages/extra_arguments.ts";
import { parseRequirement, satisfiesRequirement, satisfiesTool } from "./packages/python_requirements.ts";
import { hasAnyOf } from "./packages/requirements_file.ts";
import { ensureVirtualenv } from "./packages/virtualenv.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Requirements: `flask`, `flask==2.3.1`, `flask[async]>=2,<3`, `tool @ https://…`. */
  packages?: string | string[] | undefined;
  /** Path on the host of a requirements file, which is installed or, with `present: false`, uninstalled. */
  requirements?: string | undefined;
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those that are installed and wanted in no certain version. Default: `false`. */
  latest?: boolean | undefined;
  /** More arguments for `uv pip install` and `uv pip uninstall`: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
  /**
   * Directory of a virtual environment, or path of a Python, whose packages these are. Default: what uv finds: the
   * environment that `_env: { VIRTUAL_ENV }` names, or `.venv` in `_chdir`.
   */
  python?: string | undefined;
}

/** Arguments of {@linkcode tools}. */
export interface ToolsArgs {
  /** Requirements: `ruff`, `ruff==0.14.4`, `black[d]>=24`. */
  tools?: string | string[] | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those that are installed and wanted in no certain version; uv is run each time. Default: `false`. */
  latest?: boolean | undefined;
  /** More arguments for `uv tool install` and `uv tool uninstall`: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
}

/** Arguments of {@linkcode toolsUpgradeAll}. */
export interface ToolsUpgradeAllArgs {
  /** More arguments for `uv tool upgrade`: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
}

/** Arguments of {@linkcode pythons}. */
export interface PythonsArgs {
  /** Versions, whole or their beginning, or builds: `3.13`, `3.12.4`, `pypy3.10`, `>=3.11,<3.13`. */
  versions?: string | string[] | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Looks at the Pythons that uv manages only, not at those of the system. Default: `true`. */
  managed?: boolean | undefined;
  /** More arguments for `uv python install` and `uv python uninstall`: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
}

/** Arguments of {@linkcode venv}. */
export interface VenvArgs {
  /** Directory of the environment on the host, such as `/srv/app/.venv`. */
  path: string;
  /** Whether it shall exist; `false` removes the directory with all that is in it. Default: `true`. */
  present?: boolean | undefined;
  /** Version, name or path of the Python to use. Default: what uv chooses. */
  python?: string | undefined;
  /** Makes it in a directory that has other files, and keeps these. Default: `false`. */
  allowExisting?: boolean | undefined;
  /** Makes it in a directory that has other files, and removes these. Default: `false`. */
  clearExisting?: boolean | undefined;
  /** How packages that come with it get there. Default: what uv chooses. */
  linkMode?: "clone" | "copy" | "hardlink" | "symlink" | undefined;
  /** Installs pip into it. Default: `false`. */
  seed?: boolean | undefined;
  /** Lets it see the packages of the system. Default: `false`. */
  sitePackages?: boolean | undefined;
  /** More arguments for `uv venv`: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
}

/**
 * Installs, upgrades or removes Python packages with `uv pip`. Changes something if a package is missing or has
 * a version that is not wanted (or is there, with `present: false`), and with `latest` or `requirements` if uv
 * would install anything. In an environment that belongs to another user, root runs uv as that user.
 *
 * @example
 * ```ts
 * await uv.packages({ packages: ["flask>=2,<3", "gunicorn"], python: "/srv/app/.venv", _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "uv.packages",
  async function* (args) {
    const { requirements, present = true, latest = false, python } = args;
    const isNamed = (args.packages ?? []).length > 0;
    if (!isNamed && requirements === undefined) return host.noop("no packages and no requirements are named");
    if (python !== undefined) checkPython("uv.packages", python);
    const extra = extraArguments(args.extraArgs);
    const [installed, access] = await Promise.all([
      isNamed ? host.getFact(UvPipPackages, { python }) : {},
      // Whoever owns the environment may change what lies in it.
      python?.includes("/") ? accessTo(joinPath(python, "pyvenv.cfg")) : undefined,
    ]);
    const run = (words: ShellCommand) => {
      const plain = sh`uv pip ${words}`;
      return access?.exposed ? ShellCommand.of(runUvPip(python, words).raw, String(plain)) : plain;
    };
    const upgrades = sh`install --upgrade ${onPython(python)} --no-progress ${extra}`;
    const installs = sh`install ${onPython(python)} --no-progress ${extra}`;
    const uninstalls = sh`uninstall ${onPython(python)} --no-progress ${extra}`;
    const wouldInstall = async (words: ShellCommand) =>
      await host.getFact(UvSimulateInstall, { command: words.raw, python }) ?? true;

    if (requirements !== undefined) {
      const file = sh`-r ${pathWord(requirements)}`;
      const words = sh`${latest && sh`--upgrade`} ${extra} ${file}`;
      const list = () => host.getFact(UvPipPackages, { python });
      if (!present && await hasAnyOf(requirements, list)) yield run(sh`${uninstalls} ${file}`);
      else if (!present) host.noop(`nothing in ${requirements} is installed`);
      else if (await wouldInstall(words)) yield run(sh`${latest ? upgrades : installs} ${file}`);
      else host.noop(`everything in ${requirements} is installed`);
    }
    yield* ensurePackages({ packages: args.packages, present, latest }, installed, {
      kind: uvKind(python),
      parse: parseRequirement,
      satisfies: satisfiesTool,
      install: run(installs),
      upgrade: run(upgrades),
      uninstall: run(uninstalls),
      uninstallsByName: true,
      isOutdated: (names) => wouldInstall(sh`--upgrade ${extra} ${names}`),
    });
  },
  {
    parameters: {
      packages: "string | string[]?",
      requirements: "string?",
      present: "boolean?",
      latest: "boolean?",
      extraArgs: "string | string[]?",
      python: "string?",
    },
    asWritten: ["extraArgs"],
  },
);

/**
 * Installs, upgrades or removes tools with `uv tool`, each in an environment of its own. Changes something if
 * one is missing or has a version that is not wanted (or is there, with `present: false`), and with `latest`.
 *
 * @example
 * ```ts
 * await uv.tools({ tools: ["ruff==0.14.4", "black[d]"], _sudo: true, _sudoUser: "app" });
 * ```
 */
export const tools: Operation<ToolsArgs> = operation<ToolsArgs>("uv.tools", async function* (args) {
  if ((args.tools ?? []).length === 0) return host.noop("no tools are named");
  const installed = await host.getFact(UvTools);
  const extra = extraArguments(args.extraArgs);
  yield* ensurePackages({ packages: args.tools, present: args.present, latest: args.latest }, installed, {
    kind: "uv tool",
    parse: parseRequirement,
    satisfies: satisfiesTool,
    oneByOne: true,
    uninstallsByName: true,
    install: sh`uv tool install --no-progress ${extra}`,
    upgrade: sh`uv tool install --upgrade --no-progress ${extra}`,
    uninstall: sh`uv tool uninstall --no-progress ${extra}`,
  });
}, {
  parameters: {
    tools: "string | string[]?",
    present: "boolean?",
    latest: "boolean?",
    extraArgs: "string | string[]?",
  },
  asWritten: ["extraArgs"],
});

/**
 * Upgrades all tools that uv has installed. Runs each time.
 *
 * @example
 * ```ts
 * await uv.toolsUpgradeAll({ extraArgs: ["--no-cache"] });
 * ```
 */
export const toolsUpgradeAll: Operation<ToolsUpgradeAllArgs> = operation<ToolsUpgradeAllArgs>(
  "uv.toolsUpgradeAll",
  async function* ({ extraArgs }) {
    touches({ kind: "uv tool" });
    yield sh`uv tool upgrade --all ${extraArguments(extraArgs)}`;
  },
  { idempotent: false, parameters: { extraArgs: "string | string[]?" }, asWritten: ["extraArgs"] },
);

/**
 * Puts the directory of uv's tools on the user's `PATH`, for sessions to come. Changes something if neither this
 * session's `PATH` nor a start-up file of the user's shells has it.
 *
 * @example
 * ```ts
 * await uv.toolsUpdateShell({ _sudo: true, _sudoUser: "app" });
 * ```
 */
export const toolsUpdateShell: Operation<Record<never, never>> = operation(
  "uv.toolsUpdateShell",
  async function* () {
    const programs = await host.getFact(UvToolBinDir);
    const found = programs && await host.getFact(OnPath, { directory: programs });
    if (found) return host.noop(`${programs} is on the PATH${found === "now" ? "" : " of new sessions"}`);
    yield "uv tool update-shell";
  },
  { parameters: {} },
);

/**
 * Installs or removes Pythons. Changes something if none that is installed is as wanted (or one is, with
 * `present: false`).
 *
 * @example
 * ```ts
 * await uv.pythons({ versions: ["3.13", "3.12.4"], _sudo: true, _sudoUser: "app" });
 * ```
 */
export const pythons: Operation<PythonsArgs> = operation<PythonsArgs>("uv.pythons", async function* (args) {
  const { managed = true } = args;
  if ((args.versions ?? []).length === 0) return host.noop("no versions are named");
  const byVersion = await host.getFact(UvInstalledPythonsByVersion, { isManaged: managed });
  const extra = extraArguments(args.extraArgs);
  const options = sh`--no-progress ${managed && sh`--managed-python`} ${extra}`;
  const builds = Object.entries(byVersion).flatMap(([version, keys]) =>
    keys.map((key) => ({ version, key }))
  );
  const isWanted = (wanted: string) => builds.filter((build) => isPython(build, wanted));
  const wanted = [args.versions ?? []].flat();
  const installed = Object.fromEntries(
    wanted.map((one) => [one, isWanted(one).map(({ version }) => version)] as const).filter(([, some]) =>
      some.length > 0
    ),
  );
  // Several builds of a version are installed by one command, but removed one by one.
  yield* ensurePackages({ packages: args.versions, present: args.present }, installed, {
    kind: "uv python",
    parse: (text): PackageName => ({ name: text }),
    oneByOne: args.present === false,
    install: sh`uv python install ${options}`,
    uninstall: sh`uv python uninstall ${options}`,
  });
}, {
  parameters: {
    versions: "string | string[]?",
    present: "boolean?",
    managed: "boolean?",
    extraArgs: "string | string[]?",
  },
  asWritten: ["extraArgs"],
});

/**
 * Creates or removes a virtual environment. Changes something if there is none at the path, or there is a
 * directory, with `present: false`.
 *
 * @example
 * ```ts
 * await uv.venv({ path: "/srv/app/.venv", python: "3.13", _sudo: true, _sudoUser: "app" });
 * ```
 */
export const venv: Operation<VenvArgs> = operation<VenvArgs>("uv.venv", async function* (args) {
  const { present = true, python, allowExisting, clearExisting, linkMode, seed, sitePackages } = args;
  const path = withoutSlash(checkPath("uv.venv", "path", args.path.trim()));
  if (allowExisting && clearExisting) {
    throw new DroverError("E_ARGUMENT", "uv.venv cannot both keep and remove what is in the directory", {
      hint: "leave out either allowExisting or clearExisting",
    });
  }
  if (python !== undefined) checkPython("uv.venv", python);
  yield* ensureVirtualenv(path, present, async function* () {
    effect("create");
    yield sh`uv venv ${allowExisting && sh`--allow-existing`} ${clearExisting && sh`--clear`} ${
      linkMode && sh`--link-mode ${linkMode}`
    } ${seed && sh`--seed`} ${onPython(python)} ${sitePackages && sh`--system-site-packages`} ${
      extraArguments(args.extraArgs)
    } ${pathWord(path)}`;
  });
}, {
  parameters: {
    path: "string",
    present: "boolean?",
    python: "string?",
    allowExisting: "boolean?",
    clearExisting: "boolean?",
    linkMode: "'clone' | 'copy' | 'hardlink' | 'symlink'?",
    seed: "boolean?",
    sitePackages: "boolean?",
    extraArgs: "string | string[]?",
  },
  asWritten: ["extraArgs"],
});

/** Whether a build is what a request means; which is for uv to say where it is neither version nor build. */
function isPython({ version, key }: { version: string; key: string }, wanted: string): boolean {
  if (key === wanted || version === wanted) return true;
  const [, implementation = "cpython", number, free] =
    /^(?:([a-z]+)[@-]?)?(\d+(?:\.\d+)*)(t|\+freethreaded)?$/.exec(wanted) ?? [];
  if (number === undefined) {
    return /^[<>=!~]/.test(wanted) && key.startsWith("cpython-") && satisfiesRequirement(version, wanted);
  }
  const isFree = key.includes("+freethreaded");
  return key.startsWith(`${implementation}-`) && isFree === (free !== undefined) &&
    (version === number || version.startsWith(`${number}.`));
}

function checkPython(operation: string, python: string): void {
  if (python.trim() !== "" && !python.startsWith("-")) return;
  throw new DroverError("E_ARGUMENT", `${operation}: python cannot be ${JSON.stringify(python)}`, {
    hint: "give the path of an environment or a Python, or a version",
  });
}
