/** Operations on systemd's units. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import {
  systemctl,
  SystemdEnabled,
  SystemdStatus,
  type SystemdTarget,
  unitSubject,
} from "../facts/systemd.ts";
import { alters, host, type Operation, operation, restsOn, touches } from "../host/mod.ts";
import {
  checkServiceArgs,
  controlBoot,
  controlService,
  SERVICE_PARAMETERS,
  type ServiceAction,
  type ServiceArgs,
} from "./service_control.ts";

/** Arguments of {@linkcode service}. */
export interface ServiceUnitArgs extends ServiceArgs, SystemdTarget {
  /** Name of the unit; without a suffix, a service is meant: `nginx` is `nginx.service`. */
  service: string;
  /** Reads changed unit files first, each time. */
  daemonReload?: boolean;
}

const UNIT_SUFFIX_REGEXP = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

/**
 * Starts, stops, restarts, reloads, enables or disables a systemd unit of any kind.
 *
 * It changes something if the unit is not in the wanted state; `restarted`, `reloaded`, `command` and
 * `daemonReload` act each time, so give them a condition.
 *
 * @example
 * ```ts
 * await systemd.service({ service: "nginx", enabled: true, _sudo: true });
 * await systemd.service({ service: "nginx", reloaded: true, _if: config, _sudo: true });
 * await systemd.service({ service: "backup.timer", userMode: true });
 * ```
 */
export const service: Operation<ServiceUnitArgs> = operation<ServiceUnitArgs>(
  "systemd.service",
  async function* (args) {
    checkServiceArgs("systemd.service", args);
    checkTarget("systemd.service", args);
    const unit = UNIT_SUFFIX_REGEXP.test(args.service) ? args.service : `${args.service}.service`;
    const wanted = { ...args, service: unit };
    const target = targetOf(args);
    const subject = (part: "running" | "enabled") => unitSubject(unit, args, part);
    if (args.running !== null || args.restarted || args.reloaded) restsOn(subject("running"));
    if (typeof args.enabled === "boolean") touches(subject("enabled"));
    if (args.daemonReload) yield* daemonReload.steps(target);
    const { running, enabled } = await readUnit({ ...target, services: [unit] }, args.enabled);
    const act: ServiceAction = (action) => sh`${systemctl(args)} ${action} ${unit}`;
    if (args.command !== undefined || (args.running ?? running) !== running) alters(subject("running"));
    yield* controlService(wanted, running, act);
    yield* controlBoot(wanted, enabled, act);
  },
  {
    parameters: {
      ...SERVICE_PARAMETERS,
      daemonReload: "boolean?",
      userMode: "boolean?",
      machine: "string?",
      userName: "string?",
    },
  },
);

/**
 * Makes systemd read changed unit files. It acts each time, so give it a condition.
 *
 * @example
 * ```ts
 * const unit = await files.put({ src: "app.service", dest: "/etc/systemd/system/app.service", _sudo: true });
 * await systemd.daemonReload({ _if: unit, _sudo: true });
 * ```
 */
export const daemonReload: Operation<SystemdTarget> = operation<SystemdTarget>(
  "systemd.daemonReload",
  async function* (args) {
    checkTarget("systemd.daemonReload", args);
    yield sh`${systemctl(args)} daemon-reload`;
  },
  {
    parameters: { userMode: "boolean?", machine: "string?", userName: "string?" },
    idempotent: false,
  },
);

/** What there is to know of one unit. Whether it is enabled is asked only if it matters. */
async function readUnit(
  question: SystemdTarget & { services: [string] },
  wanted: boolean | null | undefined,
): Promise<{ running: boolean; enabled: boolean }> {
  const [unit] = question.services;
  try {
    const [status, boot] = await Promise.all([
      host.getFact(SystemdStatus, question),
      typeof wanted === "boolean" ? host.getFact(SystemdEnabled, question) : undefined,
    ]);
    return { running: status[unit] ?? false, enabled: boot?.[unit] ?? false };
  } catch (thrown) {
    throw explainAbsence(thrown);
  }
}

/** Containers often have systemd's programs without systemd. */
function explainAbsence(thrown: unknown): unknown {
  if (!(thrown instanceof DroverError) || thrown.code !== "E_FACT") return thrown;
  if (!/not been booted with systemd|Host is down/.test(thrown.detail ?? "")) return thrown;
  return new DroverError(
    "E_SERVICE_MANAGER",
    `systemd is installed on ${host.name}, but does not run there`,
    {
      hint:
        "containers usually have no services: start the program itself, or boot the container with an init",
      detail: thrown.detail,
      cause: thrown,
    },
  );
}

/** Only what is given: facts with the same arguments are read once. */
function targetOf({ userMode, machine, userName }: SystemdTarget): SystemdTarget {
  return {
    ...(userMode ? { userMode } : {}),
    ...(machine === undefined ? {} : { machine }),
    ...(userName === undefined ? {} : { userName }),
  };
}

function checkTarget(operation: string, target: SystemdTarget): void {
  for (const key of ["machine", "userName"] as const) {
    if (target[key] === "") throw new DroverError("E_ARGUMENT", `${operation} has an empty ${key}`);
  }
}
