/** Packages of Node.js with npm. */

import { sh, ShellCommand } from "../command/mod.ts";
import { NPM_AS_OWNER } from "../facts/as_owner.ts";
import { npm, npmKind, NpmOutdated, NpmPackages } from "../facts/npm.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { accessTo } from "./files/place.ts";
import { checkPath, joinPath, withoutSlash } from "./files/remote_path.ts";
import { ensurePackages } from "./packages/ensure.ts";
import { isInRange } from "./packages/semver_range.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /**
   * Names, each perhaps with a version, a range, a tag or a URL: `typescript@5.6.2`, `@angular/cli@^17`,
   * `npm@latest`, `tool@https://…/tool.tgz`. A tag or a URL is looked at only when the package is not installed.
   */
  packages?: string | string[] | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those that are installed and wanted in no certain version. Default: `false`. */
  latest?: boolean | undefined;
  /** Directory of a project on the host. Default: the packages of the whole system (`npm --global`). */
  directory?: string | undefined;
}

/**
 * Installs, upgrades or removes packages of Node.js, in a project or for the whole system. Changes something if
 * a package is missing or has a version that is not wanted (or is there, with `present: false`); with `latest`,
 * if the registry has a newer version that `package.json` allows, or cannot be asked. In a directory that
 * belongs to another user, root runs npm as that user.
 *
 * @example
 * ```ts
 * await npm.packages({ packages: ["express@^4", "@sentry/node"], directory: "/srv/app", _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "npm.packages",
  async function* (args) {
    const directory = args.directory === undefined
      ? undefined
      : withoutSlash(checkPath("npm.packages", "directory", args.directory));
    const [installed, access] = await Promise.all([
      host.getFact(NpmPackages, { directory }),
      // Whoever owns the directory may change what lies in it.
      directory === undefined ? undefined : accessTo(joinPath(directory, "package.json")),
    ]);
    const run = (command: "install" | "uninstall" | "update") => {
      const plain = npm(command, directory);
      if (!access?.exposed) return plain;
      return ShellCommand.of(
        sh`${NPM_AS_OWNER}
${plain}`.raw,
        String(plain),
      );
    };
    yield* ensurePackages(args, installed, {
      kind: npmKind(directory),
      joiner: "@",
      install: run("install"),
      upgrade: run("update"),
      uninstall: run("uninstall"),
      // Told a version, npm removes nothing and says that all is well.
      uninstallsByName: true,
      satisfies: (version, wanted) => version === wanted || isInRange(version, wanted) !== false,
      isOutdated: async (names) => {
        const outdated = await host.getFact(NpmOutdated, { directory });
        return outdated === undefined ||
          names.some((name) =>
            Object.hasOwn(outdated, name) && outdated[name]!.current !== outdated[name]!.wanted
          );
      },
    });
  },
  {
    parameters: {
      packages: "string | string[]?",
      present: "boolean?",
      latest: "boolean?",
      directory: "string?",
    },
  },
);
