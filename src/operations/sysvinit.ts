/** Init scripts in `/etc/init.d`. */

import { pathWord, quote, sh, type ShellCommand } from "../command/mod.ts";
import { DroverError } from "../errors/mod.ts";
import { FindLinks } from "../facts/files/mod.ts";
import { LinuxDistribution } from "../facts/server/mod.ts";
import { InitdStatus } from "../facts/sysvinit.ts";
import { host, type Operation, operation, type Steps } from "../host/mod.ts";
import { firstProgram } from "./detection.ts";
import { link } from "./files/mod.ts";
import {
  checkService,
  checkServiceName,
  ensureService,
  SERVICE_PARAMETERS,
  type ServiceArgs,
} from "./service_control.ts";

/** Arguments of {@linkcode enable}. */
export interface EnableArgs {
  /** Name of the script in `/etc/init.d`. */
  service: string;
  /** Place among what starts, from 0 to 99. Default: `20`. */
  startPriority?: number | undefined;
  /** Place among what stops, from 0 to 99. Default: `80`. */
  stopPriority?: number | undefined;
  /** Runlevels that start it. Default: `[2, 3, 4, 5]`. */
  startLevels?: readonly (string | number)[] | undefined;
  /** Runlevels that stop it. Default: `[0, 1, 6]`. */
  stopLevels?: readonly (string | number)[] | undefined;
}

/**
 * Starts, stops, restarts, reloads, enables or disables the service of an init script.
 *
 * It changes something if the service is not in the wanted state; `restarted`, `reloaded` and `command` act each
 * time, so give them a condition. A script that knows no `status` is started each time. Enabled is what has a start
 * link in any runlevel; links are made by `update-rc.d`, `chkconfig` or `rc-update`, and elsewhere by
 * {@linkcode enable}.
 *
 * @example
 * ```ts
 * await sysvinit.service({ service: "nginx", enabled: true, _sudo: true });
 * ```
 */
export const service: Operation<ServiceArgs> = operation<ServiceArgs>(
  "sysvinit.service",
  async function* (args) {
    const { service } = args;
    checkService("sysvinit.service", args);
    const [status, links, tool] = await Promise.all([
      host.getFact(InitdStatus, { service }),
      typeof args.enabled === "boolean" ? readLinks(service) : NO_LINKS,
      typeof args.enabled === "boolean" ? firstProgram(BOOT_PROGRAMS) : undefined,
    ]);
    const state = { running: status[service] ?? false, enabled: links.starting.length > 0 };
    yield* ensureService(args, state, {
      act: (action) => sh`${`/etc/init.d/${service}`} ${action}`,
      boot: (enabled) => enabled ? enableScript(service, links, tool) : disableScript(service, links, tool),
    });
  },
  { parameters: SERVICE_PARAMETERS },
);

/**
 * Makes the links in `/etc/rcN.d` that start and stop an init script, where the distribution has no program for
 * it or other runlevels are wanted than its own. Changes something if one is missing or leads elsewhere.
 *
 * @example
 * ```ts
 * await sysvinit.enable({ service: "app", startPriority: 90, startLevels: [3, 5], _sudo: true });
 * ```
 */
export const enable: Operation<EnableArgs> = operation<EnableArgs>("sysvinit.enable", async function* (args) {
  const { service, startLevels = [2, 3, 4, 5], stopLevels = [0, 1, 6] } = args;
  checkServiceName("sysvinit.enable", service);
  const start = priority("startPriority", args.startPriority ?? 20);
  const stop = priority("stopPriority", args.stopPriority ?? 80);
  const paths = [
    ...startLevels.map((level) => `/etc/rc${runlevel(level)}.d/S${start}${service}`),
    ...stopLevels.map((level) => `/etc/rc${runlevel(level)}.d/K${stop}${service}`),
  ];
  for (const path of paths) yield* link.steps({ path, target: `/etc/init.d/${service}` });
}, {
  parameters: {
    service: "string",
    startPriority: "number?",
    stopPriority: "number?",
    startLevels: "(string | number)[]?",
    stopLevels: "(string | number)[]?",
  },
});

/** Programs that make the links, each with its words. */
const BOOT_PROGRAMS = ["update-rc.d", "chkconfig", "rc-update"] as const;

type BootProgram = typeof BOOT_PROGRAMS[number];

/** Which distributions have them, where a program that only root's PATH holds is not found. */
const BOOT_PROGRAM_OF: Readonly<Record<string, BootProgram>> = {
  Debian: "update-rc.d",
  Ubuntu: "update-rc.d",
  CentOS: "chkconfig",
  Fedora: "chkconfig",
  "Red Hat Enterprise Linux": "chkconfig",
  Gentoo: "rc-update",
};

/** What enables a script. `update-rc.d` leaves links alone that are there already. */
const ENABLE: Readonly<Record<BootProgram, (service: string, hasLinks: boolean) => ShellCommand[]>> = {
  "update-rc.d": (service, hasLinks) => [sh`update-rc.d ${service} ${hasLinks ? "enable" : "defaults"}`],
  chkconfig: (service) => [sh`chkconfig ${service} --add`, sh`chkconfig ${service} on`],
  "rc-update": (service) => [sh`rc-update add ${service} default`],
};

/** What disables it so that an upgrade of its package does not enable it again. */
const DISABLE: Readonly<Record<BootProgram, (service: string) => ShellCommand>> = {
  "update-rc.d": (service) => sh`update-rc.d ${service} disable`,
  chkconfig: (service) => sh`chkconfig ${service} off`,
  "rc-update": (service) => sh`rc-update del ${service} default`,
};

async function* enableScript(service: string, links: BootLinks, found: BootProgram | undefined): Steps {
  const program = found ?? BOOT_PROGRAM_OF[(await host.getFact(LinuxDistribution)).name ?? ""];
  if (program !== undefined) return yield* ENABLE[program](service, links.stopping.length > 0);
  throw new DroverError("E_SERVICE_MANAGER", `Nothing on ${host.name} enables init scripts`, {
    hint: `looked for ${BOOT_PROGRAMS.join(", ")}; sysvinit.enable makes the links itself`,
  });
}

async function* disableScript(service: string, links: BootLinks, found: BootProgram | undefined): Steps {
  if (found !== undefined) yield DISABLE[found](service);
  else for (const path of links.starting) yield sh`rm -f ${pathWord(path)}`;
}

/** The links of a service in all runlevels. */
interface BootLinks {
  starting: readonly string[];
  stopping: readonly string[];
}

const NO_LINKS: BootLinks = { starting: [], stopping: [] };

async function readLinks(service: string): Promise<BootLinks> {
  const find = async (kind: "S" | "K") => {
    const path = `/etc/rc*.d/${kind}*${quote(service)}`;
    return await host.getFact(FindLinks, { path, quotePath: false }) ?? [];
  };
  const [starting, stopping] = await Promise.all([find("S"), find("K")]);
  const isOwn = (path: string) => (/\/[SK]\d\d([^/]*)$/.exec(path)?.[1] ?? service) === service;
  return { starting: starting.filter(isOwn), stopping: stopping.filter(isOwn) };
}

/** A place in the order, in two digits. */
function priority(argument: string, value: number): string {
  if (Number.isInteger(value) && value >= 0 && value <= 99) return String(value).padStart(2, "0");
  throw new DroverError("E_ARGUMENT", `sysvinit.enable: ${argument} cannot be ${value}`, {
    hint: "it is a whole number from 0 to 99",
  });
}

function runlevel(level: string | number): string {
  if (/^[0-9S]$/.test(String(level))) return String(level);
  throw new DroverError("E_ARGUMENT", `sysvinit.enable: ${Deno.inspect(level)} is not a runlevel`, {
    hint: "runlevels are 0 to 9 and S",
  });
}
