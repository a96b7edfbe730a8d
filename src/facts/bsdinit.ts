/** Facts about the BSDs' scripts in `rc.d`. */

import { sh } from "../command/mod.ts";
import { type Fact, fact } from "../host/mod.ts";
import { askScripts, type InitScriptArgs, isServiceName, readScriptStates } from "./init_status.ts";
import { serviceSubject } from "./service_subject.ts";

/** Where the base system has its scripts, and where packages put theirs. */
export const RC_DIRECTORIES = ["/etc/rc.d", "/usr/local/etc/rc.d"] as const;

/** OpenBSD's scripts know `check`, those of the others `status`. */
const ACTION = '$(test "$(uname)" = OpenBSD && echo check || echo status)';

/**
 * Whether the services of `rc.d` scripts are running, by name; `null` where a script's answer is none.
 *
 * @example
 * ```ts
 * const status = await host.getFact(facts.bsdinit.RcdStatus, { service: "nginx" });
 * ```
 */
export const RcdStatus: Fact<Record<string, boolean | null>, InitScriptArgs> = fact<
  Record<string, boolean | null>,
  InitScriptArgs
>({
  name: "bsdinit.RcdStatus",
  about: ({ service }) => serviceSubject(service, "running"),
  remember: { service: isServiceName },
  parameters: { service: "string?" },
  // What does not load the framework is no script of a service.
  command: ({ service }) =>
    askScripts(RC_DIRECTORIES, { service, only: `grep -q 'rc\\.subr' "$s"`, action: ACTION }),
  process: readScriptStates,
  default: () => ({}),
});

/** The argument of {@linkcode RcdEnabled}. */
export interface RcdEnabledArgs {
  /** Name of the script. */
  service: string;
}

/**
 * Whether a service starts at boot, as `rc.conf` and its defaults say, or OpenBSD's `rcctl`; `undefined` where they
 * say nothing of it.
 *
 * @example
 * ```ts
 * const enabled = await host.getFact(facts.bsdinit.RcdEnabled, { service: "nginx" });
 * ```
 */
export const RcdEnabled: Fact<boolean | undefined, RcdEnabledArgs> = fact<
  boolean | undefined,
  RcdEnabledArgs
>({
  name: "bsdinit.RcdEnabled",
  about: ({ service }) => serviceSubject(service, "enabled"),
  remember: { service: isServiceName },
  parameters: { service: "string" },
  command: ({ service }) =>
    sh`if command -v rcctl > /dev/null; then rcctl get ${service} status > /dev/null 2>&1 && echo YES || echo NO; else sysrc -ni ${
      rcVariable(service)
    } 2> /dev/null || true; fi`,
  process: ([value = ""]) => value === "" ? undefined : /^(yes|true|on|1)$/i.test(value),
  default: () => undefined,
});

/** The variable in `rc.conf` that enables a service: `php-fpm` has `php_fpm_enable`. */
export function rcVariable(service: string): string {
  return `${service.replaceAll(/\W/g, "_")}_enable`;
}
