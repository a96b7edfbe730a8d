/** Scripts in the BSDs' `rc.d`. */

import { sh } from "../command/mod.ts";
import { RC_DIRECTORIES, RcdEnabled, RcdStatus, rcVariable } from "../facts/bsdinit.ts";
import { Os } from "../facts/server/mod.ts";
import { host, type Operation, operation, type Steps } from "../host/mod.ts";
import { line } from "./files/mod.ts";
import { checkService, ensureService, SERVICE_PARAMETERS, type ServiceArgs } from "./service_control.ts";

/**
 * Starts, stops, restarts, reloads, enables or disables the service of an `rc.d` script.
 *
 * It changes something if the service is not in the wanted state; `restarted`, `reloaded` and `command` act each
 * time, so give them a condition. FreeBSD's scripts start only what is enabled, which comes first therefore;
 * `command: "onestart"` starts what is not. What is enabled is kept in `/etc/rc.conf.local`, on NetBSD in
 * `/etc/rc.conf`, on OpenBSD by `rcctl`.
 *
 * @example
 * ```ts
 * await bsdinit.service({ service: "nginx", enabled: true, _sudo: true });
 * ```
 */
export const service: Operation<ServiceArgs> = operation<ServiceArgs>(
  "bsdinit.service",
  async function* (args) {
    const { service } = args;
    checkService("bsdinit.service", args);
    const [os, status, enabled] = await Promise.all([
      host.getFact(Os),
      host.getFact(RcdStatus, { service }),
      typeof args.enabled === "boolean" ? host.getFact(RcdEnabled, { service }) : undefined,
    ]);
    const [base, local] = RC_DIRECTORIES.map((directory) => `${directory}/${service}`);
    yield* ensureService(args, { running: status[service] ?? false, enabled }, {
      act: (action) => sh`test -e ${base} && ${base} ${action} || ${local} ${action}`,
      boot: (wanted) =>
        os === "OpenBSD" ? setByRcctl(service, wanted) : setInRcConf({ service, os, enabled }, wanted),
      startsEnabledOnly: true,
    });
  },
  { parameters: SERVICE_PARAMETERS },
);

async function* setByRcctl(service: string, wanted: boolean): Steps {
  yield sh`rcctl ${wanted ? "enable" : "disable"} ${service}`;
}

/** The last of the files counts: where another one enables the service, only a NO does not. */
async function* setInRcConf(
  { service, os, enabled }: { service: string; os: string; enabled: boolean | undefined },
  wanted: boolean,
): Steps {
  const setting = os === "NetBSD"
    ? { path: "/etc/rc.conf", variable: service.replaceAll(/\W/g, "_") }
    : { path: "/etc/rc.conf.local", variable: rcVariable(service) };
  const { path, variable } = setting;
  const text = `${variable}="${wanted ? "YES" : "NO"}"`;
  const isSet = wanted || enabled === true;
  yield* line.steps({ path, line: `^${variable}=`, ...(isSet ? { replace: text } : { present: false }) });
}
