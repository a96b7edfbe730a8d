/** Python applications with pipx, each in an environment of its own. */

import { sh } from "../command/mod.ts";
import { PipxEnvironment, PipxPackages, PipxSimulateUpgrade } from "../facts/pipx.ts";
import { OnPath } from "../facts/server/mod.ts";
import { host, type Operation, operation, touches } from "../host/mod.ts";
import { ensurePackages } from "./packages/ensure.ts";
import { extraArguments } from "./packages/extra_arguments.ts";
import { parseRequirement, satisfiesTool } from "./packages/python_requirements.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Requirements as pip reads them: `copier`, `copier==9.0.1`, `black[d]>=24`, `tool @ git+https://…`. */
  packages?: string | string[] | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those that are installed and wanted in no certain version. Default: `false`. */
  latest?: boolean | undefined;
  /** More arguments for `pipx install`: shell text or a list of words. */
  extraArgs?: string | string[] | undefined;
}

/**
 * Installs, upgrades or removes Python applications for the user that it runs as. Changes something if one is
 * missing or has a version that is not wanted (or is there, with `present: false`); with `latest`, if a newer
 * version is to be had or pip cannot tell. What was installed from a URL is compared by its name only.
 *
 * @example
 * ```ts
 * await pipx.packages({ packages: ["copier==9.0.1", "black[d]"], _sudo: true, _sudoUser: "app" });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "pipx.packages",
  async function* (args) {
    if ((args.packages ?? []).length === 0) return host.noop("no packages are named");
    const installed = await host.getFact(PipxPackages);
    const extra = extraArguments(args.extraArgs);
    yield* ensurePackages(args, installed, {
      kind: "pipx package",
      parse: parseRequirement,
      satisfies: satisfiesTool,
      oneByOne: true,
      uninstallsByName: true,
      install: sh`pipx install ${extra}`,
      // Without it, pipx leaves another version as it is, and succeeds.
      replace: sh`pipx install --force ${extra}`,
      upgrade: sh`pipx upgrade`,
      uninstall: sh`pipx uninstall`,
      isOutdated: async ([name = ""]) => {
        const { name: known } = parseRequirement(name);
        return await host.getFact(PipxSimulateUpgrade, { package: known }) ?? true;
      },
    });
  },
  {
    parameters: {
      packages: "string | string[]?",
      present: "boolean?",
      latest: "boolean?",
      extraArgs: "string | string[]?",
    },
    asWritten: ["extraArgs"],
  },
);

/**
 * Upgrades all Python applications that pipx has installed. Runs each time.
 *
 * @example
 * ```ts
 * await pipx.upgradeAll({ _sudo: true, _sudoUser: "app" });
 * ```
 */
export const upgradeAll: Operation<Record<never, never>> = operation("pipx.upgradeAll", async function* () {
  touches({ kind: "pipx package" });
  yield "pipx upgrade-all";
}, { idempotent: false, parameters: {} });

/**
 * Puts the directory of pipx's applications on the user's `PATH`, for sessions to come. Changes something if
 * neither this session's `PATH` nor a start-up file of the user's shells has it.
 *
 * @example
 * ```ts
 * await pipx.ensurePath({ _sudo: true, _sudoUser: "app" });
 * ```
 */
export const ensurePath: Operation<Record<never, never>> = operation("pipx.ensurePath", async function* () {
  const { PIPX_BIN_DIR } = await host.getFact(PipxEnvironment);
  const found = PIPX_BIN_DIR && await host.getFact(OnPath, { directory: PIPX_BIN_DIR });
  if (found) return host.noop(`${PIPX_BIN_DIR} is on the PATH${found === "now" ? "" : " of new sessions"}`);
  yield "pipx ensurepath";
}, { parameters: {} });
