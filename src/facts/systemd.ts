/** Facts about systemd's units. */

import { sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact, MISSING_PROGRAM, type SharedProgram, type Subject } from "../host/mod.ts";
import { giveUp } from "./shared_program.ts";

/** Which systemd is meant: the system's, a user's, or that of a machine. */
export interface SystemdTarget {
  /** The current user's own systemd (`systemctl --user`). */
  userMode?: boolean;
  /** Name of a local container or virtual machine; `.host` is the host itself. */
  machine?: string;
  /** The user whose systemd is meant, on the machine. */
  userName?: string;
}

/** The arguments of facts about units. */
export interface UnitsArgs extends SystemdTarget {
  /** Names of the wanted units, whole (`ssh.service`); all by default. */
  services?: readonly string[];
}

/** What systemd knows of one unit. */
export interface UnitInfo {
  /** Its own name, where it was asked for by an alias. */
  name: string;
  /** Whether it is doing its work. */
  running: boolean;
  /** `loaded`, `not-found`, `masked`, or why it could not be loaded. */
  loadState: string;
  /** What `systemctl is-enabled` is about: `enabled`, `static`, `generated`, …; empty where there is no unit file. */
  fileState: string;
  /** Path of the unit file; `undefined` where there is none. */
  path?: string;
  /** What the unit file was generated from, such as `/etc/fstab`. */
  source?: string;
  /** Names of the loaded units that start it when they are started. */
  startedBy: string[];
}

/** The argument of {@linkcode SystemdUnitFile}. */
export interface UnitFileArgs extends SystemdTarget {
  /** Name of the unit, whole; it may be a template (`getty@.service`). */
  unit: string;
}

/** What a unit's files say of starting it at boot. */
export interface UnitFileInfo {
  /** What `systemctl is-enabled` prints; empty if there is no such unit. Init scripts are `enabled` or `disabled`. */
  state: string;
  /** The lists of the `[Install]` section by their names: `Also`, `WantedBy`, `Alias`, `DefaultInstance`, …. */
  install: Record<string, string[]>;
}

/** States in which a unit of any kind is doing its work. */
const RUNNING_STATES: ReadonlySet<string> = new Set([
  "active", // targets, swap, slices
  "elapsed", // timers that have fired for the last time
  "exited", // one-shot services that remain active
  "listening", // sockets
  "mounted",
  "plugged", // devices
  "reload",
  "reload-notify",
  "reload-signal",
  "running",
  "waiting", // timers, paths, automounts
]);

/** Besides `enabled`: units that cannot be enabled because others pull them in. */
const ENABLED_STATES: ReadonlySet<string> = new Set(["enabled", "enabled-runtime", "static"]);

/**
 * Whether units are running, by name. Units that do not exist are not running.
 *
 * @example
 * ```ts
 * const status = await host.getFact(facts.systemd.SystemdStatus, { services: ["ssh.service"] });
 * if (status["ssh.service"]) …
 * ```
 */
export const SystemdStatus: Fact<Record<string, boolean>, UnitsArgs> = unitsFact(
  "systemd.SystemdStatus",
  { property: "SubState", states: RUNNING_STATES, part: "running" },
);

/** Whether units are started at boot, by name; static units, which others start, count as enabled. */
export const SystemdEnabled: Fact<Record<string, boolean>, UnitsArgs> = unitsFact(
  "systemd.SystemdEnabled",
  { property: "UnitFileState", states: ENABLED_STATES, part: "enabled" },
);

/**
 * What systemd knows of units, under the names that were asked for. Templates, which are no units, cannot be asked.
 *
 * @example
 * ```ts
 * const units = await host.getFact(facts.systemd.SystemdUnits, { services: ["ssh.service"] });
 * if (units["ssh.service"]?.loadState === "masked") …
 * ```
 */
export const SystemdUnits: Fact<Record<string, UnitInfo>, UnitsArgs> = showFact(
  "systemd.SystemdUnits",
  [
    "SubState",
    "LoadState",
    "UnitFileState",
    "FragmentPath",
    "SourcePath",
    "WantedBy",
    "RequiredBy",
    "BoundBy",
  ],
  readUnitInfo,
);

/** Sets the answers of {@linkcode SystemdUnitFile} apart. */
const FILES_MARK = "##DROVER_UNIT_FILES##";

/**
 * What a unit's files say of starting it at boot, its drop-ins included.
 *
 * @example
 * ```ts
 * const { state, install } = await host.getFact(facts.systemd.SystemdUnitFile, { unit: "getty@.service" });
 * ```
 */
export const SystemdUnitFile: Fact<UnitFileInfo, UnitFileArgs> = fact<UnitFileInfo, UnitFileArgs>({
  name: "systemd.SystemdUnitFile",
  about: ({ unit, ...target }) => unitSubject(unit, target, "enabled"),
  remember: { userMode: "boolean", machine: "line", userName: "line", unit: "line" },
  parameters: { userMode: "boolean?", machine: "string?", userName: "string?", unit: "string" },
  requires: "systemctl",
  command: ({ unit, ...target }) => {
    const words = systemctl(target);
    return sh`${words} is-enabled ${unit} 2> /dev/null; echo ${FILES_MARK}; ${words} cat ${unit} 2> /dev/null || true`;
  },
  process: readUnitFile,
  default: () => ({ state: "", install: {} }),
});

/** `systemctl` for a target, without the verb. */
export function systemctl({ userMode, machine, userName }: SystemdTarget): ShellCommand {
  const address = userName === undefined ? machine : `${userName}@${machine ?? ".host"}`;
  const mode = userMode ? sh`--user` : undefined;
  return sh`systemctl ${mode} ${address === undefined ? undefined : `--machine=${address}`}`;
}

/** What operations decide about and change by themselves. */
type UnitPart = "running" | "enabled";

/** What there is to know of a unit, or a part of it; of all units without a name. */
export function unitSubject(
  unit: string | undefined,
  target: SystemdTarget,
  part?: UnitPart,
): Subject {
  const whole = unit && `${unit} of ${systemctl(target)}`;
  return { kind: "unit", name: whole, ...(part === undefined ? {} : { parts: [part] }) };
}

/** Whether units are in one of the states, by what systemd says of a property of theirs. */
function unitsFact(
  name: string,
  { property, states, part }: { property: string; states: ReadonlySet<string>; part: UnitPart },
): Fact<Record<string, boolean>, UnitsArgs> {
  const read = (block: ReadonlyMap<string, string>) => {
    const state = block.get(property);
    return state === undefined ? undefined : states.has(state);
  };
  return showFact(name, [property], read, part);
}

/** What `systemctl show` prints of units, read block by block; `undefined` is no answer. */
function showFact<T>(
  name: string,
  properties: readonly string[],
  read: (block: ReadonlyMap<string, string>) => T | undefined,
  part?: UnitPart,
): Fact<Record<string, T>, UnitsArgs> {
  return fact<Record<string, T>, UnitsArgs>({
    name,
    about: ({ services, ...target }) =>
      unitSubject(services?.length === 1 ? services[0] : undefined, target, part),
    remember: { userMode: "boolean", machine: "line", userName: "line", services: "lines" },
    parameters: {
      userMode: "boolean?",
      machine: "string?",
      userName: "string?",
      services: "string[]?",
    },
    requires: "systemctl",
    command: (args) => showCommand(args, properties),
    shared: shareShow(properties),
    process: (lines, args) => readUnits(lines, args, read),
    default: () => ({}),
  });
}

function showCommand(args: UnitsArgs, properties: readonly string[]): ShellCommand {
  const units = args.services === undefined || args.services.length === 0 ? ["*"] : args.services;
  const shown = properties.map((property) => sh`--property ${property}`);
  return sh`${systemctl(args)} show --all --property Id ${shown} ${units}`;
}

/** `systemctl` asks the bus, which takes far longer than the answer. It shows units in the order of the question. */
function shareShow(properties: readonly string[]): SharedProgram<UnitsArgs> {
  const missing = `${MISSING_PROGRAM}\n`;
  return {
    group({ services, ...target }) {
      const isOne = services?.length === 1 && /^[\w@.:-]+$/.test(services[0]!);
      return isOne ? `systemd.${properties} ${systemctl(target).raw}` : undefined;
    },
    command(questions, { mark }) {
      const services = questions.flatMap((question) => question.services ?? []);
      const show = showCommand({ ...questions[0], services }, properties);
      return sh`if command -v systemctl > /dev/null 2>&1; then ${show} 2> /dev/null || echo ${
        giveUp(mark)
      }; else echo ${MISSING_PROGRAM}; fi`;
    },
    split(output, mark, count) {
      if (output === missing) return Array(count).fill(missing);
      const blocks = output.split(/(?<=\n)\n/);
      return blocks.length === count && !output.includes(giveUp(mark)) ? blocks : undefined;
    },
    join: (answers) => answers.every((answer) => answer === missing) ? missing : answers.join("\n"),
  };
}

/**
 * Reads blocks of `Key=value` lines. Asked for an alias (`sshd.service`), systemd answers with the unit's own
 * name (`ssh.service`); blocks come in the order of the question, so that the answer is kept under both.
 */
function readUnits<T>(
  lines: string[],
  { services = [] }: UnitsArgs,
  read: (block: ReadonlyMap<string, string>) => T | undefined,
): Record<string, T> {
  const blocks = readBlocks(lines);
  const ordered = blocks.length === services.length && !services.some((name) => /[*?[]/.test(name));
  const units: Record<string, T> = {};
  for (const [index, block] of blocks.entries()) {
    const value = read(block);
    if (value === undefined) continue;
    const names = [block.get("Id"), ordered ? services[index] : undefined];
    for (const name of names) if (name !== undefined) units[name] = value;
  }
  return units;
}

function readUnitInfo(block: ReadonlyMap<string, string>): UnitInfo {
  const text = (key: string) => block.get(key) ?? "";
  const path = text("FragmentPath");
  const source = text("SourcePath");
  const startedBy = ["WantedBy", "RequiredBy", "BoundBy"].flatMap((key) => words(text(key)));
  return {
    name: text("Id"),
    running: RUNNING_STATES.has(text("SubState")),
    loadState: text("LoadState"),
    fileState: text("UnitFileState"),
    ...(path === "" ? {} : { path }),
    ...(source === "" ? {} : { source }),
    startedBy: [...new Set(startedBy)],
  };
}

/** The answer of `is-enabled`, and the files as `systemctl cat` prints them. */
function readUnitFile(lines: string[]): UnitFileInfo {
  const mark = lines.indexOf(FILES_MARK);
  // An init script's answer is printed by a program of its own, which talks before.
  const state = lines.slice(0, mark).at(-1)?.trim() ?? "";
  const install: Record<string, string[]> = {};
  let section = "";
  for (const line of joinContinued(lines.slice(mark + 1))) {
    const header = /^\[(.*)\]\s*$/.exec(line)?.[1];
    section = header ?? section;
    const [, key, value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section !== "Install" || key === undefined) continue;
    install[key] = value === "" ? [] : [...install[key] ?? [], ...words(value)];
  }
  return { state, install };
}

/** A line that ends in a backslash goes on in the next one; comments between them are no part of it. */
function joinContinued(lines: readonly string[]): string[] {
  const text = lines.filter((line) => !/^\s*[#;]/.test(line)).join("\n");
  return text.replaceAll("\\\n", " ").split("\n");
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** A block starts at each `Id`; lines of other shapes are noise. */
function readBlocks(lines: string[]): Map<string, string>[] {
  const blocks: Map<string, string>[] = [];
  for (const line of lines) {
    const [, key, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key === undefined) continue;
    if (key === "Id") blocks.push(new Map());
    blocks.at(-1)?.set(key, value);
  }
  return blocks;
}
