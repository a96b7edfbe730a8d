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

/** `systemctl` for a target, without the verb. */
export function systemctl({ userMode, machine, userName }: SystemdTarget): ShellCommand {
  const address = userName === undefined ? machine : `${userName}@${machine ?? ".host"}`;
  const mode = userMode ? sh`--user` : undefined;
  return sh`systemctl ${mode} ${address === undefined ? undefined : `--machine=${address}`}`;
}

/** A part of what there is to know of a unit, of all units without a name. */
export function unitSubject(
  unit: string | undefined,
  target: SystemdTarget,
  part: "running" | "enabled",
): Subject {
  const whole = unit && `${unit} of ${systemctl(target)}`;
  return { kind: "unit", name: whole, parts: [part] };
}

/** Whether units are in one of the states, by what systemd says of a property of theirs. */
function unitsFact(
  name: string,
  { property, states, part }: { property: string; states: ReadonlySet<string>; part: "running" | "enabled" },
): Fact<Record<string, boolean>, UnitsArgs> {
  return fact<Record<string, boolean>, UnitsArgs>({
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
    command: (args) => showCommand(args, property),
    shared: shareShow(property),
    process: (lines, args) => readUnits(lines, args, property, states),
    default: () => ({}),
  });
}

function showCommand(args: UnitsArgs, property: string): ShellCommand {
  const units = args.services === undefined || args.services.length === 0 ? ["*"] : args.services;
  return sh`${systemctl(args)} show --all --property Id --property ${property} ${units}`;
}

/** `systemctl` asks the bus, which takes far longer than the answer. It shows units in the order of the question. */
function shareShow(property: string): SharedProgram<UnitsArgs> {
  const missing = `${MISSING_PROGRAM}\n`;
  return {
    group({ services, ...target }) {
      const isOne = services?.length === 1 && /^[\w@.:-]+$/.test(services[0]!);
      return isOne ? `systemd.${property} ${systemctl(target).raw}` : undefined;
    },
    command(questions, { mark }) {
      const services = questions.flatMap((question) => question.services ?? []);
      const show = showCommand({ ...questions[0], services }, property);
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
function readUnits(
  lines: string[],
  { services = [] }: UnitsArgs,
  property: string,
  wanted: ReadonlySet<string>,
): Record<string, boolean> {
  const blocks = readBlocks(lines);
  const ordered = blocks.length === services.length && !services.some((name) => /[*?[]/.test(name));
  const units: Record<string, boolean> = {};
  for (const [index, block] of blocks.entries()) {
    const state = block.get(property);
    if (state === undefined) continue;
    const names = [block.get("Id"), ordered ? services[index] : undefined];
    for (const name of names) if (name !== undefined) units[name] = wanted.has(state);
  }
  return units;
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
