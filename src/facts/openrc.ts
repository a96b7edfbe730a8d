/** Facts about the services of OpenRC. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { serviceSubject } from "./service_subject.ts";

/** The argument of {@linkcode OpenrcEnabled}. */
export interface RunlevelArgs {
  /** The runlevel. Default: `default`. */
  runlevel?: string | undefined;
}

/** Arguments of {@linkcode OpenrcStatus}. */
export interface OpenrcStatusArgs extends RunlevelArgs {
  /** Tells of all services, those in other runlevels and in none included. Default: `false`. */
  all?: boolean | undefined;
}

/**
 * Whether the services of a runlevel are started, by name. One whose daemon has died is not.
 *
 * @example
 * ```ts
 * const status = await host.getFact(facts.openrc.OpenrcStatus, { runlevel: "boot" });
 * ```
 */
export const OpenrcStatus: Fact<Record<string, boolean>, OpenrcStatusArgs> = fact<
  Record<string, boolean>,
  OpenrcStatusArgs
>({
  name: "openrc.OpenrcStatus",
  about: () => serviceSubject(undefined, "running"),
  remember: { runlevel: "line", all: "boolean" },
  parameters: { runlevel: "string?", all: "boolean?" },
  requires: "rc-status",
  command: ({ runlevel = "default", all = false }) => sh`rc-status ${all ? "--servicelist" : runlevel}`,
  process: (lines) => Object.fromEntries(lines.flatMap(readStatus)),
  default: () => ({}),
});

/**
 * Whether services are in a runlevel, and so started at boot, by name.
 *
 * @example
 * ```ts
 * const enabled = await host.getFact(facts.openrc.OpenrcEnabled);
 * if (!enabled.sshd) …
 * ```
 */
export const OpenrcEnabled: Fact<Record<string, boolean>, RunlevelArgs> = fact<
  Record<string, boolean>,
  RunlevelArgs
>({
  name: "openrc.OpenrcEnabled",
  about: () => serviceSubject(undefined, "enabled"),
  remember: { runlevel: "line" },
  parameters: { runlevel: "string?" },
  requires: "rc-update",
  command: () => "rc-update show -v",
  process: (lines, { runlevel = "default" }) =>
    Object.fromEntries(lines.flatMap((line) => readRunlevels(line, runlevel))),
  default: () => ({}),
});

/** Names of the services that were started and whose daemons have died since: `start` does nothing for them. */
export const OpenrcCrashed: Fact<string[]> = fact<string[]>({
  name: "openrc.OpenrcCrashed",
  about: () => serviceSubject(undefined, "running"),
  remember: {},
  requires: "rc-status",
  // Its exit status tells whether there are any.
  command: () => "rc-status --crashed 2> /dev/null || true",
  process: (lines) => lines.map((line) => line.trim().split(/\s+/)[0] ?? "").filter((name) => name !== ""),
  default: () => [],
});

/** ` sshd   [  started  ]`, `[  started 15 day(s) 00:34:14 (10) ]` for those that are supervised. */
function readStatus(line: string): [string, boolean][] {
  const [, name, state] = /^\s+(\S+)\s+\[\s*([a-z]+)\b.*\]/.exec(line) ?? [];
  return name === undefined ? [] : [[name, state === "started"]];
}

/** `  sshd |      default boot`. */
function readRunlevels(line: string, runlevel: string): [string, boolean][] {
  const [, name, runlevels = ""] = /^\s*(\S+)\s*\|(.*)$/.exec(line) ?? [];
  return name === undefined ? [] : [[name, runlevels.split(/\s+/).includes(runlevel)]];
}
