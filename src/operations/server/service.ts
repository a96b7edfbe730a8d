/** The operation on services under whatever manages them. */

import { DroverError } from "../../errors/mod.ts";
import { Directory, Link } from "../../facts/files/mod.ts";
import { Os } from "../../facts/server/mod.ts";
import { host, operation, type Steps } from "../../host/mod.ts";
import { firstProgram, firstTrue } from "../detection.ts";
import { checkServiceArgs, SERVICE_PARAMETERS, type ServiceArgs } from "../service_control.ts";
import { service as systemdService } from "../systemd.ts";

/** Something that starts and stops services. */
interface ServiceManager {
  name: string;
  /** The module's operation; absent while the module is. */
  steps?: (args: ServiceArgs) => Steps;
}

const PROGRAMS = ["systemctl", "rc-service", "initctl", "sv", "service"] as const;

/** What each program, or failing those a directory, stands for. New modules join here. */
const MANAGERS: Readonly<
  Record<Exclude<typeof PROGRAMS[number], "service"> | "init.d" | "rc.d", ServiceManager>
> = {
  systemctl: { name: "systemd", steps: systemdService.steps },
  "rc-service": { name: "OpenRC" },
  initctl: { name: "Upstart" },
  sv: { name: "runit" },
  "init.d": { name: "SysV init" },
  "rc.d": { name: "BSD init" },
};

/**
 * Starts, stops, restarts, reloads, enables or disables a service under the service manager that the host
 * has. It changes something if the service is not in the wanted state; `restarted`, `reloaded` and `command`
 * act each time, so give them a condition.
 *
 * @example
 * ```ts
 * await server.service({ service: "nginx", running: true, enabled: true, _sudo: true });
 * await server.service({ service: "nginx", reloaded: true, _if: config, _sudo: true });
 * ```
 */
export const service = operation<ServiceArgs>("server.service", async function* (args) {
  checkServiceArgs("server.service", args);
  const manager = await findManager();
  if (manager.steps !== undefined) return yield* manager.steps(args);
  throw new DroverError(
    "E_SERVICE_MANAGER",
    `The services of ${host.name} are managed by ${manager.name}, which server.service cannot use yet`,
    {
      hint:
        "server.service can use systemd; for others there is server.shell with the manager's own commands",
    },
  );
}, { parameters: SERVICE_PARAMETERS });

async function findManager(): Promise<ServiceManager> {
  const program = await firstProgram(PROGRAMS);
  if (program !== undefined && program !== "service") return MANAGERS[program];
  const directory = await firstTrue([
    ["init.d", host.getFact(Link, { path: "/etc/init.d" })],
    ["init.d", host.getFact(Directory, { path: "/etc/init.d" })],
    ["rc.d", hasBsdInit()],
  ]);
  if (directory !== undefined) return MANAGERS[directory];
  if (program === "service") return MANAGERS["init.d"];
  throw new DroverError("E_SERVICE_MANAGER", `Nothing on ${host.name} manages services`, {
    hint: "looked for systemctl, rc-service, initctl, sv, service, /etc/init.d and /etc/rc.d",
  });
}

/** Some Linux systems have an `/etc/rc.d` that is none of BSD's. */
async function hasBsdInit(): Promise<boolean> {
  const [os, directory] = await Promise.all([
    host.getFact(Os),
    host.getFact(Directory, { path: "/etc/rc.d" }),
  ]);
  return os !== "Linux" && Boolean(directory);
}
