/** Facts about the services of runit. */

import { pathWord, raw, sh, type ShellCommand } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { serviceSubject } from "./service_subject.ts";

/** Arguments of {@linkcode RunitStatus} and {@linkcode RunitManaged}. */
export interface RunitArgs {
  /** The only service that is asked for. Default: all. */
  service?: string | undefined;
  /** Directory that `runsvdir` looks at. Default: `/var/service`. */
  svdir?: string | undefined;
}

/**
 * Whether services are running, by name; `null` for those in the directory that nothing supervises, and without
 * the right to ask.
 *
 * @example
 * ```ts
 * const status = await host.getFact(facts.runit.RunitStatus, { service: "sshd", svdir: "/etc/service" });
 * ```
 */
export const RunitStatus: Fact<Record<string, boolean | null>, RunitArgs> = fact<
  Record<string, boolean | null>,
  RunitArgs
>({
  name: "runit.RunitStatus",
  about: ({ service }) => serviceSubject(service, "running"),
  remember: { service: "line", svdir: "path" },
  parameters: { service: "string?", svdir: "string?" },
  requires: "sv",
  // One of them that is not supervised makes it fail, after it has told of all.
  command: (args) => inDirectory(args, sh`SVDIR=. sv status "$@" 2> /dev/null || true`),
  process: (lines) => Object.fromEntries(lines.flatMap(readStatus)),
  default: () => ({}),
});

/**
 * Names of the services that are in the directory, and so supervised by runit where it runs.
 *
 * @example
 * ```ts
 * const managed = await host.getFact(facts.runit.RunitManaged);
 * ```
 */
export const RunitManaged: Fact<string[], RunitArgs> = fact<string[], RunitArgs>({
  name: "runit.RunitManaged",
  about: ({ service }) => serviceSubject(service, "enabled"),
  remember: { service: "line", svdir: "path" },
  parameters: { service: "string?", svdir: "string?" },
  requires: "sv",
  command: (args) =>
    inDirectory(args, sh`for s in "$@"; do ! test -h "$s" && ! test -d "$s" || printf '%s\n' "$s"; done`),
  process: (lines) => lines,
  default: () => [],
});

/** Where `runsvdir` looks for services: Void's, Debian's, Artix's and the oldest place, in this order. */
const SVDIRS = ["/var/service", "/etc/service", "/run/runit/service", "/service"];

/** The directory that `runsvdir` looks at; `undefined` where there is none in the usual places. */
export const RunitSvdir: Fact<string | undefined> = fact<string | undefined>({
  name: "runit.RunitSvdir",
  remember: {},
  command: () => sh`for d in ${SVDIRS}; do if test -d "$d"; then echo "$d"; break; fi; done`,
  process: ([line]) => line,
  default: () => undefined,
});

/** A command with the names of services as its arguments; it is not run where there are none. */
function inDirectory({ service, svdir = "/var/service" }: RunitArgs, command: ShellCommand): ShellCommand {
  const names = service === undefined ? raw("*") : sh`${service}`;
  return sh`if cd ${
    pathWord(svdir)
  } 2> /dev/null; then set -- ${names}; ! test -e "$1" && ! test -h "$1" || ${command}; fi`;
}

/** `run: sshd: (pid 12) 34s; run: log: (pid 11) 34s`, `down: sshd: 5s, normally up`, `fail: sshd: runsv not running`. */
function readStatus(line: string): [string, boolean | null][] {
  const [, state, name] = /^(\w+): (.+?): /.exec(line) ?? [];
  if (name === undefined) return [];
  return [[name, state === "run" ? true : state === "down" ? false : null]];
}
