/** Facts about the init scripts in `/etc/init.d`. */

import { type Fact, fact } from "../host/mod.ts";
import { askScripts, type InitScriptArgs, isServiceName, readScriptStates } from "./init_status.ts";
import { serviceSubject } from "./service_subject.ts";

/** Scripts that know nothing of `status` might do anything when asked for it; Debian's framework answers for its own. */
const HAS_STATUS = `grep -qE 'status|init-d-script' "$s"`;

/**
 * Whether the services of init scripts are running, by name; `null` where a script's answer is none. Scripts
 * that do not know `status` are left out.
 *
 * @example
 * ```ts
 * const status = await host.getFact(facts.sysvinit.InitdStatus, { service: "nginx" });
 * ```
 */
export const InitdStatus: Fact<Record<string, boolean | null>, InitScriptArgs> = fact<
  Record<string, boolean | null>,
  InitScriptArgs
>({
  name: "sysvinit.InitdStatus",
  about: ({ service }) => serviceSubject(service, "running"),
  remember: { service: isServiceName },
  parameters: { service: "string?" },
  command: ({ service }) => askScripts(["/etc/init.d"], { service, only: HAS_STATUS, action: "status" }),
  process: readScriptStates,
  default: () => ({}),
});
