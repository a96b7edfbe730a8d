/** Facts about Python packages that pip manages. */

import { pathWord, raw, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { asOwner } from "./as_owner.ts";

/** The argument of {@linkcode PipPackages} and {@linkcode Pip3Packages}. */
export interface PipPackagesArgs {
  /** Name or path of pip, such as `/srv/app/venv/bin/pip`. Default: `pip`, or `pip3` for `Pip3Packages`. */
  pip?: string | undefined;
}

/** Arguments of {@linkcode SimulateInstall}. */
export interface SimulateInstallArgs {
  /** Words after `pip install`, as shell text: `--upgrade flask`, `-r requirements.txt`. */
  command: string;
  /** Name or path of pip. Default: `pip`. */
  pip?: string | undefined;
}

/**
 * Installed Python packages with their versions, by name. Names are spelled as PyPI spells them: `Foo_Bar` is
 * `foo-bar`. What was installed from a URL has `@ URL` as its version. Empty where there is no such pip.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.pip.PipPackages, { pip: "/srv/app/venv/bin/pip" });
 * if (packages.flask === undefined) { … }
 * ```
 */
export const PipPackages: Fact<Record<string, string[]>, PipPackagesArgs> = packagesFact(
  "pip.PipPackages",
  "pip",
);

/**
 * The same as {@linkcode PipPackages}, with `pip3` if no other pip is named.
 *
 * @example
 * ```ts
 * const packages = await host.getFact(facts.pip.Pip3Packages);
 * ```
 */
export const Pip3Packages: Fact<Record<string, string[]>, PipPackagesArgs> = packagesFact(
  "pip.Pip3Packages",
  "pip3",
);

/**
 * Whether `pip install` would install anything; nothing is installed. `undefined` where pip cannot tell, such
 * as one before 22.2.
 *
 * @example
 * ```ts
 * const incomplete = await host.getFact(facts.pip.SimulateInstall, { command: "-r /srv/app/requirements.txt" });
 * ```
 */
export const SimulateInstall: Fact<boolean | undefined, SimulateInstallArgs> = fact<
  boolean | undefined,
  SimulateInstallArgs
>({
  name: "pip.SimulateInstall",
  remember: false,
  parameters: { command: "string", pip: "string?" },
  asWritten: ["command"],
  requires: ({ pip = "pip" }) => pip,
  command: ({ command, pip = "pip" }) =>
    sh`${runPip(pip, sh`install --dry-run ${raw(command)}`)} 2>/dev/null && echo done || true`,
  default: () => undefined,
  process: (lines) =>
    lines.at(-1) === "done" ? lines.some((line) => line.startsWith("Would install ")) : undefined,
});

/** The argument of {@linkcode Requirements}. */
export interface RequirementsArgs {
  /** Path of the file. */
  path: string;
}

/** What a requirements file asks for. */
export interface RequirementsInfo {
  /** Requirements without options and comments: `flask>=2`, `tool @ https://…`; URLs and paths as they stand. */
  requirements: string[];
  /** Other requirements files that it includes (`-r`), as they stand there. */
  includes: string[];
}

/**
 * What a requirements file on the host asks for; `undefined` if there is no such file.
 *
 * @example
 * ```ts
 * const wanted = await host.getFact(facts.pip.Requirements, { path: "/srv/app/requirements.txt" });
 * ```
 */
export const Requirements: Fact<RequirementsInfo | undefined, RequirementsArgs> = fact<
  RequirementsInfo | undefined,
  RequirementsArgs
>({
  name: "pip.Requirements",
  remember: { path: "path" },
  parameters: { path: "string" },
  command: ({ path }) => sh`if test -f ${pathWord(path)}; then echo exists; cat ${pathWord(path)}; fi`,
  process: (lines) => lines.length === 0 ? undefined : parseRequirements(lines.slice(1)),
});

function parseRequirements(lines: readonly string[]): RequirementsInfo {
  const info: RequirementsInfo = { requirements: [], includes: [] };
  for (const line of lines.join("\n").replaceAll(/\\\r?\n/g, "").split("\n")) {
    const text = line.replace(/(^|\s)#.*$/, "").trim();
    const [, include] = /^(?:-r\s*|--requirement[\s=]\s*)(.+)$/.exec(text) ?? [];
    const [, editable] = /^(?:-e\s*|--editable[\s=]\s*)(.+)$/.exec(text) ?? [];
    if (include !== undefined) info.includes.push(include);
    else if (editable !== undefined) info.requirements.push(editable);
    // Options of one requirement, such as --hash, stand behind it.
    else if (text !== "" && !text.startsWith("-")) info.requirements.push(text.replace(/\s+--.*$/, ""));
  }
  return info;
}

/**
 * A command that runs pip. One in a virtual environment is a program of the environment's owner, and so is what it
 * loads: root runs it as that owner.
 */
export function runPip(pip: string, words: ShellCommand): ShellCommand {
  if (!pip.includes("/")) return sh`${pathWord(pip)} ${words}`;
  const environment = pip.replace(/\/+[^/]+\/+[^/]+$/, "") || "/";
  return asOwner([pathWord(environment), pathWord(pip)], pathWord(pip), words);
}

/** A name as PyPI compares it (PEP 503). */
export function pythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

function packagesFact(name: string, program: string): Fact<Record<string, string[]>, PipPackagesArgs> {
  return fact<Record<string, string[]>, PipPackagesArgs>({
    name,
    // Another pip is a program that the question would start.
    remember: { pip: "unset" },
    parameters: { pip: "string?" },
    requires: ({ pip = program }) => pip,
    command: ({ pip = program }) => runPip(pip, sh`freeze --all`),
    default: () => ({}),
    process: parseFreeze,
  });
}

/** `name==1.0`, `name @ file:///x.whl`, `-e git+https://x#egg=name`, `# Editable install … (name==1.0)`. */
function parseFreeze(lines: readonly string[]): Record<string, string[]> {
  const packages: Record<string, string[]> = {};
  for (const line of lines) {
    const editable = /^-e (\S+?)#(?:.*&)?egg=([A-Za-z0-9._-]+)/.exec(line);
    const direct = /^([A-Za-z0-9._-]+) (@ \S+)/.exec(line);
    const plain = /^(?:# Editable .*\()?([A-Za-z0-9._-]+)===?([^\s)]+)/.exec(line);
    if (editable !== null) packages[pythonName(editable[2]!)] = [`@ ${editable[1]}`];
    else if (direct !== null) packages[pythonName(direct[1]!)] = [direct[2]!];
    else if (plain !== null) packages[pythonName(plain[1]!)] = [plain[2]!];
  }
  return packages;
}
