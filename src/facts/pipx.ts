/** Facts about Python applications that pipx manages. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { versionsByName } from "./package_versions.ts";
import { pythonName } from "./pip.ts";

/** Arguments of {@linkcode PipxSimulateUpgrade}. */
export interface PipxSimulateUpgradeArgs {
  /** Name of an installed application. */
  package: string;
}

/**
 * Installed applications with their versions, by names as PyPI spells them. Empty where there is no pipx.
 *
 * @example
 * ```ts
 * const applications = await host.getFact(facts.pipx.PipxPackages);
 * if (applications.copier === undefined) { … }
 * ```
 */
export const PipxPackages: Fact<Record<string, string[]>> = fact<Record<string, string[]>>({
  name: "pipx.PipxPackages",
  about: () => ({ kind: "pipx package" }),
  remember: {},
  requires: "pipx",
  command: () => "pipx list --short",
  default: () => ({}),
  process: (lines) => versionsByName(lines, /^(?<name>\S+) (?<version>\d\S*)$/, pythonName),
});

/**
 * Where pipx keeps what it installs: `PIPX_HOME`, `PIPX_BIN_DIR` and others. Empty where there is no pipx.
 *
 * @example
 * ```ts
 * const { PIPX_BIN_DIR } = await host.getFact(facts.pipx.PipxEnvironment);
 * ```
 */
export const PipxEnvironment: Fact<Record<string, string>> = fact<Record<string, string>>({
  name: "pipx.PipxEnvironment",
  remember: {},
  requires: "pipx",
  command: () => "pipx environment",
  default: () => ({}),
  process: (lines) => {
    // What the user has set comes first; what pipx makes of it counts.
    const found = lines.map((line) => /^([A-Z_]+)=(.+)$/.exec(line)).filter((one) => one !== null);
    return Object.fromEntries(found.map(([, name, value]) => [name!, value!]));
  },
});

/**
 * Whether `pipx upgrade` would install a newer version of an application; `undefined` where its pip cannot tell,
 * such as one before 22.2.
 *
 * @example
 * ```ts
 * const isOutdated = await host.getFact(facts.pipx.PipxSimulateUpgrade, { package: "copier" });
 * ```
 */
export const PipxSimulateUpgrade: Fact<boolean | undefined, PipxSimulateUpgradeArgs> = fact<
  boolean | undefined,
  PipxSimulateUpgradeArgs
>({
  name: "pipx.PipxSimulateUpgrade",
  about: ({ package: name }) => ({ kind: "pipx package", name }),
  remember: { package: "line" },
  parameters: { package: "string" },
  requires: "pipx",
  command: ({ package: name }) =>
    sh`pipx runpip ${name} install --dry-run --upgrade -- ${name} 2>/dev/null && echo done || true`,
  default: () => undefined,
  process: (lines) =>
    lines.at(-1) === "done" ? lines.some((line) => line.startsWith("Would install ")) : undefined,
});
