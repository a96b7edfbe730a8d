/** Programs of Supervisor (`supervisord`). */

import { sh } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { serviceSubject } from "../facts/service_subject.ts";
import {
  supervisorctl,
  SupervisorPrograms,
  type SupervisorState,
  SupervisorStatus,
  type SupervisorTarget,
} from "../facts/supervisor.ts";
import { alters, host, type Operation, operation, touches } from "../host/mod.ts";
import { checkService, ensureService, SERVICE_PARAMETERS, type ServiceArgs } from "./service_control.ts";
import { programsOf, setAutostart } from "./supervisor_autostart.ts";

/** Arguments of {@linkcode service}. */
export interface SupervisorServiceArgs extends ServiceArgs, SupervisorTarget {
  /** Name of the program: `web`, `group:name`, `group:*` for all of a group, or `all`. */
  service: string;
  /** Whether it should start with Supervisor, by `autostart` in its section; left as it is by default. */
  enabled?: boolean | null;
}

/** States in which a process is up, or about to be. */
const RUNNING_STATES: readonly SupervisorState[] = ["RUNNING", "STARTING"];

/**
 * Starts, stops, restarts or reloads (SIGHUP) programs of Supervisor.
 *
 * It changes something if one of them is not in the wanted state; `restarted`, `reloaded` and `command` act each
 * time, so give them a condition. Supervisor knows new and changed programs after {@linkcode update}, which restarts
 * what `enabled` has changed, too.
 *
 * @throws {DroverError} `E_SERVICE_MANAGER` where Supervisor is installed and does not run.
 * @example
 * ```ts
 * const config = await files.put({ src: "web.conf", dest: "/etc/supervisor/conf.d/web.conf", _sudo: true });
 * await supervisor.update({ _if: config, _sudo: true });
 * await supervisor.service({ service: "web", _sudo: true });
 * await supervisor.service({ service: "workers:*", restarted: true, _if: code, _sudo: true });
 * ```
 */
export const service: Operation<SupervisorServiceArgs> = operation<SupervisorServiceArgs>(
  "supervisor.service",
  async function* (args) {
    checkService("supervisor.service", args);
    const { config, enabled, ...wanted } = args;
    const target = config === undefined ? {} : { config };
    const [states, settings] = await Promise.all([
      readStates(target),
      typeof enabled === "boolean" ? host.getFact(SupervisorPrograms, target) : undefined,
    ]);
    const programs = settings === undefined ? [] : programsOf(args.service, settings);
    for (const { names, running, start } of byState(args.service, states)) {
      yield* ensureService({ ...wanted, service: names.join(" ") }, { running, start }, {
        act: ([action = "", ...more]) =>
          sh`${supervisorctl(target)} ${
            action === "reload" ? ["signal", "HUP"] : [action, ...more]
          } ${names}`,
      });
    }
    if (typeof enabled !== "boolean") return;
    touches(serviceSubject(args.service, "enabled"));
    for (const program of programs) {
      if (program.autostart !== enabled) yield* setAutostart(program, enabled);
      else host.noop(`${program.section} is ${enabled ? "enabled" : "disabled"}`);
    }
  },
  { parameters: { ...SERVICE_PARAMETERS, config: "string?" } },
);

/**
 * Makes Supervisor take up its changed configuration: it starts new programs, restarts changed ones and stops those
 * that are gone. It acts each time, so give it a condition.
 *
 * @example
 * ```ts
 * await supervisor.update({ _if: config, _sudo: true });
 * ```
 */
export const update: Operation<SupervisorTarget> = operation<SupervisorTarget>(
  "supervisor.update",
  async function* (target) {
    alters(serviceSubject(undefined, "running"));
    yield sh`${supervisorctl(target)} update`;
  },
  { parameters: { config: "string?" }, idempotent: false },
);

/** Processes of a program or a group that are treated alike. */
interface Processes {
  names: readonly string[];
  running: boolean;
  /** The actions that start them, where these are not `start`. */
  start?: readonly string[];
}

/** The states of all processes, if Supervisor answers. */
async function readStates(target: SupervisorTarget): Promise<Record<string, SupervisorState>> {
  try {
    return await host.getFact(SupervisorStatus, target);
  } catch (thrown) {
    if (!(thrown instanceof DroverError) || thrown.code !== "E_FACT") throw thrown;
    if (!/no such file|refused connection/.test(thrown.detail ?? "")) throw thrown;
    throw new DroverError(
      "E_SERVICE_MANAGER",
      `Supervisor is installed on ${host.name}, but does not run there`,
      {
        hint: "start supervisord before, or give its configuration file as config",
        detail: thrown.detail,
        cause: thrown,
      },
    );
  }
}

/** The processes that a name stands for, apart by what they are doing. Supervisor tells what is wrong with other names. */
function byState(service: string, states: Readonly<Record<string, SupervisorState>>): Processes[] {
  const names = Object.keys(states).filter((name) => isMeant(name, service));
  if (names.length === 0) return [{ names: [service], running: false }];
  const running = names.filter((name) => RUNNING_STATES.includes(states[name]!));
  // Between two attempts a process counts as started, so that `start` would do nothing.
  const retrying = names.filter((name) => states[name] === "BACKOFF");
  const stopped = names.filter((name) => !running.includes(name) && !retrying.includes(name));
  const all: Processes[] = [
    { names: running, running: true },
    { names: retrying, running: false, start: ["restart"] },
    { names: stopped, running: false },
  ];
  return all.filter((one) => one.names.length > 0);
}

/** Whether a process goes by a name. One that is alone in a group of its own name is listed without it. */
function isMeant(listed: string, service: string): boolean {
  if (service === "all") return true;
  const [group = "", name = group] = listed.split(":", 2);
  const [wantedGroup, wantedName = wantedGroup] = service.split(":", 2);
  return group === wantedGroup && (wantedName === "*" || name === wantedName);
}
