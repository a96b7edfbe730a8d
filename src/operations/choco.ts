/** Packages of Chocolatey, on Windows with a POSIX shell. */

import { sh } from "../command/mod.ts";
import { chocoName, ChocoOutdated, ChocoPackages } from "../facts/choco.ts";
import { Which } from "../facts/server/mod.ts";
import { effect, host, type Operation, operation, touches } from "../host/mod.ts";
import { ensurePackages, type PackageName, parsePackages } from "./packages/ensure.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /** Names, perhaps with a version: `git:2.44.0`. */
  packages?: string | string[] | undefined;
  /** Whether they shall be installed. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those that are installed and wanted in no certain version. Default: `false`. */
  latest?: boolean | undefined;
}

const INSTALL_SCRIPT = "[Net.ServicePointManager]::SecurityProtocol = " +
  "[Net.ServicePointManager]::SecurityProtocol -bor 3072; " +
  "iex ((New-Object System.Net.WebClient).DownloadString('https://community.chocolatey.org/install.ps1'))";

/**
 * Installs Chocolatey itself, with the script of its makers. Changes something if there is no `choco`.
 *
 * @example
 * ```ts
 * await choco.install();
 * ```
 */
export const install: Operation<Record<never, never>> = operation("choco.install", async function* () {
  touches({ kind: "choco package", name: "chocolatey" });
  if (await host.getFact(Which, { command: "choco" })) return host.noop("choco is installed");
  effect("create");
  yield sh`powershell -NoProfile -ExecutionPolicy Bypass -Command ${INSTALL_SCRIPT}`;
}, { parameters: {} });

/**
 * Installs, upgrades or removes packages. Changes something if one is missing or has another version than the one
 * that is wanted (or is there, with `present: false`), and with `latest` if one is outdated. A version that is wanted
 * may be older than the one that is installed.
 *
 * @example
 * ```ts
 * await choco.packages({ packages: ["notepadplusplus", "git:2.44.0"] });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "choco.packages",
  async function* (args) {
    const { present = true, latest } = args;
    const wanted = parsePackages(args.packages, ":");
    const installed = await host.getFact(ChocoPackages);
    const isPinned = (one: PackageName) => present && one.version !== undefined;
    // A command knows one version, which goes for all of its packages.
    for (const { name, version } of wanted.filter(isPinned)) {
      touches({ kind: "choco package", name });
      const has = Object.hasOwn(installed, chocoName(name)) && installed[chocoName(name)]!.includes(version!);
      if (has) host.noop(`package ${name} is installed (${version})`);
      else yield sh`choco upgrade -y --allow-downgrade --version ${version} ${name}`;
    }
    const others = wanted.filter((one) => !isPinned(one));
    yield* ensurePackages({ packages: others.map(spellPinned), present, latest }, installed, {
      kind: "choco package",
      install: sh`choco install -y`,
      upgrade: sh`choco upgrade -y`,
      uninstall: sh`choco uninstall -y -x`,
      parse: (text) => {
        const one = parsePackages(text, ":")[0]!;
        return { ...one, spelled: one.name };
      },
      listedAs: chocoName,
      isOutdated: async (names) => {
        const outdated = await host.getFact(ChocoOutdated);
        return outdated === undefined || names.some((name) => outdated.includes(chocoName(name)));
      },
    });
  },
  { parameters: { packages: "string | string[]?", present: "boolean?", latest: "boolean?" } },
);

function spellPinned({ name, version }: PackageName): string {
  return version === undefined ? name : `${name}:${version}`;
}
