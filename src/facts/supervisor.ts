/** Facts about the programs of Supervisor. */

import { pathWord, raw, sh, type ShellCommand } from "../command/mod.ts";
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

/** A program, or an event listener, as Supervisor's configuration has it. */
export interface SupervisorProgram {
  /** Its section, such as `program:web`. */
  section: string;
  /** The file that the section is in. */
  path: string;
  /** Whether it starts with Supervisor. */
  autostart: boolean;
}

/** What Supervisor's configuration says. */
export interface SupervisorConfig {
  /** Programs by name. */
  programs: Record<string, SupervisorProgram>;
  /** Groups of several programs with the names of these. */
  groups: Record<string, string[]>;
}

/** The sections of a configuration file: kind, name, what `autostart` or `programs` is, and the file. */
const READ_SECTIONS = raw(`awk '
function tell() { if (n != "") print k "\\t" n "\\t" v "\\t" FILENAME }
/^\\[/ { tell(); k = substr($0, 2); n = k; sub(/:.*/, "", k); sub(/[^:]*:/, "", n); sub(/\\].*/, "", n); v = ""
  if (k !~ /^(program|fcgi-program|eventlistener|group)$/) n = ""; next }
/^(autostart|programs)[ \\t]*[=:]/ { v = $0; sub(/^[^=:]*[=:][ \\t]*/, "", v); sub(/[ \\t];.*/, "", v); gsub(/[ \\t]/, "", v) }
END { tell() }'`);

/** The patterns of the files that a configuration includes. */
const READ_INCLUDES = raw(`awk '
/^\\[/ { i = /^\\[include\\]/; f = 0; next }
i && /^files[ \\t]*[=:]/ { f = 1; sub(/^[^=:]*[=:]/, "") }
i && f { if (/^[^ \\t]+[ \\t]*[=:]/) f = 0; else { sub(/[ \\t];.*/, ""); print } }'`);

/**
 * What Supervisor's configuration says of its programs, those in included files among them.
 *
 * @example
 * ```ts
 * const { programs } = await host.getFact(facts.supervisor.SupervisorPrograms);
 * if (programs.web?.autostart) …
 * ```
 */
export const SupervisorPrograms: Fact<SupervisorConfig, SupervisorTarget> = fact<
  SupervisorConfig,
  SupervisorTarget
>({
  name: "supervisor.SupervisorPrograms",
  about: () => serviceSubject(undefined, "enabled"),
  remember: { config: "path" },
  parameters: { config: "string?" },
  command: ({ config }) => {
    const files = config === undefined
      ? raw("/etc/supervisord.conf /etc/supervisor/supervisord.conf")
      : pathWord(config);
    return sh`for c in ${files}; do test ! -f "$c" || break; done
test -f "$c" || exit 0
d=$(cd "$(dirname "$c")" && pwd)
c=$d/$(basename "$c")
cd "$d" && for f in "$c" $(${READ_INCLUDES} "$c" | sed "s|%(here)s|$d|g"); do
  case $f in /*) ;; *) f=$d/$f;; esac
  test ! -f "$f" || ${READ_SECTIONS} "$f"
done`;
  },
  process: readSections,
  default: () => ({ programs: {}, groups: {} }),
});

function readSections(lines: readonly string[]): SupervisorConfig {
  const config: SupervisorConfig = { programs: {}, groups: {} };
  for (const line of lines) {
    const [kind, name = "", value = "", path = ""] = line.split("\t");
    if (kind === "group") config.groups[name] = value.split(",").filter((one) => one !== "");
    else {
      const autostart = !/^(false|no|off|0)$/i.test(value);
      config.programs[name] = { section: `${kind}:${name}`, path, autostart };
    }
  }
  return config;
}

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
