/** The operation on services under whatever manages them. */

import { DroverError } from "../../errors/mod.ts";
import { Directory, Link } from "../../facts/files/mod.ts";
import { Os, type RunningManager, ServiceManagers } from "../../facts/server/mod.ts";
import { host, operation, type Steps } from "../../host/mod.ts";
import { service as bsdinit } from "../bsdinit.ts";
import { firstProgram, firstTrue } from "../detection.ts";
import { service as launchd } from "../launchd.ts";
import { service as openrc } from "../openrc.ts";
import { service as runit } from "../runit.ts";
import { service as s6 } from "../s6.ts";
import { checkServiceArgs, SERVICE_PARAMETERS, type ServiceArgs } from "../service_control.ts";
import { service as supervisor } from "../supervisor.ts";
import { service as systemd } from "../systemd.ts";
import { service as sysvinit } from "../sysvinit.ts";
import { service as upstart } from "../upstart.ts";

/** Something that starts and stops services. */
interface ServiceManager {
  /** The module's operation. */
  steps: (args: ServiceArgs) => Steps;
  /** How the host says that it runs, and is not only installed. */
  running?: RunningManager;
}

/** What each program, or failing those a directory, stands for. */
const MANAGERS = {
  systemctl: { steps: systemd.steps, running: "systemd" },
  "rc-service": { steps: openrc.steps, running: "openrc" },
  initctl: { steps: upstart.steps },
  sv: { steps: runit.steps, running: "runit" },
  "init.d": { steps: sysvinit.steps, running: "sysvinit" },
  "rc.d": { steps: bsdinit.steps },
  launchctl: { steps: launchdSteps },
  "s6-svscan": { steps: s6.steps },
  supervisorctl: { steps: supervisor.steps },
} satisfies Record<string, ServiceManager>;

type ManagerName = keyof typeof MANAGERS;

/** Programs in the order of preference. */
const PROGRAMS = ["systemctl", "rc-service", "initctl", "sv"] as const;

/** Programs that come last: those after `service` manage services where nothing else does. */
const LAST_PROGRAMS = ["service", "launchctl", "s6-svscan", "supervisorctl"] as const;

/**
 * Starts, stops, restarts, reloads, enables or disables a service under the service manager that the host
 * has. It changes something if the service is not in the wanted state; `restarted`, `reloaded` and `command`
 * act each time, so give them a condition.
 *
 * Where several are installed, the one that runs is taken. Their modules can do more: `systemd`, `openrc`,
 * `upstart`, `runit`, `sysvinit`, `bsdinit`, `launchd`, `s6` and `supervisor`.
 *
 * @throws {DroverError} `E_SERVICE_MANAGER` where nothing manages services.
 * @example
 * ```ts
 * await server.service({ service: "nginx", running: true, enabled: true, _sudo: true });
 * await server.service({ service: "nginx", reloaded: true, _if: config, _sudo: true });
 * ```
 */
export const service = operation<ServiceArgs>("server.service", async function* (args) {
  checkServiceArgs("server.service", args);
  yield* MANAGERS[await findManager()].steps(args);
}, { parameters: SERVICE_PARAMETERS });

async function findManager(): Promise<ManagerName> {
  const [program, last] = await Promise.all([runningProgram(), firstProgram(LAST_PROGRAMS)]);
  if (program !== undefined) return program;
  const directory = await firstTrue([
    ["init.d", host.getFact(Link, { path: "/etc/init.d" })],
    ["init.d", host.getFact(Directory, { path: "/etc/init.d" })],
    ["rc.d", hasBsdInit()],
  ]);
  const found = directory ?? (last === "service" ? "init.d" : last);
  if (found !== undefined) return found;
  const programs = [...PROGRAMS, ...LAST_PROGRAMS].join(", ");
  throw new DroverError("E_SERVICE_MANAGER", `Nothing on ${host.name} manages services`, {
    hint: `looked for ${programs}, /etc/init.d and /etc/rc.d`,
  });
}

/**
 * Of several managers that are installed, the one that runs; otherwise the first of them. Init scripts need no
 * program of their own, so that other managers may be installed beside them. Upstart cannot be told from them.
 */
async function runningProgram(): Promise<typeof PROGRAMS[number] | "init.d" | undefined> {
  const [running = [], ...found] = await Promise.all([
    host.getFact(ServiceManagers),
    ...PROGRAMS.map((program) => firstProgram([program])),
  ]);
  const installed = found.filter((one) => one !== undefined);
  const candidates = installed.includes("initctl") ? installed : [...installed, "init.d" as const];
  const runs = (name: ManagerName) => {
    const manager: ServiceManager = MANAGERS[name];
    return manager.running !== undefined && running.includes(manager.running);
  };
  return candidates.find(runs) ?? installed[0];
}

/** Some Linux systems have an `/etc/rc.d` that is none of BSD's. */
async function hasBsdInit(): Promise<boolean> {
  const [os, directory] = await Promise.all([
    host.getFact(Os),
    host.getFact(Directory, { path: "/etc/rc.d" }),
  ]);
  return os !== "Linux" && Boolean(directory);
}

/** launchd has no action that makes a job read its configuration again. */
function launchdSteps({ reloaded, ...args }: ServiceArgs): Steps {
  if (!reloaded) return launchd.steps(args);
  throw new DroverError(
    "E_ARGUMENT",
    `server.service: launchd, which ${host.name} has, cannot reload services`,
    {
      hint: "restarted starts them anew",
    },
  );
}
