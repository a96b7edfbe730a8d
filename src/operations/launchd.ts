/** Jobs of macOS's launchd. */

import { raw, sh } from "../command/mod.ts";
import { LAUNCHD_DOMAIN, LaunchdDisabled, LaunchdStatus } from "../facts/launchd.ts";
import { host, type Operation, operation } from "../host/mod.ts";
import { checkService, ensureService, type ServiceArgs } from "./service_control.ts";

/** Arguments of {@linkcode service}. */
export interface LaunchdServiceArgs extends Omit<ServiceArgs, "reloaded"> {
  /** Label of the job, such as `com.openssh.sshd`. */
  service: string;
}

/**
 * Starts, stops, restarts, enables or disables a job of launchd that is loaded: one of the system for root, of
 * the user otherwise.
 *
 * It changes something if the job is not in the wanted state; `restarted` and `command` act each time, so give them
 * a condition. A job that its file keeps alive is started by launchd again when it was stopped.
 *
 * @example
 * ```ts
 * await launchd.service({ service: "org.example.agent", restarted: true, _if: config, _sudo: true });
 * ```
 */
export const service: Operation<LaunchdServiceArgs> = operation<LaunchdServiceArgs>(
  "launchd.service",
  async function* (args) {
    const { service } = args;
    checkService("launchd.service", args);
    const [status, disabled = []] = await Promise.all([
      host.getFact(LaunchdStatus),
      typeof args.enabled === "boolean" ? host.getFact(LaunchdDisabled) : [],
    ]);
    yield* ensureService(args, { running: status[service] ?? false, enabled: !disabled.includes(service) }, {
      // It has no restart.
      act: ([action = "", ...more]) =>
        (action === "restart" ? ["stop", "start"] : [action]).map((one) =>
          sh`launchctl ${[one, ...more]} ${service}`
        ),
      boot: async function* (enabled) {
        yield sh`launchctl ${enabled ? "enable" : "disable"} "${raw(LAUNCHD_DOMAIN)}/"${service}`;
      },
    });
  },
  {
    parameters: {
      service: "string",
      running: "boolean | null?",
      restarted: "boolean?",
      command: "string?",
      enabled: "boolean | null?",
    },
  },
);
