/** Ruby gems. */

import { sh } from "../command/mod.ts";
import { GemDefaults, GemOutdated, GemPackages } from "../facts/gem.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { ensurePackages, type InstalledPackages, type PackageName } from "./packages/ensure.ts";
import { satisfiesGem } from "./packages/gem_requirement.ts";

/** Arguments of {@linkcode packages}. */
export interface PackagesArgs {
  /**
   * Names of gems, each perhaps with a version or a requirement: `rails:7.0.4`, `rails:~> 7.0`; or paths of `.gem`
   * files on the host.
   */
  packages?: string | string[] | undefined;
  /** Whether they shall be installed; `false` removes all versions, or those that are named, but for those
   * that are a part of Ruby. Default: `true`. */
  present?: boolean | undefined;
  /** Upgrades those that are installed and wanted in no certain version. Default: `false`. */
  latest?: boolean | undefined;
}

/** The file of a gem: `…/drover-one-1.0.0.gem`, `nokogiri-1.13.10-x86_64-linux.gem`. */
const FILE_REGEXP = /(?:^|\/)([^/]+?)-(\d[0-9A-Za-z.]*)(?:-[^/]+)?\.gem$/;

/**
 * Installs, upgrades or removes gems. Changes something if a gem is missing, or is there in no version that is
 * wanted (or is there, with `present: false`); with `latest`, if a source has a newer version or none can be
 * asked.
 *
 * @example
 * ```ts
 * await gem.packages({ packages: ["bundler", "rails:~> 7.0"], _sudo: true });
 * ```
 */
export const packages: Operation<PackagesArgs> = operation<PackagesArgs>(
  "gem.packages",
  async function* (args) {
    const [installed, outdated, fixed] = await Promise.all([
      host.getFact(GemPackages),
      args.latest ? host.getFact(GemOutdated) : undefined,
      args.present === false ? host.getFact(GemDefaults) : undefined,
    ]);
    yield* ensurePackages(args, fixed === undefined ? installed : without(fixed, installed), {
      kind: "gem",
      parse: parseGem,
      satisfies: satisfiesGem,
      install: sh`gem install`,
      upgrade: sh`gem update`,
      // Without these it asks questions that nobody answers.
      uninstall: sh`gem uninstall --all --executables`,
      isOutdated: (names) =>
        Promise.resolve(
          outdated === undefined || names.some((name) => Object.hasOwn(outdated, name)),
        ),
    });
  },
  { parameters: { packages: "string | string[]?", present: "boolean?", latest: "boolean?" } },
);

/** gem leaves what is a part of Ruby, and succeeds. */
function without(fixed: InstalledPackages, installed: InstalledPackages): InstalledPackages {
  const rest = Object.entries(installed).map(([name, versions]) =>
    [name, [versions].flat().filter((one) => !fixed[name]?.includes(one))] as const
  );
  return Object.fromEntries(rest.filter(([, versions]) => versions.length > 0));
}

function parseGem(text: string): PackageName {
  const [, file, fileVersion] = FILE_REGEXP.exec(text) ?? [];
  if (file !== undefined && fileVersion !== undefined) {
    return { name: file, version: fileVersion, spelled: text };
  }
  const at = text.indexOf(":");
  if (at <= 0) return { name: text };
  const [name, version] = [text.slice(0, at), text.slice(at + 1).trim()];
  return version === "" ? { name } : { name, version, spelled: `${name}:${version}` };
}
