/** Python packages with pip, and virtual environments. */

import { pathWord, sh, ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { File } from "../facts/files/mod.ts";
import { PipPackages, runPip, SimulateInstall } from "../facts/pip.ts";
import { effect, host, incidental, type Operation, operation, type Steps } from "../host/mod.ts";
import { firstProgram } from "./detection.ts";
import { accessTo } from "./files/place.ts";
import { checkPath, withoutSlash } from "./files/remote_path.ts";
import { ensurePackages } from "./packages/ensure.ts";
import { extraArguments } from "./packages/extra_arguments.ts";
import { parseRequirement, satisfiesRequirement } from "./packages/python_requirements.ts";
import { hasAnyOf } from "./packages/requirements_file.ts";
import { ensureVirtualenv } from "./packages/virtualenv.ts";

/** How a virtual environment is made. */
export interface VenvOptions {
  /** Name or path of the Python to use. Default: `python3` for `pip.venv`; what `virtualenv` chooses. */
  python?: string | undefined;
  /** Lets it see the packages of the system. Default: `false`. */
  sitePackages?: boolean | undefined;
  /** Copies files instead of linking to them. Default: `false`. */
  alwaysCopy?: boolean | undefined;
}

/** Arguments of {@linkcode venv}. */
export interface VenvArgs extends VenvOptions {
  /** Directory of the environment on the host. */
  path: string;
  /** Whether it shall exist; `false` removes the directory with all that is in it. Default: `true`. */
  present?: boolean | undefined;
}

/** Arguments of {@linkcode virtualenv}. */
export interface VirtualenvArgs extends VenvArgs {
  /** Uses the `venv` module of Python instead of the program `virtualenv`. Default: `false`. */
  venv?: boolean | undefined;
}

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /**
   * Requirements as pip reads them: `flask`, `flask==2.3.1`, `flask[async]>=2,<3`, `tool @ https://…`, a URL or
   * a path with a slash.
   */
  packages?: string | string[] | undefined;
  /** Whether the packages shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those that are installed and wanted in no certain version. Default: `false`. */
  latest?: boolean | undefined;
  /** Path on the host of a requirements file, which is installed or, with `present: false`, uninstalled. */
  requirements?: string | undefined;
  /** Name or path of pip; with `virtualenv`, its name in there. Default: `pip`. */
  pip?: string | undefined;
  /** Directory of a virtual environment to work in; it is made if it does not exist. */
  virtualenv?: string | undefined;
  /** How it is made: arguments of {@linkcode virtualenv}, but its path. */
  virtualenvKwargs?: Omit<VirtualenvArgs, "path" | "present"> | undefined;
  /** More arguments for `pip install`: shell text or a list of words. */
  extraInstallArgs?: string | string[] | undefined;
}

/**
 * Creates or removes a virtual environment with the program `virtualenv`. Changes something if there is none at
 * the path, or there is a directory, with `present: false`.
 *
 * @example
 * ```ts
 * await pip.virtualenv({ path: "/srv/app/venv", python: "python3.11", _sudo: true });
 * ```
 */
export const virtualenv: Operation<VirtualenvArgs> = operation<VirtualenvArgs>(
  "pip.virtualenv",
  async function* (args) {
    const { present = true } = args;
    const path = checkDirectory("pip.virtualenv", "path", args.path);
    yield* ensureVirtualenv(path, present, () => create(path, args));
  },
  {
    parameters: {
      path: "string",
      python: "string?",
      venv: "boolean?",
      sitePackages: "boolean?",
      alwaysCopy: "boolean?",
      present: "boolean?",
    },
  },
);

/**
 * Creates or removes a virtual environment with the `venv` module of Python. Changes something if there is none
 * at the path, or there is a directory, with `present: false`.
 *
 * @example
 * ```ts
 * await pip.venv({ path: "/srv/app/venv", _sudo: true, _sudoUser: "app" });
 * ```
 */
export const venv: Operation<VenvArgs> = operation<VenvArgs>("pip.venv", async function* (args) {
  yield* virtualenv.steps({ ...args, path: checkDirectory("pip.venv", "path", args.path), venv: true });
}, {
  parameters: {
    path: "string",
    python: "string?",
    sitePackages: "boolean?",
    alwaysCopy: "boolean?",
    present: "boolean?",
  },
});

/**
 * Installs, upgrades or removes Python packages with pip. Changes something if a package is missing or has a
 * version that is not wanted (or is there, with `present: false`), and with `latest` or `requirements` if pip
 * would install anything (or any of them is there, with `present: false`); a pip before 22.2 cannot tell and is run each time. The pip of a virtual environment that
 * belongs to another user is run by root as that user.
 *
 * @example
 * ```ts
 * await pip.packages({
 *   packages: ["flask>=2,<3", "gunicorn"],
 *   virtualenv: "/srv/app/venv",
 *   virtualenvKwargs: { venv: true },
 *   _sudo: true,
 *   _sudoUser: "app",
 * });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "pip.packages",
  async function* (args) {
    const { present = true, latest = false, requirements } = args;
    const environment = args.virtualenv === undefined
      ? undefined
      : checkDirectory("pip.packages", "virtualenv", args.virtualenv);
    const pip = pipProgram(args.pip, environment);
    const extra = extraArguments(args.extraInstallArgs);
    const wouldInstall = async (words: ShellCommand) =>
      await host.getFact(SimulateInstall, { pip, command: words.raw }) ?? true;

    const [activate, installed, access] = await Promise.all([
      environment === undefined ? true : host.getFact(File, { path: `${environment}/bin/activate` }),
      args.packages === undefined ? {} : host.getFact(PipPackages, { pip }),
      pip.includes("/") ? accessTo(pip) : undefined,
    ]);
    const run = (words: ShellCommand) => {
      const plain = sh`${pathWord(pip)} ${words}`;
      return access?.exposed ? ShellCommand.of(runPip(pip, words).raw, String(plain)) : plain;
    };
    if (!activate && environment !== undefined) {
      if (!present) return host.noop(`virtualenv ${environment} does not exist`);
      yield* incidental(virtualenv.steps({ ...args.virtualenvKwargs, path: environment }));
    }

    if (requirements !== undefined) {
      const file = sh`-r ${pathWord(requirements)}`;
      const words = sh`${latest && sh`--upgrade`} ${extra} ${file}`;
      if (!present && await hasAnyOf(requirements, () => host.getFact(PipPackages, { pip }))) {
        yield run(sh`uninstall --yes ${file}`);
      } else if (!present) host.noop(`nothing in ${requirements} is installed`);
      else if (!activate || await wouldInstall(words)) yield run(sh`install ${words}`);
      else host.noop(`everything in ${requirements} is installed`);
    }
    yield* ensurePackages({ packages: args.packages, present, latest }, installed, {
      kind: `package of ${pip}`,
      install: run(sh`install ${extra}`),
      upgrade: run(sh`install --upgrade ${extra}`),
      uninstall: run(sh`uninstall --yes`),
      parse: parseRequirement,
      satisfies: satisfiesRequirement,
      isOutdated: (names) => wouldInstall(sh`--upgrade ${extra} ${names}`),
    });
  },
  {
    parameters: {
      packages: "string | string[]?",
      present: "boolean?",
      latest: "boolean?",
      requirements: "string?",
      pip: "string?",
      virtualenv: "string?",
      virtualenvKwargs: "object?",
      extraInstallArgs: "string | string[]?",
    },
    asWritten: ["extraInstallArgs"],
  },
);

async function* create(path: string, options: Omit<VirtualenvArgs, "path">): Steps {
  const { python, sitePackages } = options;
  const site = sitePackages && sh`--system-site-packages`;
  effect("create");
  if (options.venv) {
    // A host that has Python 3 need not have a `python`.
    const program = python ?? await firstProgram(["python3", "python"]) ?? "python";
    const copies = options.alwaysCopy && sh`--copies`;
    yield sh`${pathWord(program)} -m venv ${site} ${copies} ${pathWord(path)}`;
    return;
  }
  const chosen = python === undefined ? undefined : sh`-p ${pathWord(python)}`;
  yield sh`virtualenv ${chosen} ${site} ${options.alwaysCopy && sh`--always-copy`} ${pathWord(path)}`;
}

function pipProgram(pip = "pip", environment: string | undefined): string {
  if (pip.trim() === "" || pip.startsWith("-")) {
    throw new DroverError("E_ARGUMENT", `pip cannot be ${JSON.stringify(pip)}`, {
      hint: "give the name or the path of pip",
    });
  }
  return environment === undefined || pip.includes("/") ? pip : `${environment}/bin/${pip}`;
}

/** The directory of an environment, as commands are to name it. */
function checkDirectory(operation: string, argument: string, path: unknown): string {
  return withoutSlash(checkPath(operation, argument, path));
}
