/** Jobs of Upstart, as on Ubuntu 14.04 and CentOS 6. */

import { sh } from "../command/mod.ts";
import { UpstartStatus } from "../facts/upstart.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { file, line } from "./files/mod.ts";
import { checkService, ensureService, SERVICE_PARAMETERS, type ServiceArgs } from "./service_control.ts";

/**
 * Starts, stops, restarts, reloads, enables or disables a job of Upstart.
 *
 * It changes something if the job is not in the wanted state; `restarted`, `reloaded` and `command` act each time,
 * so give them a condition. A job says itself when it starts: what is disabled has `manual` in its
 * `/etc/init/NAME.override`, a file that `enabled: true` removes.
 *
 * @example
 * ```ts
 * await upstart.service({ service: "nginx", enabled: true, _sudo: true });
 * ```
 */
export const service: Operation<ServiceArgs> = operation<ServiceArgs>(
  "upstart.service",
  async function* (args) {
    checkService("upstart.service", args);
    const path = `/etc/init/${args.service}.override`;
    const status = await host.getFact(UpstartStatus);
    yield* ensureService(args, { running: status[args.service] ?? false }, {
      act: (action) => sh`initctl ${action} ${args.service}`,
      boot: (enabled) =>
        enabled ? file.steps({ path, present: false }) : line.steps({ path, line: "manual" }),
    });
  },
  { parameters: SERVICE_PARAMETERS },
);
