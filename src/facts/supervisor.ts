/** Facts about the programs of Supervisor. */

import { pathWord, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { serviceSubject } from "./service_subject.ts";

/** Which Supervisor is meant. */
export interface SupervisorTarget {
  /** Path of its configuration file. Default: the one that `supervisorctl` finds. */
  config?: string | undefined;
}

/** States of a process as `supervisorctl` prints them. */
export type SupervisorState =
  | "STOPPED"
  | "STARTING"
  | "RUNNING"
  | "BACKOFF"
  | "STOPPING"
  | "EXITED"
  | "FATAL"
  | "UNKNOWN";

/**
 * The states of all processes, by name: `web`, or `group:name` in groups.
 *
 * @example
 * ```ts
 * const states = await host.getFact(facts.supervisor.SupervisorStatus);
 * if (states["workers:mail"] === "FATAL") …
 * ```
 */
export const SupervisorStatus: Fact<Record<string, SupervisorState>, SupervisorTarget> = fact<
  Record<string, SupervisorState>,
  SupervisorTarget
>({
  name: "supervisor.SupervisorStatus",
  about: () => serviceSubject(undefined, "running"),
  // Its configuration may name programs that supervisorctl loads.
  remember: { config: "unset" },
  parameters: { config: "string?" },
  requires: "supervisorctl",
  // It exits with 3 where a process is not running, and prints errors where one expects processes.
  command: (target) =>
    sh`o=$(${supervisorctl(target)} status) || test $? -eq 3 || { printf '%s\n' "$o" >&2; exit 1; }
case $o in unix:*|http:*|error:*|Error:*) printf '%s\n' "$o" >&2; exit 1;; esac
printf '%s\n' "$o"`,
  process: (lines) => Object.fromEntries(lines.flatMap(readState)),
  default: () => ({}),
});

/** `supervisorctl` for a target, without the action. */
export function supervisorctl({ config }: SupervisorTarget): ShellCommand {
  return sh`supervisorctl ${config === undefined ? undefined : sh`-c ${pathWord(config)}`}`;
}

/** `workers:mail   RUNNING   pid 12, uptime 0:00:34`. */
function readState(line: string): [string, SupervisorState][] {
  const [, name, state] =
    /^(\S+)\s+(STOPPED|STARTING|RUNNING|BACKOFF|STOPPING|EXITED|FATAL|UNKNOWN)\b/.exec(line) ?? [];
  return name === undefined ? [] : [[name, state as SupervisorState]];
}
