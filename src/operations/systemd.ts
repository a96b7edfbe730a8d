/** Operations on systemd's units. */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { systemctl, type SystemdTarget, SystemdUnits, type UnitInfo, unitSubject } from "../facts/systemd.ts";
import { alters, host, type Operation, operation, restsOn, touches } from "../host/mod.ts";
import {
  checkServiceArgs,
  controlService,
  SERVICE_PARAMETERS,
  type ServiceAction,
  type ServiceArgs,
} from "./service_control.ts";
import { checkStartable, planBoot } from "./unit_boot.ts";

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
 * `daemonReload` act each time, so give them a condition. A template (`app@.service`) can only be enabled or
 * disabled, with `running: null`.
 *
 * @throws {DroverError} `E_UNIT` for a state that `systemctl` cannot bring about: a masked unit that is to run or
 *   to start at boot, a static one that others start and that is to be disabled, one that was generated or is
 *   transient.
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
    const isTemplate = /@\.\w+$/.test(unit);
    if (isTemplate) checkTemplate(unit, args);
    const { running = true, enabled } = args;
    const target = targetOf(args);
    const subject = (part: "running" | "enabled") => unitSubject(unit, args, part);
    if (args.running !== null || args.restarted || args.reloaded) restsOn(subject("running"));
    if (typeof args.enabled === "boolean") touches(subject("enabled"));
    if (args.daemonReload) yield* daemonReload.steps(target);
    const info = isTemplate ? undefined : await readUnit(unit, target);
    const isRunning = info?.running ?? false;
    if (running && !isRunning) checkStartable(unit, info);
    const boot = typeof enabled === "boolean" ? await planBoot({ unit, target, info }, enabled) : undefined;
    const act: ServiceAction = (action) => sh`${systemctl(args)} ${action} ${unit}`;
    if (args.command !== undefined || running !== null && running !== isRunning) alters(subject("running"));
    yield* controlService({ ...args, service: unit }, { running: isRunning }, act);
    if (boot === undefined) return;
    if ("settled" in boot) host.noop(boot.settled);
    else for (const words of boot.acts) yield sh`${systemctl(args)} ${words}`;
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

/** What systemd knows of one unit. */
async function readUnit(unit: string, target: SystemdTarget): Promise<UnitInfo | undefined> {
  try {
    return (await host.getFact(SystemdUnits, { ...target, services: [unit] }))[unit];
  } catch (thrown) {
    throw explainAbsence(thrown, target);
  }
}

/** A template stands for units that have yet to be named. */
function checkTemplate(unit: string, { running, restarted, reloaded }: ServiceArgs): void {
  if (running === null && !restarted && !reloaded) return;
  throw new DroverError("E_ARGUMENT", `systemd.service: ${unit} is a template, which cannot run itself`, {
    hint: `name an instance, such as ${unit.replace("@", "@NAME")}, or set running: null`,
  });
}

/** Containers often have systemd's programs without systemd. */
function explainAbsence(thrown: unknown, { userMode, userName }: SystemdTarget): unknown {
  if (!(thrown instanceof DroverError) || thrown.code !== "E_FACT") return thrown;
  if (userMode && /connect to (?:user scope )?bus|endpoint is not connected/i.test(thrown.detail ?? "")) {
    const whose = userName === undefined ? "of the user" : `of ${userName}`;
    return new DroverError("E_SERVICE_MANAGER", `The systemd ${whose} on ${host.name} cannot be reached`, {
      hint:
        'it runs while the user is logged in, or always after "loginctl enable-linger"; others than the user ' +
        "reach it as root, with userName, where dbus-user-session is installed; _retries waits for one that an " +
        "operation before has just started",
      detail: thrown.detail,
      cause: thrown,
    });
  }
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
