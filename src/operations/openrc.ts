/** Services of OpenRC, as on Alpine and Gentoo. */

import { sh } from "../command/mod.ts";
import { OpenrcCrashed, OpenrcEnabled, OpenrcStatus } from "../facts/openrc.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { checkService, ensureService, SERVICE_PARAMETERS, type ServiceArgs } from "./service_control.ts";

/** Arguments of {@linkcode service}. */
export interface OpenrcServiceArgs extends ServiceArgs {
  /** The runlevel in which it is enabled or disabled. Default: `default`. */
  runlevel?: string | undefined;
}

/**
 * Starts, stops, restarts, reloads, enables or disables a service of OpenRC.
 *
 * It changes something if the service is not in the wanted state; `restarted`, `reloaded` and `command` act each
 * time, so give them a condition. A service whose daemon has died is started again.
 *
 * @example
 * ```ts
 * await openrc.service({ service: "nginx", enabled: true, _sudo: true });
 * await openrc.service({ service: "nginx", reloaded: true, _if: config, _sudo: true });
 * await openrc.service({ service: "hwclock", enabled: true, runlevel: "boot", _sudo: true });
 * ```
 */
export const service: Operation<OpenrcServiceArgs> = operation<OpenrcServiceArgs>(
  "openrc.service",
  async function* (args) {
    const { service, runlevel = "default" } = args;
    checkService("openrc.service", args);
    const [status, crashed = [], enabled] = await Promise.all([
      host.getFact(OpenrcStatus, { runlevel, all: true }),
      host.getFact(OpenrcCrashed),
      typeof args.enabled === "boolean" ? host.getFact(OpenrcEnabled, { runlevel }) : undefined,
    ]);
    // What has died still counts as started for OpenRC: `start` would only warn, and `stop` may find nothing to stop.
    const isDead = crashed.includes(service);
    const state = { running: !isDead && (status[service] ?? false), enabled: enabled?.[service] ?? false };
    yield* ensureService(args, isDead ? { ...state, start: ["zap", "start"] } : state, {
      act: (action) => sh`rc-service ${service} ${action}`,
      // Without a runlevel, it would be the one that the host happens to be in.
      boot: async function* (enabled) {
        yield sh`rc-update ${enabled ? "add" : "del"} ${service} ${runlevel}`;
      },
    });
  },
  { parameters: { ...SERVICE_PARAMETERS, runlevel: "string?" } },
);
